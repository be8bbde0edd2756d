"""What the lake remembers of past nights, and the frame that the landing gate judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from comptoir.inventory.schema import SUNDAY, Inventory
from comptoir.lake.conform import Staged
from comptoir.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

USUAL_NIGHTS = 28
USUAL_MINIMUM = 7
RECONCILIATION_COLUMNS = {
    "source": "VARCHAR",
    "stream": "VARCHAR",
    "night": "DATE",
    "attempt": "BIGINT",
    "verdict": "VARCHAR",
    "reasons": "VARCHAR[]",
    "received": "BIGINT",
    "kept": "BIGINT",
    "duplicate": "BIGINT",
    "quarantined": "BIGINT",
    "erased": "BIGINT",
    "expired": "BIGINT",
    "pages": "BIGINT",
    "bytes": "BIGINT",
    "landed_at": "TIMESTAMPTZ",
    "publisher_updated_at": "TIMESTAMPTZ",
    "added_fields": "VARCHAR[]",
    "bronze_sha256": "VARCHAR",
    "max_record_on": "DATE",
}


def reconciliation_relation(settings: Settings, connection: duckdb.DuckDBPyConnection) -> str:
    """Name of a view over every stream-night of the lake (empty, with its columns, when there is none)."""
    folder = settings.lake_dir / "reconciliation"
    if any(folder.glob("*/*/night=*.json")):
        columns = ", ".join(f"{name}: '{kind}'" for name, kind in RECONCILIATION_COLUMNS.items())
        body = f"select * from read_json('{folder}/*/*/night=*.json', columns = {{{columns}}})"
    else:
        columns = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in RECONCILIATION_COLUMNS.items())
        body = f"select {columns} where false"
    connection.execute(f"create or replace temp view reconciliation as {body}")
    return "reconciliation"


def settled_nights(settings: Settings) -> list[str]:
    """Nights of which some source was conformed and judged, in order."""
    folder = settings.lake_dir / "reconciliation"
    return sorted({path.stem.removeprefix("night=") for path in folder.glob("*/*/night=*.json")})


def _is_complete(item: Staged) -> bool | None:
    """Whether as many records came as the publisher announced; a row sent again on the next page does not count."""
    announced, counts = item.manifest.announced, item.counts
    if announced is None:
        return None
    return item.manifest.received == counts.received and announced in (
        counts.received,
        counts.received - counts.duplicate,
    )


def gate_frame(settings: Settings, inventory: Inventory, staged: list[Staged]) -> pd.DataFrame:
    """One row per staged stream-night: its counts, what is usual, and the bounds from the inventory.

    ``usual_received`` is the median of the last 28 accepted nights before it, the staged ones of this batch
    included as they come; NULL when there are fewer than 7. A night that asks for the longer window of its stream
    (``long_re_read``) is compared with others that do, and only with them.
    """
    rows = []
    for item in staged:
        manifest, counts = item.manifest, item.counts
        gate = inventory.source(manifest.source).streams[manifest.stream].gate
        more = inventory.stream(manifest.source, manifest.stream).long_re_read
        rows.append(
            (
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
                more.every if more else None,
            )
        )
    with duckdb.connect() as connection:
        history = reconciliation_relation(settings, connection)
        connection.execute("""
            create temp table staged (
                source varchar, stream varchar, night date, attempt bigint, received bigint, kept bigint,
                duplicate bigint, quarantined bigint, erased bigint, expired bigint, missing_fields bigint,
                max_record_on date, is_complete boolean, max_quarantined_share double, min_volume_ratio double,
                max_volume_ratio double, long_every varchar)
        """)
        connection.executemany(f"insert into staged values ({', '.join('?' * 17)})", rows)
        connection.execute(f"""
            create temp macro is_long(long_every, night) as
                coalesce(long_every = 'week' and isodow(night) = {SUNDAY}, false)
                or coalesce(long_every = 'month' and day(night) = 1, false)
        """)
        frame: pd.DataFrame = connection.execute(f"""
            with past as (
                select source, stream, night, received from {history} where verdict = 'accepted'
                union all
                select source, stream, night, received from staged
            ),
            usual as (
                select s.source, s.stream, s.night, s.attempt, p.received,
                    row_number() over (
                        partition by s.source, s.stream, s.night, s.attempt order by p.night desc
                    ) as back
                from staged as s
                inner join (select source, stream, night, max(received) as received from past group by all) as p
                    on s.source = p.source and s.stream = p.stream and p.night < s.night
                    and is_long(s.long_every, p.night) = is_long(s.long_every, s.night)
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
