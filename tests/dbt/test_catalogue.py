"""The catalogue of KPIs: one entry each, one expression each, and what is derived from them."""

from __future__ import annotations

import re

import duckdb
import pytest
import yaml

from comptoir.inventory.schema import load_inventory
from comptoir.settings import PROJECT_DIR
from comptoir.warehouse import catalogue as room
from comptoir.warehouse.catalogue import CatalogueError, active, load_catalogue

KPIS = {
    "followers",
    "followers_per_1000_inhabitants",
    "official_posts",
    "engagement_rate_by_followers",
    "citizen_post_share",
    "tourism_nights",
    "foreign_nights_share",
    "requests",
    "digital_request_share",
    "nights_seasonality_gini",
    "maturity_score",
    "maturity_presence",
    "maturity_activity",
    "maturity_conversation",
    "maturity_audience",
    "maturity_digital_service",
    "maturity_timeliness",
    "maturity_openness",
    "maturity_rank_band_width",
    "maturity_gini",
    "maturity_theil",
    "digital_service_gini",
    "silent_commune_share",
}
SOUND = {
    "kpi_id": "a_share",
    "name_fr": "Part",
    "name_en": "Share",
    "question_fr": "?",
    "definition_fr": "d",
    "kind": "ratio",
    "unit": "part",
    "value_format": ".0%",
    "numerator_fr": "n",
    "denominator_fr": "d",
    "audience": "all",
    "audience_scope": "s",
    "territory_levels": ["commune"],
    "interval": {"method": "independent"},
    "streams": ["f.s"],
    "caveat_fr": "c",
    "owner": "o",
    "valid_from": "2026-01-01",
    "display_order": 1,
    "provisional": "window",
    "missing_reason": "not_reported",
    "compute": {
        "from": "kpi_input_x",
        "rollup": "ancestors",
        "numerator": "sum(a)",
        "denominator": "sum(b)",
        "n": "sum(b)",
    },
}

OF_TERRITORY = {**SOUND["compute"], "denominator": "max(territory.population)"}


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text).lower()


def read(tmp_path, *entries):
    (tmp_path / "test.yml").write_text(yaml.safe_dump(list(entries)), encoding="utf-8")
    return load_catalogue(tmp_path)


def test_the_kpis_of_the_first_night_are_there():
    assert {entry.kpi_id for entry in load_catalogue()} >= KPIS


def test_an_entry_rests_on_streams_of_the_inventory():
    families = load_inventory().families
    known = {f"{name}.{stream}" for name, family in families.items() for stream in family.streams}
    assert {stream for entry in active(load_catalogue()) for stream in entry.streams} <= known


def test_the_n_of_a_net_sentiment_counts_authors():
    (entry,) = (entry for entry in load_catalogue() if entry.kpi_id == "voice_net_sentiment")
    said = "('a', 1.0), ('a', -1.0), ('b', null), ('c', 0.0)"
    given = f"(values {said}) as input (author_key, sentiment_score)"
    assert duckdb.sql(f"select {entry.compute.n}, {entry.compute.denominator} from {given}").fetchone() == (2, 3)


def test_a_planned_kpi_has_no_table(tmp_path):
    planned = {
        **SOUND,
        "kpi_id": "later",
        "status": "planned",
        "compute": None,
        "display_order": 2,
        "name_fr": "Plus tard",
    }
    catalogue = read(tmp_path, SOUND, planned)
    assert [entry.kpi_id for entry in active(catalogue)] == ["a_share"]
    assert "later" not in room.render_dim_kpi_seed(catalogue) + room.render_kpi_macro(catalogue)
    assert len(room.superset_metrics(catalogue)) == 1


def test_committed_files_are_those_of_the_catalogue():
    for path, text in room.render_all().items():
        assert (PROJECT_DIR / path).read_text(encoding="utf-8") == text, (
            f"run `comptoir inventory sync`: {path} drifted"
        )


def test_an_expression_is_written_once():
    """Long enough expressions are searched everywhere SQL is written; the generated macro holds its one copy."""
    files = [
        path
        for root, pattern in (
            ("dbt", "*.sql"),
            ("dbt", "*.yml"),
            ("superset", "*.yaml"),
            ("superset", "*.yml"),
            ("superset", "*.sql"),
        )
        for path in (PROJECT_DIR / root).rglob(pattern)
        if "generated" not in path.parts and "target" not in path.parts
    ]
    texts = {path: squeeze(path.read_text(encoding="utf-8")) for path in files}
    seen = 0
    for entry in active(load_catalogue()):
        compute = entry.compute
        if entry.kind == "ratio":
            needle = [f"{compute.numerator}", f"{compute.denominator}"]
        elif entry.kind == "additive":
            needle = [f"{compute.measure}"]
        else:
            needle = [f"max(input.{compute.column})"]
        for expression in map(squeeze, needle):
            if "input." not in expression and "territory." not in expression:
                continue
            elsewhere = [
                path.name for path, text in texts.items() if expression in text and path.parent.name != "metrics"
            ]
            assert elsewhere == [], f"{entry.kpi_id}: {expression} is written again"
            seen += 1
    assert seen > 8


def test_no_two_entries_compute_the_same_thing():
    written = [
        squeeze(f"{e.compute.source}{e.compute.measure}{e.compute.numerator}{e.compute.denominator}{e.compute.column}")
        for e in active(load_catalogue())
    ]
    assert len(written) == len(set(written))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kind": "additive"}, "is computed from"),
        ({"kpi_id": "Share"}, "kpi_id"),
        ({"numerator_fr": None}, "names its numerator"),
        ({"surprise": 1}, "surprise"),
        ({"absent_is_zero": True}, "only an additive"),
        ({"min_n_indicative": 9, "min_n_comparable": 3}, "cannot exceed"),
        ({"compute": {**SOUND["compute"], "scale": 1000}}, "for shares"),
        ({"interval": {"method": "share"}}, "name their cluster"),
        ({"interval": {"method": "model"}}, "only a model"),
        ({"interval": {"method": "share", "cluster": "c"}, "compute": OF_TERRITORY}, "shared out among clusters"),
        ({"compute": None}, "is computed"),
        ({"streams": ["f"]}, "streams"),
        ({"compute": {**SOUND["compute"], "numerator": "sum('a')"}}, "without quotes"),
        ({"territory_levels": ["planet"]}, "territory_levels"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused_by_name(tmp_path, change, complaint):
    assert read(tmp_path, SOUND)[0].kpi_id == "a_share"
    with pytest.raises(CatalogueError, match=complaint) as error:
        read(tmp_path, {**SOUND, **change})
    assert "test.yml" in str(error.value)


def test_an_id_is_never_used_twice(tmp_path):
    with pytest.raises(CatalogueError, match="kpi_id used twice: a_share"):
        read(tmp_path, SOUND, {**SOUND, "display_order": 2, "name_fr": "Autre"})


def test_the_seed_holds_no_sql():
    text = room.render_dim_kpi_seed(load_catalogue())
    assert "sum(" not in text
    assert text.count("\n") == len(active(load_catalogue())) + 1
