"""What platforms report, and its breaks: the seeds are coherent, and what dbt makes of them says when and why not."""

from __future__ import annotations

import csv
import datetime as dt
from itertools import groupby, pairwise

import duckdb
import pytest

from comptoir.config.watched import ADDRESS_PATTERNS
from comptoir.settings import PROJECT_DIR, Settings
from comptoir.warehouse.build import dbt
from comptoir.warehouse.capabilities import render_capabilities_page

SEEDS = PROJECT_DIR / "dbt" / "seeds" / "reference"
POST_METRICS = {"likes", "replies", "shares", "quotes", "saves", "clicks", "views", "reach"}
MODELS = ["dim_channel", "dim_platform_metric", "dim_metric_epoch", "int_metric_capability"]


def read(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


METRICS = {(row["channel_code"], row["metric_code"]): row for row in read("platform_metrics")}
EPOCHS = read("metric_epochs")
CHANNELS = {row["channel_code"]: row["channel_kind"] for row in read("channels")}


@pytest.mark.parametrize(
    "row", [*METRICS.values(), *EPOCHS], ids=lambda row: f"{row['channel_code']} {row['metric_code']}"
)
def test_a_row_is_coherent(row):
    assert CHANNELS[row["channel_code"]] == "platform"
    assert row["evidence"] in {"D", "C", "R"}
    days = [dt.date.fromisoformat(row[name]) for name in ("valid_from", "valid_to") if row[name]]
    assert days == sorted(set(days))
    assert all(value == value.strip() for value in row.values())


def test_what_is_not_reported_has_a_reason_and_what_is_has_a_name_and_readers():
    for key, row in METRICS.items():
        reported = (row["is_reported"], row["access"] != "none", row["published_name"] != "", row["null_reason"])
        assert reported in {("true", True, True, ""), ("false", False, False, "not_reported")}, key
    assert len(METRICS) == len(read("platform_metrics"))


def test_every_platform_that_can_be_watched_is_in_the_matrix():
    platforms = {code for code, kind in CHANNELS.items() if kind == "platform"}
    assert set(ADDRESS_PATTERNS) <= platforms == {channel for channel, _ in METRICS}
    for channel in platforms - {"google_business", "tripadvisor"}:
        assert {metric for code, metric in METRICS if code == channel} >= POST_METRICS | {"followers"}, channel


def test_epochs_never_overlap_and_leave_no_gap():
    for key, group in groupby(EPOCHS, key=lambda row: (row["channel_code"], row["metric_code"])):
        epochs = list(group)
        assert [int(row["epoch_number"]) for row in epochs] == list(range(1, len(epochs) + 1)), key
        for before, after in pairwise(epochs):
            assert before["valid_to"] == after["valid_from"] != "", key
            assert before["successor_name"] == after["published_name"], key
            assert after["is_comparable_with_previous"] in {"true", "false"} and after["reason_fr"], key
        metric = METRICS[key]
        assert epochs[-1]["published_name"] == metric["published_name"], key
        assert (epochs[0]["valid_from"], epochs[-1]["valid_to"]) == (metric["valid_from"], metric["valid_to"]), key


def test_the_breaks_that_we_know_are_there():
    breaks = {(row["channel_code"], row["metric_code"]): row for row in EPOCHS if row["epoch_number"] == "2"}
    assert {key: (row["valid_from"], row["is_comparable_with_previous"]) for key, row in breaks.items()} == {
        ("instagram", "views"): ("2025-04-21", "false"),
        ("facebook", "views"): ("2025-11-15", "false"),
        ("facebook", "reach"): ("2025-06-15", "false"),
        ("facebook", "followers"): ("2025-11-15", "false"),
        ("x_twitter", "shares"): ("2026-08-01", "true"),
    }


def test_the_committed_page_is_that_of_the_seeds():
    page = (PROJECT_DIR / "docs/reference/capabilities.md").read_text(encoding="utf-8")
    assert page == render_capabilities_page(), "run `comptoir inventory sync`: docs/reference/capabilities.md drifted"
    shown = [line.split(" | ")[1] for line in page.splitlines() if line.startswith("| Mastodon |")]
    assert shown[0] == "public"
    assert "| views | own | `views` | 2025-04-21 |  | D |" in page


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The platforms' seeds and models alone, with their tests."""
    settings = Settings.model_validate({"COMPTOIR_VAR": tmp_path_factory.mktemp("platforms")})
    seeds = ["channels", "platform_metrics", "metric_epochs"]
    own_tests = ["--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"]
    outcome = dbt(["build", *own_tests, "--select", *seeds, *MODELS], settings)
    assert outcome.exception is None
    assert {item.node.name: item.message for item in outcome.results if item.status not in {"success", "pass"}} == {}
    assert "metric_epochs_follow_each_other" in {item.node.name for item in outcome.results}
    return settings


def ask(settings: Settings, sql: str) -> list[tuple]:
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        return connection.execute(sql).fetchall()


def test_flags_of_channels_are_those_of_the_matrix(built):
    for metric in ("followers", "likes", "replies", "shares", "quotes", "views", "reach"):
        flags = dict(ask(built, f"select channel_code, reports_{metric} from dim_channel"))
        expected = {code: row["is_reported"] == "true" for (code, name), row in METRICS.items() if name == metric}
        assert flags == {code: expected.get(code) for code in CHANNELS}, metric


def test_a_day_has_one_epoch_of_each_reported_metric(built):
    counted = ask(
        built,
        """select metric.channel_code, metric.metric_code, day
        from dim_platform_metric as metric
        cross join unnest([date '2020-01-01', date '2025-04-20', date '2025-04-21', date '2026-11-24']) as days(day)
        left join dim_metric_epoch as epoch
            on metric.channel_code = epoch.channel_code and metric.metric_code = epoch.metric_code
            and day >= coalesce(epoch.valid_from, date '0001-01-01')
            and day < coalesce(epoch.valid_to, date '9999-12-31')
        group by metric.channel_code, metric.metric_code, metric.is_reported, day
        having count(epoch.epoch_number) != cast(metric.is_reported as integer)""",
    )
    assert counted == []


@pytest.mark.parametrize(
    "corruption",
    [
        "update dim_metric_epoch set valid_from = valid_from + 1 where epoch_number = 2 and channel_code = 'instagram'",
        "update dim_metric_epoch set valid_from = valid_from - 1 where epoch_number = 2 and channel_code = 'instagram'",
        "update dim_metric_epoch set published_name = 'other' where epoch_number = 2 and channel_code = 'instagram'",
        "update dim_metric_epoch set epoch_number = 3 where epoch_number = 2 and channel_code = 'instagram'",
        "delete from dim_metric_epoch where epoch_number = 2 and channel_code = 'instagram'",
    ],
)
def test_epochs_that_do_not_follow_each_other_fail_the_build(built, corruption):
    found = list((built.var_dir / "dbt" / "target" / "compiled").rglob("metric_epochs_follow_each_other.sql"))
    assert len(found) == 1
    with duckdb.connect(str(built.warehouse_path)) as connection:
        assert connection.execute(found[0].read_text()).fetchall() == []
        connection.execute("begin")
        connection.execute(corruption)
        assert {row[:2] for row in connection.execute(found[0].read_text()).fetchall()} == {("instagram", "views")}
        connection.execute("rollback")


def test_a_missing_figure_has_its_reason_from_the_matrix(built):
    day = "\"date '2026-11-24'\""
    reasons = {
        f"metric_null_reason(\"'mastodon'\", 'views', {day})": "not_reported",
        f"metric_null_reason(\"'mastodon'\", 'likes', {day})": None,
        f"metric_null_reason(\"'instagram'\", 'reach', {day}, is_own='true')": None,
        f"metric_null_reason(\"'instagram'\", 'reach', {day}, is_own='false')": "not_reported",
        f"metric_null_reason(\"'mastodon'\", 'reach', {day}, is_own='true')": "not_reported",
        f"metric_null_reason(\"'phone'\", 'likes', {day})": None,
    }
    columns = ", ".join(f"{{{{ {call} }}}} as reason_{number}" for number, call in enumerate(reasons))
    outcome = dbt(["show", "--inline", f"select {columns}"], built)
    assert outcome.exception is None
    assert list(outcome.results[0].agate_table.rows[0]) == list(reasons.values())
