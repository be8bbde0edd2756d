"""What real publishers sent, the whole way to the figures: ``make run WORLD=recorded`` without Airflow."""

import csv
import json
from collections import Counter

import pytest
from tests.conftest import empty_all_but_dbt

from comptoir.orchestration import steps
from comptoir.orchestration.local import backfill_recordings
from comptoir.orchestration.summary import latest_kpis
from comptoir.sandbox.running import running
from comptoir.sandbox.server import build_app
from comptoir.serving.versions import open_served
from comptoir.settings import PROJECT_DIR, get_settings

pytestmark = [pytest.mark.real_data, pytest.mark.slow, pytest.mark.timeout(600)]
NIGHT = "2026-04-16"
PARIS, FRANCE = "commune:75056", "country:FR"


@pytest.fixture(scope="module")
def published(real_data, worker_var):
    """The three recordings, each on its own night, built and published once."""
    config = PROJECT_DIR / "src" / "comptoir" / "sandbox" / "recorded" / "comptoir.yml"
    with pytest.MonkeyPatch.context() as patch, running(build_app("recorded", data=real_data)) as url:
        empty_all_but_dbt(worker_var)
        patch.setenv("COMPTOIR_VAR", str(worker_var))
        patch.setenv("COMPTOIR_CONFIG", str(config))
        patch.setenv("COMPTOIR_ENDPOINT_TEMPLATE", url + "/{night}/{source}")
        backfill_recordings()
        steps.build(NIGHT)
        assert steps.publish(NIGHT)["is_new"]
        with open_served(get_settings()) as connection:
            yield connection


def figures(connection, kpi_id, territory_id):
    """By month, the KPI's value and why it has none."""
    rows = connection.execute(
        "select strftime(month_on, '%Y-%m'), value, null_reason from kpi_month"
        " where kpi_id = ? and territory_id = ? and channel_code = 'all'"
        " and audience in ('all', 'resident', 'visitor')",
        [kpi_id, territory_id],
    ).fetchall()
    found = {month: (value, reason) for month, value, reason in rows}
    assert len(found) == len(rows)
    return found


def test_the_requests_of_paris_are_those_of_the_file(published, real_data):
    with (real_data / "gru" / "paris_dans_ma_rue.csv").open(encoding="utf-8", newline="") as file:
        written = Counter(row["datedecl"][:7] for row in csv.DictReader(file))
    found = figures(published, "requests", PARIS)
    assert {month: value for month, (value, _) in found.items() if value} == written
    # no status is published: what is open nobody knows
    assert set(figures(published, "open_requests", PARIS).values()) == {(None, "not_reported")}


def test_the_nights_of_france_are_those_of_the_table(published, real_data):
    header, *lines = (real_data / "tourism" / "estat_tour_occ_nim.tsv").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith("M,TOTAL,NR,I551-I553,FR\t")]
    cells = zip(header.split("\t")[1:], line.split("\t")[1:], strict=True)
    written = {period.strip(): cell.strip().partition(" ")[0] for period, cell in cells}
    found = figures(published, "tourism_nights", FRANCE)
    known = {month: value for month, (value, _) in found.items() if value is not None}
    assert known == {month: float(cell) for month, cell in written.items() if cell != ":" and month >= min(found)}
    assert len(known) > 24


def test_the_posts_of_the_account_are_those_that_it_wrote_itself(published, real_data):
    written = {}
    for path in sorted((real_data / "social" / "mastodon").glob("get_account_statuses_*.json")):
        for status in json.loads(path.read_text(encoding="utf-8")):
            if status["reblog"] is None:
                written[status["uri"]] = status["created_at"][:7]
    found = figures(published, "official_posts", FRANCE)
    assert {month: value for month, (value, _) in found.items() if value} == Counter(written.values())


def test_the_last_screen_shows_them(published):
    shown = {row[0] for row in latest_kpis(published, PARIS)}
    assert {"Demandes", "Part des demandes numériques", "Contacts reçus", "Prises de parole"} <= shown
