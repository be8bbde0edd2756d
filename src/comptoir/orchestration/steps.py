"""The steps of a night, each callable without Airflow: land → settle → build → publish.

The DAGs and the CLI call these same functions; none of them keeps state outside the lake, the warehouse and serving.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib.metadata import version
from multiprocessing import get_context
from typing import Any

import duckdb

from comptoir.config.file import load_config
from comptoir.connectors.base import PARIS
from comptoir.connectors.runner import open_fetches
from comptoir.inventory.schema import Inventory, load_inventory
from comptoir.lake import conform, landing, verdicts
from comptoir.lake.history import gate_frame, settled_nights
from comptoir.lake.loaded_files import LoadedFiles
from comptoir.privacy.keys import fingerprint, load_key
from comptoir.privacy.redaction import REDACTOR_VERSION
from comptoir.settings import ComptoirError, ConfigError, Settings, get_settings

log = logging.getLogger(__name__)
Progress = Callable[[str], None]
# Landing waits for publishers more than it works.
SOURCES_AT_ONCE = 4


def parse_night(night: str) -> dt.date:
    """The Europe/Paris day of that name, once it is over.

    Raises:
        ComptoirError: not a ``YYYY-MM-DD`` date, or the day has not ended.
    """
    try:
        day = dt.date.fromisoformat(night)
    except ValueError as error:
        raise ComptoirError(f"'{night}' is not a night. Write it YYYY-MM-DD, e.g. 2026-11-21.") from error
    if day >= dt.datetime.now(PARIS).date():
        raise ComptoirError(f"The night of {night} is not over in Europe/Paris. The last one that is: yesterday's.")
    return day


def enabled_sources(domain: str | None = None) -> list[str]:
    """Sources that ``comptoir.yml`` enables, in a domain or in all.

    Raises:
        ConfigError: a source is enabled that the inventory does not know.
    """
    inventory, config = load_inventory(), load_config()
    unknown = set(config.sources) - set(inventory.sources)
    if unknown:
        raise ConfigError(
            f"comptoir.yml enables sources that the inventory does not know: {', '.join(sorted(unknown))}."
        )
    return [source for source in config.sources if domain in (None, inventory.domain(source))]


def _first_loads(settings: Settings, source_id: str, night: str, streams: list[str]) -> frozenset[str]:
    """Streams to be asked for everything: those never loaded whole, or whose whole load is this very night's."""
    again = landing.attempts(settings, source_id, night)

    def is_whole(stream: str, of_night: str, attempt: int | None) -> bool:
        held = landing.stream_attempts(settings, source_id, stream, of_night)
        if attempt is None or attempt not in held:
            return False
        return landing.read_manifest(settings, source_id, stream, of_night, attempt).since is None

    def is_loaded(stream: str) -> bool:
        # The whole load is among a stream's first nights: the later ones are not read.
        others = (other for other in landing.landed_nights(settings, source_id, stream) if other != night)
        return any(is_whole(stream, other, verdicts.counting(settings, source_id, other)) for other in others)

    return frozenset(
        stream
        for stream in streams
        if any(is_whole(stream, night, attempt) for attempt in again) or not is_loaded(stream)
    )


def land(source_id: str, night: str, *, refetch: bool = False) -> dict[str, Any]:
    """Fetch a source's night into landing; a night that is there is not asked again unless ``refetch``.

    Returns counts by stream. Raises ComptoirError (PublisherError, KeyMismatchError, …), after which nothing of
    the attempt is left.
    """
    settings, inventory, config = get_settings(), load_inventory(), load_config()
    parse_night(night)
    key = load_key(settings)
    known = landing.attempts(settings, source_id, night)
    if known and not refetch:
        return {"source": source_id, "night": night, "attempt": known[-1], "fetched": False}
    streams = list(inventory.source(source_id).streams)
    first = _first_loads(settings, source_id, night, streams)
    reads_files = inventory.families[inventory.source(source_id).family].reads_files
    fetches = open_fetches(
        source_id,
        night,
        inventory=inventory,
        config=config,
        settings=settings,
        key=key,
        first_load=first,
        loaded_files={stream: LoadedFiles(settings, source_id, stream, night) for stream in streams if reads_files},
    )
    manifests = []
    with landing.new_attempt(settings, source_id, night, streams) as attempt:
        for fetch in fetches:
            digest = attempt.write(fetch.stream.name, fetch.lines())
            summary = fetch.summary
            manifests.append(
                landing.Manifest(
                    source=source_id,
                    stream=fetch.stream.name,
                    night=night,
                    attempt=attempt.number,
                    streams=streams,
                    since=fetch.since.isoformat() if fetch.since else None,
                    read_from_on=str(fetch.read_from_on or landing.EARLIEST),
                    received=summary.received,
                    pages=summary.pages,
                    bytes=summary.size_bytes,
                    announced=summary.announced,
                    publisher_updated_at=summary.publisher_updated_at,
                    added_fields=summary.added_fields,
                    removed_fields=summary.removed_fields,
                    sha256=digest,
                    landed_at=landing.now_text(),
                    code_version=version("comptoir"),
                    redactor_version=REDACTOR_VERSION,
                    key_fingerprint=fingerprint(key),
                    files=[landing.LandedFile(**asdict(file)) for file in summary.files],
                    listings=summary.listings,
                )
            )
        attempt.commit(manifests)
    counts = {manifest.stream: manifest.received for manifest in manifests}
    log.info("%s, night of %s, attempt %d: received %s", source_id, night, attempt.number, counts)
    return {"source": source_id, "night": night, "attempt": attempt.number, "fetched": True, "received": counts}


def record_failure(source_id: str, night: str, error: str) -> None:
    """Append the failure of a source to land, for the status pages."""
    verdicts.record_failure(get_settings(), source_id, night, error)


def settle(source_ids: list[str], night: str) -> list[dict[str, Any]]:
    """Conform what the sources landed for a night, judge what is new, and make bronze agree with the verdicts."""
    return settle_nights([(source_id, night) for source_id in source_ids])


def settle_nights(batches: list[tuple[str, str]], progress: Progress | None = None) -> list[dict[str, Any]]:
    """``settle`` for any number of source-nights: each is conformed once, the gate judges all of them in one pass.

    An attempt keeps the verdict it was given; decisions of people come on top (``comptoir hold`` / ``release``).
    """
    nights: dict[str, list[str]] = {}
    for source_id, night in batches:
        nights.setdefault(source_id, []).append(night)
    staged: list[Attempt] = []
    for source_id, of_source in nights.items():
        staged += stage(source_id, of_source)
        if progress:
            progress(f"conformed {source_id}")
    return _settled(staged)


@dataclass(frozen=True)
class Attempt:
    """A landed attempt of a source's night, conformed and waiting for its verdict: one part per stream."""

    source: str
    night: str
    number: int
    parts: list[conform.Staged]


def stage(source_id: str, nights: list[str]) -> list[Attempt]:
    """Conform what a source landed for some nights, nothing of which is shown yet.

    Of each night that was landed: the newest attempt if it was not judged yet, else the one that stands.
    """
    settings = get_settings()
    load_key(settings)
    wanted = []
    for night in nights:
        known = landing.attempts(settings, source_id, night)
        if known:
            judged = verdicts.verdicts(settings, source_id, night)
            standing = verdicts.standing(settings, source_id, night)
            wanted.append((night, known[-1] if known[-1] not in judged or standing is None else standing.attempt))
    return _staged(settings, source_id, wanted)


def _staged(settings: Settings, source_id: str, attempts: list[tuple[str, int]]) -> list[Attempt]:
    """Conform attempts, given as night and number, stream by stream."""
    inventory = load_inventory()
    by_stream: dict[str, list[landing.Manifest]] = {}
    for night, number in attempts:
        for stream in landing.attempt_streams(settings, source_id, night, number):
            manifest = landing.read_manifest(settings, source_id, stream, night, number)
            by_stream.setdefault(stream, []).append(manifest)
    parts: dict[tuple[str, int], list[conform.Staged]] = {attempt: [] for attempt in attempts}
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        for stream, manifests in by_stream.items():
            contract = inventory.stream(source_id, stream)
            timezone = inventory.source(source_id).timezone
            for part in conform.stage(settings, contract, manifests, timezone, connection):
                parts[part.manifest.night, part.manifest.attempt].append(part)
    return [Attempt(source_id, night, number, parts[night, number]) for night, number in attempts]


def _settled(staged: list[Attempt]) -> list[dict[str, Any]]:
    settings, inventory = get_settings(), load_inventory()
    _judge(settings, inventory, [attempt for attempt in staged if _unjudged(settings, attempt)])
    results = []
    for attempt in staged:
        source_id, night = attempt.source, attempt.night
        standing = verdicts.standing(settings, source_id, night)
        if standing is None:
            raise ComptoirError(f"{source_id}, night of {night}: the landing gate gave no verdict. Run it again.")
        parts = attempt.parts
        if standing.attempt != attempt.number:
            # The newest attempt was held: an earlier, accepted one stands for the night.
            (earlier,) = _staged(settings, source_id, [(night, standing.attempt)])
            parts = earlier.parts
        rows = [conform.settle_files(settings, part, standing.verdict, standing.reasons) for part in parts]
        _withdraw_other_streams(settings, source_id, night, {part.manifest.stream for part in parts})
        if standing.verdict == "held":
            log.warning("%s, night of %s is held: %s", source_id, night, "; ".join(standing.reasons))
        results.append(
            {
                "source": source_id,
                "night": night,
                "attempt": standing.attempt,
                "verdict": standing.verdict,
                "reasons": standing.reasons,
                "kept": sum(row.kept for row in rows),
                "quarantined": sum(row.quarantined for row in rows),
            }
        )
    return results


def _unjudged(settings: Settings, attempt: Attempt) -> bool:
    return attempt.number not in verdicts.verdicts(settings, attempt.source, attempt.night)


def _judge(settings: Settings, inventory: Inventory, staged: list[Attempt]) -> None:
    """Record one verdict per attempt: one stream that breaks the gate holds the whole batch."""
    if not staged:
        return
    from comptoir.audit.landing import LandingVerdict, judge

    given: dict[tuple[str, str, str], list[LandingVerdict]] = {}
    for one in judge(gate_frame(settings, inventory, [part for attempt in staged for part in attempt.parts])):
        given.setdefault((one.source, one.night, one.attempt), []).append(one)
    for attempt in staged:
        own = given.get((attempt.source, attempt.night, str(attempt.number)), [])
        reasons = [f"{v.stream}: {reason}" for v in own for reason in v.reasons]
        warnings = [f"{v.stream}: {warning}" for v in own for warning in v.warnings]
        verdict: verdicts.Verdict = "held" if any(v.verdict == "held" for v in own) else "accepted"
        verdicts.record_verdict(settings, attempt.source, attempt.night, attempt.number, verdict, reasons, warnings)


def _withdraw_other_streams(settings: Settings, source_id: str, night: str, streams: set[str]) -> None:
    """A stream that left the inventory leaves no bronze behind for a night that was settled again."""
    for path in (settings.lake_dir / "bronze" / source_id).glob(f"*/night={night}.parquet"):
        if path.parent.name not in streams:
            path.unlink()
            conform.reconciliation_path(settings, source_id, path.parent.name, night).unlink(missing_ok=True)


def build(night: str) -> dict[str, Any]:
    """Build the warehouse from the lake: one dbt build, audited by its own tests.

    Raises ComptoirError naming the nodes that failed.
    """
    from comptoir.warehouse.build import build as dbt_build

    result = dbt_build(night, settings=get_settings())
    return {"night": night, "seconds": result.seconds, "nodes": len(result.nodes)}


def publish(night: str, *, accept_changes: bool = False) -> dict[str, Any]:
    """Write a version, audit it, and move the pointer if it passed.

    A version shows the newest night of the lake, whichever night was rerun.
    ``accept_changes``: an operator wants what changed since the version before; comparisons only warn.
    Raises ComptoirError naming the failed checks and the suspect batches; the pointer has not moved.
    """
    from comptoir.serving.publish import publish as publish_version

    settings = get_settings()
    shown = max([night, *settled_nights(settings)])
    publication = publish_version(settings, shown, accept_changes=accept_changes)
    return {"night": shown, "version": publication.version.version_id, "is_new": publication.is_new}


def provision_dashboards(base_url: str) -> dict[str, Any]:
    """Bring Superset in line with the assets in the repository."""
    from comptoir.bi.provision import provision

    return {"provisioned": str(provision(get_settings(), base_url))}


def housekeep() -> dict[str, Any]:
    """Sweep what killed runs left behind and report on the installation."""
    from comptoir.stewardship.housekeeping import housekeep as keep_house

    return dict(keep_house(get_settings()))


def land_sources(sources: list[str], night: str, *, refetch: bool = False, progress: Progress = log.info) -> list[str]:
    """Land several sources side by side; a failure is recorded and does not stop the others.

    Returns those that failed, in the order given.
    """
    load_key(get_settings())  # made once, before several threads want it

    def lands(source: str) -> bool:
        return _told(_try_to_land(source, night, refetch), source, night, progress)

    with ThreadPoolExecutor(SOURCES_AT_ONCE, thread_name_prefix="land") as pool:
        return [source for source, landed in zip(sources, pool.map(lands, sources), strict=True) if not landed]


def _try_to_land(source: str, night: str, refetch: bool) -> str | None:
    """Land a source's night, or record why it could not be and return that."""
    try:
        land(source, night, refetch=refetch)
    except ComptoirError as error:
        record_failure(source, night, str(error))
        return str(error)
    return None


def _told(error: str | None, source: str, night: str, progress: Progress) -> bool:
    progress(f"{source} failed for {night}: {error}" if error else f"landed {source} {night}")
    return error is None


def backfill(
    first_night: str,
    last_night: str,
    *,
    sources: list[str] | None = None,
    refetch: bool = False,
    progress: Progress = log.info,
) -> list[str]:
    """Land and settle every night from the first to the last, then build once and publish once.

    Returns ``source night`` of what failed to land.
    """
    first, last = parse_night(first_night), parse_night(last_night)
    if first > last:
        raise ComptoirError(f"The backfill starts on {first_night}, after it ends on {last_night}. Swap them.")
    chosen = sources or enabled_sources()
    nights = [(first + dt.timedelta(days=offset)).isoformat() for offset in range((last - first).days + 1)]
    load_key(get_settings())  # made once, before several processes want it
    failed: list[str] = []

    def bring(source: str) -> list[Attempt]:
        """Land a source's nights in their order, then conform them; the work is done by other processes."""
        for night in nights:
            error = processes.submit(_try_to_land, source, night, refetch).result()
            if not _told(error, source, night, progress):
                failed.append(f"{source} {night}")
        staged = processes.submit(stage, source, nights).result()
        progress(f"conformed {source}")
        return staged

    # Python does one thing at a time in a process. Each source has a thread that waits for its nights.
    with (
        ProcessPoolExecutor(SOURCES_AT_ONCE, mp_context=get_context("spawn")) as processes,
        ThreadPoolExecutor(len(chosen)) as waiting,
    ):
        staged = [attempt for attempts in waiting.map(bring, chosen) for attempt in attempts]
    _settled(staged)
    build(last_night)
    publish(last_night)
    return sorted(failed, key=lambda batch: batch.split()[::-1])
