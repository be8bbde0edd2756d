"""From comptoir.yml to ``dim_listening_query``: every version of a query, and a new one as a break."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from comptoir.settings import Settings
from comptoir.warehouse.build import dbt

HEAD = "main_territory_id: region:53\nsources: [mastodon]\n"
QUERY = (
    '  - {{query_id: {}, query_version: {}, platform: mastodon, hashtag: "{}", '
    "territory_id: 'region:53', valid_from: {}}}\n"
)
FIRST = QUERY.format("sea", 1, "l'iode", "2026-01-01") + QUERY.format("town", 1, "ville", "2026-02-01")
SECOND = QUERY.format("sea", 2, "embruns", "2026-09-01")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("queries")
    return Settings.model_validate({"COMPTOIR_VAR": folder, "COMPTOIR_CONFIG": folder / "comptoir.yml"})


@pytest.fixture(scope="module")
def listen(installation: Settings):
    """Build what the warehouse knows of the queries of a configuration."""

    def run(queries: str) -> list[tuple]:
        installation.config_path.write_text(
            HEAD + (f"listening_queries:\n{queries}" if queries else ""), encoding="utf-8"
        )
        outcome = dbt(["run", "--select", "stg_lake__listening_query", "dim_listening_query"], installation)
        assert outcome.exception is None
        assert {str(item.status) for item in outcome.results} == {"success"}
        with duckdb.connect(str(installation.warehouse_path), read_only=True) as connection:
            return connection.execute(
                "select query_id, query_version, channel_code, hashtag, territory_id, valid_from, valid_to, is_break "
                "from dim_listening_query order by query_id, query_version"
            ).fetchall()

    return run


def test_a_new_version_is_a_break_and_ends_the_one_before(listen):
    town = ("town", 1, "mastodon", "ville", "region:53", dt.date(2026, 2, 1), None, False)
    assert listen(FIRST) == [("sea", 1, "mastodon", "l'iode", "region:53", dt.date(2026, 1, 1), None, False), town]
    change = dt.date(2026, 9, 1)
    both = [
        ("sea", 1, "mastodon", "l'iode", "region:53", dt.date(2026, 1, 1), change, False),
        ("sea", 2, "mastodon", "embruns", "region:53", change, None, True),
        town,
    ]
    assert listen(FIRST + SECOND) == both
    assert listen(SECOND + FIRST) == both


def test_an_installation_may_listen_to_nothing(listen):
    assert listen("") == []


def test_a_version_that_captured_posts_and_left_the_configuration_is_shown(installation, listen):
    listen(FIRST + SECOND)
    with duckdb.connect(str(installation.warehouse_path)) as connection:
        connection.execute("create or replace table fct_post_query as select 'sea' as query_id, 2 as query_version")

    def missing() -> tuple[str, int]:
        outcome = dbt(["test", "--select", "captured_queries_are_configured"], installation)
        (result,) = [item for item in outcome.results if item.node.resource_type == "test"]
        return str(result.status), result.failures

    assert missing() == ("pass", 0)
    listen(FIRST)
    assert missing() == ("warn", 1)
