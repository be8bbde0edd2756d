from __future__ import annotations

import datetime as dt

import duckdb
import pandas as pd
import pytest

from comptoir.audit import landing
from comptoir.audit.rules import LANDING_RULES
from comptoir.settings import ComptoirError

SOUND = {
    "source": "mastodon", "stream": "statuses", "night": "2026-11-21", "attempt": "0001",
    "received": 100, "kept": 97, "duplicate": 1, "quarantined": 2, "erased": 0, "expired": 0,
    "quarantined_share": 0.02, "usual_received": 110.0, "volume_ratio": 0.91, "missing_fields": 0,
    "newest_record_lag_days": 0, "is_complete": True,
    "max_quarantined_share": 0.05, "min_volume_ratio": 0.1, "max_volume_ratio": 10.0,
}  # fmt: skip
BROKEN = {
    "received_is_counted": {"received": None},
    "kept_is_counted": {"kept": None},
    "duplicate_is_counted": {"duplicate": None},
    "quarantined_is_counted": {"quarantined": None},
    "erased_is_counted": {"erased": None},
    "expired_is_counted": {"expired": None},
    "every_record_is_accounted_for": {"kept": 96},
    "quarantined_share_within_bound": {"kept": 89, "quarantined": 10, "quarantined_share": 0.1},
    "volume_not_too_low": {"usual_received": 2000.0, "volume_ratio": 0.05},
    "volume_not_too_high": {"usual_received": 5.0, "volume_ratio": 20.0},
    "no_required_field_is_missing": {"missing_fields": 1},
    "came_whole": {"is_complete": False},
    "not_mostly_duplicates": {"kept": 37, "duplicate": 61},
    "nothing_from_the_future": {"newest_record_lag_days": -2},
    "something_recent": {"newest_record_lag_days": 121},
}
SEVERITY = {rule.name: rule.severity for rule in LANDING_RULES}


def frame(*changes: dict) -> pd.DataFrame:
    return pd.DataFrame([SOUND | change for change in changes])


def test_every_rule_has_its_broken_night():
    assert set(BROKEN) == set(SEVERITY)


def test_a_sound_night_is_accepted(settings):
    (verdict,) = landing.judge(frame({}), settings)
    assert verdict == landing.LandingVerdict("mastodon", "statuses", "2026-11-21", "0001", "accepted", (), ())


def test_what_is_not_known_holds_nothing(settings):
    unknown = dict.fromkeys(["usual_received", "volume_ratio", "is_complete", "newest_record_lag_days"])
    bounds = dict.fromkeys(["max_quarantined_share", "min_volume_ratio", "max_volume_ratio"])
    nothing = dict.fromkeys(["received", "kept", "duplicate", "quarantined", "erased", "expired"], 0)
    empty_night = {**unknown, **nothing, "quarantined_share": None}
    verdicts = landing.judge(
        frame(unknown, {**unknown, **bounds, "attempt": "0002"}, {**empty_night, "attempt": "0003"}), settings
    )
    assert [(v.verdict, v.reasons, v.warnings) for v in verdicts] == [("accepted", (), ())] * 3


def test_an_empty_night_is_held_when_its_bounds_say_so(settings):
    nothing = dict.fromkeys(["received", "kept", "duplicate", "quarantined", "erased", "expired"], 0)
    (verdict,) = landing.judge(frame({**nothing, "quarantined_share": None, "volume_ratio": 0.0}), settings)
    assert verdict.verdict == "held"
    assert verdict.reasons[0].startswith(
        "mastodon/statuses, night 2026-11-21, attempt 0001: 0 records where 110 are usual"
    )


def test_many_nights_in_one_pass_are_judged_as_one_by_one(settings):
    changes = [change | {"attempt": f"{i:04d}"} for i, change in enumerate(BROKEN.values())]
    together = landing.judge(frame(*changes, {"attempt": "9999"}), settings)
    one_by_one = [landing.judge(frame(change), settings)[0] for change in changes]
    assert together == [*one_by_one, landing.judge(frame({"attempt": "9999"}), settings)[0]]
    for rule, verdict in zip(BROKEN, together, strict=False):
        blocks = SEVERITY[rule] == "block"
        assert verdict.verdict == ("held" if blocks else "accepted"), rule
        assert (len(verdict.reasons), len(verdict.warnings)) == ((1, 0) if blocks else (0, 1)), rule
        (message,) = verdict.reasons or verdict.warnings
        assert message.startswith(f"mastodon/statuses, night 2026-11-21, attempt {verdict.attempt}: ")
        assert "nan" not in message


def test_a_night_can_break_several_rules(settings):
    (verdict,) = landing.judge(
        frame(BROKEN["came_whole"] | BROKEN["no_required_field_is_missing"] | BROKEN["something_recent"]), settings
    )
    assert (len(verdict.reasons), len(verdict.warnings)) == (2, 1)


def test_a_frame_straight_from_duckdb_is_judged(settings):
    values = ", ".join(
        f"{'null' if value is None else repr(value)} as {column}"
        for column, value in SOUND.items()
        if column not in ("night", "is_complete")
    )
    sql = (
        f"select {values}, night, null::boolean as is_complete"
        " from (values (date '2026-11-20'), (date '2026-11-21')) as n(night) order by night"
    )
    verdicts = landing.judge(duckdb.sql(sql).df(), settings)
    assert [(v.night, v.verdict) for v in verdicts] == [("2026-11-20", "accepted"), ("2026-11-21", "accepted")]
    assert landing.judge(frame({"night": dt.date(2026, 11, 20)}), settings)[0].night == "2026-11-20"


def test_a_whole_backfill_takes_under_two_seconds(settings):
    import time

    backfill = frame(*({"attempt": f"{i:04d}", "received": 100 + i % 2} for i in range(180)))
    landing.judge(backfill.head(1), settings)
    started = time.perf_counter()
    verdicts = landing.judge(backfill, settings)
    assert time.perf_counter() - started < 2
    assert [v.verdict for v in verdicts] == ["accepted", "held"] * 90


def test_a_frame_that_cannot_be_judged_is_refused(settings):
    with pytest.raises(ComptoirError, match="lacks kept, is_complete"):
        landing.judge(frame({}).drop(columns=["kept", "is_complete"]), settings)
    with pytest.raises(ComptoirError, match="mastodon/statuses/2026-11-21/0001 more than once"):
        landing.judge(frame({}, {}), settings)
    assert landing.judge(frame({}).head(0), settings) == []
