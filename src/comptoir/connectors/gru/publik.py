"""Publik w.c.s.: requests of the forms of a citizen-relations portal, and their status changes (apis.md 3.2)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from comptoir.connectors.base import Malformed, Page, Request, night_start
from comptoir.connectors.dialect import Dialect, Refusal
from comptoir.connectors.gru.publik_signature import authorise, refusal

PAGE_SIZE = 100
ALL_FORMS = "*"
_SLUG = re.compile(r"[a-z0-9_-]{1,100}")

Record = Mapping[str, Any] | Malformed


def _complaint(body: Any) -> Refusal | None:
    if isinstance(body, dict) and body.get("err"):
        return Refusal("answered 200 with an error inside", "Run the night again later.")
    return None


DIALECT = Dialect(authorise=authorise, refusal=refusal, complaint=_complaint)


def fetch(request: Request) -> Iterator[Page]:
    """Requests last updated between the window's start and the night's end (or their status changes), form by form.

    The end is fixed, so that what changes while pages are read leaves the window instead of moving in it. Options:
    ``forms`` (slugs, or ``*``), ``order_by`` (a field that is unique and does not change; ``id``).
    """
    rows: Callable[[str, Any], list[Record]] = {"forms": form_rows, "form_events": event_rows}[request.stream.name]
    for slug in _slugs(request):
        for items, size in _pages(request, f"/api/forms/{slug}/list"):
            records = [row for item in items for row in rows(slug, item)]
            yield Page(records, {"form_slug": slug}, size)


def formdef_slugs(body: Any) -> list[str] | None:
    """Slugs of the published forms, listed bare or wrapped in ``data``; ``None`` for what is no such list."""
    listed = body.get("data") if isinstance(body, dict) else body
    if not isinstance(listed, list):
        return None
    slugs = [item.get("slug") for item in listed if isinstance(item, dict)]
    return [slug for slug in slugs if isinstance(slug, str) and _SLUG.fullmatch(slug)]


def _slugs(request: Request) -> list[str]:
    """The forms to read; each one named in the options must be published."""
    path = "/api/formdefs/"
    address = request.base_url.rstrip("/") + path
    body, _ = request.client.get_json(path)
    published = formdef_slugs(body)
    if published is None:
        raise request.client.error(address, "answered no list of forms", "Check the publisher's API version.")
    wanted = request.own.options.get("forms", ALL_FORMS)
    if wanted.strip() == ALL_FORMS:
        return published
    slugs = [slug.strip() for slug in wanted.split(",") if slug.strip()]
    if unknown := [slug for slug in slugs if slug not in published]:
        raise request.client.error(
            address,
            f"publishes no form '{', '.join(unknown)}' to this access",
            f"Check the option 'forms' in the inventory. Published: {', '.join(published) or 'none'}.",
        )
    return slugs


def _pages(request: Request, path: str) -> Iterator[tuple[list[Any], int]]:
    """Pages of a form's list, each asked from the last row of the one before, to prove that none was jumped over."""
    zone = ZoneInfo(request.source.timezone)
    until = night_start(request.night + dt.timedelta(days=1))
    query: dict[str, Any] = {"full": "on", "order_by": request.own.options.get("order_by", "id")}
    if request.since:
        query |= {"filter-start-mtime": "on", "filter-start-mtime-value": _local(request.since, zone)}
    query |= {"filter-end-mtime": "on", "filter-end-mtime-value": _local(until, zone), "limit": PAGE_SIZE}
    offset, last = 0, None
    while True:
        page, size = request.client.get_json(path, {**query, "offset": offset})
        if not isinstance(page, list):
            raise request.client.error(
                f"{request.base_url.rstrip('/')}{path}",
                "answered a page that is not a list",
                "Check the publisher's API version.",
            )
        yield _after(request, path, page, last), size
        if len(page) < PAGE_SIZE:
            return
        last = _number(page[-1])
        offset += PAGE_SIZE - 1 if last else PAGE_SIZE


def _after(request: Request, path: str, page: list[Any], last: str | None) -> list[Any]:
    """The page without the row that was asked for twice."""
    if last is None:
        return page
    at = next((at for at, item in enumerate(page) if _number(item) == last), None)
    if at is None:
        raise request.client.error(
            f"{request.base_url.rstrip('/')}{path}",
            "changed while it was read: a page does not follow the one before",
            "Nothing was kept: run the night again.",
        )
    return page[:at] + page[at + 1 :]


def _local(moment: dt.datetime, zone: ZoneInfo) -> str:
    """A bound as w.c.s. reads it; midnights, so never within the hour that comes twice in October."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _number(item: Any) -> str | None:
    number = item.get("id") if isinstance(item, dict) else None
    return None if number is None else str(number)


def _request_id(slug: str, item: Mapping[str, Any]) -> str | None:
    """Numbers are unique within a form only."""
    number = _number(item)
    return f"{slug}/{number}" if number else None


def form_rows(slug: str, item: Any) -> list[Record]:
    """One request, with what its nested parts hold; ``closed_at`` is when it got the final status that it has."""
    if not isinstance(item, dict):
        return [Malformed(repr(item).encode(), "a request that is not an object")]
    steps = [step for _, step in _status_changes(item)]
    shaped = {**item, "request_id": _request_id(slug, item), "closed_at": None}
    status = _inside(item, "workflow", "status")
    if steps and isinstance(status, dict) and status.get("endpoint") is True:
        shaped["closed_at"] = steps[-1].get("time")
    receivers = _inside(item, "roles", "_receiver")
    if isinstance(receivers, list):
        shaped["receiver"] = next((role.get("name") for role in receivers if isinstance(role, dict)), None)
    for part in ("fields", "user", "submission"):
        if isinstance(content := item.get(part), dict):
            shaped[part] = {name: None if value == "" else value for name, value in content.items()}
    return [shaped]


def event_rows(slug: str, item: Any) -> list[Record]:
    """The status changes of a request, numbered by their place in its evolution (comments keep their numbers)."""
    if not isinstance(item, dict):
        return [Malformed(repr(item).encode(), "a request that is not an object")]
    return [
        {
            "request_id": _request_id(slug, item),
            "event_number": number,
            "occurred_at": step.get("time"),
            "status_id": step["status"],
            "is_agent": _is_agent(step.get("who"), item.get("user")),
        }
        for number, step in _status_changes(item)
    ]


def _status_changes(item: Mapping[str, Any]) -> list[tuple[int, Mapping[str, Any]]]:
    evolution = item.get("evolution")
    if not isinstance(evolution, list):
        return []
    return [(at, step) for at, step in enumerate(evolution, 1) if isinstance(step, dict) and step.get("status")]


def _is_agent(who: Any, user: Any) -> bool | None:
    """Whether somebody else than the requester did it; ``None`` for what nobody did (the workflow, or not told)."""
    if not isinstance(who, dict):
        return None
    return not (isinstance(user, dict) and who.get("id") == user.get("id"))


def _inside(item: Mapping[str, Any], *names: str) -> Any:
    value: Any = item
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
