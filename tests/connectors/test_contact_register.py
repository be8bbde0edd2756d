"""Registers kept by hand: each is a YAML; what was corrected replaces, what was left blank stays unknown."""

import datetime as dt
import shutil

import duckdb
import pytest
import yaml

from comptoir.connectors.http import PublisherError
from comptoir.inventory.schema import INVENTORY_DIR, load_inventory
from comptoir.orchestration import steps
from comptoir.sandbox.clock import midnight
from comptoir.sandbox.contact_drops import ContactDrop
from comptoir.sandbox.drops import DroppedFile, Layout

NIGHT, NEXT = "2026-10-10", "2026-10-11"


def _line(number, **changed):
    line = {"N° de passage": f"GU-{number}", "Date d'arrivée": "10/10/2026 09:32", "Nom": "Zoé Canarizh",
            "Courriel": "zoe@courriel.example", "Téléphone": "06 39 98 12 34", "Motif": "Voirie",
            "Service": "Voirie et ouvrages d'art", "Observations": "Élagage, côté école", "Répondu le": "10/10/2026",
            "Clos le": ""}  # fmt: skip
    return {**line, **changed}


class FakeRegister:
    """A counter's register with the given lines, in one file a name."""

    kind = "counter"
    first_night = dt.date(2025, 9, 1)

    def __init__(self, layout, files):
        self.layout, self.held = layout, files

    def files(self, clock):
        return [
            DroppedFile(name, repr(lines), midnight(clock.night), self.layout, lambda lines=lines: lines)
            for name, lines in self.held.items()
        ]


@pytest.fixture
def behind(publishers):
    """Put another register behind the counter's drop for one test."""
    served = publishers.app.state.world.publishers
    whole = served["guichet_rennes"]

    def put(lines, name="guichet-2026-10.csv"):
        served["guichet_rennes"] = ContactDrop(FakeRegister(Layout(), {name: lines}), token=whole.token)

    yield put
    served["guichet_rennes"] = whole


def test_a_wrong_token_names_the_variable(publishers, settings, monkeypatch):
    monkeypatch.setenv("COMPTOIR_SANDBOX_TOKEN", "un-autre-jeton")
    with pytest.raises(PublisherError, match="COMPTOIR_TOKEN_GUICHET_RENNES"):
        steps.land("guichet_rennes", NIGHT)


def test_one_line_of_a_cp1252_file(listener, behind):
    behind([_line(1)])
    assert listener.night("guichet_rennes", NIGHT)["verdict"] == "accepted"
    (row,) = listener.bronze("guichet_rennes", "contacts", NIGHT)
    assert row["received_at"] == dt.datetime(2026, 10, 10, 7, 32)
    assert (row["channel"], row["category"], row["service"]) == ("Guichet", "Voirie", "Voirie et ouvrages d'art")
    assert (row["answered_on"], row["closed_on"]) == (dt.date(2026, 10, 10), None)
    assert row["message"] is None, "what the clerk wrote down is off"
    assert "Nom" not in row


@pytest.mark.parametrize("left", ["-", "néant", ""])
def test_who_left_nothing_has_no_pseudonym(listener, behind, left):
    behind([_line(1, Courriel=left, Téléphone=left)])
    assert listener.night("guichet_rennes", NIGHT)["verdict"] == "accepted"
    (row,) = listener.bronze("guichet_rennes", "contacts", NIGHT)
    assert (row["requester_email_id"], row["requester_phone_id"]) == (None, None)


def test_a_number_that_is_none_is_quarantined_and_the_rest_is_kept(listener, settings, behind):
    behind([_line(number) for number in range(1, 40)] + [_line(40, Téléphone="voir dossier")])
    assert listener.night("guichet_rennes", NIGHT)["verdict"] == "accepted"
    assert len(listener.bronze("guichet_rennes", "contacts", NIGHT)) == 39
    rules = duckdb.sql(
        f"select rules from read_parquet('{settings.lake_dir}/quarantine/guichet_rennes/*/*.parquet')"
    ).fetchall()
    assert rules == [(["unfit:requester_phone_id:not_an_identity"],)]


def test_a_corrected_register_is_read_again_and_the_same_one_is_not(listener, behind):
    behind([_line(1), _line(2)])
    listener.night("guichet_rennes", NIGHT)
    listener.night("guichet_rennes", NEXT)
    assert listener.bronze("guichet_rennes", "contacts", NEXT) == []
    behind([_line(1), _line(2, **{"Clos le": "12/10/2026"})])
    listener.night("guichet_rennes", "2026-10-12")
    rows = listener.bronze("guichet_rennes", "contacts", "2026-10-12")
    assert sorted(str(row["closed_on"]) for row in rows) == ["2026-10-12", "None"]


def test_a_file_of_another_kind_is_refused_with_what_to_do(settings, behind):
    behind([{"colonne": "1", "autre": "2"}, {"colonne": "3", "autre": "4"}])
    with pytest.raises(PublisherError, match=r"guichet-2026-10\.csv"):
        steps.land("guichet_rennes", NIGHT)


def test_files_of_other_names_are_left(listener, behind):
    behind([_line(1)], name="planning.csv")
    listener.night("guichet_rennes", NIGHT)
    assert listener.bronze("guichet_rennes", "contacts", NIGHT) == []


def test_the_mail_room_s_register_names_the_channel_of_each_line(listener):
    assert listener.night("courrier_vannes", NIGHT)["verdict"] == "accepted"
    rows = listener.bronze("courrier_vannes", "contacts", NIGHT)
    own = load_inventory().source("courrier_vannes").streams["contacts"]
    assert {own.channels[row["channel"]] for row in rows} == {"letter", "fax"}
    assert {row["territory_id"] for row in rows} == {"commune:56260"}


def test_a_seeded_register_closes_its_lines_as_time_goes(listener):
    listener.night("guichet_rennes", "2026-10-01")
    listener.night("guichet_rennes", NIGHT)
    then = {row["request_id"]: row for row in listener.bronze("guichet_rennes", "contacts", "2026-10-01")}
    now = {row["request_id"]: row for row in listener.bronze("guichet_rennes", "contacts", NIGHT)}
    assert any(now[key]["closed_on"] and not then[key]["closed_on"] for key in now.keys() & then.keys())
    assert len(now.keys() - then.keys()) > 0


def test_a_new_register_is_a_yaml_alone(publishers, listener, tmp_path, monkeypatch):
    """A fax machine's log of another town, tab-separated, in UTF-16, with other columns and fewer of them."""
    directory = tmp_path / "inventory"
    shutil.copytree(INVENTORY_DIR, directory, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    raw = yaml.safe_load((directory / "sources" / "courrier_vannes.yml").read_text(encoding="utf-8"))
    raw["id"] = "fax_lorient"
    raw["streams"]["contacts"] |= {
        "options": {"match": "fax*.txt"},
        "map": {"request_id": "n_fax", "received_at": "horodatage", "requester_phone_id": "emetteur"},
        "constants": {"territory_id": "commune:56121", "channel": "Télécopie"},
        "unreported": ["message", "category", "service", "requester_email_id", "answered_on", "closed_on"],
    }
    (directory / "sources" / "fax_lorient.yml").write_text(yaml.safe_dump(raw), encoding="utf-8")
    monkeypatch.setattr(steps, "load_inventory", lambda: load_inventory(directory))
    lines = [{"N° fax": f"F{at}", "Horodatage": f"{at:02d}/10/2026 08:05", "Émetteur": "02 61 91 00 0" + str(at)}
             for at in range(1, 6)]  # fmt: skip
    register = FakeRegister(Layout("utf-16", "\t"), {"fax octobre.txt": lines})
    served = publishers.app.state.world.publishers
    served["fax_lorient"] = ContactDrop(register, token=served["guichet_rennes"].token)
    try:
        result = listener.night("fax_lorient", NIGHT)
    finally:
        del served["fax_lorient"]
    assert result["verdict"] == "accepted", result["reasons"]
    rows = listener.bronze("fax_lorient", "contacts", NIGHT)
    assert len({row["requester_phone_id"] for row in rows}) == 5
    assert {(row["channel"], row["territory_id"], row["closed_on"]) for row in rows} == {
        ("Télécopie", "commune:56121", None)
    }
