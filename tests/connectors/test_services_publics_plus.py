"""Services Publics+ is a YAML over the Opendatasoft connector."""

import datetime as dt

from comptoir.inventory.schema import load_inventory

NIGHT, LATER = "2026-10-10", "2026-10-20"


def test_experiences_land_without_their_texts(listener):
    assert listener.night("services_publics_plus", NIGHT)["verdict"] == "accepted"
    rows = listener.bronze("services_publics_plus", "experiences", NIGHT)
    assert len(rows) > 100
    assert {row["tonality"] for row in rows} == {"Positif", "Négatif", "Neutre"}
    assert {(row["title"], row["message"]) for row in rows} == {(None, None)}
    assert all(row["published_on"] >= row["written_on"] for row in rows)


def test_what_is_moderated_and_answered_late_comes_with_a_later_night(listener):
    listener.night("services_publics_plus", NIGHT)
    listener.night("services_publics_plus", LATER)
    first = {row["experience_id"]: row for row in listener.bronze("services_publics_plus", "experiences", NIGHT)}
    second = {row["experience_id"]: row for row in listener.bronze("services_publics_plus", "experiences", LATER)}
    written_before = [row for row in second.values() if row["written_on"] <= dt.date.fromisoformat(NIGHT)]
    assert any(row["experience_id"] not in first for row in written_before)
    assert any(
        row["answered_on"] and first[row["experience_id"]]["answered_on"] is None
        for row in written_before
        if row["experience_id"] in first
    )


def test_it_is_the_same_connector_as_any_portal_s():
    inventory = load_inventory()
    assert inventory.source("services_publics_plus").family == inventory.source("opendatasoft").family
