"""The last screen of ``make run``: where to look, where the credentials are, and the territory's KPIs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import psutil  # type: ignore[import-untyped]
from rich.console import Console
from rich.table import Table

from comptoir.config.file import load_config
from comptoir.orchestration import airflow_server
from comptoir.orchestration.processes import Service
from comptoir.settings import Settings

REPORT_WIDTH = 120

# The latest month that has a value, for each KPI and each public it is split by.
LATEST_KPIS = """
    select kpi_name_fr, audience_fr, strftime(month_on, '%Y-%m'), value, unit, quality_fr, data_through_on
    from rpt_kpi_month
    where territory_id = ? and value is not null
    qualify row_number() over (partition by kpi_id, audience order by month_on desc) = 1
    order by kpi_id, audience
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


def _kpi_table(settings: Settings) -> Table:
    from comptoir.serving.versions import open_served

    territory_id = load_config(settings).main_territory_id
    connection = open_served(settings)
    try:
        rows: list[tuple[Any, ...]] = connection.execute(LATEST_KPIS, [territory_id]).fetchall()
        names = connection.execute(
            "select territory_name from dim_territory where territory_id = ?", [territory_id]
        ).fetchall()
        banner = connection.execute("select banner_fr from publication").fetchall()
    finally:
        connection.close()
    table = Table(title=names[0][0] if names else territory_id, caption=(banner[0][0] if banner else None))
    for heading in ("indicateur", "public", "mois", "valeur", "unité", "qualité", "données jusqu'au"):
        table.add_column(heading, justify="right" if heading == "valeur" else "left")
    for name, audience, month, value, unit, quality, through in rows:
        table.add_row(name, audience, month, _french_number(value), unit, quality, str(through or "-"))
    return table


def _french_number(value: float) -> str:
    digits = 0 if float(value).is_integer() else 3 if abs(value) < 10 else 1
    return f"{value:,.{digits}f}".replace(",", " ").replace(".", ",")
