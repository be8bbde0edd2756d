from __future__ import annotations

from pathlib import Path

import pytest

from comptoir.audit import serving
from comptoir.audit.docs import build_data_docs
from comptoir.audit.rules import SERVING_RULES
from comptoir.settings import ComptoirError


@pytest.fixture
def _no_docs(monkeypatch):
    monkeypatch.setattr(serving, "build_data_docs", lambda settings: None)


pytestmark = pytest.mark.usefixtures("_no_docs")
NEXT_NIGHT = """
    insert into rpt_reconciliation
    select distinct on (source_id) * replace (date '2026-11-21' as night_on) from rpt_reconciliation
"""


def test_a_sound_version_passes_without_and_with_a_version_before(settings, make_version):
    before, now = make_version("v1"), make_version("v2", NEXT_NIGHT)
    first = serving.audit(before, None, settings)
    assert (first.passed, first.failures, first.warnings, first.suspects) == (True, (), (), ())
    second = serving.audit(now, before, settings)
    assert (second.passed, second.failures, second.warnings, second.suspects) == (True, (), (), ())


def _kpi(column: str, value: str, kpi: str = "requests", month: str = "2026-10-01") -> tuple[str, ...]:
    where = f"where kpi_id = '{kpi}' and month_on = date '{month}'"
    return tuple(f"update {table} set {column} = {value} {where}" for table in ("kpi_month", "rpt_kpi_month"))


SHARE = "digital_request_share"
ONE_MONTH_GONE = tuple(
    f"delete from {table} where kpi_id = 'requests' and month_on = date '2026-09-01'"
    for table in ("kpi_month", "rpt_kpi_month")
)
AUTHOR_SHOWN = "alter table dim_account add column author_id varchar"
REQUESTS_GONE = "delete from fct_request where request_id like 'R-1%' or request_id like 'R-2%'"
TWICE = "insert into kpi_month select * from kpi_month where kpi_id = 'followers' limit 1"
UNRECONCILED = "update rpt_reconciliation set kept_count = 89 where stream = 'reports'"
BROKEN = {
    "one_publication_row": ((), ("insert into publication from publication",), "comptoir.duckdb"),
    "no_publication_differences": ((), ("update publication set night = date '2026-11-21'",), "version"),
    "no_missing_tables": ((), ("drop table kpi_month",), "comptoir.duckdb/kpi_month"),
    "no_views": ((), ("create view late as from kpi_month",), "comptoir.duckdb/late"),
    "no_forbidden_columns": ((AUTHOR_SHOWN,), (), "comptoir.duckdb/dim_account"),
    "not_empty": (("delete from dim_date",), (), "comptoir.duckdb/dim_date"),
    "rows_did_not_vanish": ((REQUESTS_GONE,), (), "restricted.duckdb/fct_request"),
    "table_still_served": (("drop table fct_account_day",), (), "comptoir.duckdb/fct_account_day"),
    "no_undefined": (("delete from dim_kpi where kpi_id = 'followers'",), (), "followers"),
    "no_missing_rows": (("insert into dim_kpi values ('new', 'ratio', 'share', 'mastodon.accounts')",), (), "new"),
    "no_unfed": (("insert into dim_kpi values ('nights', 'additive', 'nights', 'eurostat.nights')",), (), "nights"),
    "no_duplicate_keys": ((TWICE,), (), "followers"),
    "no_not_finite": (_kpi("value", "'inf'::double"), (), "requests"),
    "no_out_of_range": ((*_kpi("value", "1.2", SHARE), *_kpi("interval_high", "1.3", SHARE)), (), SHARE),
    "no_wrong_intervals": (_kpi("interval_high", "0.60", SHARE), (), SHARE),
    "no_wrong_reasons": (_kpi("null_reason", "'not_observed'"), (), "requests"),
    "no_withheld_but_shown": (_kpi("quality", "'withheld'"), (), "requests"),
    "no_future_rows": (_kpi("month_on", "date '2026-12-01'", month="2026-11-01"), (), "requests"),
    "no_negative_counts": (_kpi("n", "-1"), (), "requests"),
    "no_disagreements": ((), ("update rpt_kpi_month set value = value + 1 where kpi_id = 'followers'",), "followers"),
    "values_did_not_vanish": (ONE_MONTH_GONE, (), "requests"),
    "no_value_vanished": (ONE_MONTH_GONE, (), "requests"),
    "values_did_not_become_null": ((*_kpi("value", "null"), *_kpi("null_reason", "'not_observed'")), (), "requests"),
    "closed_months_did_not_jump": ((*_kpi("value", "10"), *_kpi("value", "11", month="2026-09-01")), (), "requests"),
    "closed_months_are_stable": ((*_kpi("value", "1000"), *_kpi("value", "800", month="2026-09-01")), (), "requests"),
    "open_months_did_not_jump": (_kpi("value", "7000", month="2026-11-01"), (), "requests"),
    "no_unreconciled_nights": ((UNRECONCILED,), (), "opendatasoft/reports"),
}  # fmt: skip


def test_every_rule_has_its_broken_version():
    assert set(BROKEN) == {rule.name for rule in SERVING_RULES}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_found_where_it_is_broken(rule, settings, make_version):
    before_sql, after_sql, subject = BROKEN[rule]
    before = make_version("v1")
    verdict = serving.audit(make_version("v2", NEXT_NIGHT, *before_sql, after=after_sql), before, settings)
    severity = next(known.severity for known in SERVING_RULES if known.name == rule)
    found = verdict.failures if severity == "block" else verdict.warnings
    messages = [finding.message for finding in found if (finding.rule, finding.subject) == (rule, subject)]
    assert len(messages) == 1, verdict
    assert "nan" not in messages[0].lower().split()
    assert verdict.passed is not bool(verdict.failures)


def test_suspects_are_the_changed_nights_of_the_kpis_family(settings, make_version):
    change = "update rpt_reconciliation set landed_at = now() where source_id = 'mastodon' and night_on = '2026-11-19'"
    before, now = make_version("v1"), make_version("v2", NEXT_NIGHT, change, *_kpi("n", "-1"))
    verdict = serving.audit(now, before, settings)
    assert [(f.rule, f.suspects) for f in verdict.failures] == [("no_negative_counts", ("opendatasoft/2026-11-21",))]
    assert verdict.suspects == ("opendatasoft/2026-11-21",)
    assert "opendatasoft/2026-11-21" in verdict.failures[0].message
    duplicated = make_version("v3", NEXT_NIGHT, change, after=("insert into publication from publication",))
    assert serving.audit(duplicated, before, settings).suspects == (
        "mastodon/2026-11-19",
        "mastodon/2026-11-21",
        "opendatasoft/2026-11-21",
    )


def test_an_accepted_change_only_warns_but_a_broken_rule_still_blocks(settings, make_version):
    before = make_version("v1")
    jumped = make_version("v2", NEXT_NIGHT, *BROKEN["closed_months_did_not_jump"][0])
    assert not serving.audit(jumped, before, settings).passed
    accepted = serving.audit(jumped, before, settings, accept_changes=True)
    assert accepted.passed
    assert "Accepted: by the operator." in next(
        f.message for f in accepted.warnings if f.rule == "closed_months_did_not_jump"
    )
    assert not serving.audit(make_version("v3", *_kpi("n", "-1")), before, settings, accept_changes=True).passed


def test_less_is_expected_after_a_night_was_held(settings, make_version):
    before = make_version("v1")
    hold = "update rpt_reconciliation set verdict = 'held' where source_id = '{}' and night_on = '2026-11-20'"
    fewer = BROKEN["values_did_not_vanish"][0]
    assert serving.audit(make_version("v2", hold.format("opendatasoft"), *fewer), before, settings).passed
    other_family = serving.audit(make_version("v3", hold.format("mastodon"), *fewer), before, settings)
    assert {finding.rule for finding in other_family.failures} == {"values_did_not_vanish"}


def test_files_that_cannot_be_opened_stop_the_gate(settings, make_version, tmp_path):
    folder = make_version("v1")
    (folder / "comptoir.duckdb").write_bytes(b"half a file")
    with pytest.raises(ComptoirError, match="cannot be measured"):
        serving.audit(folder, None, settings)


def test_the_judged_files_are_left_as_they_were(settings, make_version):
    folder = make_version("v1")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    serving.audit(folder, None, settings)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_data_docs_are_readable_without_a_network(settings, make_version):
    serving.audit(make_version("v1", *_kpi("n", "-1")), None, settings)
    index = build_data_docs(settings)
    assert index == settings.var_dir / "audit" / "data_docs" / "index.html"
    pages = list(index.parent.rglob("*.html"))
    assert any("validations" in page.parts for page in pages)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text and "url('http" not in text and 'src="http' not in text, page
        assert "<link" not in text.replace('<link rel="shortcut icon" href="../', ""), page
    text = index.read_text(encoding="utf-8")
    assert "rules broken" in text
    linked = [part.split('"')[0] for part in text.split('href="')[1:]]
    assert linked and all((index.parent / Path(link)).exists() for link in linked)
