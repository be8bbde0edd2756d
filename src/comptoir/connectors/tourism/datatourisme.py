"""DATAtourisme: the tourist offer, from the catalogue's API; its JSON-LD export has the same objects (apis.md 2.5).

The offer, never demand: nothing here says how many people came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator

from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.dialect import Dialect, header

DIALECT = Dialect(authorise=header("X-API-Key"))
PAGE_SIZE = 100
# Contacts and descriptions are not asked for, so that they are not even received.
FIELDS = "uuid,uri,label,type,isLocatedAt,takesPlaceAt,creationDate,lastUpdate,lastUpdateDatatourisme,allowedPersons"
DEPARTMENTS = "isLocatedAt.address.hasAddressCity.isPartOfDepartment.insee[in]="
# How general the classes of the ontology are that say little by themselves; any other one is more specific.
GENERALITY = {
    "PointOfInterest": 0,
    **dict.fromkeys(("PlaceOfInterest", "EntertainmentAndEvent", "Event", "Product", "Tour"), 1),
    **dict.fromkeys(
        ("Accommodation", "FoodEstablishment", "CulturalSite", "NaturalHeritage", "SportsAndLeisurePlace", "Practice",
         "CulturalEvent", "SaleEvent", "SportsEvent", "BusinessPlace", "BusinessEvent", "ServiceProvider", "Rental",
         "Store", "Transport", "ConvenientService", "AccompaniedPractice", "Visit", "Tasting"), 2),
    **dict.fromkeys(
        ("HotelTrade", "RentalAccommodation", "CampingAndCaravanning", "CollectiveAccommodation", "Hotel", "Restaurant",
         "ShowEvent", "RemarkableBuilding", "TouristInformationCenter", "TastingProvider", "Course"), 3),
}  # fmt: skip


def fetch(request: Request) -> Iterator[Page]:
    """The whole catalogue of the source's departments, as it stands."""
    options = request.own.options
    asked: dict[str, Any] = {"page_size": PAGE_SIZE, "fields": options.get("fields", FIELDS)}
    if departments := options.get("departments"):
        asked["filters"] = DEPARTMENTS + departments
    paginator = JSONLinkPaginator(next_url_path="meta.next")
    for at, page in enumerate(request.client.pages(options["path"], asked, paginator, select="objects")):
        total = next(_all(page.body, "meta", "total"), None)
        announced = total if at == 0 and isinstance(total, int) else None
        yield Page([shape(item) for item in page.items], {}, page.size_bytes, announced=announced)


def shape(item: Any) -> Mapping[str, Any] | Malformed:
    """An object of the API or of the JSON-LD export, with what is kept of it found in its nested parts."""
    if not isinstance(item, dict):
        return Malformed(repr(item).encode(), "an object of the catalogue that is not one")
    shaped = {_bare(name): value for name, value in item.items()}
    address = shaped.get("uri") or shaped.get("id")
    shaped["offer_id"] = shaped.get("uuid") or (address.rpartition("/")[2] if isinstance(address, str) else None)
    if "label" in shaped:
        shaped["name"] = text(shaped["label"])
    if "type" in shaped:
        # Classes with a prefix are another vocabulary's word for the same thing.
        shaped["types"] = [name for name in _all(shaped["type"]) if not (isinstance(name, str) and ":" in name)]
        shaped["main_type"] = most_specific(shaped["types"])
    if "isLocatedAt" in shaped:
        city = ("isLocatedAt", "address", "hasAddressCity", "insee")
        shaped["municipality_code"] = next(_all(shaped, *city), None)
        shaped["postcode"] = next(_all(shaped, "isLocatedAt", "address", "postalCode"), None)
        shaped["latitude"] = _degrees(next(_all(shaped, "isLocatedAt", "geo", "latitude"), None))
        shaped["longitude"] = _degrees(next(_all(shaped, "isLocatedAt", "geo", "longitude"), None))
    if "takesPlaceAt" in shaped:
        starts, ends = (list(_all(shaped, "takesPlaceAt", name)) for name in ("startDate", "endDate"))
        shaped["periods_count"] = max(len(starts), len(ends))
        shaped["starts_on"], shaped["ends_on"] = _extreme(starts, first=True), _extreme(ends, first=False)
    return shaped


def _bare(name: str) -> str:
    """A name without namespace or JSON-LD's ``@``: ``schema:latitude`` and ``@type`` are ``latitude`` and ``type``."""
    return name.rpartition(":")[2].removeprefix("@")


def _all(value: Any, *names: str) -> Iterator[Any]:
    """Every value that a path leads to, wherever there are lists, in order; empty ones are left out."""
    if isinstance(value, list):
        for item in value:
            yield from _all(item, *names)
    elif not names:
        if value is not None:
            yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if _bare(name) == names[0]:
                yield from _all(inner, *names[1:])


def text(value: Any, language: str = "fr") -> Any:
    """The text in a language, else in any: from a string, a list, a language map or JSON-LD's tagged values."""
    if isinstance(value, list):
        tagged = [item for item in value if isinstance(item, Mapping) and item.get("@language") == language]
        return text((tagged or value)[0], language) if value else None
    if not isinstance(value, Mapping):
        return value
    if "@value" in value:
        return value["@value"]
    tongues = {name.removeprefix("@"): inner for name, inner in value.items()}
    return text(tongues.get(language, next(iter(tongues.values()), None)), language)


def most_specific(types: list[Any]) -> Any:
    """The class that says most of an object; the first in alphabetical order among equals."""
    names = [name for name in types if isinstance(name, str)]
    return min(names, key=lambda name: (-GENERALITY.get(name, 4), name), default=None)


def _degrees(value: Any) -> Any:
    """A coordinate as a number: some come as text, with more digits than are a place. What is none stays as it is."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _extreme(days: list[Any], *, first: bool) -> Any:
    if not all(isinstance(day, str) for day in days):
        return days[0]
    return min(days, default=None) if first else max(days, default=None)
