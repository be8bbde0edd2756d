"""Google Business Profile: rating and reviews of the watched establishments (apis.md 2.7).

What is recalled of this API is an option with its default in ``families/google_business.yml``; see
docs/reference/recalled.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

from comptoir.config.watched import WatchedAccount
from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.dialect import Dialect
from comptoir.connectors.google import rpc_refusal

DIALECT = Dialect(refusal=rpc_refusal)
LAST_CHANGED_FIRST = "updateTime desc"
STARS = {"STAR_RATING_UNSPECIFIED": None, "ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
TRANSLATED, ORIGINAL = "(Translated by Google)", "(Original)"


def fetch(request: Request) -> Iterator[Page]:
    """Pages of one of the family's streams, one watched location after the other."""
    stream = {"locations": _location, "reviews": _reviews}[request.stream.name]
    for account in request.config.accounts:
        if account.platform == "google_business":
            yield from stream(request, account)


def _path(request: Request, account: WatchedAccount) -> str:
    return request.source.options["path"].replace("{location}", account.address)


def _context(account: WatchedAccount) -> dict[str, Any]:
    return {"account_key": account.account_key, "territory_id": account.territory_id}


def _location(request: Request, account: WatchedAccount) -> Iterator[Page]:
    """The rating of a location. A location without any review answers ``{}``: no row, for it says no figure."""
    body, size = request.client.get_json(_path(request, account), {"pageSize": 1})
    if not isinstance(body, dict):
        raise request.client.error(
            _path(request, account), "did not answer an object", "Check the publisher's API version."
        )
    told = {name: value for name, value in body.items() if name not in ("reviews", "nextPageToken")}
    if told:
        yield Page([told], _context(account), size)


def _reviews(request: Request, account: WatchedAccount) -> Iterator[Page]:
    """Reviews, last changed first, until a page is wholly older than the window; all of them in any other order."""
    order = request.own.options["order_by"]
    asked = {"pageSize": request.own.options["page_size"], **({"orderBy": order} if order else {})}
    paginator = JSONResponseCursorPaginator(cursor_path="nextPageToken", cursor_param="pageToken")
    for at, page in enumerate(request.client.pages(_path(request, account), asked, paginator, select="reviews")):
        # The publisher counts everything, so its count is of use when everything is asked.
        total = page.body.get("totalReviewCount") if at == 0 and request.since is None else None
        announced = total if isinstance(total, int) else None
        yield Page([shape(item) for item in page.items], _context(account), page.size_bytes, announced=announced)
        if (
            order == LAST_CHANGED_FIRST
            and request.since
            and page.items
            and all(_older(item, request.since) for item in page.items)
        ):
            return


def _older(item: Any, since: dt.datetime) -> bool:
    try:
        return dt.datetime.fromisoformat(item["updateTime"]) < since
    except (KeyError, TypeError, ValueError):
        return False


def shape(item: Any) -> Mapping[str, Any] | Malformed:
    """A review with its stars as a number and its texts as they were written."""
    if not isinstance(item, dict):
        return Malformed(repr(item).encode(), "a review that is not an object")
    shaped = dict(item)
    if "starRating" in item:
        word = item["starRating"]
        # A word that is not known stays one, and does not pass for a number.
        shaped["stars"] = STARS.get(word, word) if isinstance(word, str) else {"not": "a word"}
    if "comment" in item:
        shaped["content"] = original_text(item["comment"])
    reply = item.get("reviewReply")
    if isinstance(reply, dict) and "comment" in reply:
        shaped["reply_content"] = original_text(reply["comment"])
    return shaped


def original_text(comment: Any) -> Any:
    """What was written, without Google's translation before or after it; anything but a text is left as it is."""
    if not isinstance(comment, str) or TRANSLATED not in comment:
        return comment
    if ORIGINAL in comment:
        return comment.partition(ORIGINAL)[2].strip()
    before, _, translation = comment.partition(TRANSLATED)
    return before.strip() or translation.strip()
