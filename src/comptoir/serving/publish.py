"""Write, audit, publish: readers see the last good version, whole, until the next has passed."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from comptoir.audit.serving import Finding, ServingVerdict, audit
from comptoir.config.file import load_config
from comptoir.serving import versions
from comptoir.serving.build import build_version
from comptoir.serving.versions import REJECTED, Version
from comptoir.settings import ComptoirError, Settings

DEMO_BANNER_FR = "Données simulées ou rejouées – démonstration"
STEPS = ("locked", "swept", "built", "synced", "audited", "renamed", "pointed", "recorded", "pruned")
Gate = Callable[[Path, Path | None, Settings], ServingVerdict]


@dataclass(frozen=True)
class Publication:
    """What readers see now. ``is_new`` is false when the content was already published for that night."""

    version: Version
    is_new: bool
    warnings: tuple[str, ...]


class PublicationRefusedError(ComptoirError):
    """The serving gate refused a version: the pointer has not moved."""

    def __init__(self, message: str, verdict: ServingVerdict) -> None:
        super().__init__(message)
        self.verdict = verdict


def publish(
    settings: Settings,
    night: dt.date | str,
    *,
    accept_changes: bool = False,
    gate: Gate | None = None,
    on_step: Callable[[str], None] | None = None,
) -> Publication:
    """Build a version from the warehouse, audit its very files, then point readers to it.

    A process killed at any moment leaves the pointer on a whole, audited version; what it left is swept next time.
    Content already published for this night is not published again.

    Args:
        settings: where the warehouse and the versions are.
        night: the night that the version shows (``YYYY-MM-DD``).
        accept_changes: an operator wants the changes since the version before: rules that compare only warn.
        gate: instead of the serving gate.
        on_step: called with the name of each of ``STEPS`` once it is done.

    Raises:
        PublicationRefusedError: the gate refused; names what failed and the suspect nights.
        ComptoirError: the warehouse cannot be read, or another process publishes.
    """
    night = dt.date.fromisoformat(str(night))
    step = on_step or (lambda _: None)
    judge = gate or (lambda new, old, where: audit(new, old, where, accept_changes=accept_changes))
    is_demo = load_config(settings).demo
    with versions.publishing_lock(settings):
        step("locked")
        versions.sweep(settings)
        _record_what_a_killed_publisher_did_not(settings)
        step("swept")
        published_at = _next_instant(settings)
        version_id = f"{published_at:%Y%m%dT%H%M%S.%fZ}.{night}"
        building = build_version(
            settings,
            night,
            version_id,
            published_at=published_at,
            is_demo=is_demo,
            banner_fr=DEMO_BANNER_FR if is_demo else None,
        )
        step("built")
        before = versions.current_dir(settings)
        candidate = versions.read_publication(building)
        if before is not None and _says_the_same(candidate, current := versions.read_version(settings, before.name)):
            shutil.rmtree(building)
            return Publication(current, is_new=False, warnings=())
        for file in building.iterdir():
            versions.sync(file)
            # A version never changes: not even by mistake.
            file.chmod(0o440 if file.stem == "restricted" else 0o444)
        versions.sync(building)
        step("synced")
        verdict = judge(building, before, settings)
        step("audited")
        if not verdict.passed:
            _reject(settings, building, version_id, verdict)
        # Audited under its temporary name: whatever has a version's name has passed, so a rollback can trust it.
        building.rename(versions.versions_dir(settings) / version_id)
        versions.sync(versions.versions_dir(settings))
        step("renamed")
        versions.point_to(settings, version_id)
        step("pointed")
        published = versions.read_version(settings, version_id)
        warnings = tuple(finding.message for finding in verdict.warnings)
        _record(settings, published, before.name if before else None, warnings, accept_changes)
        step("recorded")
        versions.prune(settings)
        step("pruned")
        return Publication(published, is_new=True, warnings=warnings)


def _says_the_same(one: Version, other: Version) -> bool:
    return all(
        getattr(one, field) == getattr(other, field) for field in ("night", "content_sha256", "is_demo", "banner_fr")
    )


def _next_instant(settings: Settings) -> dt.datetime:
    """Now (UTC, without zone), or just after the newest version if the clock went back: names sort as published."""
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    ids = versions.version_ids(settings)
    if not ids:
        return now
    newest = dt.datetime.strptime(ids[-1].rsplit(".", 1)[0], "%Y%m%dT%H%M%S.%fZ")
    return max(now, newest + dt.timedelta(microseconds=1))


def _record(
    settings: Settings, version: Version, previous: str | None, warnings: tuple[str, ...], accept_changes: bool
) -> None:
    versions.append_event(
        settings,
        "published",
        version_id=version.version_id,
        night=version.night.isoformat(),
        content_sha256=version.content_sha256,
        previous=previous,
        warnings=list(warnings),
        accept_changes=accept_changes,
    )


def _record_what_a_killed_publisher_did_not(settings: Settings) -> None:
    current = versions.current_dir(settings)
    if current and current.name not in {event.get("version_id") for event in versions.read_events(settings)}:
        _record(settings, versions.read_version(settings, current.name), None, (), accept_changes=False)


def _reject(settings: Settings, building: Path, version_id: str, verdict: ServingVerdict) -> None:
    rejected = versions.versions_dir(settings) / f"{REJECTED}{version_id}"
    building.rename(rejected)
    versions.append_event(
        settings,
        "rejected",
        version_id=version_id,
        failures=[finding.message for finding in verdict.failures],
        suspects=list(verdict.suspects),
    )
    versions.prune(settings)
    raise PublicationRefusedError(
        f"The version of this night was not published; readers still see the one before. {_told(verdict.failures)}"
        f" The refused files are kept in {rejected}. Hold a suspect night with `comptoir hold SOURCE NIGHT` or correct"
        " the model, build, and publish again.",
        verdict,
    )


def _told(failures: tuple[Finding, ...]) -> str:
    return " ".join(f"({number}) {failure.message}" for number, failure in enumerate(failures, start=1))
