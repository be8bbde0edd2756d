"""Matomo Reporting API: daily counts of sites and of their pages (apis.md 3.6). Nothing of a visitor is ever asked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.dialect import RENEW, Dialect, Refusal, in_the_body

DAY = dt.timedelta(days=1)
# So many days are asked at once: few calls, and no answer that an archiver has to work on for long.
DAYS_PER_CALL = 31
ROWS_PER_PAGE = 100
OTHERS = "Others"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PERCENTAGE = re.compile(r"(\d{1,3}(?:[.,]\d{1,4})?)\s?%")


def complaint(body: Any) -> Refusal | None:
    """Find Matomo's error, which comes as HTTP 200 ``{"result": "error", "message": …}``; the message is not shown."""
    if not isinstance(body, dict) or body.get("result") != "error":
        return None
    message = str(body.get("message", "")).lower()
    if "authenticate" in message or "token" in message:
        return Refusal("does not know the token (an error inside a 200 answer)", RENEW)
    if "try again later" in message or "too many" in message:
        return Refusal("is throttled (an error inside a 200 answer)", "Run the night again later.", again=True)
    if "access" in message:
        return Refusal("does not let the token see the site", "Check the rights of the token in {variable}.")
    return Refusal("answered 200 with an error inside", "Check the sites in the inventory, and Matomo's own log.")


DIALECT = Dialect(authorise=in_the_body, complaint=complaint, throttles_in_200=True)


def fetch(request: Request) -> Iterator[Page]:
    """Days of every site of the source since the re-read window began (``first_load_days`` the first time)."""
    shape = {"visits": _visits, "pages": _pages}[request.stream.name]
    for site, territory in _sites(request):
        context = {"site_id": site, "territory_id": territory}
        for first, last in _windows(request):
            yield from shape(request, site, first, last, context)


def _sites(request: Request) -> list[tuple[str, str]]:
    """The option ``sites``: ``1=commune:35238 2=region:53``, a Matomo site and the territory that it serves."""
    pairs = [pair.partition("=") for pair in request.own.options["sites"].split()]
    return [(site, territory) for site, _, territory in pairs]


def _windows(request: Request) -> Iterator[tuple[dt.date, dt.date]]:
    zone = ZoneInfo(request.source.timezone)
    if request.since:
        first = request.since.astimezone(zone).date()
    else:
        first = request.night - DAY * (int(request.own.options["first_load_days"]) - 1)
    while first <= request.night:
        last = min(request.night, first + DAY * (DAYS_PER_CALL - 1))
        yield first, last
        first = last + DAY


def _ask(
    request: Request, site: str, method: str, first: dt.date, last: dt.date, **more: int
) -> tuple[dict[str, Any], int]:
    form = {
        "module": "API",
        "method": method,
        "idSite": site,
        "period": "day",
        "date": f"{first},{last}",
        "format": "JSON",
        "language": "en",
        **more,
    }
    # By POST: a token made "secure only" is refused in an address, and addresses are logged.
    body, size = request.client.post_json("/index.php", form={**form, "token_auth": request.client.token or ""})
    days = by_day(body, first, last)
    if days is None:
        raise request.client.error(
            "/index.php", f"does not answer {method} day by day", "Check the version of Matomo and the site's number."
        )
    return days, size


def by_day(body: Any, first: dt.date, last: dt.date) -> dict[str, Any] | None:
    """What was answered for each day: several days come keyed by date, a single one comes bare, none as ``[]``.

    ``None``: the answer is none of these.
    """
    if isinstance(body, dict) and body and all(_DAY.fullmatch(str(day)) for day in body):
        return body
    if body == []:
        return {}
    return {first.isoformat(): body} if first == last and isinstance(body, dict | list) else None


def share(value: Any) -> Any:
    """A share of 0 to 1 from ``"45%"``; anything else as it is, for the contract to judge."""
    found = _PERCENTAGE.fullmatch(value) if isinstance(value, str) else None
    return round(float(found[1].replace(",", ".")) / 100, 6) if found else value


def _visits(request: Request, site: str, first: dt.date, last: dt.date, context: Mapping[str, str]) -> Iterator[Page]:
    days, size = _ask(request, site, "VisitsSummary.get", first, last)
    # A day without data is an empty list: not archived or not visited, and Matomo does not say which.
    yield Page([day_record(day, found) for day, found in days.items() if found != []], context, size)


def day_record(day: str, found: Any) -> Mapping[str, Any] | Malformed:
    """A day's counts with its date."""
    if not isinstance(found, dict):
        return Malformed(repr(found).encode(), "a day that is not an object")
    record = {**found, "day": day}
    if "bounce_rate" in found:
        record["bounce_share"] = share(found["bounce_rate"])
    return record


def _pages(request: Request, site: str, first: dt.date, last: dt.date, context: Mapping[str, str]) -> Iterator[Page]:
    top = int(request.own.options["top_pages"])
    for offset in count(0, ROWS_PER_PAGE):
        limit = min(ROWS_PER_PAGE, top - offset)
        if limit <= 0:
            return
        days, size = _ask(
            request,
            site,
            "Actions.getPageUrls",
            first,
            last,
            flat=1,
            expanded=0,
            filter_limit=limit,
            filter_offset=offset,
            keep_summary_row=1,
        )
        records: list[Mapping[str, Any] | Malformed] = []
        fullest = 0
        for day, rows in days.items():
            if not isinstance(rows, list):
                records.append(Malformed(repr(rows).encode(), "a day's pages that are not a list"))
                continue
            pages = [row for row in rows if not _is_others(row)]
            fullest = max(fullest, len(pages))
            # The summary row stands at the end of every page of the list.
            records += [page_record(day, row) for row in (pages if offset else rows)]
        yield Page(records, context, size)
        if fullest < limit:
            return


def _is_others(row: Any) -> bool:
    return isinstance(row, dict) and (bool(row.get("is_summary")) or (row.get("label") == OTHERS and "url" not in row))


def page_record(day: str, row: Any) -> Mapping[str, Any] | Malformed:
    """A page's counts with its date, its path without the query, and a digest that tells addresses apart."""
    if not isinstance(row, dict):
        return Malformed(repr(row).encode(), "a page that is not an object")
    is_others = _is_others(row)
    address = OTHERS if is_others else row.get("url") or row.get("label")
    record = {**row, "day": day, "is_others": is_others, "page_path": None, "page_digest": None}
    if isinstance(address, str):
        record["page_digest"] = sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
        try:
            record["page_path"] = None if is_others else unquote(urlsplit(address.strip()).path) or "/"
        except ValueError:
            return Malformed(address.encode("utf-8", "surrogatepass"), "a page with an address that is none")
    if "bounce_rate" in row:
        record["bounce_share"] = share(row["bounce_rate"])
    return record
