"""The last screen of ``make run``: where to look, where the credentials are, and the territory's KPIs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import psutil  # type: ignore[import-untyped]
from rich import box
from rich.console import Console
from rich.table import Table

from comptoir.config.file import load_config
from comptoir.orchestration import airflow_server
from comptoir.orchestration.processes import Service
from comptoir.settings import Settings

REPORT_WIDTH = 120

# The latest month that has a value: over all channels, and channel by channel only for a KPI that has no total.
LATEST_KPIS = """
    with told as (
        select *, bool_or(channel_code = 'all') over (partition by kpi_id) as has_total
        from rpt_kpi_month
        where territory_id = ? and value is not null
    )
    select
        kpi_name_fr,
        audience_fr || case when channel_code = 'all' then '' else ', ' || channel_fr end,
        strftime(month_on, '%Y-%m'),
        value, interval_low, interval_high, n, unit, value_format, quality, data_through_on
    from told
    where channel_code = 'all' or not has_total
    qualify row_number() over (partition by kpi_id, audience, channel_code order by month_on desc) = 1
    order by display_order, kpi_id, audience, channel_code
"""


def print_summary(
    settings: Settings, services: Sequence[Service], phases: Mapping[str, float], total_seconds: float
) -> None:
    """Print addresses, credential files, durations (seconds) and the latest KPIs of the main territory."""
    from comptoir.bi import install as superset_server

    console = Console()
    if not console.is_terminal:
        console = Console(width=REPORT_WIDTH)
    console.print(_kpi_table(settings))
    for service in services:
        console.print(f"{service.name.removesuffix('-api').capitalize():<12} {service.url}")
    console.print(
        f"{'Data Docs':<12} {(settings.var_dir / 'audit' / 'data_docs' / 'index.html').as_uri()}", soft_wrap=True
    )
    console.print("\nCredentials (files of this machine, readable by you only):")
    for name, user, secret_name in (
        ("Superset", superset_server.ADMIN_USER, superset_server.ADMIN_PASSWORD_SECRET),
        ("Airflow", airflow_server.ADMIN_USER, airflow_server.ADMIN_PASSWORD_SECRET),
    ):
        console.print(f"{name:<12} user {user}, password in {settings.secrets_dir / secret_name}", soft_wrap=True)
    durations = {**_installation(), **phases}
    console.print(
        "\nDurations (some overlap): " + ", ".join(f"{name} {took:.0f} s" for name, took in durations.items())
    )
    console.print(f"In all {total_seconds + sum(_installation().values()):.0f} s. `make stop` ends everything.")


def _installation() -> dict[str, float]:
    """Seconds between the start of make, which says when it began, and of this process."""
    began = os.environ.get("COMPTOIR_MAKE_STARTED")
    if not began:
        return {}
    return {"installation": max(0.0, psutil.Process().create_time() - float(began))}


def latest_kpis(connection: duckdb.DuckDBPyConnection, territory_id: str) -> list[tuple[str, ...]]:
    """Return the latest figure of each KPI of a territory, as text in French, in the catalogue's order.

    One row per KPI, public and, where a KPI has no total, channel: name, public (and channel), value with its unit
    and a star where it is but indicative, interval, n, month, and the last day of its data.
    """
    rows: list[tuple[Any, ...]] = connection.execute(LATEST_KPIS, [territory_id]).fetchall()
    return [
        (
            name,
            public,
            french_number(value, value_format)
            + ("" if value_format.endswith("%") else f" {unit}")
            + (" *" if quality == "indicative" else ""),
            "-" if low is None else f"{french_number(low, value_format)} à {french_number(high, value_format)}",
            "-" if n is None else french_number(n, ",d"),
            month,
            str(through or "-"),
        )
        for name, public, month, value, low, high, n, unit, value_format, quality, through in rows
    ]


def _kpi_table(settings: Settings) -> Table:
    from comptoir.serving.versions import open_served

    territory_id = load_config(settings).main_territory_id
    connection = open_served(settings)
    try:
        rows = latest_kpis(connection, territory_id)
        names = connection.execute(
            "select territory_name from dim_territory where territory_id = ?", [territory_id]
        ).fetchall()
        banner = connection.execute("select banner_fr from publication").fetchall()
    finally:
        connection.close()
    caption = ["* à titre indicatif", *(text for (text,) in banner if text)]
    title = names[0][0] if names else territory_id
    table = Table(title=title, caption=" · ".join(caption), box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("indicateur", "public", "valeur", "intervalle", "n", "mois", "données au"):
        is_number = heading in ("valeur", "intervalle", "n")
        table.add_column(
            heading, justify="right" if is_number else "left", no_wrap=heading in ("n", "mois", "données au")
        )
    for row in rows:
        table.add_row(*row)
    return table


def french_number(value: float, value_format: str) -> str:
    """Write a number the French way in a KPI's own format: ``french_number(1234.5, ",.1f")`` is ``1 234,5``.

    The formats of the catalogue are d3's; the few kinds used there mean the same to Python, once whole numbers need
    not be integers.
    """
    written = format(float(value), value_format.replace("d", ".0f"))
    return written.replace(",", "\u202f").replace(".", ",").replace("%", "\u202f%").replace("-", "−")
