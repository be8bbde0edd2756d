"""LimeSurvey RemoteControl 2 (JSON-RPC): answers to a survey, unfinished ones included (apis.md 3.7).

What is recalled of this API is an option with its default in ``families/limesurvey.yml``; see
docs/reference/recalled.md.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.bodies import local_time
from comptoir.connectors.dialect import RENEW, Dialect, Refusal, in_the_body, words
from comptoir.connectors.http import PublisherError, parse_json

DEFAULT_USER = "comptoir"
ANSWERS_PER_PAGE = 1000
# What LimeSurvey's statuses say, by words of them (an option each).
REFUSALS = {
    "login_words": Refusal("does not let the user in (a status inside a 200 answer)", RENEW),
    "no_access_words": Refusal(
        "does not let the user export the survey", "Check the rights of the user in {variable}."
    ),
    "no_survey_words": Refusal("has no such active survey", "Check survey_id and language in the inventory."),
}


def complaint(body: Any, options: Mapping[str, str]) -> Refusal | None:
    """Find an error in an answer of HTTP 200: JSON-RPC's ``error``, or LimeSurvey's ``result.status``."""
    if not isinstance(body, dict):
        return None
    result = body.get("result")
    status = result.get("status") if isinstance(result, dict) else None
    if body.get("error") is None and not isinstance(status, str):
        return None
    said = str(status or "").lower()
    if said == "ok" or any(word in said for word in words(options["no_answer_words"])):
        return None
    return next(
        (refusal for name, refusal in REFUSALS.items() if any(word in said for word in words(options[name]))),
        Refusal("answered 200 with an error inside", "Check the survey in the inventory."),
    )


def dialect(options: Mapping[str, str]) -> Dialect:
    """How LimeSurvey lets in and refuses, as the source's options say."""
    return Dialect(
        authorise=in_the_body,
        complaint=partial(complaint, options=options),
        not_json="Check that LimeSurvey's RPC interface is set to JSON-RPC, or run the night again later.",
    )


def fetch(request: Request) -> Iterator[Page]:
    """Answers that changed within the re-read window (all of them the first time).

    LimeSurvey exports by response number only, and an unfinished answer keeps its number when it is taken up again.
    A high-water mark would therefore miss what is finished later, and would be a state: all answers are asked each
    night, and those last touched before the window are left here. Undated ones are kept every night.
    """
    survey, unstamped = (request.own.options[name] for name in ("survey_id", "unstamped"))
    dates = words(request.own.options["dated_by"])
    rows, size = _export(request, survey)
    zone = ZoneInfo(request.source.timezone)
    context = {"survey_id": survey}
    kept = [row for row in rows if request.since is None or not _older(row, dates, unstamped, request.since, zone)]
    for start in range(0, max(1, len(kept)), ANSWERS_PER_PAGE):
        yield Page(
            [shape(row, unstamped) for row in kept[start : start + ANSWERS_PER_PAGE]], context, 0 if start else size
        )


def _export(request: Request, survey: str) -> tuple[list[Any], int]:
    user, colon, password = (request.client.token or "").partition(":")
    if not colon:
        user, password = DEFAULT_USER, user
    path = request.source.options["path"]
    session, _ = _call(request, "get_session_key", [user, password])
    if not isinstance(session, str) or not session:
        raise request.client.error(path, "opened no session", "Check the user and password, then run the night again.")
    try:
        summary, _ = _call(request, "get_summary", [session, survey, "all"])
        which = request.own.options["export"].split()
        export = [session, survey, "json", request.own.options["language"], *which]
        exported, size = _call(request, "export_responses", export)
    finally:
        # Sessions are few and outlive us: a night that fails gives its own back too.
        with suppress(PublisherError):
            _call(request, "release_session_key", [session])
    if isinstance(exported, dict):  # the one status that is no error: nobody answered yet
        return [], size
    rows = responses(exported)
    announced = _whole(summary.get(request.own.options["counted_by"]) if isinstance(summary, dict) else None)
    if rows is None or (announced is not None and len(rows) < announced):
        found = "something else than answers" if rows is None else f"{len(rows)} of {announced} answers"
        raise request.client.error(path, f"exported {found}", "Nothing was kept: run the night again.")
    return rows, size


def _call(request: Request, method: str, params: list[Any]) -> tuple[Any, int]:
    path = request.source.options["path"]
    body, size = request.client.post_json(path, json={"method": method, "params": params, "id": 1})
    if not isinstance(body, dict) or "result" not in body:
        raise request.client.error(path, f"does not answer {method} as JSON-RPC", "Check LimeSurvey's version.")
    return body["result"], size


def responses(exported: Any) -> list[Any] | None:
    """Rows of a base64 export; older versions wrap each one as ``{"1": {…}}``. ``None``: it is no export."""
    try:
        body = parse_json(base64.b64decode(exported, validate=True))
    except (TypeError, ValueError, binascii.Error):
        return None
    rows = body.get("responses") if isinstance(body, dict) else None
    return [_unwrapped(row) for row in rows] if isinstance(rows, list) else None


def _unwrapped(row: Any) -> Any:
    if isinstance(row, dict) and len(row) == 1:
        (inner,) = row.values()
        return inner if isinstance(inner, dict) else row
    return row


def shape(row: Any, unstamped: str) -> Mapping[str, Any] | Malformed:
    """An answer whose blanks and unstamped times are NULL; ``is_complete`` is told by any ``submitdate``.

    ``unstamped`` is what LimeSurvey writes instead of a time when a survey does not stamp its answers.
    """
    if not isinstance(row, dict):
        return Malformed(repr(row).encode(), "an answer that is not an object")
    shaped = {name: None if value in ("", unstamped) else value for name, value in row.items()}
    if "submitdate" in row:
        shaped["is_complete"] = bool(row["submitdate"])
    return shaped


def _older(row: Any, dates: tuple[str, ...], unstamped: str, since: dt.datetime, zone: ZoneInfo) -> bool:
    if not isinstance(row, dict):
        return False
    times = [time for name in dates if (time := _local_time(row.get(name), unstamped, zone))]
    return bool(times) and max(times) < since


def _local_time(value: Any, unstamped: str, zone: ZoneInfo) -> dt.datetime | None:
    return local_time(value, zone) if isinstance(value, str) and value > unstamped else None


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else None
