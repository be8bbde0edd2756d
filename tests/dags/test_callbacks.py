"""What the operator reads when a night goes wrong."""

from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowFailException

from comptoir.orchestration.callbacks import describe_failures, missing_domains, require_night, source_failed

pytestmark = pytest.mark.airflow

NIGHT = "2026-11-21"
ACCEPTED = [{"source": "mastodon", "verdict": "accepted"}]


def test_a_good_night_has_nothing_to_say():
    assert describe_failures(NIGHT, ["mastodon"], ["mastodon"], ACCEPTED) is None


def test_a_domain_without_sources_is_a_good_night():
    assert describe_failures(NIGHT, [], [], []) is None


def test_failed_sources_are_named_with_the_way_to_run_again():
    message = describe_failures(NIGHT, ["mastodon", "bluesky", "x_twitter"], ["mastodon"], ACCEPTED)
    assert "2 of 3 sources" in message
    assert "bluesky, x_twitter" in message
    assert f"partition key {NIGHT} and rebuild = true" in message


def test_a_night_that_was_not_settled_is_red():
    assert "not settled" in describe_failures(NIGHT, ["mastodon"], ["mastodon"], None)


def test_sources_that_could_not_be_listed_are_red():
    assert "list_sources" in describe_failures(NIGHT, None, [], None)


@pytest.mark.parametrize("key", [None, "None", "", "hier", "2026-13-01"])
def test_a_run_without_a_night_is_refused(key):
    with pytest.raises(AirflowFailException, match="partition key"):
        require_night(key)


def test_a_night_is_given_back_as_it_is():
    assert require_night(NIGHT) == NIGHT


def test_domains_that_never_announced_the_night_are_missing():
    announced = SimpleNamespace(partition_key=NIGHT)
    other = SimpleNamespace(partition_key="2026-11-20")
    assert missing_domains({"social": [other, announced], "tourism": [other], "gru": []}, NIGHT) == ["tourism", "gru"]


def test_a_source_that_failed_is_recorded_in_the_lake(monkeypatch, caplog):
    from comptoir.orchestration import steps

    recorded = []
    monkeypatch.setattr(steps, "record_failure", lambda *what: recorded.append(what))
    source_failed(
        {
            "task": SimpleNamespace(op_kwargs={"source_id": "mastodon"}),
            "ti": SimpleNamespace(dag_id="ingest_social", task_id="land"),
            "partition_key": NIGHT,
            "exception": ConnectionError("no answer"),
        }
    )
    assert recorded == [("mastodon", NIGHT, "ConnectionError: no answer")]
    assert "comptoir source check mastodon" in caplog.text
