"""Dashboard 1: what its charts obtain equals SQL written by hand, and a real browser shows them all."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from comptoir.bi.assets import Asset, load_assets
from comptoir.bi.install import ADMIN_USER, admin_password
from comptoir.bi.provision import provision
from comptoir.bi.screenshot import capture, find_browser, open_dashboard
from comptoir.bi.session import SupersetSession, admin_session
from comptoir.settings import ComptoirError, get_settings

pytestmark = [pytest.mark.superset, pytest.mark.slow, pytest.mark.timeout(600)]
TERRITORY = "Bretagne (région)"
SERIES = """
SELECT month_on, value FROM rpt_kpi_month
WHERE territory_id = 'region:53' AND kpi_id = '{kpi}'
  AND month_on >= current_date - INTERVAL 24 MONTH AND month_on <= current_date {more}
ORDER BY month_on
"""
BOUNDS = SERIES.replace("month_on, value", "month_on, value, interval_low, interval_high")
ALL, MASTODON = "AND channel_code = 'all'", "AND channel_code = 'mastodon'"
WHOLE = "AND month_on + INTERVAL 1 MONTH - INTERVAL 1 DAY <= data_through_on"
# Title of the chart: the SQL that a reader who does not trust Superset would write.
BY_HAND = {
    "Demandes": SERIES.format(kpi="requests", more=WHOLE),
    "Part des demandes numériques": SERIES.format(kpi="digital_request_share", more=WHOLE),
    "Demandes par mois": SERIES.format(kpi="requests", more=""),
    "Part des demandes numériques (intervalle à 95 %)": BOUNDS.format(kpi="digital_request_share", more=""),
    "Abonnés": SERIES.format(kpi="followers", more=ALL),
    "Abonnés pour 1 000 habitants": SERIES.format(kpi="followers_per_1000_inhabitants", more=ALL),
    "Taux d’engagement par abonné": SERIES.format(kpi="engagement_rate_by_followers", more=ALL),
    "Part de parole citoyenne captée": SERIES.format(kpi="citizen_post_share", more=MASTODON),
    "Abonnés des comptes officiels, par mois": SERIES.format(kpi="followers", more=ALL),
    "Part de parole citoyenne (intervalle à 95 %)": BOUNDS.format(kpi="citizen_post_share", more=MASTODON),
    "Publications officielles par mois": SERIES.format(kpi="official_posts", more=ALL),
    "Taux d’engagement par abonné, par mois": SERIES.format(kpi="engagement_rate_by_followers", more=ALL),
    "Nuitées marchandes": SERIES.format(kpi="tourism_nights", more=""),
    "Part de la clientèle étrangère": SERIES.format(kpi="foreign_nights_share", more=""),
    "Saisonnalité des nuitées (Gini)": SERIES.format(kpi="nights_seasonality_gini", more=""),
    "Nuitées marchandes par mois": SERIES.format(kpi="tourism_nights", more=""),
    "Part de la clientèle étrangère par mois": SERIES.format(kpi="foreign_nights_share", more=""),
    "Territoire affiché": """
        SELECT 'Bretagne (région)', strftime(min(month_on), '%m/%Y'), strftime(max(month_on), '%m/%Y')
        FROM rpt_kpi_month WHERE territory_id = 'region:53' AND month_on >= current_date - INTERVAL 24 MONTH""",
    "Nature et date des données": """
        SELECT 'Données simulées – démonstration', strftime(night, '%d/%m/%Y'),
            strftime((published_at AT TIME ZONE 'UTC') AT TIME ZONE 'Europe/Paris', '%d/%m/%Y à %H h %M')
        FROM publication""",
    "Fraîcheur des sources": """
        SELECT source_title, data_through_on, message_fr FROM rpt_source_status""",
    "Tous les indicateurs": """
        SELECT DISTINCT ON (kpi_id) kpi_name_fr, audience_fr, channel_fr, value, interval_low, interval_high, n,
            quality_fr, is_provisional, strftime(month_on, '%m/%Y'), strftime(data_through_on, '%d/%m/%Y'),
            definition_fr, unit = 'part'
        FROM rpt_kpi_month WHERE territory_id = 'region:53' ORDER BY kpi_id, month_on DESC""",
    "Ce qui a été reçu est retrouvé": """
        SELECT strftime(night_on, '%d/%m/%Y'), source_title, 'acceptée', received_count, kept_count, duplicate_count,
            quarantined_count, erased_count, expired_count,
            received_count - kept_count - duplicate_count - quarantined_count - erased_count - expired_count
        FROM rpt_reconciliation WHERE night_on > (SELECT night FROM publication) - 7
        ORDER BY night_on DESC, source_title, stream""",
}


@pytest.fixture(scope="module")
def admin(running_superset: Any) -> SupersetSession:
    provision(running_superset.settings, running_superset.base_url)
    return admin_session(running_superset.settings, running_superset.base_url)


@pytest.fixture(scope="module")
def served(running_superset: Any) -> Iterator[duckdb.DuckDBPyConnection]:
    path = running_superset.settings.serving_dir / "current" / "comptoir.duckdb"
    # As every reader of this process opens it: DuckDB refuses two settings for one file.
    locked: dict[str, Any] = {"enable_external_access": False, "lock_configuration": True}
    with duckdb.connect(str(path), read_only=True, config=locked) as connection:
        yield connection


def number(text: str) -> float:
    """Read a figure as the table writes it in French: '5\u202f725\u202f167', '72,3\u202f%'."""
    bare = text.replace("\u202f", "").replace(",", ".")
    return float(bare.removesuffix("%")) / 100 if bare.endswith("%") else float(bare)


def compare(title: str, data: list[dict[str, Any]], rows: list[tuple[Any, ...]]) -> None:
    """Compare what a chart obtained with the rows of the hand-written SQL."""
    assert rows, f"{title}: the hand-written SQL finds nothing"
    if title == "Tous les indicateurs":
        compare_table_of_indicators(data, rows)
        return
    if "month_on" in data[0]:
        # A month without a value is drawn as nothing, and the page may leave it out.
        rows = [row for row in rows if row[1] is not None]
        data = [row for row in data if any(value is not None for key, value in row.items() if key != "month_on")]
        data = sorted(data, key=lambda row: row["month_on"])
    if title == "Fraîcheur des sources":
        data = sorted(data, key=lambda row: row["source_title"])
        rows = sorted(rows)
    assert len(data) == len(rows), title
    for got, wanted in zip(data, rows, strict=True):
        # Pages order the columns of a band by name: value, low, high.
        keys = sorted(got, key=lambda key: "__yhat_lower" in key or 2 * ("__yhat_upper" in key))
        values = [got[key] for key in keys if key != "stream_fr"]
        for value, by_hand in zip(values, wanted, strict=True):
            if isinstance(by_hand, dt.date):
                assert dt.datetime.fromtimestamp(value / 1000, dt.UTC).date() == by_hand, title
            elif isinstance(by_hand, float):
                assert value == pytest.approx(by_hand, rel=1e-9), title
            else:
                assert value == by_hand, title


def compare_table_of_indicators(data: list[dict[str, Any]], rows: list[tuple[Any, ...]]) -> None:
    assert len(data) == len(rows)
    by_name = {row["kpi_name_fr"]: row for row in data}
    for name, audience, channel, *figures in rows:
        value, low, high, n, quality, provisional, month, through, definition, is_share = figures
        row = by_name[name]
        assert number(row["latest_value"]) == pytest.approx(value, rel=5e-3), name
        assert ("%" in row["latest_value"]) is is_share, name
        interval = [number(bound) for bound in row["latest_interval"].split(" à ")] if low is not None else "–"
        assert interval == (pytest.approx([low, high], rel=5e-3) if low is not None else row["latest_interval"]), name
        assert number(row["latest_n"]) == n, name
        assert row["latest_quality"] == quality + (", provisoire" if provisional else ""), name
        assert (row["audience_fr"], row["channel_fr"]) == (audience, channel)
        assert (row["latest_month"], row["latest_data_through"]) == (month, through)
        assert row["definition"] == definition


def query_of(chart: Asset, dataset_id: int) -> dict[str, Any]:
    """Ask what Superset's page asks for a chart, with the dashboard's default filters."""
    params = chart.content["params"]
    of_kpis = "month_on" in (params.get("x_axis"), params.get("granularity_sqla"))
    filters = [
        {"col": condition["subject"], "op": condition["operator"], "val": condition.get("comparator")}
        for condition in params.get("adhoc_filters", [])
        if condition["operator"] != "TEMPORAL_RANGE"
    ]
    if of_kpis:
        day = dt.date.today()
        period = f"{day.replace(year=day.year - 2)} : {day + dt.timedelta(days=1)}"
        filters += [
            {"col": "territory_label", "op": "IN", "val": [TERRITORY]},
            {"col": "month_on", "op": "TEMPORAL_RANGE", "val": period},
        ]
    columns: list[Any] = [*params.get("all_columns", []), *params.get("groupby", [])]
    if "x_axis" in params:
        axis = {"columnType": "BASE_AXIS", "sqlExpression": "month_on", "label": "month_on", "expressionType": "SQL"}
        columns = [{**axis, "timeGrain": "P1M"}]
    metrics = [params["metric"]] if "metric" in params else params.get("metrics", [])
    query = {"columns": columns, "metrics": metrics, "filters": filters, "row_limit": 1000}
    if params.get("query_mode") == "raw":
        del query["metrics"]
        query["orderby"] = [json.loads(order) for order in params.get("order_by_cols", [])]
    elif "x_axis" in params:
        query["orderby"] = [["month_on", True]]
    return {"datasource": {"id": dataset_id, "type": "table"}, "queries": [query]}


def charts() -> list[Asset]:
    return [asset for asset in load_assets(get_settings().superset_assets_dir) if asset.kind == "charts"]


def test_every_chart_has_its_hand_written_sql() -> None:
    assert {chart.title for chart in charts()} == set(BY_HAND)


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.name)
def test_a_chart_obtains_what_the_file_holds(
    admin: SupersetSession, served: duckdb.DuckDBPyConnection, chart: Asset
) -> None:
    uuids = {a.uuid: a.title for a in load_assets(get_settings().superset_assets_dir) if a.kind == "datasets"}
    table = uuids[chart.content["dataset_uuid"]]
    dataset_id = next(row["id"] for row in admin.rows("dataset/") if row["table_name"] == table)
    result = admin.request("POST", "chart/data", json=query_of(chart, dataset_id)).json()["result"][0]
    compare(chart.title, result["data"], served.execute(BY_HAND[chart.title]).fetchall())


@pytest.fixture(scope="module")
def browser() -> str:
    try:
        return find_browser()
    except ComptoirError as error:
        if os.environ.get("CI"):
            pytest.fail(f"CI must look at the dashboard in a browser: {error}")
        pytest.skip(f"NOT LOOKED AT IN A BROWSER: {error}")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 390], ids=["desktop", "phone"])
def test_a_browser_shows_every_chart(
    running_superset: Any,
    admin: SupersetSession,
    served: duckdb.DuckDBPyConnection,
    browser: str,
    width: int,
) -> None:
    password = admin_password(running_superset.settings)
    with open_dashboard(running_superset.base_url, ADMIN_USER, password, width=width) as dashboard:
        assert dashboard.errors() == []
        assert dashboard.outside == []
        assert sorted(dashboard.charts()) == sorted(BY_HAND)
        assert dashboard.page.evaluate("document.documentElement.scrollWidth") <= width
        text = dashboard.page.inner_text("[data-test='grid-content']")
        for words in (
            "Données simulées – démonstration",
            "sans nouvelles depuis 3 nuits",
            "Ce que disent les habitants",
            "Ce que l’on dit du territoire",
            "Les visiteurs",
            TERRITORY,
        ):
            assert words in text
        assert "No data" not in text
        assert "Aucune donnée" not in text
        titles = {row["id"]: row["slice_name"] for row in admin.rows("chart/")}
        seen = set()
        for answer in dashboard.chart_data:
            title = titles.get((answer["request"].get("form_data") or {}).get("slice_id"))
            if title is None:
                continue  # the values offered by a filter
            seen.add(title)
            compare(title, answer["result"][0]["data"], served.execute(BY_HAND[title]).fetchall())
        assert seen == set(BY_HAND), "some charts asked for nothing"
        boxes = {}
        for chart in dashboard.page.query_selector_all('[data-test="chart-grid-component"]'):
            box = chart.bounding_box()
            assert box is not None
            boxes[chart.get_attribute("data-test-chart-name")] = box
        by_side = (
            abs(boxes["Demandes par mois"]["y"] - boxes["Part des demandes numériques (intervalle à 95 %)"]["y"]) < 5
        )
        assert by_side is (width == 1440), "half-width charts stand side by side on a desktop, stacked on a phone"
        assert boxes["Demandes par mois"]["width"] > 0.85 * (width / 2 if width == 1440 else width)


@pytest.mark.browser
def test_a_picture_is_kept(running_superset: Any, admin: SupersetSession, browser: str, tmp_path: Path) -> None:
    picture = tmp_path / "images" / "territoire.png"
    capture(running_superset.base_url, ADMIN_USER, admin_password(running_superset.settings), picture, 1440)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 100_000
    with (
        pytest.raises(ComptoirError, match="not drawn"),
        open_dashboard(running_superset.base_url, ADMIN_USER, "wrong", timeout_seconds=5),
    ):
        pass


@pytest.mark.browser
def test_looking_at_the_dashboard_is_not_an_edit(running_superset: Any, admin: SupersetSession, browser: str) -> None:
    with open_dashboard(running_superset.base_url, ADMIN_USER, admin_password(running_superset.settings)):
        pass
    assert provision(running_superset.settings, running_superset.base_url).overwritten == []
