"""What the project promises of every model: described, tested, in its layer, under contract."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlglot
import yaml
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
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
    # breaks of series, which may come later than the figure; figures of others, found again with other neighbours
    "kpi_month": {"kpi_month_break", "kpi_peer"},
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


def test_no_model_is_longer_than_a_reader_holds_in_mind():
    """150 lines at most: beyond, a part of it is a model or a macro that has a name."""
    lengths = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in (PROJECT_DIR / "dbt/models").rglob("*.sql")
    }
    assert len(lengths) > 200
    assert {name: length for name, length in lengths.items() if length > 150} == {}


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


def test_what_two_columns_mean_alike_is_a_block():
    text = (PROJECT_DIR / "dbt/models/_columns.md").read_text(encoding="utf-8")
    written = Counter(
        " ".join(block.split()) for block in re.findall(r"{% docs \w+ %}(.*?){% enddocs %}", text, re.DOTALL)
    )

    def count(part):
        if isinstance(part, list):
            for item in part:
                count(item)
        elif isinstance(part, dict):
            columns = part.get("columns")
            for column in columns if isinstance(columns, list) else []:
                described = isinstance(column, dict) and " ".join(str(column.get("description", "")).split())
                if described and "{{ doc(" not in described:
                    written[described] += 1
            count(list(part.values()))

    for folder in ("models", "seeds"):
        for path in (PROJECT_DIR / "dbt" / folder).rglob("*.yml"):
            count(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert len(written) > 500
    assert {text: times for text, times in written.items() if times > 1} == {}


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


# What DuckDB 1.5 and Spark SQL 3.5 both have; any other function is called by a macro of dbt/macros/engine (ADR 35).
COMMON_FUNCTIONS = (
    "abs|any_value|avg|bool_or|cast|chr|coalesce|concat_ws|count|date_trunc|extract|floor|greatest|lag|last_value|lead|least|"
    "lower|max|max_by|median|min|min_by|mod|month|nullif|power|rank|round|row_number|sqrt|stddev_samp|sum|trim|var_samp|year"
)
# Words before a bracket that call nothing.
KEYWORDS = (
    "all|and|as|by|case|distinct|else|except|exclude|exists|filter|from|having|in|intersect|join|lateral|name|not|on|or|over|"
    "select|then|union|using|values|when|where"
)
FORBIDDEN_FORMS = {
    "a cast by ::": r"::",
    "distinct on": r"\bdistinct\s+on\b",
    "group or order by all": r"\b(?:group|order)\s+by\s+all\b",
    "a list in brackets": r"\[",
    "a struct in braces": r"\{",
    "a lambda": r"->|\blambda\b",
    "a whole division by //": r"//",
    "a semi, anti, asof or positional join": r"\b(?:semi|anti|asof|positional)\s+(?:left\s+)?join\b",
    "a list of values that reads other columns": r"\blateral\s*\(\s*values\b",
    "a part of a date that is not the same": r"\bextract\s*\(\s*(?!(?:year|quarter|month|day)\b)\w+",
    "a frame over a named window": r"\bover\s*\(\s*\w+\s+(?:rows|range)\b",
    "a day less a day (dbt.datediff)": r"_on\s*-\s*(?:\w+\.)?\w+_on\b",
}


def own_sql(text: str) -> str:
    """The SQL of a model outside its macro calls, comments and texts, every character in its place."""
    tokens = r"\{#.*?#\}|\{%.*?%\}|(\{\{.*?\}\})|--[^\n]*|('(?:\{\{.*?\}\}|[^'])*')"

    def blank(match: re.Match) -> str:
        spaces = re.sub(r"[^\n]", " ", match[0])
        return "_" + spaces[1:] if match[1] or match[2] else spaces

    return re.sub(tokens, blank, text, flags=re.DOTALL)


def engine_dependent(text: str) -> Iterator[tuple[int, str]]:
    """Line and name of each function or form that only DuckDB has."""
    sql = own_sql(text).lower()
    found = [(match.start(), what) for what, form in FORBIDDEN_FORMS.items() for match in re.finditer(form, sql)]
    # Of each open bracket: what stands before it, and whether its query has had its select.
    brackets, closed, before, named = [["", False]], "", "", False
    for match in re.finditer(r"[a-z_]\w*|[^\s\w]|\d+", sql):
        token, place = match[0], match.start()
        inside = brackets[-1]
        if token == "(":
            is_call = re.fullmatch(r"[a-z]\w*", before) and not re.fullmatch(KEYWORDS, before) and not named
            if is_call and not re.fullmatch(COMMON_FUNCTIONS, before):
                found.append((place, f"{before}()"))
            brackets.append([before, False])
        elif token == ")" and len(brackets) > 1:
            closed = brackets.pop()[0]
        elif token == "select":
            inside[1] = True
        elif token in {"union", "except", "intersect"}:
            inside[1] = False
        elif token == "from" and not inside[1] and inside[0] not in {"extract", "trim"} and before != "distinct":
            found.append((place, "a query that begins with from"))
        elif token == "order" and re.fullmatch(COMMON_FUNCTIONS, inside[0]):
            found.append((place, "an aggregate in an order (ordered)"))
        elif token == "over" and before == ")" and closed == "filter":
            found.append((place, "a filter of a window"))
        # an alias and a type come after "as", and may have brackets
        named = before == "as"
        before = token
    return ((sql.count("\n", 0, place) + 1, what) for place, what in sorted(found))


def test_what_depends_on_the_engine_is_in_macros():
    found = [
        f"{path.relative_to(PROJECT_DIR)}:{line}: {what}"
        for path in sorted((PROJECT_DIR / "dbt/models").rglob("*.sql"))
        for line, what in engine_dependent(path.read_text(encoding="utf-8"))
    ]
    assert found == [], "a macro of dbt/macros/engine, or a form that ADR 35 allows"


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("select list_sort(a) as a from t", "list_sort()"),
        ("select {{ ref('t') }}.a,\n strftime (a, '%Y') as a from t", "strftime()"),
        ("select a::date from t", "a cast by ::"),
        ("with u as (select 1 as a) from u select a", "a query that begins with from"),
        ("select a from (from t)", "a query that begins with from"),
        ("select distinct on (a) a from t", "distinct on"),
        ("select a, count(*) from t group by all", "group or order by all"),
        ("select a[1] from t", "a list in brackets"),
        ("select a from t, unnest([1, 2]) as u (a)", "a list in brackets"),
        ("select {'a': b} as c from t", "a struct in braces"),
        ("select sum(max(a, 2)) filter (where b) over (partition by c) from t", "a filter of a window"),
        ("select avg(a * (b + 1) order by c) from t", "an aggregate in an order (ordered)"),
        ("select min(a) over (w rows between 1 following and 2 following) from t window w as (order by b)", "a frame"),
        ("select extract(isodow from a_on) from t", "a part of a date"),
        ("select a from t semi join u using (a)", "a semi"),
        ("select t.a_on - u.b_on as days from t", "a day less a day"),
        ("select a // 2 from t", "a whole division"),
        ("select c.b from t cross join lateral (values (t.a)) as c (b)", "a list of values"),
    ],
)
def test_each_engine_dependent_form_is_found(sql, what):
    assert any(name.startswith(what) for _, name in engine_dependent(sql))


def test_what_both_engines_read_is_left_alone():
    common = """
        {%- set wide = [1, 2] %} -- it's a list: x[1]::int, list_sort(a)
        with u as (select 'a[1]::int' as a from (select 1 as b) as t where a is distinct from b)
        select extract(year from a_on), cast(a as decimal(38, 12)), trim(a), {{ each_of('a[1]') }} as b, * exclude (c),
            sum(a) filter (where b) as d, row_number() over (partition by a order by b) as e
        from u cross join (values (1), (2)) as v (f) where (a, b) in (select (a, b) from u)
        qualify rank() over w = 1 window w as (partition by a order by b)
        union all by name (select a from u)
    """
    assert list(engine_dependent(common)) == []


def aligned(query: exp.Expression, names: list[str]) -> None:
    """The columns of each part of a union in one order; those it does not have are NULL."""
    if isinstance(query, exp.SetOperation):
        aligned(query.left, names)
        aligned(query.right, names)
    elif isinstance(query, exp.Subquery):
        aligned(query.this, names)
    else:
        have = {column.alias_or_name: column for column in query.expressions}
        query.set("expressions", [have.get(name) or exp.alias_(exp.null(), name) for name in names])


def for_spark(sql: str, columns: dict) -> str:
    """The rewriting of ADR 35: the four forms of DuckDB in Spark's SQL."""
    tree = qualify(
        sqlglot.parse_one(sql, read="duckdb"), schema=columns, dialect="duckdb", identify=False, quote_identifiers=False
    )
    for condition in tree.find_all(exp.Qualify):
        # it becomes the condition of a query around, where the relations have lost their names
        for column in condition.find_all(exp.Column):
            if isinstance(column.find_ancestor(exp.Window, exp.Qualify), exp.Qualify):
                column.set("table", None)
    # the innermost first: a union of unions by name has the names of all
    for union in reversed(list(tree.find_all(exp.SetOperation))):
        if union.args.get("by_name"):
            aligned(union, list(dict.fromkeys(union.left.named_selects + union.right.named_selects)))
            union.set("by_name", None)
    for within in tree.find_all(exp.In):
        rows = within.args["query"].this.expressions if within.args.get("query") else []
        if len(rows) == 1 and isinstance(rows[0].unalias(), exp.Tuple):
            within.args["query"].this.set("expressions", rows[0].unalias().expressions)
    return tree.sql(dialect="spark", comments=False)


@pytest.mark.slow
def test_the_forms_of_duckdb_are_rewritten_for_spark(warehouse_template: Path, worker_var: Path):
    columns: dict = {}
    with duckdb.connect(str(warehouse_template), read_only=True) as connection:
        for *relation, column, type_name in connection.execute(
            "select table_catalog, table_schema, table_name, column_name, data_type from information_schema.columns"
        ).fetchall():
            of_relation = columns
            for name in relation:
                of_relation = of_relation.setdefault(name, {})
            of_relation[column] = type_name
    allowed = r"\bqualify\b|\bby name\b|\bexclude \(|\bselect \(\w+, "
    compiled = worker_var / "dbt/target/compiled/comptoir/models"
    read = 0
    for path in sorted(compiled.rglob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        if path.parent.suffix != ".yml" and re.search(allowed, sql):
            read += 1
            spark = re.sub(r"'[^']*'", "", for_spark(sql, columns))
            assert not re.search(r"\bqualify\b|union (all )?by name\b|\* except|select \*|\.\*", spark.lower()), (
                path.stem
            )
    assert read > 30


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
