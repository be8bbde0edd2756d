"""What the nightly housekeeping does: sweep leftovers of killed runs, and report on the disk."""

from __future__ import annotations

import time

from comptoir.settings import Settings
from comptoir.stewardship.doctor import examine

LEFTOVER_SECONDS = 24 * 3600


def sweep(settings: Settings) -> list[str]:
    """Delete temporary files that a killed run left in the lake more than a day ago; returns their names.

    Nothing that a manifest or a pointer names is ever touched.
    """
    oldest = time.time() - LEFTOVER_SECONDS
    swept = []
    for pattern in ("landing/**/*.partial", "bronze/.staged/*.parquet"):
        for path in settings.lake_dir.glob(pattern):
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
                swept.append(path.name)
    return swept


def housekeep(settings: Settings) -> dict[str, list[str]]:
    """Sweep, then examine the installation; returns what was swept and every finding that is not well."""
    swept = sweep(settings)
    unwell = [f"{finding.check}: {finding.detail}" for finding in examine(settings) if finding.state != "ok"]
    return {"swept": swept, "findings": unwell}
