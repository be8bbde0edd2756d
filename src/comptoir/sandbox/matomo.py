"""The Matomo Reporting API: visits of sites and their pages; every error comes inside a 200 answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qs

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, RecordKind
from comptoir.sandbox.clock import DAY, Clock

MAX_DAYS = 500
DEFAULT_LIMIT = 100


class Sites(Protocol):
    """What stands behind the protocol."""

    first_night: dt.date

    def has(self, site: str) -> bool:
        """Tell whether the site exists."""
        ...

    def visits(self, clock: Clock, site: str, day: dt.date) -> Record | None:
        """Return a day's counts as known at the clock; nothing for a day without data."""
        ...

    def pages(self, clock: Clock, site: str, day: dt.date) -> Sequence[Record]:
        """Return a day's pages, the most seen first, the summary row last."""
        ...


class _Wrong(ValueError):
    pass


class Matomo(Publisher):
    """The protocol over some sites. A ``token`` is taken in the body only, as Matomo's secure tokens are."""

    family = "matomo"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "day": RecordKind(
            numbers=("nb_visits", "nb_uniq_visitors", "nb_actions", "bounce_count", "bounce_rate", "avg_time_on_site"),
            added=("nb_visites_ia", 3),
            removed=("nb_visits",),
        ),
        "page": RecordKind(
            keys=("label", "url"),
            numbers=("nb_visits", "nb_hits", "bounce_rate", "avg_time_on_page"),
            texts=("label", "url"),
            added=("nb_downloads", 1),
            removed=("nb_hits",),
        ),
    }

    def __init__(self, sites: Sites, *, token: str | None = None) -> None:
        self.sites = sites
        self.token = token
        self.first_night = sites.first_night

    def error(self, status: int, message: str) -> Answer:
        """Say what went wrong as Matomo does, inside a 200 answer."""
        if status in (401, 403):
            message = (
                "Unable to authenticate with the provided token. It is either invalid, expired or is required to be"
                " sent as a POST parameter."
            )
        return Answer({"result": "error", "message": message})

    def throttled(self, *, for_the_day: bool) -> Answer:
        """Refuse inside a 200 answer, without a time to come back."""
        return self.error(200, "There were too many requests from this address, try again later.")

    def error_in_200(self, answer: Answer) -> Answer:
        """Fail as when the archiver is down."""
        return self.error(200, "Archiving is currently disabled by the administrator.")

    def answer(self, ask: Ask) -> Answer:
        """Answer ``VisitsSummary.get`` and ``Actions.getPageUrls`` for one day or several."""
        if ask.path != "/index.php":
            return Answer(chunks=[b"<html><body>Not found</body></html>"], status=404, media_type="text/html")
        form = {name: values[-1] for name, values in parse_qs(ask.body.decode("utf-8", "replace")).items()}
        if self.token and form.get("token_auth") != self.token:
            return self.error(401, "")
        asked = {**ask.query, **form}
        methods: dict[str, Callable[[Ask, Mapping[str, str], list[dt.date]], dict[str, Any]]] = {
            "VisitsSummary.get": self._visits,
            "Actions.getPageUrls": self._pages,
        }
        method = methods.get(asked.get("method", ""))
        if asked.get("module") != "API" or method is None:
            return self.error(200, f"The method '{asked.get('method')}' does not exist or is not available.")
        if not self.sites.has(asked.get("idSite", "")):
            return self.error(
                200, "You can't access this resource as it requires 'view' access for the website id asked."
            )
        try:
            days = _days(asked, ask.clock)
        except _Wrong as error:
            return self.error(200, str(error))
        by_day = method(ask, asked, days)
        return Answer(by_day[days[0].isoformat()] if "," not in asked["date"] else by_day)

    def _visits(self, ask: Ask, asked: Mapping[str, str], days: list[dt.date]) -> dict[str, Any]:
        known = {day: self.sites.visits(ask.clock, asked["idSite"], day) for day in days}
        touched = iter(ask.touch("day", [found for found in known.values() if found]))
        return {day.isoformat(): next(touched) if found else [] for day, found in known.items()}

    def _pages(self, ask: Ask, asked: Mapping[str, str], days: list[dt.date]) -> dict[str, Any]:
        return {day.isoformat(): self._list(ask, asked, day) for day in days}

    def _list(self, ask: Ask, asked: Mapping[str, str], day: dt.date) -> list[Any]:
        rows = list(self.sites.pages(ask.clock, asked["idSite"], day))
        summary = [row for row in rows if row.get("is_summary")]
        pages = [row for row in rows if not row.get("is_summary")]
        limit, offset = int(asked.get("filter_limit", DEFAULT_LIMIT)), int(asked.get("filter_offset", 0))
        start = ask.start(offset)
        cut = pages[start:] if limit < 0 else pages[start : start + limit]
        if asked.get("keep_summary_row") == "1" or limit < 0:
            cut += summary
        return list(ask.touch("page", cut))


def _days(asked: Mapping[str, str], clock: Clock) -> list[dt.date]:
    """Return the days of ``date``: one, or the first and the last."""
    if asked.get("period") != "day":
        raise _Wrong(f"The period '{asked.get('period')}' is not supported here. Try: day.")
    first, _, last = asked.get("date", "").partition(",")
    if first in ("today", "yesterday"):
        first = (clock.night + (DAY if first == "today" else DAY * 0)).isoformat()
    try:
        start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last or first)
    except ValueError as error:
        raise _Wrong(f"Date format must be: YYYY-MM-DD, or 'today' or 'yesterday'; '{first}' is not.") from error
    if not 0 <= (end - start).days < MAX_DAYS:
        raise _Wrong("The period asked is empty or too long.")
    return [start + DAY * at for at in range((end - start).days + 1)]
