"""What the serving gate looks at: one row per file, table, KPI and stream to be served, counted over whole tables.

A measure that does not apply to a row, or has nothing to compare with, is NULL and breaks no rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import pandas as pd

FILES = ("comptoir", "restricted")
REQUIRED_TABLES = (
    "bridge_territory_ancestor",
    "dim_date",
    "dim_kpi",
    "dim_territory",
    "kpi_month",
    "rpt_kpi_month",
    "rpt_reconciliation",
    "rpt_source_status",
)
# Said here once more, independently of what serving/contract.py leaves out: a gate that trusts the list it checks
# proves nothing.
FORBIDDEN_COLUMNS = (
    "author_id",
    "post_id",
    "reblog_of_id",
    "mention_ids",
    "content",
    "content_warning",
    "hashtags",
    "request_id",
    "requester_email_id",
    "requester_phone_id",
    "contact_id",
    "call_id",
    "answer_id",
    "latitude",
    "longitude",
    "email",
    "phone",
)
_KPI_KEY = "territory_id, month_on, audience, channel_code, kpi_id"


@contextmanager
def attached(candidate_dir: Path, previous_dir: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Both versions' files, read-only as ``new_<file>`` and ``old_<file>``, in a connection locked as a reader's is."""
    with duckdb.connect(":memory:") as connection:
        for prefix, folder in (("new", candidate_dir), ("old", previous_dir)):
            for file in FILES if folder else ():
                path = str(Path(str(folder)) / f"{file}.duckdb").replace("'", "''")
                connection.execute(f"attach '{path}' as {prefix}_{file} (read_only)")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection


def missing_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Required tables that ``comptoir.duckdb`` does not hold: without them nothing else can be measured."""
    present = {
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'new_comptoir'"
            " union all select view_name from duckdb_views() where database_name = 'new_comptoir' and not internal"
        ).fetchall()
    }
    return [name for name in (*REQUIRED_TABLES, "publication") if name not in present]


def publication_measures(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """One row per file (``publication_rows``) and one for the version (``publication_differences``)."""
    return connection.execute(
        """
        select 'publication' as subject_kind, 'comptoir.duckdb' as subject, count(*) as publication_rows,
               null as publication_differences
        from new_comptoir.main.publication
        union all
        select 'publication', 'restricted.duckdb', count(*), null from new_restricted.main.publication
        union all
        select 'publication', 'version', null,
               (select count(*) from (from new_comptoir.main.publication except from new_restricted.main.publication))
               + (select count(*) from (from new_restricted.main.publication except from new_comptoir.main.publication))
        """
    ).df()


def table_measures(connection: duckdb.DuckDBPyConnection, has_previous: bool) -> pd.DataFrame:
    """One row per table of either version and either file: rows now and before, and what it must not be or hold."""
    counts: list[str] = []
    for file in FILES:
        tables = dict.fromkeys(_tables(connection, f"new_{file}"), "new")
        before = _tables(connection, f"old_{file}") if has_previous else set()
        for name in sorted({*tables, *before} - {"publication"}):
            rows = f'(select count(*) from new_{file}.main."{name}")' if name in tables else "null"
            rows_before = f'(select count(*) from old_{file}.main."{name}")' if name in before else "null"
            counts.append(
                f"select '{file}' as file, '{name}' as name, {rows} as row_count, {rows_before} as previous_row_count"
            )
    required = ", ".join(f"'{name}'" for name in REQUIRED_TABLES)
    forbidden = ", ".join(f"'{name}'" for name in FORBIDDEN_COLUMNS)
    return connection.execute(
        f"""
        with counted as ({" union all ".join(counts)}),
        exposed as (
            select table_name as name, count(*) as forbidden_columns,
                   string_agg(column_name, ', ' order by column_name) as forbidden_names
            from duckdb_columns()
            where database_name = 'new_comptoir' and lower(column_name) in ({forbidden})
            group by all
        ),
        viewed as (
            select replace(database_name, 'new_', '') as file, view_name as name
            from duckdb_views() where starts_with(database_name, 'new_') and not internal
        )
        select
            'table' as subject_kind,
            file || '.duckdb/' || name as subject,
            row_count,
            previous_row_count,
            row_count / nullif(previous_row_count, 0) as row_ratio,
            case when row_count is null then 1 else 0 end as vanished_tables,
            case when file = 'comptoir' and name in ({required}) then row_count end as required_rows,
            case when file = 'comptoir' then coalesce(forbidden_columns, 0) end as forbidden_columns,
            case when file = 'comptoir' then forbidden_names end as forbidden_names,
            case when (file, name) in (select (file, name) from viewed) then 1 else 0 end as views
        from counted left join exposed using (name)
        order by subject
        """
    ).df()


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> set[str]:
    return {
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = $1"
            " union all select view_name from duckdb_views() where database_name = $1 and not internal",
            [database],
        ).fetchall()
    }


def kpi_measures(connection: duckdb.DuckDBPyConnection, has_previous: bool) -> pd.DataFrame:
    """One row per KPI of the catalogue or of ``kpi_month``: rows that break a rule, and the change since before."""
    before = "old_comptoir.main.kpi_month" if has_previous else "(from new_comptoir.main.kpi_month limit 0)"
    return connection.execute(
        f"""
        with night as (select max(night) as night from new_comptoir.main.publication),
        delivered as (
            select distinct family || '.' || stream as stream
            from new_comptoir.main.rpt_reconciliation
            inner join new_comptoir.main.rpt_source_status using (source_id)
            where verdict = 'accepted'
        ),
        fed as (
            select
                kpi_id,
                string_agg(distinct split_part(rests_on.stream, '.', 1), ', ') as source_families,
                bool_and(delivered.stream is not null) as is_fed
            from (
                select kpi_id, unnest(string_split(streams, ', ')) as stream from new_comptoir.main.dim_kpi
            ) as rests_on
            left join delivered using (stream)
            group by kpi_id
        ),
        now as (select * from new_comptoir.main.kpi_month),
        counted as (
            select
                kpi_id,
                count(*) as kpi_rows,
                count(*) - count(distinct ({_KPI_KEY})) as duplicate_keys,
                count(*) filter (isnan(value) or isinf(value)) as not_finite,
                count(*) filter (
                    (ends_with(kpi_id, '_share') or ends_with(kpi_id, '_gini'))
                    and not (value between -1e-9 and 1 + 1e-9)
                ) + count(*) filter (not (known_share between -1e-9 and 1 + 1e-9)) as out_of_range,
                count(*) filter (
                    (interval_low is null) <> (interval_high is null)
                    or (interval_low is not null and value is null)
                    or value < interval_low - 1e-9 * greatest(1, abs(value))
                    or value > interval_high + 1e-9 * greatest(1, abs(value))
                ) as wrong_intervals,
                count(*) filter ((value is null) = (null_reason is null)) as wrong_reasons,
                count(*) filter (quality = 'withheld' and value is not null) as withheld_but_shown,
                count(*) filter (month_on > night or data_through_on > night) as future_rows,
                count(*) filter (n < 0) as negative_counts
            from now cross join night
            group by kpi_id
        ),
        reported as (
            select kpi_id, count(*) as disagreements
            from now
            full join new_comptoir.main.rpt_kpi_month as wide using ({_KPI_KEY})
            where now.value is distinct from wide.value
               or now.null_reason is distinct from wide.null_reason
               or now.quality is distinct from wide.quality
            group by kpi_id
        ),
        pairs as (
            select
                before.kpi_id,
                before.is_provisional,
                before.value is not null as had_value,
                now.kpi_id is null as is_gone,
                now.value is null as has_no_value,
                case when now.value = before.value then 0
                     else abs(now.value - before.value) / greatest(abs(now.value), abs(before.value)) end as change
            from {before} as before
            left join now using ({_KPI_KEY})
        ),
        compared as (
            select
                kpi_id,
                count(*) filter (is_gone and had_value) / nullif(count(*) filter (had_value), 0) as vanished_share,
                count(*) filter (not is_provisional and had_value and has_no_value and not is_gone)
                    / nullif(count(*) filter (not is_provisional and had_value), 0) as lost_value_share,
                median(change) filter (not is_provisional) as closed_median_change,
                median(change) filter (is_provisional) as open_median_change
            from pairs
            group by kpi_id
        )
        select
            'kpi' as subject_kind,
            kpi_id as subject,
            fed.source_families,
            night.night::varchar as night,
            case when dim_kpi.kpi_id is null then 1 else 0 end as undefined,
            case when kpi_rows is null and fed.is_fed then 1 else 0 end as missing_rows,
            case when kpi_rows is null and not fed.is_fed then 1 else 0 end as unfed,
            counted.* exclude (kpi_id, kpi_rows),
            coalesce(disagreements, 0) as disagreements,
            compared.* exclude (kpi_id)
        from counted
        full join new_comptoir.main.dim_kpi using (kpi_id)
        left join fed using (kpi_id)
        left join reported using (kpi_id)
        left join compared using (kpi_id)
        cross join night
        order by subject
        """
    ).df()


def stream_measures(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """One row per stream of a source: nights whose reconciliation equation does not hold."""
    return connection.execute(
        """
        select
            'stream' as subject_kind,
            source_id || '/' || stream as subject,
            any_value(family) as source_families,
            count(*) filter (is_broken) as unreconciled_nights,
            (min(night_on) filter (is_broken))::varchar as first_unreconciled_night
        from (
            select *, (
                received_count
                = kept_count + duplicate_count + quarantined_count + erased_count + expired_count
            ) is not true as is_broken
            from new_comptoir.main.rpt_reconciliation
        )
        left join new_comptoir.main.rpt_source_status using (source_id)
        group by source_id, stream
        order by subject
        """
    ).df()


def changed_nights(connection: duckdb.DuckDBPyConnection, has_previous: bool) -> list[tuple[str, str | None, bool]]:
    """Source-nights that are new, gone or different since the version before.

    Returns:
        ``("<source>/<night>", family, newly held)`` in order; every source-night when there is no version before.
    """
    before = "old_comptoir.main.rpt_reconciliation" if has_previous else "(from now limit 0)"
    return connection.execute(
        f"""
        with now as (select * from new_comptoir.main.rpt_reconciliation),
        before as (select * from {before}),
        changed as (
            select
                source_id,
                night_on,
                coalesce(bool_or(before.verdict = 'accepted' and now.verdict is distinct from 'accepted'), false)
                    as is_newly_held
            from now full join before using (source_id, stream, night_on)
            where to_json(now) is distinct from to_json(before)
            group by source_id, night_on
        )
        select source_id || '/' || night_on::date::varchar as suspect, family, is_newly_held
        from changed
        left join (select source_id, any_value(family) as family from new_comptoir.main.rpt_source_status group by all)
            using (source_id)
        order by suspect
        """
    ).fetchall()
