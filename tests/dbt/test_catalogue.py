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


# Where SQL is written. A page of docs may show an expression where it is executed (EXECUTED) or generated.
WRITTEN_IN = {
    "dbt": {".sql", ".yml", ".md"},
    "superset": {".yaml", ".yml", ".sql", ".py"},
    "expectations": {".yml", ".sql", ".py"},
    "src": {".py", ".sql"},
    "dags": {".py"},
    "docs": {".md"},
    ".": {".md"},
}
EXECUTED = {"docs/how-to/sql-cookbook.md", "docs/explanation/how-to-read-a-kpi.md"}
# The same words about something else, and why it is not the KPI.
SOMETHING_ELSE = {
    # the indicators of maturity, over facts: of other records, of other territories, and no KPI each
    ("dbt/macros/rules/comparison.sql", "sum(input.followers_count)"),
    ("dbt/macros/rules/comparison.sql", "count(*) filter (where input.is_replied)"),
    ("dbt/macros/rules/comparison.sql", "count(input.is_replied)"),
    ("dbt/macros/rules/comparison.sql", "sum(input.interactions_count)"),
    ("dbt/macros/rules/comparison.sql", "sum(input.visits_count)"),
    ("dbt/models/marts/comparison/fct_maturity_month.sql", "count(distinct input.channel_code)"),
    ("dbt/models/marts/comparison/fct_maturity_month.sql", "max(territory.population)"),
    # a year of one territory, before it is a KPI's column
    ("dbt/models/reporting/kpi/kpi_input_nights_seasonality.sql", "sum(input.nights_count)"),
    ("dbt/models/reporting/kpi/kpi_input_tourist_tax_year.sql", "sum(input.tax_nights_count)"),
}


def said(sql: str) -> str:
    """SQL as words, whatever its spaces, capitals, comments, quotes and the names of its relations."""
    text = re.sub(r"\{#.*?#\}|(?<!-)--\s[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL)
    text = re.sub(r"['\"`]", " ", text).lower()
    text = re.sub(r"\b[a-z_]\w*\s*\.\s*(?=[a-z_])", "", text)
    words = " ".join(["", *re.findall(r"[0-9.]*[0-9]|[a-z_]\w*|[^\s]", text), ""])
    for one in ("count ( 1 )", "count ( )", "sum ( 1 )"):
        words = words.replace(one, "count ( * )")
    # the other ways to count what is so
    counted = r"count_if \( ([\w. ]+?) \)|(?:sum|count) \( case when ([\w. ]+?) then 1 (?:else (?:0|null) )?end \)"
    return re.sub(counted, lambda match: f"count ( * ) filter ( where {match[1] or match[2]} )", words)


def is_written(expression: str, words: str) -> bool:
    """Whether words of ``said`` hold an expression; of some rows of a group (filter, over) it is another one."""
    return re.search(re.escape(said(expression)) + r"(?!filter |over )", words) is not None


def expressions_of(entry) -> list[str]:
    compute = entry.compute
    if entry.kind == "model":
        return [f"max(input.{compute.column})"]
    return [compute.measure] if entry.kind == "additive" else [compute.numerator, compute.denominator]


def test_an_expression_is_written_once():
    """In its entry of the catalogue; the generated macro holds the copy that runs. ``count(*)`` is nobody's own."""
    texts = {}
    for root, kinds in WRITTEN_IN.items():
        for path in (PROJECT_DIR / root).glob("*" if root == "." else "**/*"):
            name = str(path.relative_to(PROJECT_DIR))
            if path.suffix not in kinds or name in EXECUTED or {"generated", "target", "metrics"} & set(path.parts):
                continue
            text = path.read_text(encoding="utf-8")
            if not text.startswith("<!-- generated by `comptoir inventory sync`"):
                texts[name] = said(text)
    assert len(texts) > 500
    expressions = {expression for entry in active(load_catalogue()) for expression in expressions_of(entry)}
    expressions.discard("count(*)")
    assert len(expressions) > 80
    found = {
        (name, expression)
        for name, words in texts.items()
        for expression in expressions
        if is_written(expression, words)
    }
    assert found == SOMETHING_ELSE, "use kpi_expression(), or read kpi_month"


def test_the_pages_that_may_show_an_expression_are_executed():
    text = (PROJECT_DIR / "tests/end_to_end/test_published_figures.py").read_text(encoding="utf-8")
    assert {page for page in EXECUTED if f'"{page}"' not in text} == set()


@pytest.mark.parametrize(
    ("expression", "again"),
    [
        ("sum(input.a_count)", "select SUM( x . a_count ) as nights from t as x"),
        ("sum(input.a_count)", "select\n  sum(  -- of all\n    a_count\n  )"),
        ("sum(input.a_count)", '{{ safe_divide("sum(input.a_count)", "count(*)") }}'),
        ("sum(input.a_count)", 'sum("a_count")'),
        ("sum(input.a_count)", "expression: 1.0 * sum(`f`.`a_count`) / count(*)"),
        ("count(*) filter (where input.is_so)", "count(*) filter(where t.is_so)"),
        ("count(*) filter (where input.is_so)", "count(1) filter (where is_so)"),
        ("count(*) filter (where input.is_so)", "count_if(t.is_so)"),
        ("count(*) filter (where input.is_so)", "sum(case when t.is_so then 1 else 0 end)"),
        ("count(*) filter (where input.is_so)", "count(case when is_so then 1 end)"),
        ("max(input.a_gini)", "max(g.A_Gini)"),
    ],
)
def test_an_expression_is_known_again_in_other_clothes(expression, again):
    assert is_written(expression, said(again))


@pytest.mark.parametrize(
    "other",
    [
        "sum(input.a_count) filter (where b)",
        "sum(a_count) over (partition by b)",
        "sum(a_counts)",
        "sum(a_count + b_count)",
        "max(a_count)",
        "-- sum(a_count)",
    ],
)
def test_another_expression_is_not_taken_for_it(other):
    assert not is_written("sum(input.a_count)", said(other))


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
