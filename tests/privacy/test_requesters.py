"""One requester is one pseudonym over every citizen-relation channel, and nobody of the social networks."""

import pytest

from comptoir.inventory.schema import load_inventory
from comptoir.privacy.projection import Projector
from comptoir.privacy.pseudonyms import Pseudonymiser

INVENTORY = load_inventory()
SHARED = {"gru.email", "gru.phone"}
EMAIL = ("Zoe.Martin@courriel.example", " zoe.martin@COURRIEL.example")
PHONE = ("0639981234", "06 39 98 12 34", "+33 6 39 98 12 34", "0033639981234")


def _fields(domain):
    """Every pseudonym of the domain's sources that a publisher's field gives."""
    for source in INVENTORY.sources.values():
        if INVENTORY.domain(source.id) == domain:
            for stream in source.streams:
                contract = INVENTORY.stream(source.id, stream)
                for name, spec in contract.fields.items():
                    if spec.treatment == "pseudonym" and spec.path and spec.type != "text[]":
                        yield source.id, contract, name, spec


def _pseudonym(contract, name, spec, value):
    *parents, leaf = spec.path.split(".")
    record = {leaf: value}
    for parent in reversed(parents):
        record = {parent: record}
    return Projector(contract, Pseudonymiser(b"key")).project(record, {"ctx": record})[name]


@pytest.mark.parametrize(("kind", "writings"), [("gru.email", EMAIL), ("gru.phone", PHONE)])
def test_the_same_person_is_one_over_every_channel_however_it_is_written(kind, writings):
    by_source = {
        source: {_pseudonym(contract, name, spec, writing) for writing in writings}
        for source, contract, name, spec in _fields("gru")
        if spec.kind == kind
    }
    assert {"guichet_rennes", "courrier_vannes"} <= by_source.keys()
    assert kind == "gru.email" or "asterisk_cdr" in by_source
    assert len(set().union(*by_source.values())) == 1, by_source
    # What an instance of Publik, whatever its fields are called, would give for the same kinds.
    assert set().union(*by_source.values()) == {Pseudonymiser(b"key").pseudonym(kind, writings[-1])}


def test_no_kind_is_shared_between_the_two_sides():
    gru = {spec.kind for *_, spec in _fields("gru")}
    social = {spec.kind for *_, spec in _fields("social")}
    assert gru
    assert social
    assert not gru & social
    assert gru >= SHARED


@pytest.mark.parametrize("value", [EMAIL[0], "+33639981234", "zoe.martin@mastodon.example"])
def test_the_same_words_met_on_both_sides_are_two_pseudonyms(value):
    def all_of(domain):
        return {
            pseudonym
            for _, contract, name, spec in _fields(domain)
            if isinstance(pseudonym := _pseudonym(contract, name, spec, value), str)
        }

    assert all_of("gru")
    assert all_of("social")
    assert not all_of("gru") & all_of("social")


def test_a_caller_and_a_visitor_of_the_counter_are_found_to_be_one(listener):
    """The simulated people call and come to the counter: some of the same, under one pseudonym."""
    night = "2026-10-10"
    for source in ("asterisk_cdr", "guichet_rennes", "courrier_vannes"):
        listener.night(source, night)
    callers = {row["requester_phone_id"] for row in listener.bronze("asterisk_cdr", "call_legs", night)} - {None}
    written = {
        row["requester_phone_id"]
        for source in ("guichet_rennes", "courrier_vannes")
        for row in listener.bronze(source, "contacts", night)
    } - {None}
    assert callers & written
    assert callers - written
