"""``comptoir doctor``: is this installation sound, and will it fit on its disk?"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from comptoir.config.file import load_config
from comptoir.inventory.schema import load_inventory
from comptoir.lake.landing import landed_nights
from comptoir.privacy.keys import fingerprint, load_key
from comptoir.settings import ComptoirError, Settings

STORES = ("lake", "serving", "audit", "airflow", "superset")
COMFORTABLE_DAYS = 365


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, how it is, and what to do if it is not well."""

    check: str
    state: Literal["ok", "warn", "bad"]
    detail: str


def size_bytes(path: Path) -> int:
    """Bytes under a folder, links not followed."""
    return sum(file.lstat().st_size for file in path.rglob("*") if not file.is_dir()) if path.exists() else 0


def _guarded(check: str, examine: Callable[[], str]) -> Finding:
    try:
        return Finding(check, "ok", examine())
    except ComptoirError as error:
        return Finding(check, "bad", str(error))


def _configuration(settings: Settings) -> str:
    config = load_config(settings)
    inventory = load_inventory()
    for source in config.sources:
        inventory.source(source)
    return f"{len(config.sources)} sources, {len(config.accounts)} accounts, {len(config.listening_queries)} queries"


def _secrets(settings: Settings) -> Finding:
    loose = [path.name for path in settings.secrets_dir.glob("*") if path.stat().st_mode & 0o077]
    if loose:
        return Finding("secrets", "bad", f"readable by others: {', '.join(loose)}. chmod 600 them.")
    return Finding("secrets", "ok", "none is readable by others")


def _disk(settings: Settings) -> list[Finding]:
    """Size of each store, and the days until the lake's growth fills the disk."""
    findings = [
        Finding(f"disk: {store}", "ok", f"{size_bytes(settings.var_dir / store) / 1e6:,.1f} MB") for store in STORES
    ]
    nights = {night for source in load_config(settings).sources for night in landed_nights(settings, source)}
    free = shutil.disk_usage(settings.var_dir if settings.var_dir.exists() else settings.project_dir).free
    if nights:
        per_night = size_bytes(settings.lake_dir) / len(nights)
        days = free / per_night if per_night else float("inf")
        state: Literal["ok", "warn"] = "ok" if days > COMFORTABLE_DAYS else "warn"
        detail = f"{free / 1e9:,.1f} GB free; a night adds {per_night / 1e6:,.2f} MB: full in {days:,.0f} nights"
        if state == "warn":
            detail += ". Move var/ to a larger disk before then (COMPTOIR_VAR)."
        findings.append(Finding("disk: budget", state, detail))
    return findings


def examine(settings: Settings) -> list[Finding]:
    """Every check, in the order in which a fault would stop a night."""
    findings = [
        _guarded("configuration", lambda: _configuration(settings)),
        _guarded("pseudonym key", lambda: f"fingerprint {fingerprint(load_key(settings))}, as the lake expects"),
        _secrets(settings),
    ]
    current = settings.serving_dir / "current"
    if not current.is_symlink():
        findings.append(Finding("serving", "warn", "nothing is published yet: run `comptoir night NIGHT`"))
    elif not (current / "comptoir.duckdb").exists():
        findings.append(Finding("serving", "bad", "the pointer leads nowhere: run `comptoir rollback`"))
    else:
        findings.append(Finding("serving", "ok", current.readlink().name))
    if findings[0].state == "ok":
        findings += _disk(settings)
    return findings
