"""The offline proof: dashboard → chart → dataset → contracted column."""

from __future__ import annotations

import copy
import re
import runpy
from pathlib import Path
from typing import Any

import duckdb
import pytest

from comptoir.bi.assets import Asset, bundle, canonical, chart_metrics, fingerprint, load_assets, read_export
from comptoir.bi.roles import load_roles
from comptoir.bi.validate import PUBLICATION_COLUMNS, contracted_columns, names_in, validate
from comptoir.serving.build import PUBLICATION_COLUMNS as PUBLICATION_DDL
from comptoir.serving.contract import SERVED_TABLES
from comptoir.settings import ComptoirError, get_settings
from comptoir.warehouse.catalogue import superset_metrics

RESTRICTED = {table.name for table in SERVED_TABLES if table.file == "restricted"}


@pytest.fixture
def assets() -> list[Asset]:
    return copy.deepcopy(load_assets(get_settings().superset_assets_dir))


def check(assets: list[Asset]) -> list[str]:
    return validate(assets, superset_metrics(), contracted_columns(get_settings().dbt_dir), RESTRICTED)


def of(assets: list[Asset], kind: str, name: str) -> dict[str, Any]:
    return next(asset.content for asset in assets if (asset.kind, asset.name) == (kind, name))


def test_the_dashboards_of_this_repository_hold(assets: list[Asset]) -> None:
    assert check(assets) == []


def test_datasets_declare_every_column_the_contract_gives_to_the_kpis(assets: list[Asset]) -> None:
    declared = {column["column_name"] for column in of(assets, "datasets", "rpt_kpi_month")["columns"]}
    assert contracted_columns(get_settings().dbt_dir)["rpt_kpi_month"] <= declared


def test_a_column_that_left_the_contract_is_named(assets: list[Asset]) -> None:
    of(assets, "datasets", "rpt_source_status")["columns"][0]["column_name"] = "gone"
    assert "dataset 'rpt_source_status', column 'gone': 'gone' is not a contracted column." in check(assets)


def test_a_calculated_column_is_read_too(assets: list[Asset]) -> None:
    of(assets, "datasets", "publication")["columns"][-1]["expression"] = "upper(banner_fr || secret_note)"
    assert any("'secret_note' is not a contracted column" in problem for problem in check(assets))


def test_a_metric_out_of_the_catalogue_is_refused(assets: list[Asset]) -> None:
    of(assets, "charts", "demandes")["params"]["metric"] = "happiness"
    assert any("reads the metric 'happiness'" in problem for problem in check(assets))


def test_sql_in_a_chart_is_refused(assets: list[Asset]) -> None:
    of(assets, "charts", "demandes")["params"]["metric"] = {"expressionType": "SQL", "sqlExpression": "sum(value)"}
    assert any("holds SQL of its own (sum(value))" in problem for problem in check(assets))


def test_a_chart_may_not_read_a_restricted_table(assets: list[Asset]) -> None:
    of(assets, "datasets", "rpt_source_status")["table_name"] = "fct_post"
    assert any("reads a table of restricted.duckdb" in problem for problem in check(assets))


def test_an_expression_may_not_reach_a_restricted_table(assets: list[Asset]) -> None:
    of(assets, "datasets", "publication")["columns"][-1]["expression"] = "(select max(post_text) from fct_post)"
    assert any("reads the restricted table 'fct_post'" in problem for problem in check(assets))


def test_a_chart_on_no_dashboard_and_a_hole_in_the_layout_are_told(assets: list[Asset]) -> None:
    position = of(assets, "dashboards", "territoire")["position"]
    position["ROW-habitants_chiffres"]["children"].remove("CHART-demandes")
    assert any("the element 'CHART-demandes' stands in no row" in problem for problem in check(assets))
    del position["CHART-demandes"]
    assert "chart 'Demandes' stands on no dashboard." in check(assets)


def test_a_filter_on_an_unknown_column_is_told(assets: list[Asset]) -> None:
    filters = of(assets, "dashboards", "territoire")["metadata"]["native_filter_configuration"]
    filters[0]["targets"][0]["column"]["name"] = "town"
    assert any("filter 'Territoire' acts on 'town'" in problem for problem in check(assets))


def test_names_in_an_expression() -> None:
    assert names_in("max(month_on) filter (where kpi_id = 'followers')") == ({"month_on", "kpi_id"}, set())
    assert names_in("night > (select max(night) from publication) - 7") == ({"night"}, {"publication"})
    with pytest.raises(ComptoirError, match="not an SQL expression"):
        names_in("sum((")


def test_every_chart_ends_with_a_definition(assets: list[Asset]) -> None:
    exported = read_export(bundle(assets, superset_metrics(), "duckdb:///x", None))
    assert all(asset.content["description"] for asset in exported if asset.kind == "charts")
    requests = next(a for a in exported if a.kind == "charts" and a.title == "Demandes")
    assert "localisés dans une commune connue" in requests.content["description"]


def test_titles_are_french_and_unique(assets: list[Asset]) -> None:
    titles = [asset.title for asset in assets if asset.kind == "charts"]
    assert len(titles) == len(set(titles))
    english = re.compile(r"\b(the|of|and|by|share|nights|followers|requests|sources? status)\b", re.IGNORECASE)
    assert [title for title in titles if english.search(title)] == []


def test_the_bundle_is_undone_by_canonical(assets: list[Asset]) -> None:
    metrics = superset_metrics()
    exported = read_export(bundle(assets, metrics, "duckdb:///x", "Bretagne (région)"))
    returned = {asset.uuid: asset.content for asset in exported}
    for asset in assets:
        if asset.kind != "databases":
            undone = canonical(asset.kind, returned[asset.uuid], metrics)
            assert fingerprint(undone) == fingerprint(canonical(asset.kind, asset.content, metrics)), asset.title


def test_the_served_file_is_opened_locked(assets: list[Asset]) -> None:
    database = of(assets, "databases", "comptoir")
    arguments = database["extra"]["engine_params"]["connect_args"]
    assert arguments == {"read_only": True, "config": {"enable_external_access": False, "lock_configuration": True}}
    assert not any(database[key] for key in ("allow_dml", "allow_ctas", "allow_cvas", "allow_file_upload"))


def test_only_the_analyst_writes_sql() -> None:
    roles = load_roles(get_settings().project_dir / "superset" / "roles.yml")
    granted = {
        name: {permission for group in role.includes for permission in roles.permissions[group]}
        for name, role in roles.roles.items()
    }
    writers = {name for name, permissions in granted.items() if any("SQL" in permission for permission in permissions)}
    assert writers == {"Analyste"} == {name for name, role in roles.roles.items() if role.database_access}


def test_a_role_that_includes_nothing_known_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "roles.yml"
    file.write_text("roles: {A: {description: x, includes: [nope], datasets: []}}\npermissions: {}\n")
    with pytest.raises(ComptoirError, match="role A includes nope"):
        load_roles(file)


def test_a_chart_names_its_metrics() -> None:
    assert chart_metrics({"params": {"metric": "a", "metrics": ["b", {"expressionType": "SIMPLE"}]}}) == ["a", "b"]


def test_superset_refuses_to_start_without_its_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = str(get_settings().project_dir / "superset" / "superset_config.py")
    monkeypatch.delenv("COMPTOIR_VAR", raising=False)
    monkeypatch.delenv("COMPTOIR_SUPERSET_SECRET_KEY", raising=False)
    with pytest.raises(RuntimeError, match="COMPTOIR_VAR is not set"):
        runpy.run_path(config)
    monkeypatch.setenv("COMPTOIR_VAR", str(tmp_path))
    with pytest.raises(RuntimeError, match="refuses to start without a secret key"):
        runpy.run_path(config)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "superset_secret_key").write_text("k" * 40)
    assert runpy.run_path(config)["SECRET_KEY"] == "k" * 40


def test_the_publication_columns_are_those_that_publish_writes() -> None:
    written = {part.split()[0] for part in PUBLICATION_DDL.split(",")}
    assert written == PUBLICATION_COLUMNS


def test_a_territory_is_named_without_ambiguity(assets: list[Asset]) -> None:
    """Two communes of one name would be added up under one label: each label is one territory."""
    columns = {column["column_name"]: column for column in of(assets, "datasets", "rpt_kpi_month")["columns"]}
    seeds = get_settings().dbt_dir / "seeds" / "reference"
    sources = {
        "commune": "commune_code, commune_name FROM read_csv('{}/communes.csv', all_varchar = true)",
        "epci": "epci_code, epci_name FROM read_csv('{}/epci.csv', all_varchar = true)",
        "departement": "department_code, department_name FROM read_csv('{}/departements.csv', all_varchar = true)",
        "nuts": "nuts_code, nuts_name FROM read_csv('{}/nuts.csv', all_varchar = true)",
    }
    territories = " UNION ALL ".join(
        f"SELECT DISTINCT '{level}' AS territory_level, {source.format(seeds)}" for level, source in sources.items()
    )
    query = f"""
        WITH territories (territory_level, territory_code, territory_name) AS ({territories})
        SELECT count(*), count(DISTINCT {columns["territory_label"]["expression"]}) FROM territories"""
    count, distinct = duckdb.sql(query).fetchall()[0]
    assert count == distinct > 35_000
