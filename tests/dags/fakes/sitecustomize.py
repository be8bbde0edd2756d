"""Puts fake steps in the place of the real ones, in every process whose PYTHONPATH leads here (tests only)."""

import json
import os
import sys
import time
import types
from pathlib import Path

DIARY = os.environ.get("FAKE_STEPS_DIARY")


def write(step, **what):
    with Path(DIARY).open("a") as diary:
        diary.write(json.dumps({"step": step, "at": time.time(), **what}) + "\n")


def enabled_sources(domain):
    return {"social": ["mastodon", "unreachable"], "tourism": ["eurostat"], "gru": []}[domain]


def land(source_id, night, *, refetch=False):
    write("land", source=source_id, night=night, refetch=refetch)
    if source_id == "unreachable":
        raise ConnectionError("the publisher does not answer")
    return {"source": source_id, "received": {"records": 7}}


def settle(source_ids, night):
    write("settle", sources=source_ids, night=night)
    return [{"source": source, "night": night, "verdict": "accepted", "reasons": []} for source in source_ids]


def build(night):
    write("build", night=night)
    time.sleep(1)
    return {"night": night}


def publish(night):
    write("publish", night=night)
    return {"night": night}


def housekeep():
    write("housekeep")
    return {}


def record_failure(source_id, night, error):
    write("record_failure", source=source_id, night=night, error=error)


if DIARY:
    steps = types.ModuleType("comptoir.orchestration.steps")
    for step in (enabled_sources, land, settle, build, publish, housekeep, record_failure):
        setattr(steps, step.__name__, step)
    sys.modules["comptoir.orchestration.steps"] = steps
