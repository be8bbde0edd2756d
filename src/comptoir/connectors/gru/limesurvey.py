"""LimeSurvey RemoteControl 2 (JSON-RPC): answers to a survey, unfinished ones included (apis.md 3.7)."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.bodies import local_time
from comptoir.connectors.dialect import RENEW, Dialect, Refusal, in_the_body
from comptoir.connectors.http import PublisherError, parse_json

PATH = "/index.php/admin/remotecontrol"
DEFAULT_USER = "comptoir"
ANSWERS_PER_PAGE = 1000
# What LimeSurvey writes instead of a time when a survey does not stamp its answers.
UNSTAMPED = "1980-01-01 00:00:00"
NO_ANSWER_YET = "no data, could not get max id"
# What LimeSurvey's statuses say, by words of them.
REFUSALS = (
    (
        ("session key", "user name", "login attempts"),
        Refusal("does not let the user in (a status inside a 200 answer)", RENEW),
    ),
    (
        ("permission",),
        Refusal("does not let the user export the survey", "Check the rights of the user in {variable}."),
    ),
    (
        ("survey", "language"),
        Refusal("has no such active survey", "Check survey_id and language in the inventory."),
    ),
)
DATES = ("submitdate", "startdate", "datestamp")


def complaint(body: Any) -> Refusal | None:
    """Find an error in an answer of HTTP 200: JSON-RPC's ``error``, or LimeSurvey's ``result.status``."""
    if not isinstance(body, dict):
        return None
    result = body.get("result")
    status = result.get("status") if isinstance(result, dict) else None
    if body.get("error") is None and not isinstance(status, str):
        return None
    said = str(status or "").lower()
    if said.startswith(NO_ANSWER_YET) or said == "ok":
        return None
    return next(
        (refusal for words, refusal in REFUSALS if any(word in said for word in words)),
        Refusal("answered 200 with an error inside", "Check the survey in the inventory."),
    )


DIALECT = Dialect(
    authorise=in_the_body,
    complaint=complaint,
    not_json="Check that LimeSurvey's RPC interface is set to JSON-RPC, or run the night again later.",
)


def fetch(request: Request) -> Iterator[Page]:
    """Answers that changed within the re-read window (all of them the first time).

    LimeSurvey exports by response number only, and an unfinished answer keeps its number when it is taken up again.
    A high-water mark would therefore miss what is finished later, and would be a state: all answers are asked each
    night, and those last touched before the window are left here. Undated ones are kept every night.
    """
    survey = request.own.options["survey_id"]
    rows, size = _export(request, survey)
    zone = ZoneInfo(request.source.timezone)
    context = {"survey_id": survey}
    kept = [row for row in rows if request.since is None or not _older(row, request.since, zone)]
    for start in range(0, max(1, len(kept)), ANSWERS_PER_PAGE):
        yield Page([shape(row) for row in kept[start : start + ANSWERS_PER_PAGE]], context, 0 if start else size)


def _export(request: Request, survey: str) -> tuple[list[Any], int]:
    user, colon, password = (request.client.token or "").partition(":")
    if not colon:
        user, password = DEFAULT_USER, user
    session, _ = _call(request, "get_session_key", [user, password])
    if not isinstance(session, str) or not session:
        raise request.client.error(PATH, "opened no session", "Check the user and password, then run the night again.")
    try:
        summary, _ = _call(request, "get_summary", [session, survey, "all"])
        export = [session, survey, "json", request.own.options["language"], "all", "code", "short"]
        exported, size = _call(request, "export_responses", export)
    finally:
        # Sessions are few and outlive us: a night that fails gives its own back too.
        with suppress(PublisherError):
            _call(request, "release_session_key", [session])
    if isinstance(exported, dict):  # the one status that is no error: nobody answered yet
        return [], size
    rows = responses(exported)
    announced = _whole(summary.get("full_responses") if isinstance(summary, dict) else None)
    if rows is None or (announced is not None and len(rows) < announced):
        found = "something else than answers" if rows is None else f"{len(rows)} of {announced} answers"
        raise request.client.error(PATH, f"exported {found}", "Nothing was kept: run the night again.")
    return rows, size


def _call(request: Request, method: str, params: list[Any]) -> tuple[Any, int]:
    body, size = request.client.post_json(PATH, json={"method": method, "params": params, "id": 1})
    if not isinstance(body, dict) or "result" not in body:
        raise request.client.error(PATH, f"does not answer {method} as JSON-RPC", "Check LimeSurvey's version.")
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


def shape(row: Any) -> Mapping[str, Any] | Malformed:
    """An answer whose blanks and unstamped times are NULL; ``is_complete`` is told by any ``submitdate``."""
    if not isinstance(row, dict):
        return Malformed(repr(row).encode(), "an answer that is not an object")
    shaped = {name: None if value in ("", UNSTAMPED) else value for name, value in row.items()}
    if "submitdate" in row:
        shaped["is_complete"] = bool(row["submitdate"])
    return shaped


def _older(row: Any, since: dt.datetime, zone: ZoneInfo) -> bool:
    if not isinstance(row, dict):
        return False
    times = [time for name in DATES if (time := _local_time(row.get(name), zone))]
    return bool(times) and max(times) < since


def _local_time(value: Any, zone: ZoneInfo) -> dt.datetime | None:
    return local_time(value, zone) if isinstance(value, str) and value > UNSTAMPED else None


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else None
