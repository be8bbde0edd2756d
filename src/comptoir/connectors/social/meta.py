"""Meta's Graph API, what Instagram and Facebook Pages have in common: its errors, its pages (apis.md 1.1)."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import requests
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator

from comptoir.config.watched import Platform, WatchedAccount
from comptoir.connectors.base import Page, Request
from comptoir.connectors.dialect import LATER, RENEW, Dialect, Refusal, by_status, error_inside, json_body
from comptoir.connectors.http import Answered, PublisherError

log = logging.getLogger(__name__)

# What a connector may do about a refusal, whatever the HTTP status that came with it.
GONE, FORBIDDEN, INVALID, EMPTY, TOO_MUCH = "gone", "forbidden", "invalid", "empty", "too_much"
SMALLEST_PAGE = 5
_HASHTAG = re.compile(r"#(\w{1,100})")

_CHECK_OBJECT = "Check the account's address in comptoir.yml, and the version and metrics in the inventory."
_GONE = Refusal("is not there or not visible", _CHECK_OBJECT, reason=GONE)
_THROTTLED = Refusal("is throttled", "Run the night again later.", again=True)
_TROUBLE = Refusal("is in trouble", LATER, again=True)
_TOKEN = Refusal("refused the token", RENEW)
_BLOCKED = Refusal("is blocked by Meta", "Check the app's alerts on developers.facebook.com.")
_FORBIDDEN = Refusal("is not permitted", "Check the permissions of the token in {variable}.", reason=FORBIDDEN)
_INVALID = Refusal("or a parameter of it is not known to Meta", _CHECK_OBJECT, reason=INVALID)
_EMPTY = Refusal("has too few viewers to tell", reason=EMPTY)
_TOO_MUCH = Refusal(
    "holds too much for one answer", "Check page_size of the stream in the inventory: less is wanted.", reason=TOO_MUCH
)
_OTHER = Refusal("answered an error")
_BY_CODE = {
    **dict.fromkeys((1, 2), _TROUBLE),
    **dict.fromkeys((10, *range(200, 300)), _FORBIDDEN),
    **dict.fromkeys((102, 190), _TOKEN),
    **dict.fromkeys((341, 368), _BLOCKED),
    100: _INVALID,
}
# (code, subcode) and (code, words of the message) that mean something else than their code does.
_BY_SUBCODE: dict[tuple[Any, Any], Refusal] = {(100, 33): _GONE}
_BEFORE_BUSINESS_ACCOUNT = 2108006
_BY_WORDS = {(10, "not enough viewers"): _EMPTY, (1, "reduce the amount of data"): _TOO_MUCH}


def read_error(body: Any, throttled: Collection[int], gone: Collection[int] = ()) -> Refusal | None:
    """Read Meta's error object by its code; ``None`` when the body holds none. Its message is never repeated.

    ``throttled``: the codes that ask to come back later; ``gone``: those of an object that is not there.
    """
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return None
    code, subcode, message = error.get("code"), error.get("error_subcode"), str(error.get("message", "")).lower()
    meant = _BY_CODE.get(code, _OTHER) if isinstance(code, int) else _OTHER
    meant = _THROTTLED if code in throttled else _GONE if code in gone else meant
    if error.get("is_transient") is True and not meant.again:
        meant = _TROUBLE
    meant = _BY_SUBCODE.get((code, subcode), meant)
    meant = next((known for (c, words), known in _BY_WORDS.items() if c == code and words in message), meant)
    if subcode == _BEFORE_BUSINESS_ACCOUNT:
        meant = _GONE
    said = [f"code {code}"] if isinstance(code, int) else []
    said += [f"subcode {subcode}"] if isinstance(subcode, int) else []
    return replace(meant, problem=f"{meant.problem} ({', '.join(said) or 'no code'})")


def regain_seconds(headers: Mapping[str, str]) -> float | None:
    """Seconds until a business use case may call again (Meta tells minutes); ``None`` when the headers do not say."""
    try:
        usage = json.loads(headers.get("X-Business-Use-Case-Usage", "{}"))
        minutes = [float(use["estimated_time_to_regain_access"]) for uses in usage.values() for use in uses]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return 60 * max(minutes) if any(minutes) else None


def refusal(response: requests.Response, throttled: Collection[int], gone: Collection[int] = ()) -> Refusal | None:
    """Read an answer of HTTP status 400 and more: Meta's own code decides, the status only where there is none."""
    read = read_error(json_body(response), throttled, gone)
    if read is None:
        return by_status(response)
    if read.again and (wait := regain_seconds(response.headers)) is not None:
        return replace(read, wait_seconds=wait)
    return read


def dialect(options: Mapping[str, str]) -> Dialect:
    """How Meta refuses; which codes are throttles, and which say that an object is gone, the source's options tell."""
    throttled, gone = (frozenset(map(int, options[name].split())) for name in ("throttled_codes", "gone_codes"))
    return Dialect(
        refusal=lambda response: refusal(response, throttled, gone),
        complaint=lambda body: read_error(body, throttled, gone) or error_inside(body),
    )


def without_token(url: str) -> str:
    """Return a page link without the token that Meta writes into it: ours travels in a header, and in no log."""
    parts = urlsplit(url)
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name != "access_token"])
    return urlunsplit(parts._replace(query=query))


class GraphPages(JSONLinkPaginator):
    """dlt's paginator over ``paging.next``, without the token in the links."""

    def __init__(self) -> None:
        super().__init__("paging.next")

    def update_state(self, response: requests.Response, data: list[Any] | None = None) -> None:
        """Take the link to the next page from the answer."""
        super().update_state(response, data)
        if self._next_reference:
            self._next_reference = without_token(self._next_reference)


def node(request: Request, *segments: str) -> str:
    """Path of an object or of one of its edges, in the version that the source names."""
    return "/" + "/".join(quote(segment, safe="") for segment in (request.own.options["api_version"], *segments))


def edge(request: Request, path: str, params: Mapping[str, Any]) -> Iterator[Answered]:
    """Pages of an edge; a page that is too much for Meta is asked again half as long, from where the walk stood.

    Raises:
        PublisherError: Meta refused; see ``reason``.
    """
    limit = int(request.own.options.get("page_size", "100"))
    after: dict[str, str] = {}
    while True:
        try:
            for page in request.client.pages(path, {**params, **after, "limit": limit}, GraphPages(), select="data"):
                yield page
                after = _after(page.body) or after
            return
        except PublisherError as error:
            if error.reason != TOO_MUCH or limit <= SMALLEST_PAGE:
                raise
            limit = max(SMALLEST_PAGE, limit // 2)


def _after(body: Any) -> dict[str, str]:
    try:
        return {"after": str(body["paging"]["cursors"]["after"])}
    except (KeyError, TypeError):
        return {}


def newest_first(
    request: Request, path: str, params: Mapping[str, Any], dated_by: str, since: dt.datetime | None
) -> Iterator[Answered]:
    """Pages of an edge that lists newest first, until one is wholly older than ``since``."""
    for page in edge(request, path, params):
        yield page
        if since and page.items and all(older(item, dated_by, since) for item in page.items):
            return


def named(items: list[Any]) -> Iterator[dict[str, Any]]:
    """Objects that can be asked about: those with an id. The stream that lists them quarantines the others."""
    for item in items:
        if isinstance(item, dict) and isinstance(item.get("id"), str):
            yield item


def older(item: Any, dated_by: str, since: dt.datetime | None) -> bool:
    """Tell whether a record is older than an instant; one without a readable date is not."""
    try:
        return since is not None and dt.datetime.fromisoformat(item[dated_by]) < since
    except (KeyError, TypeError, ValueError):
        return False


def each_account(
    request: Request, platform: Platform, walk: Callable[[Request, WatchedAccount], Iterator[Page]]
) -> Iterator[Page]:
    """Walk the watched accounts; one that the token may not read is left out with a warning.

    Raises:
        PublisherError: none of them may be read, or something else went wrong.
    """
    accounts = [account for account in request.config.accounts if account.platform == platform]
    read, last = 0, None
    for account in accounts:
        try:
            yield from walk(request, account)
            read += 1
        except PublisherError as error:
            if error.reason != FORBIDDEN:
                raise
            last = error
            log.warning(
                "%s/%s: account '%s' is left out: %s",
                request.source.id,
                request.stream.name,
                account.account_key,
                error,
            )
    if last is not None and not read:
        raise last


def context(account: WatchedAccount) -> dict[str, Any]:
    """What was asked, for each record of an account."""
    return {"account_key": account.account_key, "territory_id": account.territory_id}


def hashtags(text: Any) -> list[str]:
    """Hashtags of a text, lower case, each once, in the order of the text."""
    return list(dict.fromkeys(tag.lower() for tag in _HASHTAG.findall(text))) if isinstance(text, str) else []
