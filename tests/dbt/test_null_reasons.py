"""Every reason for a missing figure has its French sentence, and a test that plants it and reads it at its end."""

from __future__ import annotations

import ast
import csv
import re

import pytest
import yaml

from comptoir.settings import PROJECT_DIR

SEED = PROJECT_DIR / "dbt" / "seeds" / "reference" / "null_reasons.csv"
TESTS = PROJECT_DIR / "tests" / "dbt"
MODELS = PROJECT_DIR / "dbt" / "models"

A_CASE = "test_gru_kpi_values.py::test_what_a_case_does_not_tell_is_the_reason_of_its_kpi"
A_PLATFORM = "test_social_kpis.py::test_every_reason_reaches_its_kpi"
A_PROFILE = "test_territory_history.py::test_one_history_gives_the_rows_of_a_full_refresh"
# The test that plants the reason in bronze and finds it in kpi_month.
IN_KPI_MONTH = {
    "not_observed": "test_kpi_values.py::test_followers",
    "not_reported": A_PLATFORM,
    "not_scored": A_PLATFORM,
    "hidden": A_PLATFORM,
    "withheld": "test_tourism_kpi_values.py::test_hotels_of_a_departement",
    "below_minimum_n": "test_kpi_values.py::test_digital_share_leaves_unknown_channels_out",
    "audience_unknown": "test_social_kpis.py::test_what_people_say_is_told_by_public_where_it_is_known_enough",
    "fewer_than_12_months": "test_tourism_kpi_values.py::test_twelve_months_and_what_is_missing_among_them",
    "not_reached": "test_gru_kpi_values.py::"
    "test_full_resolution_equals_lifelines_with_what_nights_and_lists_of_changes_say",
    "not_defined": "test_tourism_kpi_values.py::test_tourist_tax_is_dated_by_the_stay_and_lumps_are_not_spread",
    "no_peers": A_PROFILE,
    "status_not_mapped": A_CASE,
    "inconsistent_dates": A_CASE,
    "day_precision": A_CASE,
    "no_schedule": "test_gru_clocks.py::test_without_hours_of_work_or_a_list_of_changes_a_median_says_so",
    "closed": "test_tourism_kpi_values.py::test_entries_of_months_and_days_only",
    "calendar_not_comparable": "test_tourism_kpi_values.py::test_change_at_a_comparable_calendar",
    "partly_reported": "test_tourism_kpi_values.py::test_beds_and_second_homes",
    "too_few_pillars": A_PLATFORM,
    "too_few_territories": A_PROFILE,
    "too_recent": A_PROFILE,
    "attributes_unknown": A_PROFILE,
    "channels_not_observed": "test_gru_kpi_values.py::test_a_portal_alone_is_no_digital_share_of_maturity",
}
A_REQUEST = "gru/_unit_tests.yml::what_a_publisher_does_not_tell_of_a_case_is_null_with_its_reason"
# Why it ends in a fact or a dimension, and the test (pytest's, or a unit test of dbt) that finds it there.
OF_FACTS_ONLY = {
    "not_mapped": ("themed_contact_share counts it as what has no theme", f"intermediate/{A_REQUEST}"),
    "not_watched": (
        "of dim_territory_stratum: such a commune has no peers, but its figures",
        "marts/comparison/_peers.yml::communes_are_sought_in_the_watched_regions_only",
    ),
    "repost": ("KPIs of posts leave it out", "test_social_kpis.py::test_what_official_accounts_pass_on"),
    "open": (
        "medians take it as not ended yet",
        "test_gru_kpi_values.py::test_what_a_publisher_does_not_tell_says_so",
    ),
    "no_reply_yet": ("medians take it as not ended yet", f"intermediate/{A_REQUEST}"),
    "no_promise": ("promise_kept_share is of the cases that have one", f"intermediate/{A_REQUEST}"),
    "not_measured": (
        "a KPI of tourism reads the rows of its own table",
        "marts/tourism/_unit_tests.yml::tourism_cells_of_four_tables",
    ),
    "not_replied": (
        "review_reply_share counts it as what has no reply",
        "marts/reputation/_unit_tests.yml::reviews_their_stars_replies_and_end",
    ),
    "not_comparable": (
        "each scale of satisfaction has its own KPI",
        "marts/gru/_unit_tests.yml::satisfaction_stays_on_its_own_scale",
    ),
}
SEEDED = list(csv.DictReader(SEED.open(encoding="utf-8", newline="")))


def said_by(test: str) -> str:
    """The text of a test with its parameters, or what a unit test of dbt expects."""
    path, name = test.split("::")
    if path.endswith(".yml"):
        (found,) = [item for item in yaml.safe_load((MODELS / path).read_text())["unit_tests"] if item["name"] == name]
        return str(found["expect"])
    lines = (TESTS / path).read_text(encoding="utf-8")
    (found,) = [node for node in ast.parse(lines).body if isinstance(node, ast.FunctionDef) and node.name == name]
    first = min([found.lineno, *(decorator.lineno for decorator in found.decorator_list)])
    return "\n".join(lines.splitlines()[first - 1 : found.end_lineno])


def test_every_seeded_reason_has_its_test():
    by_scope = {
        scope: {row["null_reason"] for row in SEEDED if row["reaches_kpi"] == scope} for scope in ("true", "false")
    }
    assert by_scope == {"true": set(IN_KPI_MONTH), "false": set(OF_FACTS_ONLY)}


@pytest.mark.parametrize(
    ("reason", "test"), [*IN_KPI_MONTH.items(), *((reason, test) for reason, (_, test) in OF_FACTS_ONLY.items())]
)
def test_the_test_of_a_reason_is_there_and_names_it(reason, test):
    assert re.search(rf"""["']{reason}["']""", said_by(test)), (reason, test)


@pytest.mark.parametrize("test", sorted(set(IN_KPI_MONTH.values())))
def test_the_test_of_a_reason_that_reaches_kpis_looks_into_kpi_month(test):
    path, _ = test.split("::")
    helpers = {
        node.name: ast.unparse(node)
        for node in ast.parse((TESTS / path).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_")
    }
    said = said_by(test)
    called = [text for name, text in helpers.items() if re.search(rf"\b{name}\(", said)]
    assert "kpi_month" in "\n".join([said, *called])


def test_every_reason_that_a_contract_allows_is_seeded():
    allowed = {
        reason
        for path in MODELS.rglob("*.yml")
        for listed in re.findall(r"null_reason in \(([^)]*)\)", path.read_text(encoding="utf-8"))
        for reason in re.findall(r"'(\w+)'", listed)
    }
    assert len(allowed) > 15
    assert allowed - {row["null_reason"] for row in SEEDED} == set()
    assert set(OF_FACTS_ONLY) - allowed == set()


def test_every_reason_has_a_sentence_and_a_meaning():
    for row in SEEDED:
        assert row["reason_fr"].strip() and row["meaning_en"].strip(), row
        assert "'" not in row["reason_fr"], "a typographic apostrophe is what boards show"
