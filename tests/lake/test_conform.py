import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptoir.lake import conform, landing
from comptoir.lake.landing import LakeError

NIGHT = "2026-11-21"


def _rules(staged):
    rows = duckdb.sql(f"select unnest(rules) from '{staged.quarantine}'").fetchall()
    return sorted(rule for (rule,) in rows)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"id_signalement": None}, "missing:request_id"),
        ({"date_declaration": None}, "missing:declared_on"),
        ({"date_declaration": "2999-01-01"}, "out_of_range:declared_on"),
        ({"date_declaration": "0001-01-01"}, "out_of_range:declared_on"),
        ({"date_declaration": "2026-13-45"}, "wrong_type:declared_on"),
        ({"date_declaration": "hier"}, "unfit:declared_on:not_a_time"),
        ({"date_declaration": 12}, "unfit:declared_on:not_a_time"),
        ({"code_insee": "Rennes"}, "unfit:municipality_code:unknown_code"),
        ({"geo_point_2d": {"lat": 480.0, "lon": 0}}, "out_of_range:latitude"),
        ({"categorie": "a\x00b"}, "unfit:category:nul_byte"),
        ({"categorie": "x" * 1_000_000}, "unfit:category:too_long"),
        ({"categorie": ["liste"]}, "unfit:category:not_text"),
    ],
)
def test_a_bad_row_is_quarantined_with_its_reason_and_the_others_go_on(lake, report, change, rule):
    staged = lake.stage(lake.land(NIGHT, [report(1), report(2, **change), report(3)]))
    assert _rules(staged) == [rule]
    assert (staged.counts.received, staged.counts.kept, staged.counts.quarantined) == (3, 2, 1)


def test_what_cannot_be_parsed_is_counted_and_leaves_no_body(lake, report):
    staged = lake.stage(lake.land(NIGHT, [report(1), "not JSON"]))
    assert _rules(staged) == ["malformed"]


def test_the_current_version_within_a_night_is_the_publishers_newest(lake, report):
    older, newer = report(1, statut="Ouvert"), report(1, statut="Clos", date_maj="2026-11-21T09:00:00")
    for order in ([older, newer], [newer, older]):
        staged = lake.stage(lake.land(NIGHT, order))
        assert duckdb.sql(f"select status from '{staged.bronze}'").fetchall() == [("Clos",)]
        assert (staged.counts.kept, staged.counts.duplicate) == (1, 1)


def test_naive_times_are_the_publishers_own_zone_and_stored_in_utc(lake, report):
    rows = [report(1, date_maj="2026-07-01T10:00:00"), report(2, date_maj="2026-11-20T10:00:00+02:00")]
    staged = lake.stage(lake.land(NIGHT, rows))
    times = {str(at) for (at,) in duckdb.sql(f"select updated_at from '{staged.bronze}'").fetchall()}
    assert times == {"2026-07-01 08:00:00", "2026-11-20 08:00:00"}


def test_bronze_has_the_contracts_columns_whatever_came(lake):
    staged = lake.stage(lake.land(NIGHT, []))
    described = duckdb.sql(f"describe select * from '{staged.bronze}'").fetchall()
    assert [row[0] for row in described] == [*lake.stream.fields, "_source", "_night"]
    assert {row[0]: row[1] for row in described}["declared_on"] == "DATE"


def test_a_landed_file_that_was_touched_is_refused(lake, report):
    manifest = lake.land(NIGHT, [report(1)])
    path = landing.data_path(lake.settings, "opendatasoft", "reports", NIGHT, 1)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(LakeError, match="differs from its manifest"):
        lake.stage(manifest)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_same_landing_gives_the_same_bytes_and_every_record_is_accounted_for(lake, report, data):
    kinds = data.draw(st.lists(st.sampled_from(["good", "again", "bad", "malformed"]), min_size=1, max_size=30))
    made = {
        "good": report,
        "again": lambda n: report(n % 3, statut=f"Vu {n}"),
        "bad": lambda n: report(n, date_declaration="2999-01-01"),
        "malformed": lambda n: "x",
    }
    manifest = lake.land(NIGHT, [made[kind](n) for n, kind in enumerate(kinds)])
    digests = set()
    for _ in range(2):
        staged = lake.stage(manifest)
        counts = staged.counts
        assert counts.received == len(kinds) == counts.kept + counts.duplicate + counts.quarantined
        conform.settle_files(lake.settings, staged, "accepted", [])
        digests.add(landing.file_digest(lake.bronze(NIGHT)))
    assert len(digests) == 1


@pytest.mark.parametrize("rows_together", [1, 4, 1000])
def test_nights_conformed_together_become_what_each_becomes_alone(lake, report, monkeypatch, rows_together):
    monkeypatch.setattr(conform, "ROWS_TOGETHER", rows_together)
    ahead = {"date_declaration": "2026-11-29"}  # may be spoken of by the third night only
    nights = {
        "2026-11-20": [report(1), report(1, statut="Clos"), report(2, **ahead), "not JSON"],
        "2026-11-21": [],
        "2026-11-28": [report(1), report(2, **ahead), report(3, code_insee="Rennes")],
    }
    manifests = [lake.land(night, records) for night, records in nights.items()]

    def bytes_of(staged):
        files = [staged.bronze, *([staged.quarantine] if staged.quarantine else [])]
        return staged.counts, staged.max_record_on, [landing.file_digest(file) for file in files]

    alone = [bytes_of(lake.stage(manifest)) for manifest in manifests]
    with duckdb.connect() as connection:
        staged = conform.stage(lake.settings, lake.stream, manifests, "Europe/Paris", connection)
        assert [bytes_of(one) for one in staged] == alone
    kept = [(counts.received, counts.kept, counts.duplicate, counts.quarantined) for counts, _, _ in alone]
    assert kept == [(4, 1, 1, 2), (0, 0, 0, 0), (3, 2, 0, 1)]


def test_a_held_night_has_no_bronze_and_a_release_gives_the_same_bytes_back(lake, report):
    manifest = lake.land(NIGHT, [report(1)])
    first = conform.settle_files(lake.settings, lake.stage(manifest), "accepted", [])
    held = conform.settle_files(lake.settings, lake.stage(manifest), "held", ["suspect"])
    assert not lake.bronze(NIGHT).exists()
    assert (held.bronze_sha256, held.kept, held.reasons) == (None, 1, ["suspect"])
    again = conform.settle_files(lake.settings, lake.stage(manifest), "accepted", [])
    assert again.bronze_sha256 == first.bronze_sha256 == landing.file_digest(lake.bronze(NIGHT))


def test_a_month_dates_the_data_by_its_days_and_only_where_there_is_a_value(lake, monkeypatch):
    from comptoir.inventory.schema import load_inventory

    cell = {"freq": "M", "c_resid": "FOR", "unit": "NR", "nace_r2": "I551", "geo": "FR"}
    monkeypatch.setattr(lake, "stream", load_inventory().stream("eurostat", "nights"))
    rows = [
        {**cell, "time_period": "2026-02", "obs_value": "0", "obs_flag": "p"},
        {**cell, "time_period": "2026-03", "obs_value": None, "obs_flag": ":"},
    ]
    staged = lake.stage(lake.land(NIGHT, rows))
    assert (staged.min_record_on, staged.max_record_on) == ("2026-02-01", "2026-02-28")
