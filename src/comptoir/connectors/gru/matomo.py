"""Matomo Reporting API: daily counts of sites and of their pages (apis.md 3.6). Nothing of a visitor is ever asked.

What is recalled of this API is an option with its default in ``families/matomo.yml``; see docs/reference/recalled.md.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.dialect import RENEW, Dialect, Refusal, token_sent, words

DAY = dt.timedelta(days=1)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PERCENTAGE = re.compile(r"(\d{1,3}(?:[.,]\d{1,4})?)\s?%")


def complaint(body: Any, options: Mapping[str, str]) -> Refusal | None:
    """Find Matomo's error, which comes as HTTP 200 ``{"result": "error", "message": …}``; the message is not shown.

    The options say by which words of the message errors are told apart.
    """
    if not isinstance(body, dict) or body.get("result") != "error":
        return None
    message = str(body.get("message", "")).lower()
    if any(word in message for word in words(options["bad_token_words"])):
        return Refusal("does not know the token (an error inside a 200 answer)", RENEW)
    if any(word in message for word in words(options["throttled_words"])):
        return Refusal("is throttled (an error inside a 200 answer)", "Run the night again later.", again=True)
    if any(word in message for word in words(options["no_access_words"])):
        return Refusal("does not let the token see the site", "Check the rights of the token in {variable}.")
    return Refusal("answered 200 with an error inside", "Check the sites in the inventory, and Matomo's own log.")


def dialect(options: Mapping[str, str]) -> Dialect:
    """How Matomo lets in and refuses, as the source's options say."""
    return Dialect(
        authorise=token_sent(options["token_in"]),
        complaint=partial(complaint, options=options),
        throttles_in_200=True,
    )


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
    zone, days = ZoneInfo(request.source.timezone), int(request.own.options["days_per_call"])
    assert request.reads_from, "the family's option first_load_days has no default"
    first = request.reads_from.astimezone(zone).date()
    while first <= request.night:
        last = min(request.night, first + DAY * (days - 1))
        yield first, last
        first = last + DAY


def _ask(request: Request, site: str, first: dt.date, last: dt.date, **more: int) -> tuple[dict[str, Any], int]:
    options, method = request.source.options, request.own.options["method"]
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
    where, _, name = options["token_in"].partition(" ")
    if where == "body":
        form[name] = request.client.token or ""
    # By POST: a token made "secure only" is refused in an address, and addresses are logged.
    body, size = request.client.post_json(options["path"], form=form)
    days = by_day(body, first, last)
    if days is None:
        raise request.client.error(
            options["path"],
            f"does not answer {method} day by day",
            "Check Matomo's version and the site's number.",
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
    days, size = _ask(request, site, first, last)
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
    top, most, others = (request.own.options[name] for name in ("top_pages", "rows_per_page", "others_label"))
    for offset in count(0, int(most)):
        limit = min(int(most), int(top) - offset)
        if limit <= 0:
            return
        days, size = _ask(
            request,
            site,
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
            pages = [row for row in rows if not _is_others(row, others)]
            fullest = max(fullest, len(pages))
            # The summary row stands at the end of every page of the list.
            records += [page_record(day, row, others) for row in (pages if offset else rows)]
        yield Page(records, context, size)
        if fullest < limit:
            return


def _is_others(row: Any, others: str) -> bool:
    return isinstance(row, dict) and (bool(row.get("is_summary")) or (row.get("label") == others and "url" not in row))


def page_record(day: str, row: Any, others: str) -> Mapping[str, Any] | Malformed:
    """A page's counts with its date, its path without the query, and a digest that tells addresses apart.

    ``others`` is Matomo's label for the pages that it does not list.
    """
    if not isinstance(row, dict):
        return Malformed(repr(row).encode(), "a page that is not an object")
    is_others = _is_others(row, others)
    address = others if is_others else row.get("url") or row.get("label")
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
