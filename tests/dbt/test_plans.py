"""How DuckDB goes about each model: a join that compares every row with every row grows with the square of a night."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pytest

from comptoir.warehouse.build import dbt

pytestmark = [pytest.mark.slow]
# Of joins without a key that are meant: what their condition says, and the side that stays small whatever night it is.
MEANT = {
    "member_id IN (territory_id, epci_id)": "the destinations of comptoir.yml",
    "population_": "ten bands of population, whichever end DuckDB compares first",
    "territory_level = 'country'": "the strata of a région",
    "starts_at + (hour_number": "the time zones of the schedules",
    "list_contains(source_streams": "streams, and the sets of them that a KPI rests on",
}


def keyless_joins(plan: dict[str, Any]) -> list[str]:
    """The conditions of the plan's joins that have no key, by DuckDB's name of them."""
    own = [str(plan["extra_info"])] if plan["name"].strip() == "BLOCKWISE_NL_JOIN" else []
    return own + [found for child in plan["children"] for found in keyless_joins(child)]


@pytest.fixture(scope="module")
def plans(empty_warehouse) -> dict[str, list[str]]:
    """By model, as an ordinary run compiles it and as one of the whole does; some stage rows of their own: no plan."""
    empty_warehouse.reset()
    settings = empty_warehouse.settings
    compiled = settings.var_dir / "dbt" / "target" / "compiled"
    found: dict[str, list[str]] = {}
    for command in (["compile"], ["compile", "--full-refresh"]):
        assert dbt(command, settings).exception is None
        with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
            for path in sorted(compiled.rglob("models/**/*.sql")):
                if path.stem not in {"kpi_measured", "kpi_measured_whole", "kpi_day"}:
                    (_, plan) = connection.execute(f"explain (format json) {path.read_text()}").fetchone()
                    joins = [join for root in json.loads(plan) for join in keyless_joins(root)]
                    found.setdefault(path.stem, []).extend(joins)
    return found


def test_no_join_is_without_a_key_where_a_side_grows(plans):
    assert len(plans) > 250
    unmeant = {
        name: [join for join in joins if not any(known in join for known in MEANT)] for name, joins in plans.items()
    }
    assert {name: joins for name, joins in unmeant.items() if joins} == {}
    every = "".join(join for joins in plans.values() for join in joins)
    assert {known for known in MEANT if known not in every} == set(), "no longer there"
