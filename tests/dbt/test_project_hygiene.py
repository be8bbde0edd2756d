"""What the project promises of every model: described, tested, in its layer, under contract."""

from __future__ import annotations

import json
import re

import duckdb
import pytest
from test_any_history import INCREMENTAL

from comptoir.settings import PROJECT_DIR, Settings
from comptoir.warehouse.build import dbt

LAYERS = ("staging", "intermediate", "marts", "reporting")
# Which layers a model may select from; sources and seeds apart.
MAY_READ = {
    "staging": set(),
    "intermediate": {"staging", "intermediate"},
    "marts": {"staging", "intermediate", "marts"},
    "reporting": {"marts", "reporting"},
}
# The run's own bookkeeping: which nights are pending, which sources are enabled.
BOOKKEEPING = {"pending_file", "enabled_source", "loaded_file", "touched_month"}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict:
    var = tmp_path_factory.mktemp("manifest")
    settings = Settings.model_validate({"COMPTOIR_VAR": var})
    outcome = dbt(["parse"], settings)
    assert outcome.exception is None
    return json.loads((var / "dbt" / "target" / "manifest.json").read_text())


@pytest.fixture(scope="module")
def models(manifest: dict) -> list[dict]:
    found = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert len(found) > 30
    return found


def layer(node: dict) -> str:
    return node["path"].split("/")[0]


def test_every_model_and_column_is_described(models):
    bare = [node["name"] for node in models if not node["description"].strip() or not node["columns"]]
    bare += [
        f"{node['name']}.{name}"
        for node in models
        for name, column in node["columns"].items()
        if not column["description"].strip()
    ]
    assert bare == []


def test_every_mart_and_report_states_its_grain(models):
    public = [node for node in models if layer(node) in {"marts", "reporting"}]
    assert [node["name"] for node in public if not node["description"].startswith("Grain: ")] == []


def test_every_model_has_a_test(manifest, models):
    tested = {
        parent
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        for parent in node["depends_on"]["nodes"]
    }
    assert [node["name"] for node in models if node["unique_id"] not in tested] == []


def test_every_mart_and_each_stream_has_its_key_tested(manifest, models):
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    keyed = {
        test["attached_node"] for test in tests if test.get("test_metadata", {}).get("name") in {"unique_key", "unique"}
    }
    keyed |= {parent for test in tests if test["name"].endswith("_is_unique") for parent in test["depends_on"]["nodes"]}
    of_known_grain = [
        node
        for node in models
        if layer(node) == "marts"
        or (layer(node) == "reporting" and "/kpi/" not in node["path"])
        or (layer(node) == "staging" and not node["name"].startswith("stg_lake__"))
    ]
    assert [node["name"] for node in of_known_grain if node["unique_id"] not in keyed] == []


def test_marts_and_reports_are_under_contract_in_a_group(models):
    for node in models:
        if layer(node) in {"marts", "reporting"} and "/kpi/" not in node["path"]:
            assert node["config"]["contract"]["enforced"], node["name"]
            assert node["access"] == "public", node["name"]
            assert node["group"], node["name"]


def test_the_rules_of_a_row_are_in_the_warehouse(models, warehouse_template):
    """Where a data test was, a constraint is: DuckDB refuses the row, and the message does not show it."""
    tables = [node for node in models if node["config"]["contract"]["enforced"]]
    declared: dict[str, int] = {}
    for node in tables:
        rules = node["constraints"] + [rule for column in node["columns"].values() for rule in column["constraints"]]
        assert {rule["type"] for rule in rules} <= {"check", "not_null"}, node["name"]
        if rules:
            declared[node["name"]] = len(rules)
    assert sum(declared.values()) > 250
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse_template}' as built (read_only)")
        constraints = "select table_name, count(*) from duckdb_constraints() where schema_name = 'main' group by all"
        assert dict(connection.execute(constraints).fetchall()) == declared
        table = connection.execute("select sql from duckdb_tables() where table_name = 'fct_voice'").fetchone()
        connection.execute(table[0].replace("built.", ""))
        row = "insert into fct_voice by name select 'Jeanne' as content, current_date as said_on, "
        with pytest.raises(duckdb.ConstraintException, match="voice_kind") as refused:
            connection.execute(row + "'shout' as voice_kind")
        assert "Jeanne" not in str(refused.value)


def test_layers_read_downwards_only(manifest, models):
    by_id = {node["unique_id"]: node for node in models}
    wrong = []
    for node in models:
        for parent in node["depends_on"]["nodes"]:
            kind = parent.split(".")[0]
            if kind == "source":
                source = manifest["sources"][parent]
                own = layer(node) == "staging" and node["name"].startswith(f"stg_{source['source_name']}__")
                if not own and source["name"] not in BOOKKEEPING:
                    wrong.append(f"{node['name']} reads source {source['name']}")
            elif kind == "model" and layer(by_id[parent]) not in MAY_READ[layer(node)]:
                wrong.append(f"{node['name']} ({layer(node)}) reads {by_id[parent]['name']} ({layer(by_id[parent])})")
    assert wrong == []


# A model that has one reader, which also reads its parents, is a part of that reader kept apart. Each has its reason.
KEPT_APART = {
    "bridge_territory_ancestor": {"int_territory_group_ancestor"},  # weights of EPCI and destinations
    "dim_territory_attribute": {"int_commune_attribute"},  # communes first, then their sums
    "dim_territory_stratum": {"dim_territory_profile"},  # public: read by analysts
    "fct_backlog_day": {"int_request_open"},  # kept from night to night, the old ones by itself
    "fct_campaign_effect": {"campaign_unit"},  # tested against numpy by itself
    "fct_comment": {"int_comment_sighting"},  # which sightings count: the rule of windows
    "fct_review": {"int_review_scope_night"},  # which nights asked for an establishment
    "int_opening_hours": {"int_zone_day"},  # the wall clock of a zone, whatever the schedule
    "int_request_event": {"int_request_course"},  # the changes of status, before any clock
    "kpi_judged": {"kpi_break"},  # breaks of series: a subject of its own
    "kpi_month": {"kpi_peer"},  # figures of other territories: found again when the neighbours are others
}


def test_no_upstream_concept_is_joined_again(models):
    """What dbt-project-evaluator calls rejoining; lists of affected keys are read beside what they list by design."""
    names = {node["unique_id"]: node["name"] for node in models}
    parents = {node["unique_id"]: {p for p in node["depends_on"]["nodes"] if p in names} for node in models}
    readers: dict[str, list[str]] = {}
    for node, above in parents.items():
        for parent in above:
            readers.setdefault(parent, []).append(node)
    found: dict[str, set[str]] = {}
    for node, readers_of_it in readers.items():
        is_kept_apart = len(readers_of_it) == 1 and parents[node] & parents[readers_of_it[0]]
        if is_kept_apart and not names[node].endswith("_affected"):
            found.setdefault(names[readers_of_it[0]], set()).add(names[node])
    assert found == KEPT_APART


def test_no_view_depends_on_what_a_run_finds(manifest, models):
    """An unchanged project's views are not made again (selectors.yml): their SQL may not ask the warehouse anything."""
    asking = {
        "macro.dbt.run_query",
        "macro.dbt.is_incremental",
        "macro.dbt.load_relation",
        "macro.comptoir.as_last_built",
    }

    def reached(macros: list[str]) -> set[str]:
        found: set[str] = set()
        waiting = list(macros)
        while waiting:
            macro = waiting.pop()
            if macro not in found:
                found.add(macro)
                waiting += manifest["macros"][macro]["depends_on"]["macros"]
        return found

    views = [node for node in models if node["config"]["materialized"] == "view"]
    assert len(views) > 100
    assert {node["name"]: found for node in views if (found := asking & reached(node["depends_on"]["macros"]))} == {}


def test_staging_reads_one_relation_each(models):
    for node in models:
        if layer(node) == "staging":
            assert [parent.split(".")[0] for parent in node["depends_on"]["nodes"]] == ["source"], node["name"]


def test_a_description_of_a_column_is_written_once():
    blocks = re.findall(r"{% docs (\w+) %}", (PROJECT_DIR / "dbt/models/_columns.md").read_text(encoding="utf-8"))
    assert len(blocks) == len(set(blocks))
    used = set()
    for path in (PROJECT_DIR / "dbt/models").rglob("*.yml"):
        used |= set(re.findall(r"{{ doc\('(\w+)'\) }}", path.read_text(encoding="utf-8")))
    assert set(blocks) == used


def test_every_table_that_grows_is_on_the_list_of_any_history(models):
    growing = {node["name"] for node in models if node["config"]["materialized"] == "incremental"}
    # what is measured, judged and set beside its neighbours is compared as kpi_month
    assert growing - {"kpi_measured", "kpi_judged", "kpi_peer"} == INCREMENTAL


def test_every_source_says_how_fresh_it_must_be(manifest):
    tables = [table for table in manifest["sources"].values() if table["source_name"] != "lake"]
    assert len(tables) > 40
    assert [t["unique_id"] for t in tables if not (t["freshness"]["warn_after"] and t["loaded_at_query"])] == []


def test_exposures_name_the_dashboard_and_open_sql(manifest):
    exposures = {exposure["name"]: exposure for exposure in manifest["exposures"].values()}
    assert set(exposures) == {"tableau_de_bord_du_territoire", "open_sql"}
    assert exposures["tableau_de_bord_du_territoire"]["label"] == "Tableau de bord du territoire"


def test_what_lies_inside_is_said_one_way():
    """An EPCI may weigh 1 where it does not wholly lie, and a destination weighs nothing where it does."""
    found = [
        str(path)
        for folder in ("models", "macros")
        for path in (PROJECT_DIR / "dbt" / folder).rglob("*.sql")
        if re.search(r"\bweight = 1\b", path.read_text(encoding="utf-8"))
    ]
    assert found == [], "join bridge_territory_ancestor with is_inside"


def test_no_null_is_turned_into_a_zero():
    """`coalesce(x, 0)` would say "zero" where the publisher said nothing."""
    found = [
        f"{path.name}: {match.group(0)}"
        for path in (PROJECT_DIR / "dbt").rglob("*.sql")
        for match in re.finditer(r"(coalesce|ifnull)\([^()]*,\s*0(\.0)?\s*\)", path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.slow
def test_every_real_column_is_declared(warehouse, models):
    """Views are under no contract: their columns are compared with what the warehouse really holds."""
    real: dict[str, set[str]] = {}
    rows = warehouse.query(
        "select table_name, column_name from information_schema.columns "
        "where table_schema in ('main', 'staging', 'intermediate')"
    )
    for table, column in rows:
        real.setdefault(table, set()).add(column)
    assert {
        node["name"]: real[node["name"]] ^ set(node["columns"])
        for node in models
        if real[node["name"]] ^ set(node["columns"])
    } == {}
