"""The tourist offer over HTTP, in all the shapes that offices give it, and from real JSON-LD objects."""

import dataclasses
import datetime as dt
import json

import pytest

from comptoir.connectors.base import Malformed
from comptoir.connectors.http import PublisherError
from comptoir.connectors.tourism.datatourisme import FIELDS, most_specific, shape, text
from comptoir.inventory.schema import load_inventory
from comptoir.lake import landing
from comptoir.orchestration import steps
from comptoir.privacy.projection import Projector
from comptoir.privacy.pseudonyms import Pseudonymiser
from comptoir.sandbox.clock import DAY
from comptoir.sandbox.datatourisme import Offer

SOURCE = "datatourisme"
NIGHT = "2026-10-10"


@dataclasses.dataclass
class FewOffers:
    """A catalogue of ``count`` offers of one department."""

    count: int
    department: str = "35"
    first_night: dt.date = dt.date(2025, 9, 1)

    def offers(self, clock):
        return [Offer(self.department, lambda at=at: self._record(at)) for at in range(self.count)]

    def _record(self, at):
        return {
            "uuid": f"00000000-0000-4000-8000-{at:012d}",
            "label": {"@fr": "Fête des remparts"},
            "type": ["Event", "FestivalEvent"],
            "isLocatedAt": [{"geo": {"latitude": "48.45", "longitude": -2.04}, "address": [{"postalCode": "22100"}]}],
            "takesPlaceAt": [{"startDate": "2027-07-18", "endDate": "2027-07-19"}],
            "lastUpdate": "2026-10-01",
            "lastUpdateDatatourisme": "2026-10-02T03:10:00Z",
        }


def _manifest(settings, night=NIGHT, attempt=1):
    return landing.read_manifest(settings, SOURCE, "offers", night, attempt)


def _serve(publishers, monkeypatch, catalogue):
    monkeypatch.setattr(publishers.app.state.world.publishers[SOURCE], "catalogue", catalogue)


def test_a_wrong_key_names_the_variable(publishers, settings, monkeypatch):
    monkeypatch.setenv("COMPTOIR_TOKEN_DATATOURISME", "not-the-key")
    with pytest.raises(PublisherError, match="COMPTOIR_TOKEN_DATATOURISME") as failure:
        steps.land(SOURCE, NIGHT)
    assert "not-the-key" not in str(failure.value)


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (100, 1), (101, 2), (200, 2)])
def test_pages_end_where_the_catalogue_ends(publishers, settings, listener, monkeypatch, count, pages):
    _serve(publishers, monkeypatch, FewOffers(count))
    assert listener.night(SOURCE, NIGHT)["verdict"] == "accepted"
    assert len(listener.bronze(SOURCE, "offers", NIGHT)) == count
    assert (_manifest(settings).pages, _manifest(settings).announced) == (pages, count)


def test_an_announced_event_lies_ahead_and_its_commune_may_be_unknown(publishers, listener, monkeypatch):
    _serve(publishers, monkeypatch, FewOffers(1))
    listener.night(SOURCE, NIGHT)
    (row,) = listener.bronze(SOURCE, "offers", NIGHT)
    assert (row["starts_on"], row["ends_on"], row["periods_count"]) == (dt.date(2027, 7, 18), dt.date(2027, 7, 19), 1)
    assert (row["name"], row["main_type"]) == ("Fête des remparts", "FestivalEvent")
    assert (row["latitude"], row["longitude"]) == (48.45, -2.04)
    assert (row["municipality_code"], row["postcode"], row["capacity"]) == (None, "22100", None)


def test_other_departments_are_not_received(publishers, settings, listener, monkeypatch):
    _serve(publishers, monkeypatch, FewOffers(3, department="75"))
    listener.night(SOURCE, NIGHT)
    assert (_manifest(settings).received, _manifest(settings).announced) == (0, 0)


def test_a_row_sent_on_two_pages_is_kept_once_and_one_that_slipped_between_them_holds(publishers, settings, listener):
    publishers.faults("duplicate-page")
    result = listener.night(SOURCE, NIGHT)
    assert result["verdict"] == "accepted", result["reasons"]
    assert len(listener.bronze(SOURCE, "offers", NIGHT)) == _manifest(settings).announced < _manifest(settings).received
    publishers.faults("shifting-offset")
    result = listener.night(SOURCE, "2026-10-11")
    assert result["verdict"] == "held"
    assert "announced another number" in " ".join(result["reasons"])


def test_what_closes_leaves_the_catalogue_and_events_come_and_go(publishers, listener):
    world = publishers.app.state.world
    catalogue, lasting = world.publishers[SOURCE].catalogue, world.establishments.by_kind["restaurant"]
    closing = next(
        one for one in lasting if one.closed_on and dt.date(2026, 3, 1) < one.closed_on < dt.date(2026, 11, 1)
    )
    nights = [str(closing.closed_on - DAY), str(closing.closed_on)]
    shown = []
    for night in nights:
        listener.night(SOURCE, night)
        shown.append({row["offer_id"]: row for row in listener.bronze(SOURCE, "offers", night)})
    assert catalogue.offer_id(closing) in shown[0]
    assert catalogue.offer_id(closing) not in shown[1]
    types = {row["main_type"] for row in shown[0].values()}
    assert {"Hotel", "Camping", "Restaurant", "SelfCateringAccommodation"} <= types
    assert not {"PointOfInterest", "Accommodation", "HotelTrade"} & types
    assert all(row["name"] and isinstance(row["latitude"], float) for row in shown[0].values())
    assert not any(row["name"].endswith("(en)") for row in shown[0].values())


def test_contacts_are_not_even_asked_for():
    assert "hasContact" not in FIELDS
    shaped = shape({"uuid": "u", "hasContact": [{"email": ["a@b.example"]}], "label": "x"})
    kept = Projector(load_inventory().stream(SOURCE, "offers"), Pseudonymiser(b"k")).project(shaped, {})
    assert "a@b.example" not in json.dumps(kept)


@pytest.mark.parametrize(
    "label",
    [
        "Phare",
        ["Phare"],
        {"fr": "Phare", "en": "Lighthouse"},
        {"en": "Lighthouse", "@fr": "Phare"},
        {"en": ["Lighthouse"], "fr": ["Phare"]},
        {"@value": "Phare", "@language": "fr"},
        [{"@value": "Lighthouse", "@language": "en"}, {"@value": "Phare", "@language": "fr"}],
        {"br": "Phare"},
    ],
)
def test_a_text_is_a_string_a_list_or_a_map_of_languages(label):
    assert text(label) == "Phare"


@pytest.mark.parametrize("label", [None, [], {}])
def test_no_text_is_none(label):
    assert text(label) is None


def test_what_is_absent_stays_absent_and_what_is_no_object_is_malformed():
    assert {"name", "types", "latitude", "starts_on"} & shape({"uuid": "u"}).keys() == set()
    assert isinstance(shape(["u"]), Malformed)
    assert most_specific([]) is None
    assert shape({"uuid": "u", "takesPlaceAt": [{"startDate": {"no": "day"}}]})["starts_on"] == {"no": "day"}


def test_a_coordinate_is_a_number_whatever_its_digits_and_what_is_none_is_unfit():
    geo = {"schema:latitude": "48.450000000000001", "schema:longitude": "2° W"}
    shaped = shape({"uuid": "u", "isLocatedAt": [{"schema:geo": geo}]})
    assert (shaped["latitude"], shaped["longitude"]) == (48.45, "2° W")
    kept = Projector(load_inventory().stream(SOURCE, "offers"), Pseudonymiser(b"k")).project(shaped, {})
    assert (kept["latitude"], kept["longitude"]["$unfit"]) == (48.45, "not_a_number")


def test_real_objects_pass_unedited(real_data):
    projector = Projector(load_inventory().stream(SOURCE, "offers"), Pseudonymiser(b"k"))
    objects = [json.loads(path.read_bytes()) for path in sorted((real_data / "tourism/datatourisme/objects").iterdir())]
    rows = [projector.project(shape(item), {}) for item in objects]
    assert len({row["offer_id"] for row in rows}) == len(objects) == 150
    unfit = [name for row in rows for name, value in row.items() if isinstance(value, dict)]
    assert unfit == []
    expected = ("name", "main_type", "types", "municipality_code", "postcode", "latitude", "updated_on", "updated_at")
    assert [name for row in rows for name in expected if row[name] is None] == []
    events = [row for row in rows if row["starts_on"]]
    assert len(events) == 29
    assert all(row["starts_on"] <= row["ends_on"] and "EntertainmentAndEvent" in row["types"] for row in events)
    assert sum(row["capacity"] is not None for row in rows) == 73
    assert not {row["main_type"] for row in rows} & {"PointOfInterest", "PlaceOfInterest", "Accommodation"}
