"""Every way in which a publisher can misbehave ends in a clear error, a held batch or a counted quarantine.

Every source that the demonstration enables goes through each fault.
"""

import re

import duckdb
import pytest

from comptoir.config.file import load_config
from comptoir.connectors.http import PublisherError
from comptoir.lake import landing, verdicts
from comptoir.orchestration import steps
from comptoir.settings import Settings

NIGHT = "2026-10-10"
SOURCES = load_config(Settings()).sources


def _landed(settings, source):
    return landing.attempts(settings, source, NIGHT)


@pytest.mark.parametrize("source", SOURCES)
def test_a_throttle_told_the_publishers_own_way_is_waited_for(publishers, settings, source):
    """Four requests of the night are refused; a night after the first one keeps the pages few."""
    steps.land(source, "2026-10-09")
    publishers.faults("throttle")
    received = sum(steps.land(source, NIGHT)["received"].values())
    # Attributes are sent in January and July: their drop is listed in vain that night.
    assert received > 0 or source == "territory_attributes"


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("fault", ["throttle-storm", "truncate", "html-error", "error-in-200"])
def test_what_is_not_an_answer_is_a_clear_error_and_nothing_is_landed(publishers, settings, source, fault):
    publishers.faults(fault)
    with pytest.raises(PublisherError) as failure:
        steps.land(source, NIGHT)
    message = str(failure.value)
    assert message.startswith(f"{source}: http://127.0.0.1")
    assert "?" not in message.split(" ")[1], "a query string may hold a secret"
    assert "again" in message or "Check" in message, f"no next step in: {message}"
    assert _landed(settings, source) == []
    publishers.faults()
    steps.land(source, NIGHT)
    assert _landed(settings, source) == [1], "the next try starts clean"


@pytest.mark.parametrize("source", SOURCES)
def test_an_expired_token_names_the_variable_to_renew(publishers, settings, source):
    publishers.faults("auth-expiry")
    with pytest.raises(PublisherError, match=f"COMPTOIR_TOKEN_{source.upper()}") as failure:
        steps.land(source, NIGHT)
    assert publishers.app.state.world.region.token not in str(failure.value)


def test_a_publisher_that_is_down_is_a_clear_error(settings, monkeypatch):
    monkeypatch.setenv("COMPTOIR_ENDPOINT_TEMPLATE", "http://127.0.0.1:9/{night}/{source}")
    with pytest.raises(PublisherError, match="Is the publisher up"):
        steps.land("eurostat", NIGHT)


@pytest.mark.parametrize("source", SOURCES)
def test_bad_rows_are_quarantined_and_the_equation_holds(publishers, settings, source):
    publishers.faults("bad-rows")
    steps.land(source, NIGHT)
    steps.settle([source], NIGHT)
    rows = duckdb.sql(f"""
        select stream, received = kept + duplicate + quarantined + erased + expired as holds, quarantined
        from read_json('{settings.lake_dir}/reconciliation/{source}/*/*.json')
    """).fetchall()
    assert rows
    assert all(holds for _, holds, _ in rows), rows
    assert sum(quarantined for *_, quarantined in rows) > 0, rows


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(("fault", "word"), [("retype", "quarantin"), ("schema-drift", "field|quarantin")])
def test_a_broken_contract_holds_the_batch_and_a_refetch_heals_it(publishers, settings, source, fault, word):
    publishers.faults(fault)
    if (fault, source) == ("schema-drift", "territory_attributes"):
        # Its one column that must be there is the one that drifts: the file is refused whole.
        with pytest.raises(PublisherError, match="of the expected columns these are not in it: code_insee"):
            steps.land(source, NIGHT)
        assert not _landed(settings, source)
        return
    steps.land(source, NIGHT)
    (result,) = steps.settle([source], NIGHT)
    assert result["verdict"] == "held"
    assert re.search(word, " ".join(result["reasons"]).lower())
    assert not list(settings.lake_dir.glob(f"bronze/{source}/*/night=*.parquet"))
    publishers.faults()
    steps.land(source, NIGHT, refetch=True)
    (result,) = steps.settle([source], NIGHT)
    assert (result["verdict"], result["attempt"]) == ("accepted", 2), result["reasons"]
    assert len(verdicts.verdicts(settings, source, NIGHT)) == 2


def test_a_new_field_is_reported_by_name_and_its_value_is_not_kept(publishers, settings):
    publishers.faults("opendatasoft:schema-drift")
    steps.land("opendatasoft", NIGHT)
    manifest = landing.read_manifest(settings, "opendatasoft", "reports", NIGHT, 1)
    assert manifest.added_fields
    assert manifest.removed_fields


def test_a_refetch_of_the_first_night_asks_for_everything_again(publishers, settings):
    steps.land("opendatasoft", NIGHT)
    steps.land("opendatasoft", "2026-10-11")
    steps.land("opendatasoft", NIGHT, refetch=True)
    first, second = (landing.read_manifest(settings, "opendatasoft", "reports", NIGHT, n) for n in (1, 2))
    assert first.since is None
    assert second.since is None
    assert second.received == first.received
    later = landing.read_manifest(settings, "opendatasoft", "reports", "2026-10-11", 1)
    assert later.since is not None
    # ninety days before the night
    assert (second.read_from_on, later.read_from_on) == (landing.EARLIEST, "2026-07-13")
