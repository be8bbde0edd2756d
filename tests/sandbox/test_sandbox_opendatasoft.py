from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comptoir.sandbox.odsql import ODSQLError, parse_where

DATASET = "opendatasoft/api/explore/v2.1/catalog/datasets/signalements-citoyens"
FIELDS = {"d": "date", "t": "datetime", "s": "text", "n": "int"}


def test_the_description_counts_what_the_export_holds(seeded):
    meta = seeded.get(DATASET, "2025-12-01").json()
    rows = seeded.export("2025-12-01")
    assert meta["metas"]["default"]["records_count"] == len(rows) > 2500
    assert meta["metas"]["default"]["data_processed"] == "2025-12-02T01:10:00+00:00"
    assert {field["name"] for field in meta["fields"]} == set(json.loads(rows[0]))


def test_pages_cover_the_export_without_loss(seeded):
    where = "date_declaration >= date'2026-11-05' and statut != 'Clos'"
    exported = [json.loads(line) for line in seeded.export(where=where, order_by="id_signalement")]
    paged, offset = [], 0
    while True:
        page = seeded.records(where=where, order_by="id_signalement", limit=100, offset=offset).json()
        paged += page["results"]
        offset += 100
        if offset >= page["total_count"]:
            break
    assert paged == exported and page["total_count"] == len(exported) > 200
    ids = [row["id_signalement"] for row in paged]
    assert ids == sorted(set(ids))
    assert all(row["date_declaration"] >= "2026-11-05" and row["statut"] != "Clos" for row in paged)


def test_order_by_sorts_nulls_last_both_ways(seeded):
    for direction in ("asc", "desc"):
        rows = [
            json.loads(x) for x in seeded.export("2025-10-15", order_by=f"date_cloture {direction}, id_signalement")
        ]
        closed = [row["date_cloture"] for row in rows if row["date_cloture"]]
        assert closed == sorted(closed, reverse=direction == "desc")
        assert all(row["date_cloture"] is None for row in rows[len(closed) :]) and len(closed) < len(rows)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"limit": 101}, "InvalidRESTParameterError"),
        ({"limit": -2}, "InvalidRESTParameterError"),
        ({"limit": 100, "offset": 9901}, "InvalidRESTParameterError"),
        ({"limit": "dix"}, "InvalidRESTParameterError"),
        ({"group_by": "statut"}, "InvalidRESTParameterError"),
        ({"where": "date_declaration >>= date'2026-01-01'"}, "ODSQLError"),
        ({"where": "nowhere = 'x'"}, "ODSQLError"),
        ({"where": "date_declaration >= date'pas une date'"}, "ODSQLError"),
        ({"where": "statut = 3"}, "ODSQLError"),
        ({"where": "(statut = 'Clos'"}, "ODSQLError"),
        ({"where": "statut = 'Clos' statut = 'Clos'"}, "ODSQLError"),
        ({"order_by": "statut sideways"}, "ODSQLError"),
    ],
)
def test_what_the_portal_refuses(seeded, params, code):
    answer = seeded.records(**params)
    assert answer.status_code == 400
    assert answer.json()["error_code"] == code and answer.json()["message"]


def test_the_reach_of_paging_is_ten_thousand(seeded):
    assert seeded.records(limit=100, offset=9900).status_code == 200
    assert len(seeded.records().json()["results"]) == 10
    assert len(seeded.records(limit=-1).json()["results"]) == 100


def test_an_unknown_dataset_is_not_found(seeded):
    answer = seeded.get("opendatasoft/api/explore/v2.1/catalog/datasets/rien/records")
    assert answer.status_code == 404 and "error_code" in answer.json()


def test_reports_live_over_the_nights(seeded):
    """Late arrivals, status changes, closures after 90 days, deletions: all really happen."""
    since = "date_declaration >= date'2026-03-01' and date_declaration < date'2026-04-01'"
    before: dict[str, dict] = {}
    late = closed = gone = late_closures = 0
    for n in range(0, 150):
        night = dt.date(2026, 3, 1) + dt.timedelta(days=n)
        if n > 45 and n % 8:
            continue
        now = {row["id_signalement"]: row for row in map(json.loads, seeded.export(str(night), where=since))}
        for key, row in now.items():
            age = (night - dt.date.fromisoformat(row["date_declaration"])).days
            if key not in before:
                assert 0 <= age <= 10 or n > 45
                late += age > 0
            elif before[key]["statut"] != row["statut"]:
                assert row["date_maj"] > before[key]["date_maj"] or row["statut"] == "Clos"
                closed += row["statut"] == "Clos"
                late_closures += row["statut"] == "Clos" and age > 90
            else:
                assert row == before[key]
        gone += len(set(before) - set(now))
        before = now
    assert late > 30 and closed > 500 and gone >= 3 and late_closures >= 5


def test_volumes_channels_and_wrong_rows_are_those_of_a_portal(seeded):
    rows = [json.loads(line) for line in seeded.export()]
    per_day: dict[str, int] = {}
    for row in rows:
        per_day[row["date_declaration"]] = per_day.get(row["date_declaration"], 0) + 1
    whole_days = [count for day, count in per_day.items() if day < "2026-11-10"]
    assert min(whole_days) >= 15 and max(whole_days) <= 125
    august = [c for d, c in per_day.items() if d.startswith("2026-08")]
    february = [c for d, c in per_day.items() if d.startswith("2026-02")]
    assert sum(august) / len(august) > 1.4 * sum(february) / len(february)
    channels = {row["canal"] for row in rows}
    assert channels == {
        "Application mobile",
        "Site internet",
        "Téléphone",
        "Courriel",
        "Guichet",
        "Courrier",
        "Télécopie",
        None,
    }
    assert {row["statut"] for row in rows} == {"Ouvert", "En cours", "Clos"}
    bad_codes = [row for row in rows if len(row["code_insee"]) != 5]
    backwards = [row for row in rows if row["date_cloture"] and row["date_cloture"] < row["date_declaration"]]
    assert 0 < len(bad_codes) < 0.01 * len(rows) and 0 < len(backwards) < 0.01 * len(rows)


def test_planted_beach_closure_brings_reports(seeded):
    def beaches(day):
        rows = map(json.loads, seeded.export("2026-09-30", where=f"date_declaration = date'{day}'"))
        return sum(row["categorie"] == "Plages et littoral" for row in rows)

    assert beaches("2026-09-19") >= 10 > beaches("2026-09-12")


DAYS = [str(dt.date(2026, 1, day)) for day in range(1, 10)]
ROWS = [{"d": d, "s": s, "n": n} for d in [*DAYS, None] for s in ("a", "b", None) for n in (0, 2, None)]
TESTS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="]).flatmap(
    lambda sign: st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 9)).map(lambda day: f"d {sign} date'{day}'")
) | st.sampled_from(["s = 'a'", "n >= 2", "d is null", "d IS NOT NULL", "not s = 'a'"])
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.tuples(inner, st.sampled_from([" and ", " OR "]), inner).map(lambda p: f"({p[0]}{p[1]}{p[2]})"),
)


@given(CONDITIONS)
@example("(d >= date'2026-01-02' or d > date'2026-01-05')")
@example("(d <= date'2026-01-02' or d < date'2026-01-05')")
@example("(d >= date'2026-01-02' or s = 'a')")
@example("not d >= date'2026-01-05'")
def test_bounds_never_lose_a_matching_row(text):
    condition = parse_where(text, FIELDS)
    low, high = condition.bounds("d")
    for row in ROWS:
        if condition.matches(row) and row["d"] is not None:
            assert (low is None or row["d"] >= low) and (high is None or row["d"] <= high)


def test_and_binds_closer_than_or():
    row = {"s": "a", "n": 0, "d": None}
    assert parse_where("s = 'a' or s = 'b' and n = 3", FIELDS).matches(row)
    assert not parse_where("(s = 'a' or s = 'b') and n = 3", FIELDS).matches(row)
    assert not parse_where("d != date'2026-01-01'", FIELDS).matches(row)
    assert parse_where("t >= date'2026-01-02'", FIELDS).matches({"t": "2026-01-02T00:00:00+00:00"})
    assert not parse_where("t < date'2026-01-02'", FIELDS).matches({"t": "2026-01-02T00:00:00+00:00"})
    with pytest.raises(ODSQLError):
        parse_where("", FIELDS)
