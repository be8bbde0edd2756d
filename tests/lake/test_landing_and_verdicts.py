import os
import signal
import subprocess
import sys
import textwrap

import pytest

from comptoir.lake import landing, verdicts
from comptoir.settings import ComptoirError

NIGHT = "2026-11-21"
SOURCE = "opendatasoft"


def test_an_attempt_that_breaks_leaves_nothing(lake, report):
    def lines():
        yield {"p": 1, "s": 1, "r": {}}
        raise RuntimeError("the publisher hung up")

    with pytest.raises(RuntimeError), landing.new_attempt(lake.settings, SOURCE, NIGHT, ["reports"]) as attempt:
        attempt.write("reports", lines())
    assert landing.attempts(lake.settings, SOURCE, NIGHT) == []
    assert not list(lake.settings.lake_dir.glob("landing/**/*.ndjson.zst*"))


def test_a_killed_landing_does_not_exist_for_readers_and_is_swept_by_the_next(lake, report):
    script = f"""
        import os, signal
        from comptoir.lake import landing
        from comptoir.settings import get_settings
        def lines():
            yield {{"p": 1, "s": 1, "r": {{}}}}
            os.kill(os.getpid(), signal.SIGKILL)
        with landing.new_attempt(get_settings(), "{SOURCE}", "{NIGHT}", ["reports"]) as attempt:
            attempt.write("reports", lines())
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env={**os.environ}, check=False)
    assert done.returncode == -signal.SIGKILL
    assert landing.attempts(lake.settings, SOURCE, NIGHT) == []
    lake.land(NIGHT, [report(1)])
    assert landing.attempts(lake.settings, SOURCE, NIGHT) == [1]
    assert not list(lake.settings.lake_dir.glob("landing/**/*.partial"))


def test_an_attempt_is_whole_only_with_all_its_streams(lake):
    with landing.new_attempt(lake.settings, "mastodon", NIGHT, ["accounts", "statuses"]) as attempt:
        manifests = []
        for stream in ("accounts", "statuses"):
            digest = attempt.write(stream, [])
            manifests.append(
                landing.Manifest(
                    source="mastodon",
                    stream=stream,
                    night=NIGHT,
                    attempt=1,
                    streams=["accounts", "statuses"],
                    since=None,
                    received=0,
                    pages=0,
                    bytes=0,
                    announced=None,
                    publisher_updated_at=None,
                    added_fields=[],
                    removed_fields=[],
                    sha256=digest,
                    landed_at=landing.now_text(),
                    code_version="0",
                    redactor_version="1",
                    key_fingerprint="f",
                )
            )
        attempt.commit(manifests[:1])
        assert landing.attempts(lake.settings, "mastodon", NIGHT) == []
        attempt.commit(manifests)
    assert landing.attempts(lake.settings, "mastodon", NIGHT) == [1]


def _judge(lake, attempt, verdict, reasons=()):
    verdicts.record_verdict(lake.settings, SOURCE, NIGHT, attempt, verdict, list(reasons), [])


def _standing(lake):
    standing = verdicts.standing(lake.settings, SOURCE, NIGHT)
    return standing and (standing.attempt, standing.verdict)


def test_what_stands_for_a_night(lake, report):
    assert _standing(lake) is None
    lake.land(NIGHT, [report(1)])
    _judge(lake, 1, "accepted")
    assert _standing(lake) == (1, "accepted")
    lake.land(NIGHT, [])
    _judge(lake, 2, "held", ["volume"])
    assert _standing(lake) == (1, "accepted"), "a bad refetch does not take the good attempt away"
    verdicts.decide(lake.settings, SOURCE, NIGHT, "release", "it was a holiday", "claire")
    assert _standing(lake) == (2, "accepted")
    verdicts.decide(lake.settings, SOURCE, NIGHT, "hold", "wrong file", "claire")
    assert _standing(lake) == (2, "held"), "a person's hold covers every attempt there was"
    lake.land(NIGHT, [report(1), report(2)])
    _judge(lake, 3, "accepted")
    assert _standing(lake) == (3, "accepted"), "a later attempt heals the night"
    assert len(verdicts.decisions(lake.settings, SOURCE, NIGHT)) == 2, "decisions are events: none is rewritten"


def test_a_decision_needs_a_night_and_a_reason(lake, report):
    with pytest.raises(ComptoirError, match="nothing to hold"):
        verdicts.decide(lake.settings, SOURCE, NIGHT, "hold", "why", "me")
    lake.land(NIGHT, [report(1)])
    with pytest.raises(ComptoirError, match="--reason"):
        verdicts.decide(lake.settings, SOURCE, NIGHT, "hold", " ", "me")
