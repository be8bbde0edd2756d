"""DATAtourisme's catalogue API: the offer that tourist offices publish, by numbered pages with a key in a header."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol
from urllib.parse import urlencode, urlsplit

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, RecordKind
from comptoir.sandbox.clock import Clock

CATALOGUE = "/v1/catalog"
MAX_PAGE = 250
DEPARTMENTS = re.compile(r"isLocatedAt\.address\.hasAddressCity\.isPartOfDepartment\.insee\[in\]=([0-9AB,]+)")


@dataclass(frozen=True, slots=True)
class Offer:
    """An object of the catalogue, rendered only when it is on the page."""

    department: str
    render: Callable[[], Record]


class Catalogue(Protocol):
    """What stands behind the protocol."""

    first_night: dt.date

    def offers(self, clock: Clock) -> Sequence[Offer]:
        """Return what the catalogue holds, in its order."""
        ...


class Datatourisme(Publisher):
    """The protocol over a catalogue."""

    family = "datatourisme"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "offer": RecordKind(
            keys=("uuid", "uri"),
            dates=("lastUpdate", "lastUpdateDatatourisme"),
            numbers=("allowedPersons", "latitude", "longitude"),
            texts=("label",),
            codes=("type", "insee", "postalCode"),
            added=("reservationUrl", "https://exemple.example"),
            removed=("type",),
        ),
    }

    def __init__(self, catalogue: Catalogue, *, token: str | None = None) -> None:
        self.catalogue = catalogue
        self.token = token
        self.first_night = catalogue.first_night

    def error(self, status: int, message: str) -> Answer:
        """Say in the API's shape what went wrong."""
        return Answer({"statusCode": status, "message": message}, status=status)

    def throttled(self, *, for_the_day: bool) -> Answer:
        """Say 429; for how long is told only when the hour's quota is used up."""
        body = {"statusCode": 429, "message": "ThrottlerException: Too Many Requests"}
        return Answer(body, status=429, headers={"Retry-After": "86400"} if for_the_day else {})

    def answer(self, ask: Ask) -> Answer:
        """Answer a page of the catalogue."""
        if self.token and self.token not in (ask.headers.get("x-api-key"), ask.query.get("api_key")):
            return self.error(401, "Invalid API key")
        if ask.path.rstrip("/") != CATALOGUE:
            return self.error(404, f"Cannot GET {ask.path}")
        page, size = ask.query.get("page", "1"), ask.query.get("page_size", "20")
        if not (page.isdecimal() and size.isdecimal() and int(page) and 1 <= int(size) <= MAX_PAGE):
            return self.error(400, f"page must be positive and page_size at most {MAX_PAGE}")
        offers = self.catalogue.offers(ask.clock)
        if filters := ask.query.get("filters"):
            found = DEPARTMENTS.fullmatch(filters)
            if not found:
                return self.error(400, "Only departments can be filtered here")
            offers = [offer for offer in offers if offer.department in found[1].split(",")]
        return self._page(ask, offers, int(page), int(size))

    def _page(self, ask: Ask, offers: Sequence[Offer], page: int, size: int) -> Answer:
        offset, pages = (page - 1) * size, math.ceil(len(offers) / size)
        wanted = {name.partition(".")[0] for name in ask.query.get("fields", "").split(",") if name}
        rendered = [offer.render() for offer in offers[ask.start(offset) : offset + size]]
        objects = [{k: v for k, v in record.items() if not wanted or k in wanted} for record in rendered]
        following = None
        if page < pages:
            kept = [(k, v) for k, v in ask.query.multi_items() if k not in ("page", "api_key")]
            following = f"{urlsplit(ask.url).path}?{urlencode([*kept, ('page', str(page + 1))])}"
        meta = {"total": len(offers), "page": page, "page_size": size, "total_pages": pages, "next": following}
        return Answer({"objects": list(ask.touch("offer", objects)), "meta": meta})
