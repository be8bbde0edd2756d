"""Prove offline that each dashboard's figures lead to a column under contract, and to none that is restricted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from comptoir.bi.assets import KPI_DATASET, Asset, Metric, filter_column
from comptoir.settings import ComptoirError, read_yaml
from comptoir.warehouse.dictionary import public_tables

# The one-row table that `publish` adds to what dbt builds.
PUBLICATION_COLUMNS = frozenset({"version_id", "night", "published_at", "is_demo", "banner_fr", "content_sha256"})


def contracted_columns(dbt_dir: Path) -> dict[str, frozenset[str]]:
    """Return the columns of each table under contract, by table, and of the one that `publish` adds."""
    tables = public_tables(dbt_dir / "models")
    contracted = {name: frozenset(column.name for column in table.columns) for name, table in tables.items()}
    return contracted | {"publication": PUBLICATION_COLUMNS}


def names_in(expression: str) -> tuple[set[str], set[str]]:
    """Return the columns and the tables an SQL expression reads, in lower case.

    Raises:
        ComptoirError: the expression is not DuckDB's SQL.
    """
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    try:
        tree = parse_one(expression, read="duckdb")
    except SqlglotError as error:
        raise ComptoirError(f"This is not an SQL expression: {expression} ({error}). Correct it.") from error
    columns = {column.name.lower() for column in tree.find_all(exp.Column)}
    return columns, {table.name.lower() for table in tree.find_all(exp.Table)}


def validate(
    assets: Sequence[Asset],
    metrics: Iterable[Metric],
    contracts: Mapping[str, Collection[str]],
    restricted: Collection[str] = (),
) -> list[str]:
    """Return what is wrong, in sentences; an empty list when every dashboard holds.

    ``contracts`` are the contracted columns by table (see `contracted_columns`), ``restricted`` the tables of
    ``restricted.duckdb``, which no chart may read.
    """
    by_uuid = {asset.uuid: asset for asset in assets}
    problems = [f"{kind} '{title}': its uuid is used twice." for kind, title in _repeated(assets)]
    catalogue = list(metrics)
    for asset in assets:
        if asset.kind == "datasets":
            problems += _check_dataset(asset, catalogue, contracts, restricted)
        elif asset.kind == "charts":
            problems += _check_chart(asset, by_uuid, catalogue)
        elif asset.kind == "dashboards":
            problems += _check_dashboard(asset, by_uuid)
    used = {uuid for asset in assets if asset.kind == "dashboards" for uuid in _chart_uuids(asset)}
    problems += [
        f"chart '{a.title}' stands on no dashboard." for a in assets if a.kind == "charts" and a.uuid not in used
    ]
    return problems


def _repeated(assets: Sequence[Asset]) -> list[tuple[str, str]]:
    seen: set[str] = set()
    repeated = []
    for asset in assets:
        if asset.uuid in seen:
            repeated.append((asset.kind.removesuffix("s"), asset.title))
        seen.add(asset.uuid)
    return repeated


def _check_dataset(
    asset: Asset, catalogue: list[Metric], contracts: Mapping[str, Collection[str]], restricted: Collection[str]
) -> list[str]:
    table = asset.title
    where = f"dataset '{table}'"
    if table in restricted:
        return [f"{where} reads a table of restricted.duckdb: no dashboard may show it."]
    if table not in contracts:
        return [f"{where} reads a table that no dbt model declares. Declare it in dbt/models, or remove the dataset."]
    problems = []
    if asset.content.get("sql"):
        problems.append(f"{where} is a query of its own: read a reporting table, whose columns are under contract.")
    expressions = []
    for column in asset.content["columns"]:
        name = column["column_name"]
        expressions.append((f"column '{name}'", column.get("expression") or f'"{name}"'))
        if not column.get("verbose_name"):
            problems.append(f"{where}, column '{name}' has no French name.")
    metrics = [*asset.content.get("metrics", []), *(catalogue if table == KPI_DATASET else [])]
    expressions += [(f"metric '{metric['metric_name']}'", metric["expression"]) for metric in metrics]
    for what, expression in expressions:
        columns, tables = names_in(expression)
        known = {name.lower() for read in (table, *tables) for name in contracts.get(read, ())}
        unknown = sorted(columns - known)
        problems += [f"{where}, {what}: '{name}' is not a contracted column." for name in unknown]
        problems += [
            f"{where}, {what} reads the restricted table '{name}'." for name in sorted(tables & set(restricted))
        ]
        problems += [f"{where}, {what}: no dbt model declares '{name}'." for name in sorted(tables - set(contracts))]
    names = [metric["metric_name"] for metric in metrics]
    repeated = sorted({name for name in names if names.count(name) > 1})
    return problems + [f"{where}: the metric '{name}' is defined twice." for name in repeated]


def _check_chart(asset: Asset, by_uuid: Mapping[str, Asset], catalogue: list[Metric]) -> list[str]:
    where = f"chart '{asset.title}'"
    dataset = by_uuid.get(str(asset.content.get("dataset_uuid")))
    if dataset is None or dataset.kind != "datasets":
        return [f"{where} reads a dataset that is not in superset/assets."]
    columns = {column["column_name"] for column in dataset.content["columns"]}
    metrics = {metric["metric_name"] for metric in dataset.content.get("metrics", [])}
    if dataset.title == KPI_DATASET:
        metrics |= {metric["metric_name"] for metric in catalogue}
    problems = []
    for kind, name in _references(asset.content["params"]):
        if kind == "column" and name not in columns:
            problems.append(f"{where} reads the column '{name}', which dataset '{dataset.title}' does not have.")
        elif kind == "metric" and name not in metrics:
            problems.append(f"{where} reads the metric '{name}', which dataset '{dataset.title}' does not have.")
        elif kind == "sql":
            problems.append(f"{where} holds SQL of its own ({name}): make it a metric of the dataset.")
    if not asset.content.get("description") and not metrics & {
        n for k, n in _references(asset.content["params"]) if k == "metric"
    }:
        problems.append(f"{where} has neither a description nor a metric of the catalogue to define it.")
    return problems


def _references(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a chart's parameters read: ``('column' | 'metric' | 'sql', name)``."""
    found: list[tuple[str, str]] = []
    for metric in [params.get("metric"), params.get("timeseries_limit_metric"), *params.get("metrics", [])]:
        if isinstance(metric, str):
            found.append(("metric", metric))
        elif isinstance(metric, dict) and metric.get("expressionType") == "SIMPLE":
            found.append(("column", metric["column"]["column_name"]))
        elif isinstance(metric, dict):
            found.append(("sql", str(metric.get("sqlExpression"))))
    single = [params.get("x_axis"), params.get("granularity_sqla")]
    for column in [*single, *params.get("groupby", []), *params.get("all_columns", []), *params.get("columns", [])]:
        if isinstance(column, str):
            found.append(("column", column))
        elif isinstance(column, dict):
            found.append(("sql", str(column.get("sqlExpression"))))
    for order in params.get("order_by_cols", []):
        found.append(("column", read_yaml(order)[0]))
    for condition in params.get("adhoc_filters", []):
        kind = "column" if condition.get("expressionType") == "SIMPLE" else "sql"
        found.append((kind, str(condition.get("subject") if kind == "column" else condition.get("sqlExpression"))))
    for rule in params.get("conditional_formatting", []):
        found.append(("column", str(rule["column"])))
    return found


def _chart_uuids(dashboard: Asset) -> list[str]:
    elements = dashboard.content["position"].values()
    return [str(e["meta"]["uuid"]) for e in elements if isinstance(e, dict) and e.get("type") == "CHART"]


def _check_dashboard(asset: Asset, by_uuid: Mapping[str, Asset]) -> list[str]:
    where = f"dashboard '{asset.title}'"
    position = asset.content["position"]
    problems = [
        f"{where} shows a chart that is not in superset/assets ({u})." for u in _chart_uuids(asset) if u not in by_uuid
    ]
    reached, waiting = set(), ["ROOT_ID", "HEADER_ID"]
    while waiting:
        element_id = waiting.pop()
        reached.add(element_id)
        if element_id not in position:
            problems.append(f"{where}: its layout names the element '{element_id}', which does not exist.")
            continue
        waiting += position[element_id].get("children", [])
    lost = set(position) - reached - {"DASHBOARD_VERSION_KEY"}
    problems += [f"{where}: the element '{element_id}' stands in no row." for element_id in sorted(lost)]
    for native_filter in asset.content["metadata"].get("native_filter_configuration", []):
        name = f"{where}, filter '{native_filter['name']}'"
        column = filter_column(native_filter)
        dataset = by_uuid.get(str((native_filter["targets"] or [{}])[0].get("datasetUuid")))
        if column and (dataset is None or column not in {c["column_name"] for c in dataset.content["columns"]}):
            problems.append(f"{name} acts on '{column}', which its dataset does not have.")
        unknown = [uuid for uuid in native_filter["scope"]["excluded"] if uuid not in by_uuid]
        problems += [f"{name} leaves out an unknown chart ({uuid})." for uuid in unknown]
    return problems
