"""What real publishers sent, replayed over their own protocols, goes the whole way to bronze unedited."""

import csv
import datetime as dt
import json
from collections import Counter

import duckdb
import pytest

from comptoir.orchestration import steps
from comptoir.sandbox.running import running
from comptoir.sandbox.server import build_app
from comptoir.settings import PROJECT_DIR, get_settings

pytestmark = pytest.mark.real_data
NIGHT = "2026-04-15"


@pytest.fixture(scope="module")
def replay(real_data):
    with running(build_app("recorded", data=real_data)) as url:
        yield url


@pytest.fixture
def bronze(installation, replay, monkeypatch):
    """Takes a source through its night and returns what is asked of the bronze of one of its streams."""
    monkeypatch.setenv("COMPTOIR_ENDPOINT_TEMPLATE", replay + "/{night}/{source}")
    monkeypatch.setenv(
        "COMPTOIR_CONFIG", str(PROJECT_DIR / "src" / "comptoir" / "sandbox" / "recorded" / "comptoir.yml")
    )

    def run(source):
        steps.land(source, NIGHT)
        (result,) = steps.settle([source], NIGHT)
        assert (result["verdict"], result["quarantined"]) == ("accepted", 0), result["reasons"]
        folder = get_settings().lake_dir / "bronze" / source
        return lambda stream, columns: duckdb.sql(
            f"select {columns} from read_parquet('{folder}/{stream}/night={NIGHT}.parquet')"
        ).fetchall()

    return run


def test_what_mastodon_really_answered(bronze, real_data):
    captured = {}
    for path in sorted((real_data / "social" / "mastodon").glob("*.json")):
        payload = json.loads(path.read_text(encoding="utf-8"))
        for status in payload if isinstance(payload, list) else [payload]:
            if "content" in status:
                moment = dt.datetime.fromisoformat(status["created_at"]).replace(tzinfo=None)
                told = (moment, status["favourites_count"], len(status["media_attachments"]), status["language"])
                captured.setdefault(status["uri"], set()).add(told)
    read = bronze("mastodon")
    columns = "created_at, favourites_count, media_count, language"
    statuses, tagged = read("statuses", columns), read("hashtag_timeline", columns)
    assert (len(statuses), len(tagged), len(captured)) == (101, 55, 156)
    assert {*statuses, *tagged} <= set().union(*captured.values())
    # A status that was captured from two instances may have two times: one of them is there.
    seen = {*statuses, *tagged}
    assert all(told & seen for told in captured.values())


def test_the_whole_table_of_eurostat(bronze, real_data):
    header, *lines = (real_data / "tourism" / "estat_tour_occ_nim.tsv").read_text(encoding="utf-8").splitlines()
    periods = [cell.strip() for cell in header.split("\t")[1:]]
    written = {}
    for line in lines:
        series, *cells = line.split("\t")
        for period, cell in zip(periods, cells, strict=True):
            number, _, flag = cell.strip().partition(" ")
            missing = number == ":"  # why is told by the cell whole
            found = (None, cell.strip()) if missing else (float(number), flag or None)
            written[(*series.split(","), period)] = found
    rows = bronze("eurostat")("nights", "freq, c_resid, unit, nace_r2, geo, time_period, obs_value, obs_flag")
    assert len(rows) == len(written) > 900_000
    differing = [row for row in rows if written[row[:6]] != row[6:]]
    assert not differing, differing[:5]


def test_the_reports_of_a_real_portal(bronze, real_data):
    with (real_data / "gru" / "paris_dans_ma_rue.csv").open(encoding="utf-8", newline="") as file:
        written = Counter((row["datedecl"][:10], row["type"], row["code_postal"]) for row in csv.DictReader(file))
    rows = bronze("dans_ma_rue")("reports", "declared_on::varchar, category, postcode")
    assert Counter(rows) == written
