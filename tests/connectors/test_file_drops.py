"""Files lie in a drop and become rows of bronze: each once, corrected ones last, unreadable ones never by half."""

import datetime as dt
import os
import shutil
from types import SimpleNamespace

import duckdb
import pytest
import yaml

from comptoir.connectors.files.listing import listed
from comptoir.connectors.http import PublisherError
from comptoir.lake import landing
from comptoir.orchestration import steps
from comptoir.settings import PROJECT_DIR

NIGHT, NEXT = "2026-10-09", "2026-10-10"
HEADER = "ID site;Nom du site;Code INSEE;Commune;Mois;Entrées payantes;Entrées gratuites;Total entrées;Observations\r\n"


def _line(site="S1", month="août 2026", total="1 200"):
    return f"{site};Musée de la mer;29019;Brest;{month};1 000;200;{total};\r\n"


@pytest.fixture
def folder(tmp_path, settings, monkeypatch):
    """A drop that is a folder, for every source of these tests."""
    drop = tmp_path / "depot"
    drop.mkdir()
    config = yaml.safe_load((PROJECT_DIR / "comptoir.yml").read_text(encoding="utf-8"))
    config["base_urls"] = dict.fromkeys(("attendance", "musees_de_france", "tourist_tax", "mobile_flows"), str(drop))
    config["base_urls"] |= dict.fromkeys(("atout_france", "territory_attributes"), drop.as_uri())
    path = tmp_path / "comptoir.yml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    monkeypatch.setenv("COMPTOIR_CONFIG", str(path))
    monkeypatch.delenv("COMPTOIR_ENDPOINT_TEMPLATE")
    return drop


def _drop(folder, name, text, at="2026-09-10T08:00"):
    path = folder / name
    path.write_bytes(text.encode("cp1252") if isinstance(text, str) else text)
    seconds = dt.datetime.fromisoformat(at).timestamp()
    os.utime(path, (seconds, seconds))


def _manifest(settings, source, stream, night, attempt=1):
    return landing.read_manifest(settings, source, stream, night, attempt)


def _counts(settings, source):
    return duckdb.sql(f"""
        select received, kept, duplicate, quarantined, received = kept + duplicate + quarantined + erased + expired
        from read_json('{settings.lake_dir}/reconciliation/{source}/*/*.json') order by night
    """).fetchall()


@pytest.mark.parametrize(
    ("source", "stream", "name", "rows"),
    [
        ("musees_de_france", "visits", "frequentation-des-musees-de-france.csv", 21_290),
        ("atout_france", "establishments", "hebergements_classes.csv", 21_205),
    ],
)
def test_real_files_go_the_whole_way(real_data, folder, settings, listener, source, stream, name, rows):
    shutil.copy(real_data / "tourism" / name, folder / name)
    result = listener.night(source, NIGHT)
    assert result["verdict"] == "accepted", result["reasons"]
    ((received, kept, duplicate, quarantined, holds),) = _counts(settings, source)
    assert holds
    assert received == rows
    (note,) = _manifest(settings, source, stream, NIGHT).files
    assert (note.name, note.rows) == (name, rows)
    assert _manifest(settings, source, stream, NIGHT).added_fields == []
    if stream == "visits":
        assert (duplicate, quarantined) == (4, 0)
        bronze = listener.bronze(source, stream, NIGHT)
        raw = (real_data / "tourism" / name).read_text(encoding="utf-8-sig").splitlines()[1:]
        empty = sum(1 for line in raw if line.split(";")[9] == "")
        assert empty == 3033
        assert abs(sum(row["total_entries"] is None for row in bronze) - empty) <= duplicate
        assert {row["period_grain"] for row in bronze} == {"year"}
    else:
        # Two establishments stand there twice, classified again: the later one is kept.
        assert (kept, duplicate, quarantined) == (rows - 2, 2, 0)
        # One postcode is missing ("-", NULL) and one lost its zero, which comes back.
        bronze = listener.bronze(source, stream, NIGHT)
        assert sum(row["postcode"] is None for row in bronze) == 1
        assert sum(row["is_extended"] for row in bronze) == 123
        assert all(isinstance(row["classified_on"], dt.date) for row in bronze)
    assert listener.night(source, NEXT)["kept"] == 0
    assert _manifest(settings, source, stream, NEXT).files == []


def test_the_same_file_dropped_twice_is_loaded_once(folder, settings, listener):
    _drop(folder, "frequentation_sites_2026-08.csv", HEADER + _line("S1") + _line("S2"))
    _drop(folder, "frequentation_sites_2026-08 (1).csv", HEADER + _line("S1") + _line("S2"))
    listener.night("attendance", NIGHT)
    _drop(folder, "frequentation_sites_encore.csv", HEADER + _line("S1") + _line("S2"))
    listener.night("attendance", NEXT)
    assert _counts(settings, "attendance") == [(2, 2, 0, 0, True), (0, 0, 0, 0, True)]
    # The night that loaded it loads it again when it is asked again.
    steps.land("attendance", NIGHT, refetch=True)
    assert _manifest(settings, "attendance", "visits", NIGHT, 2).received == 2


def test_a_corrected_file_supersedes(folder, settings, listener):
    name = "frequentation_sites_2026-08.csv"
    _drop(folder, name, HEADER + _line("S1", total="NC") + _line("S2"))
    listener.night("attendance", NIGHT)
    assert [row["total_entries"] for row in listener.bronze("attendance", "visits", NIGHT)] == [None, 1200]
    _drop(folder, name, HEADER + _line("S1", total="1 300") + _line("S2"))
    listener.night("attendance", NEXT)
    assert [row["total_entries"] for row in listener.bronze("attendance", "visits", NEXT)] == [1300, 1200]
    assert len(_manifest(settings, "attendance", "visits", NEXT).files) == 1


def test_on_one_night_the_file_changed_last_wins_whatever_its_name(folder, settings, listener):
    _drop(folder, "frequentation_sites_z.csv", HEADER + _line(total="1"), at="2026-09-10T08:00")
    _drop(folder, "frequentation_sites_a.csv", HEADER + _line(total="2"), at="2026-10-09T08:00")
    listener.night("attendance", NIGHT)
    (row,) = listener.bronze("attendance", "visits", NIGHT)
    assert (row["total_entries"], row["file_name"], row["file_row"]) == (2, "frequentation_sites_a.csv", 2)
    assert _counts(settings, "attendance") == [(2, 1, 1, 0, True)]


def test_one_unreadable_file_fails_the_night_by_name_and_keeps_nothing(folder, settings):
    _drop(folder, "frequentation_sites_ok.csv", HEADER + _line())
    _drop(folder, "frequentation_sites_de Mme Canarizh.csv", b"%PDF-1.7")
    with pytest.raises(PublisherError) as failure:
        steps.land("attendance", NIGHT)
    message = str(failure.value)
    assert "'frequentation_sites_de [person].csv'" in message
    assert "PDF" in message
    assert "run the night again" in message
    assert "Canarizh" not in message
    assert landing.attempts(settings, "attendance", NIGHT) == []
    (folder / "frequentation_sites_de Mme Canarizh.csv").unlink()
    assert steps.land("attendance", NIGHT)["received"] == {"visits": 1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Zoé Canarizh;1\r\nAnne Canarizh;2\r\n", "expected columns these are not in it: id_site or code_site"),
        (HEADER + _line() + "S2;Musée;29019\r\n" * 3, "line 3: the line has 3 cells and the header 9"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_shows_no_cell(folder, text, reason):
    _drop(folder, "frequentation_sites_x.csv", text)
    with pytest.raises(PublisherError) as failure:
        steps.land("attendance", NIGHT)
    assert reason in str(failure.value)
    assert "Canarizh" not in str(failure.value)
    assert "Musée" not in str(failure.value)


def test_a_file_without_any_column_that_the_contract_must_have_is_refused(folder):
    """Optional columns that are not there either say nothing of which file this is."""
    _drop(
        folder, "hebergements_classes.csv", "20/02/2021;HÔTEL;3 étoiles;Zoé Canarizh;38 rue du Port;29170;;;;67\r\n" * 3
    )
    with pytest.raises(PublisherError, match="expected columns these are not in it: date_de_classement"):
        steps.land("atout_france", NIGHT)


def test_a_column_that_only_one_file_of_the_night_lacks_is_seen(folder):
    _drop(folder, "frequentation_sites_1.csv", HEADER + _line())
    lacking = HEADER.replace("Total entrées;", "") + "S2;Musée;29019;Brest;août 2026;1;2;\r\n"
    _drop(folder, "frequentation_sites_2.csv", lacking, at="2026-10-01T08:00")
    with pytest.raises(
        PublisherError,
        match=r"total_entrees or entrees_total is absent here and present in 'frequentation_sites_1\.csv'",
    ):
        steps.land("attendance", NIGHT)


def test_a_line_that_does_not_fit_is_quarantined_and_counted(folder, settings, listener):
    lines = "".join(_line(f"S{at}") for at in range(30))
    _drop(folder, "frequentation_sites_x.csv", HEADER + lines + "S99;coupé\r\n")
    assert listener.night("attendance", NIGHT)["verdict"] == "accepted"
    assert _counts(settings, "attendance") == [(31, 30, 0, 1, True)]


def test_files_still_being_copied_and_other_peoples_are_passed_over(folder, settings):
    names = (".a.csv", "~$a.csv", "a.csv.part", "a.csv.TMP", "lisez.txt", "frequentation_sites_x.csv")
    for name in names:
        _drop(folder, name, HEADER + _line())
    assert steps.land("attendance", NIGHT)["received"] == {"visits": 1}
    request = SimpleNamespace(own=SimpleNamespace(options={}), base_url=str(folder))
    assert [file.name for file in listed(request)] == ["frequentation_sites_x.csv", "lisez.txt"]


def test_a_file_changed_a_moment_ago_is_read_again_whatever_its_listing_says(folder):
    _drop(folder, "old.csv", "a", at="2026-09-10T08:00")
    (folder / "new.csv").write_text("a")
    request = SimpleNamespace(own=SimpleNamespace(options={}), base_url=str(folder))
    listings = {file.name: file.listing for file in listed(request)}
    assert listings["new.csv"] is None
    assert listings["old.csv"].startswith("old.csv\n1\n")
    before = listings["old.csv"]
    _drop(folder, "old.csv", "b", at="2026-09-10T08:00:00.000001")
    assert {file.name: file.listing for file in listed(request)}["old.csv"] != before


def test_a_folder_that_is_not_there_is_a_clear_error(folder, settings):
    folder.rmdir()
    with pytest.raises(PublisherError, match=r"not a folder that can be read.*base_urls in comptoir\.yml"):
        steps.land("attendance", NIGHT)


def test_periods_of_all_grains(folder, listener):
    periods = ("2025", "T3 2026", "juillet 2026", "07/2026", "14/07/2026", "un jour")
    _drop(folder, "frequentation_sites_x.csv", HEADER + "".join(_line(f"S{i}", p) for i, p in enumerate(periods)))
    steps.land("attendance", NIGHT)
    (result,) = steps.settle(["attendance"], NIGHT)
    assert (result["verdict"], result["kept"], result["quarantined"]) == ("held", 5, 1)
    assert "quarantined" in " ".join(result["reasons"])


def test_a_lump_of_a_platform_is_dated_by_its_stays_and_a_hidden_figure_says_so(folder, listener):
    _drop(
        folder,
        "taxe-de-sejour 2026-06.csv",
        "Code INSEE;Commune;Mois de séjour;Dernier mois de séjour;Type d'hébergement;Collecteur;Date de versement;"
        "Nombre de déclarants;Nuitées taxées;Nuitées exonérées;Montant perçu\n"
        "35288;Saint-Malo;01/2026;06/2026;Meublé;Plateforme A;15/07/2026;40;12 500;2 000;13 750,50\n"
        "1004;Ambérieu;06/2026;06/2026;Camping;Commune;15/07/2026;1;s;s;NC\n",
    )
    listener.night("tourist_tax", NIGHT)
    small, lump = listener.bronze("tourist_tax", "stays", NIGHT)
    assert (lump["stay_month"], lump["stay_through_month"], str(lump["paid_on"])) == (
        "2026-01",
        "2026-06",
        "2026-07-15",
    )
    assert (lump["taxed_nights"], lump["collected_eur"], lump["withheld_fields"]) == (12500, 13750.5, None)
    assert (small["commune_code"], small["taxed_nights"], small["collected_eur"]) == ("01004", None, None)
    assert small["withheld_fields"] == "taxed_nights,exempt_nights"


def test_a_wide_file_of_attributes_becomes_long_and_takes_its_year_from_its_name(folder, listener):
    _drop(
        folder,
        "attributs_communes_2026.csv",
        "Code INSEE;Commune;Superficie km2;Grille de densité 7 niveaux;Population DGF;Logements;Résidences secondaires;"
        "Lits touristiques;Commune touristique;Station classée;Loi littoral;Loi montagne\n"
        "35288;Saint-Malo;36,58;2;68 412;;;;oui;non;;non\n",
    )
    listener.night("territory_attributes", NIGHT)
    rows = {row["attribute_code"]: row for row in listener.bronze("territory_attributes", "attributes", NIGHT)}
    assert (rows["population_dgf"]["value_number"], rows["population_dgf"]["value_flag"]) == (68412, None)
    assert (rows["tourist_commune"]["value_flag"], rows["mountain_law"]["value_flag"]) == (True, False)
    assert (rows["coast_law"]["value"], rows["coast_law"]["value_flag"]) == (None, None)
    assert {row["year"] for row in rows.values()} == {2026}
