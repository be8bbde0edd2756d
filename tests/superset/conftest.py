"""A served version as `publish` leaves it, made by hand, and a real Superset that reads it."""

from __future__ import annotations

import datetime as dt
import math
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from comptoir.bi.install import prepare, serve_command
from comptoir.settings import Settings
from comptoir.warehouse.catalogue import Kpi, active, load_catalogue, superset_metrics

NIGHT = dt.date.today() - dt.timedelta(days=1)
MONTHS = 30
TERRITORIES = [
    ("region:53", "region", "Bretagne", 3_394_567),
    ("nuts:FRH0", "nuts2", "Bretagne", 3_394_567),
    ("departement:35", "departement", "Ille-et-Vilaine", 1_098_325),
    ("epci:243500139", "epci", "Rennes Métropole", 467_859),
    ("commune:35288", "commune", "Saint-Malo", 47_255),
]
AUDIENCES_FR = {"all": "tous publics", "resident": "habitants", "visitor": "visiteurs"}
KPI_COLUMN_TYPES = {
    **dict.fromkeys(("month_on", "data_through_on"), "DATE"),
    **dict.fromkeys(("value", "numerator", "denominator", "interval_low", "interval_high", "known_share"), "DOUBLE"),
    **dict.fromkeys(("display_order", "stale_nights"), "INTEGER"),
    "n": "BIGINT",
    "is_provisional": "BOOLEAN",
}
QUALITIES_FR = {"ok": "comparable", "indicative": "indicatif", "withheld": "non publié"}


def _add_months(month_on: dt.date, months: int) -> dt.date:
    index = month_on.year * 12 + month_on.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def _figures(kpi_id: str, population: int, step: int, month_on: dt.date) -> tuple[float | None, int] | None:
    """Return a plausible value and its n of a KPI with a chart: a trend, a season, something repeatable."""
    season = math.cos((month_on.month - 7.5) / 12 * 2 * math.pi)
    wobble = math.sin(step * 12.9898 + population) * 0.5
    size = population / 100_000
    followers = 900 * size * (1 + 0.018 * step)
    requests = round(60 * size * (1 + 0.01 * step + 0.12 * season + 0.1 * wobble))
    nights = round(82_000 * size * (1 + 0.005 * step) * (1.15 + 0.95 * season + 0.05 * wobble))
    return {
        "requests": (float(requests), requests),
        "digital_request_share": (0.52 + 0.006 * step + 0.03 * wobble, requests),
        "followers": (float(round(followers)), 2),
        "followers_per_1000_inhabitants": (followers / population * 1000, 2),
        "official_posts": (float(24 + round(6 * wobble)), 24 + round(6 * wobble)),
        "engagement_rate_by_followers": (0.011 + 0.004 * wobble, 24),
        "citizen_post_share": (0.71 + 0.06 * wobble, round(70 * size + 12)),
        "tourism_nights": (float(nights), nights),
        "foreign_nights_share": (0.16 + 0.07 * season + 0.01 * wobble, nights),
        "nights_seasonality_gini": (0.335 + 0.01 * wobble if step >= 12 else None, 12),
    }.get(kpi_id)


def _kpi_row(
    territory: tuple[str, str, str, int], kpi: Kpi, step: int, month_on: dt.date, figures: tuple[float | None, int]
) -> dict[str, Any]:
    territory_id, level, name, _ = territory
    value, n = figures
    reason = "fewer_than_12_months" if value is None else None
    if kpi.kpi_id == "citizen_post_share" and territory_id == "commune:35288" and step % 5 == 0:
        value, reason = None, "below_minimum_n"
    is_share = kpi.kind == "ratio" and value is not None
    scale = kpi.compute.scale if kpi.compute else 1
    low = high = None
    if kpi.interval.method in {"independent", "share"} and value is not None:
        spread = 1.96 * math.sqrt(value * (1 - value) / max(n, 1))
        low, high = max(0.0, value - spread), min(1.0, value + spread)
    quality = "withheld" if value is None else "indicative" if n < (kpi.min_n_comparable or 0) else "ok"
    family = kpi.streams[0].split(".")[0]
    late = family == "eurostat"
    through = _add_months(NIGHT.replace(day=1), -1) - dt.timedelta(days=1) if late else NIGHT
    return {
        "territory_id": territory_id,
        "territory_level": level,
        "territory_code": territory_id.split(":")[1],
        "territory_name": name,
        "month_on": month_on,
        "audience": kpi.audience,
        "audience_fr": AUDIENCES_FR[kpi.audience],
        "channel_code": "mastodon" if kpi.channel_split == "only" else "all",
        "channel_fr": "Mastodon" if kpi.channel_split == "only" else "tous canaux",
        "kpi_id": kpi.kpi_id,
        "kpi_name_fr": kpi.name_fr,
        "question_fr": kpi.question_fr,
        "definition_fr": kpi.definition_fr,
        "caveat_fr": kpi.caveat_fr,
        "denominator_date_fr": kpi.denominator_date_fr,
        "kind": kpi.kind,
        "unit": kpi.unit,
        "value_format": kpi.value_format,
        "direction": kpi.direction,
        "time_aggregation": kpi.time_aggregation,
        "display_order": kpi.display_order,
        "value": value,
        "numerator": value * n / scale if is_share and value is not None else None,
        "denominator": float(n) if is_share else None,
        "n": n,
        "interval_low": low,
        "interval_high": high,
        "known_share": 0.9 if kpi.kpi_id == "digital_request_share" else None,
        "audience_known_share": None,
        "audience_low": None,
        "audience_high": None,
        "quality": quality,
        "quality_fr": QUALITIES_FR[quality],
        "null_reason": reason,
        "null_reason_fr": {
            "below_minimum_n": "trop peu d’observations",
            "fewer_than_12_months": "moins de 12 mois observés",
        }.get(reason or ""),
        "is_provisional": step >= MONTHS - 3,
        "peer_median": None,
        "peer_count": 0,
        "target_value": None,
        "is_series_break": False,
        "break_reason_fr": None,
        "data_through_on": through,
        "stale_nights": 3 if family == "mastodon" else 0,
        "freshness_fr": f"données jusqu’au {through:%d/%m/%Y}",
    }


def _kpi_rows() -> Iterator[dict[str, Any]]:
    first = _add_months(NIGHT.replace(day=1), -MONTHS + 1)
    for territory in TERRITORIES:
        for kpi in active(load_catalogue()):
            if territory[1] not in kpi.territory_levels:
                continue
            # Statistics come two months late.
            for step in range(MONTHS - 2 if kpi.streams[0].startswith("eurostat.") else MONTHS):
                month_on = _add_months(first, step)
                if figures := _figures(kpi.kpi_id, territory[3], step, month_on):
                    yield _kpi_row(territory, kpi, step, month_on, figures)


def write_served_version(serving_dir: Path, version_id: str, *, scale: float = 1.0, is_demo: bool = True) -> Path:
    """Write ``versions/<version_id>`` and return it; the pointer is moved by `point_to`."""
    folder = serving_dir / "versions" / version_id
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "comptoir.duckdb")) as connection:
        rows = list(_kpi_rows())
        types = ", ".join(f"{name} {KPI_COLUMN_TYPES.get(name, 'VARCHAR')}" for name in rows[0])
        connection.execute(f"CREATE TABLE rpt_kpi_month ({types})")
        connection.executemany(
            f"INSERT INTO rpt_kpi_month VALUES ({', '.join('?' * len(rows[0]))})", [list(row.values()) for row in rows]
        )
        connection.execute("UPDATE rpt_kpi_month SET value = value * ? WHERE kind = 'additive'", [scale])
        connection.execute(
            "CREATE TABLE rpt_source_status (source_id VARCHAR, source_title VARCHAR, family VARCHAR,"
            " last_accepted_night DATE, data_through_on DATE, stale_nights INTEGER, status VARCHAR, status_fr VARCHAR,"
            " message_fr VARCHAR)"
        )
        stopped, published = NIGHT - dt.timedelta(days=3), _add_months(NIGHT.replace(day=1), -1) - dt.timedelta(days=1)
        sources = [
            (
                "opendatasoft",
                "Signalements citoyens",
                NIGHT,
                NIGHT,
                0,
                "fresh",
                "à jour",
                "à jour",
            ),
            ("mastodon", "Mastodon", stopped, stopped, 3, "stale", "en retard", "sans nouvelles depuis 3 nuits"),
            ("eurostat", "Eurostat", NIGHT, published, 0, "fresh", "à jour", "à jour"),
        ]
        for source_id, title, *rest in sources:
            connection.execute(
                "INSERT INTO rpt_source_status VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [source_id, title, source_id, *rest]
            )
        connection.execute(
            "CREATE TABLE rpt_reconciliation (source_id VARCHAR, stream VARCHAR, night_on DATE, source_title VARCHAR,"
            " verdict VARCHAR, reasons VARCHAR, received_count BIGINT, kept_count BIGINT, duplicate_count BIGINT,"
            " quarantined_count BIGINT, erased_count BIGINT, expired_count BIGINT, unexplained_count BIGINT)"
        )
        streams = [
            ("mastodon", "statuses"),
            ("mastodon", "accounts"),
            ("opendatasoft", "reports"),
            ("eurostat", "nights"),
        ]
        connection.executemany(
            "INSERT INTO rpt_reconciliation VALUES (?, ?, ?, ?, 'accepted', '', ?, 100, ?, 3, 0, 0, 0)",
            [
                (source, stream, NIGHT - dt.timedelta(days=back), source.capitalize(), 105 + back, 2 + back)
                for back in range(20)
                for source, stream in streams
            ],
        )
        connection.execute(
            "CREATE TABLE publication AS SELECT ? AS version_id, ?::DATE AS night, ?::TIMESTAMP AS published_at,"
            " ?::BOOLEAN AS is_demo, ?::VARCHAR AS banner_fr, 'abc' AS content_sha256",
            [
                version_id,
                NIGHT,
                dt.datetime.combine(NIGHT + dt.timedelta(days=1), dt.time(3, 12)),
                is_demo,
                "Données simulées – démonstration" if is_demo else None,
            ],
        )
    return folder


def point_to(serving_dir: Path, version_id: str) -> None:
    """Move ``current`` as `publish` does: atomically."""
    new = serving_dir / "current.new"
    new.symlink_to(Path("versions") / version_id)
    new.replace(serving_dir / "current")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class RunningSuperset:
    settings: Settings
    base_url: str
    log: Path


def start_superset(settings: Settings, log: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start the real Superset and wait until it answers."""
    port = free_port()
    argv, environment = serve_command(settings, port)
    with log.open("wb") as output:
        server = subprocess.Popen(
            argv, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=settings.superset_dir
        )
    base_url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{base_url}/health", timeout=5) as answer:
                if answer.status == 200:
                    return server, base_url
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    server.terminate()
    raise AssertionError(f"Superset did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture
def metrics() -> list[dict[str, str]]:
    return superset_metrics()


@pytest.fixture
def move_pointer() -> Callable[[Path, str], None]:
    return point_to


@pytest.fixture
def write_version() -> Callable[..., Path]:
    return write_served_version


@pytest.fixture(scope="session")
def running_superset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSuperset]:
    """One Superset for all tests of this folder: it takes a minute to make."""
    var_dir = tmp_path_factory.mktemp("superset") / "var"
    settings = Settings(COMPTOIR_VAR=var_dir)  # type: ignore[call-arg]
    write_served_version(settings.serving_dir, "20261101T030000Z")
    point_to(settings.serving_dir, "20261101T030000Z")
    prepare(settings)
    log = var_dir / "superset" / "server.log"
    server, base_url = start_superset(settings, log)
    try:
        yield RunningSuperset(settings, base_url, log)
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
