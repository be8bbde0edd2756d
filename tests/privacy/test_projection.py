import json

import pytest

from comptoir.inventory.schema import load_inventory
from comptoir.privacy.projection import MAX_TEXT_LENGTH, Projector, fields_removed, html_to_text
from comptoir.privacy.pseudonyms import Pseudonymiser

CANARIES = ["nolwenn.canari@exemple.fr", "+33639981234", "06 39 98 12 34", "@nolwenn_canari@mastodon.example"]
NAME = "Nolwenn Canarizh"
STREAMS = [(source.id, stream) for source in load_inventory().sources.values() for stream in source.streams]


def _record(stream, value):
    """A publisher's record that holds ``value`` at every declared path."""
    record, context = {}, {}
    for spec in stream.fields.values():
        if spec.path is None:
            continue
        *parents, leaf = spec.path.split(".")
        place = record
        if parents[:1] == ["ctx"]:
            place, parents = context, parents[1:]
        for parent in parents:
            place = place.setdefault(parent, {})
        place[leaf] = [value] if spec.type == "text[]" else value
    return record, context


@pytest.mark.parametrize(("source", "stream"), STREAMS)
@pytest.mark.parametrize("canary", [*CANARIES, NAME])
def test_no_identity_comes_through_any_field_of_any_stream(source, stream, canary):
    contract = load_inventory().stream(source, stream)
    if canary == NAME:
        # Names of public places may hold one; where they are public only somewhere, this record is elsewhere.
        named = {name for name, spec in contract.fields.items() if spec.public and not spec.public.only_where}
        fields = {name: spec for name, spec in contract.fields.items() if name not in named}
        contract = contract.model_copy(update={"fields": fields})
    record, _ = _record(contract, f"Bonjour {canary} !")
    bare, _ = _record(contract, canary)
    listed = {path: [canary] for path in record}
    for planted in (record, bare, listed, {**record, "champ_ajoute": canary, canary: 1}):
        projector = Projector(contract, Pseudonymiser(b"key"))
        written = json.dumps(projector.project(planted, {}), ensure_ascii=False) + str(projector.presence)
        for part in canary.replace("@", " ").split():
            if len(part) > 3:
                assert part not in written, (source, stream, written)


def _project(source, stream, record, context=None):
    projector = Projector(load_inventory().stream(source, stream), Pseudonymiser(b"key"))
    return projector.project(record, context or {}), projector.presence


def _name_of(kind, name):
    path = {"trade_name": "nom_commercial", "kind": "typologie_etablissement"}
    row = {path["trade_name"]: name, path["kind"]: kind, "date_de_classement": "2026-01-01"}
    return _project("classified_accommodation", "establishments", row)[0]["trade_name"]


@pytest.mark.parametrize(
    ("kind", "name", "kept"),
    [
        ("HÔTEL DE TOURISME", "HÔTEL VICTOR HUGO", "HÔTEL VICTOR HUGO"),
        ("Camping", "Camping Nolwenn Plage, 06 39 98 12 34", "Camping Nolwenn Plage, [phone]"),
        ("CAMPING", "NOLWENN KERANDRAON", "[person]"),
        ("MEUBLÉ DE TOURISME", "Villa Nolwenn Kerandraon", "Villa [person]"),
        ("CHAMBRE D'HÔTES", "Chez Nolwenn Kerandraon", "Chez [person]"),
        (None, "Hôtel Victor Hugo", "Hôtel [person]"),
        ("HÔTEL DE TOURISME ou gîte", "Hôtel Victor Hugo", "Hôtel [person]"),
    ],
)
def test_the_name_of_a_house_is_public_where_its_kind_says_so(kind, name, kept):
    assert _name_of(kind, name) == kept


@pytest.mark.parametrize(
    ("types", "kept"),
    [
        (["CulturalSite", "Museum"], "Musée Anne de Bretagne"),
        (["Accommodation", "RentalAccommodation", "Guesthouse"], "Musée [person]"),
        (["CulturalEvent", "Concert"], "Musée [person]"),
        ([], "Musée [person]"),
    ],
)
def test_the_name_of_an_offer_is_public_where_one_of_its_types_says_so(types, kept):
    projected, _ = _project("datatourisme", "offers", {"name": "Musée Anne de Bretagne", "types": types})
    assert projected["name"] == kept


def test_the_names_of_establishments_are_texts_where_the_licence_is_not_open():
    inventory = load_inventory()
    assert inventory.stream("attendance", "visits").fields["site_name"].treatment == "public_name"
    closed = inventory.sources["attendance"].model_copy(update={"licence": "Internal"})
    inventory = inventory.model_copy(update={"sources": {**inventory.sources, "attendance": closed}})
    fields = inventory.stream("attendance", "visits").fields
    assert (fields["site_name"].treatment, fields["site_name"].public) == ("text", None)
    assert fields["commune_name"].treatment == "public_name", "a territory is no establishment"


def test_a_value_of_the_wrong_shape_becomes_a_marker_that_says_why_and_not_what():
    projected, _ = _project("mastodon", "accounts", {"followers_count": "douze", "bot": "non", "created_at": "hier"})
    assert projected["followers_count"] == {"$unfit": "not_a_number", "type": "str", "length": 5}
    assert projected["is_bot"]["$unfit"] == "not_a_flag"
    assert projected["created_at"]["$unfit"] == "not_a_time"


def test_null_stays_null_and_zero_stays_zero():
    projected, _ = _project("mastodon", "accounts", {"followers_count": None, "following_count": 0})
    assert projected["followers_count"] is None
    assert projected["following_count"] == 0


@pytest.mark.parametrize(
    ("text", "reason"), [("a\x00b", "nul_byte"), ("x" * (MAX_TEXT_LENGTH + 1), "too_long"), (3, "not_text")]
)
def test_texts_that_are_not_kept(text, reason):
    projected, _ = _project("mastodon", "statuses", {"spoiler_text": text})
    assert projected["content_warning"]["$unfit"] == reason


def test_added_and_removed_fields_are_noticed():
    _, presence = _project("opendatasoft", "reports", {"id_signalement": "1", "nouveau": {"x": 1}})
    assert presence.added == {"nouveau": "dict"}
    removed = fields_removed(load_inventory().stream("opendatasoft", "reports"), presence)
    assert "declared_on" in removed
    assert "request_id" not in removed


@pytest.mark.parametrize("name", ["12_rue_du_port", "06_39_98_12_34", "Zoé_Canarizh", "zoe@exemple.fr", "Mme Canarizh"])
def test_an_added_field_whose_name_reads_as_an_identity_is_told_without_it(name):
    _, presence = _project("opendatasoft", "reports", {name: "x"})
    assert presence.added == {"(unprintable)": "str"}


def test_location_is_coarse():
    projected, _ = _project("opendatasoft", "reports", {"geo_point_2d": {"lat": 48.6481234, "lon": -2.0259876}})
    assert (projected["latitude"], projected["longitude"]) == (48.648, -2.026)


def test_html_becomes_readable_text():
    html = '<p>Vu à <a href="https://x">#<span>Brest</span></a><br />hier</p><p>fin &amp; suite</p>'
    assert html_to_text(html) == "Vu à #Brest\nhier\nfin & suite"
