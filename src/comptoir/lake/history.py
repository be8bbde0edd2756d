"""What the lake remembers of past nights, and the frame that the landing gate judges."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import duckdb

from comptoir.inventory.schema import Inventory
from comptoir.lake.conform import Staged, read_reconciliation, reconciled_nights
from comptoir.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

USUAL_NIGHTS = 28
USUAL_MINIMUM = 7
STAGED_COLUMNS = {
    "source": "varchar",
    "stream": "varchar",
    "night": "date",
    "attempt": "bigint",
    "received": "bigint",
    "kept": "bigint",
    "duplicate": "bigint",
    "quarantined": "bigint",
    "erased": "bigint",
    "expired": "bigint",
    "missing_fields": "bigint",
    "max_record_on": "date",
    "is_complete": "boolean",
    "max_quarantined_share": "double",
    "min_volume_ratio": "double",
    "max_volume_ratio": "double",
    "window_days": "bigint",
}


def settled_nights(settings: Settings) -> list[str]:
    """Nights of which some source was conformed and judged, in order."""
    streams = (settings.lake_dir / "reconciliation").glob("*/*")
    return sorted({night for path in streams for night in reconciled_nights(settings, path.parent.name, path.name)})


def _is_complete(item: Staged) -> bool | None:
    """Whether as many records came as the publisher announced; a row sent again on the next page does not count."""
    announced, counts = item.manifest.announced, item.counts
    if announced is None:
        return None
    return item.manifest.received == counts.received and announced in (
        counts.received,
        counts.received - counts.duplicate,
    )


def _window_days(inventory: Inventory, source: str, stream: str, night: str) -> int:
    return inventory.stream(source, stream).window_days(dt.date.fromisoformat(night))


def _row(inventory: Inventory, item: Staged) -> tuple[object, ...]:
    manifest, counts = item.manifest, item.counts
    gate = inventory.source(manifest.source).streams[manifest.stream].gate
    return (
        manifest.source,
        manifest.stream,
        manifest.night,
        manifest.attempt,
        counts.received,
        counts.kept,
        counts.duplicate,
        counts.quarantined,
        counts.erased,
        counts.expired,
        len(manifest.removed_fields),
        item.max_record_on,
        _is_complete(item),
        gate.max_quarantined_share,
        gate.min_volume_ratio,
        gate.max_volume_ratio,
        _window_days(inventory, manifest.source, manifest.stream, manifest.night),
    )


def _past(settings: Settings, inventory: Inventory, staged: list[Staged]) -> list[tuple[str, str, str, int, int]]:
    """Accepted nights that say what is usual: source, stream, night, received, window; no more than is needed."""
    nights: dict[tuple[str, str, int], list[str]] = {}
    for item in staged:
        source, stream, night = item.manifest.source, item.manifest.stream, item.manifest.night
        window = _window_days(inventory, source, stream, night)
        nights.setdefault((source, stream, window), []).append(night)
    past = []
    for (source, stream, window), of_stream in nights.items():
        before_the_first = 0
        known = [
            night
            for night in reconciled_nights(settings, source, stream)
            if night < max(of_stream) and _window_days(inventory, source, stream, night) == window
        ]
        for night in reversed(known):
            told = read_reconciliation(settings, source, stream, night)
            if told.verdict == "accepted":
                past.append((source, stream, night, told.received, window))
                before_the_first += night < min(of_stream)
            if before_the_first == USUAL_NIGHTS:
                break
    return past


def gate_frame(settings: Settings, inventory: Inventory, staged: list[Staged]) -> pd.DataFrame:
    """One row per staged stream-night: its counts, what is usual, and the bounds from the inventory.

    ``usual_received`` is the median of the last 28 accepted nights before it, the staged ones of this batch
    included as they come; NULL when there are fewer than 7. A night that asks for the longer window of its stream
    (``long_re_read``) is compared with others that do, and only with them.
    """
    import pandas as pd

    rows = [_row(inventory, item) for item in staged]
    past = pd.DataFrame(
        _past(settings, inventory, staged), columns=["source", "stream", "night", "received", "window_days"]
    )
    with duckdb.connect() as connection:
        connection.register("staged_rows", pd.DataFrame(rows, columns=list(STAGED_COLUMNS)))
        connection.register("past_rows", past)
        typed = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in STAGED_COLUMNS.items())
        frame: pd.DataFrame = connection.execute(f"""
            with staged as materialized (select {typed} from staged_rows),
            past as (
                select cast(source as varchar) as source, cast(stream as varchar) as stream,
                    cast(night as date) as night, cast(received as bigint) as received,
                    cast(window_days as bigint) as window_days
                from past_rows
                union all
                select source, stream, night, received, window_days from staged
            ),
            usual as (
                select s.source, s.stream, s.night, s.attempt, p.received,
                    row_number() over (
                        partition by s.source, s.stream, s.night, s.attempt order by p.night desc
                    ) as back
                from staged as s
                inner join (
                    select source, stream, night, window_days, max(received) as received from past group by all
                ) as p
                    on s.source = p.source and s.stream = p.stream and p.night < s.night
                    and s.window_days = p.window_days
            ),
            median_of_nights as (
                select source, stream, night, attempt,
                    case when count(*) >= {USUAL_MINIMUM} then median(received) end as usual_received
                from usual where back <= {USUAL_NIGHTS} group by all
            )
            select s.source, s.stream, cast(s.night as varchar) as night, s.attempt, s.received, s.kept, s.duplicate,
                s.quarantined, s.erased, s.expired,
                case when s.received > 0 then s.quarantined / s.received else 0 end as quarantined_share,
                m.usual_received, s.received / nullif(m.usual_received, 0) as volume_ratio, s.missing_fields,
                date_diff('day', s.max_record_on, s.night) as newest_record_lag_days, s.is_complete,
                s.max_quarantined_share, s.min_volume_ratio, s.max_volume_ratio
            from staged as s
            left join median_of_nights as m using (source, stream, night, attempt)
            order by s.source, s.stream, s.night
        """).df()
    return frame


def quarantined(settings: Settings, source: str | None, night: str | None) -> list[tuple[str, str, str, str, int]]:
    """Quarantined rows counted by source, stream, night and rule."""
    return _over_quarantine(
        settings,
        source,
        night,
        """select _source, _stream, _night, rule, count(*)
           from (select *, unnest(rules) as rule from quarantine) group by all order by 1, 2, 3, 4""",
    )


def quarantined_records(settings: Settings, source: str, night: str, limit: int) -> list[tuple[str, str, str]]:
    """Some quarantined records as they were kept: stream, rules, record after redaction."""
    return _over_quarantine(
        settings,
        source,
        night,
        f"""select _stream, array_to_string(rules, ', '), cast(record as varchar)
            from quarantine order by _stream, sequence limit {int(limit)}""",
    )


def _over_quarantine(settings: Settings, source: str | None, night: str | None, query: str) -> list[tuple]:  # type: ignore[type-arg]
    folder = settings.lake_dir / "quarantine"
    pattern = f"{source or '*'}/*/night={night or '*'}.parquet"
    if not any(folder.glob(pattern)):
        return []
    with duckdb.connect() as connection:
        connection.execute(f"""
            create temp view quarantine as
            select *, split_part(filename, '/', -3) as _source, split_part(filename, '/', -2) as _stream,
                regexp_extract(filename, 'night=([0-9-]+)', 1) as _night
            from read_parquet('{folder}/{pattern}', filename = true)
        """)
        return connection.execute(query).fetchall()
