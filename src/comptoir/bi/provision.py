"""Bring a running Superset to what ``superset/`` says, without losing what someone did in the browser."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from comptoir.bi.assets import (
    KPI_DATASET,
    TERRITORY_COLUMN,
    Asset,
    Metric,
    bundle,
    canonical,
    fingerprint,
    load_assets,
    read_export,
)
from comptoir.bi.roles import apply_roles
from comptoir.bi.session import SupersetSession, admin_session
from comptoir.config.file import load_config
from comptoir.settings import ComptoirError, Settings

_PROTECTED = ("datasets", "charts", "dashboards")
_KIND_FR = {"datasets": "dataset", "charts": "chart", "dashboards": "dashboard"}


@dataclass(frozen=True)
class ProvisionReport:
    """What a provisioning did: counts, addresses, and how long it took."""

    datasets: int
    charts: int
    dashboards: dict[str, str] = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    seconds: float = 0.0


def provision(
    settings: Settings, base_url: str, *, metrics: Sequence[Metric] | None = None, force: bool = False
) -> ProvisionReport:
    """Create or update the connection, datasets, charts, dashboards and roles of a running Superset; idempotent.

    ``metrics`` are the catalogue's unless given. ``force`` overwrites what was edited in the browser.

    Raises:
        ComptoirError: nothing is published yet, Superset does not answer, or something that was provisioned has been
            edited in the browser since (names it, and how to keep or overwrite it).
    """
    started = time.monotonic()
    served = settings.serving_dir / "current" / "comptoir.duckdb"
    if not served.exists():
        raise ComptoirError(f"Nothing is published yet: no {served}. Run a night first, then provision Superset.")
    metrics = catalogue_metrics() if metrics is None else metrics
    assets = load_assets(settings.superset_assets_dir)
    session = admin_session(settings, base_url)
    edited = edited_assets(settings, session, assets)
    if edited and not force:
        names = "; ".join(f"{_KIND_FR[asset.kind]} « {asset.title} »" for asset in edited)
        raise ComptoirError(
            f"Edited in the browser since the last provisioning: {names}. To keep the edit, export it into "
            "superset/assets (comptoir bi export) and commit it; to lose it, provision with force."
        )
    # Without resolving: the connection must follow the symlink at each query.
    uri = f"duckdb:///{served.absolute()}"
    archive = bundle(assets, metrics, uri, main_territory_label(settings, served, assets))
    session.request("POST", "assets/import/", files={"bundle": ("comptoir.zip", archive, "application/zip")})
    roles = apply_roles(session, settings.project_dir / "superset" / "roles.yml")
    _remember(settings, _exported(session), assets)
    return ProvisionReport(
        datasets=sum(asset.kind == "datasets" for asset in assets),
        charts=sum(asset.kind == "charts" for asset in assets),
        dashboards={
            asset.title: f"{base_url.rstrip('/')}/superset/dashboard/{asset.content['slug']}/"
            for asset in assets
            if asset.kind == "dashboards"
        },
        roles=roles,
        overwritten=[asset.title for asset in edited],
        seconds=time.monotonic() - started,
    )


def catalogue_metrics() -> list[dict[str, str]]:
    """Return the KPI catalogue as Superset metrics."""
    from comptoir.warehouse.catalogue import superset_metrics

    return [dict(metric) for metric in superset_metrics()]


def main_territory_label(settings: Settings, served: Path, assets: Sequence[Asset]) -> str | None:
    """Return how the territory filter names the configured main territory, or None while it has no KPI."""
    import duckdb

    locked: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "lock_configuration": True,
    }
    dataset = next(asset for asset in assets if asset.kind == "datasets" and asset.title == KPI_DATASET)
    columns = {column["column_name"]: column.get("expression") for column in dataset.content["columns"]}
    territory_id = load_config(settings).main_territory_id
    with duckdb.connect(str(served), read_only=True, config=locked) as connection:
        row = connection.execute(
            f"SELECT {columns[TERRITORY_COLUMN]} FROM {KPI_DATASET} WHERE territory_id = ? LIMIT 1", [territory_id]
        ).fetchone()
    return None if row is None else str(row[0])


def _exported(session: SupersetSession) -> list[Asset]:
    return read_export(session.request("GET", "assets/export/").content)


def _state_path(settings: Settings) -> Path:
    return settings.superset_dir / "provisioned.json"


def _state(settings: Settings) -> dict[str, str]:
    path = _state_path(settings)
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def edited_assets(settings: Settings, session: SupersetSession, assets: Sequence[Asset]) -> list[Asset]:
    """Return our datasets, charts and dashboards that the server holds otherwise than we left them."""
    ours = {asset.uuid for asset in assets}
    remembered = _state(settings)
    return [
        asset
        for asset in _exported(session)
        if asset.kind in _PROTECTED
        and asset.uuid in ours
        and fingerprint(canonical(asset.kind, asset.content)) != remembered.get(asset.uuid)
    ]


def _remember(settings: Settings, exported: Sequence[Asset], assets: Sequence[Asset]) -> None:
    ours = {asset.uuid for asset in assets}
    state = {
        asset.uuid: fingerprint(canonical(asset.kind, asset.content))
        for asset in exported
        if asset.kind in _PROTECTED and asset.uuid in ours
    }
    path = _state_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_state(settings) | state, indent=1, sort_keys=True), encoding="utf-8")


def export_dashboard(
    settings: Settings,
    base_url: str,
    slug: str,
    *,
    metrics: Sequence[Metric] | None = None,
    assets_dir: Path | None = None,
) -> list[Path]:
    """Write a dashboard, its charts and their datasets as the server holds them into ``superset/assets``.

    Returns the files whose content changed. What is exported counts as provisioned from then on: the next provisioning
    does not refuse it.

    Raises:
        ComptoirError: the server has no dashboard of this slug.
    """
    metrics = catalogue_metrics() if metrics is None else metrics
    folder = assets_dir or settings.superset_assets_dir
    session = admin_session(settings, base_url)
    exported = _exported(session)
    dashboard = next((a for a in exported if a.kind == "dashboards" and a.content.get("slug") == slug), None)
    if dashboard is None:
        raise ComptoirError(
            f"Superset has no dashboard whose address ends with '{slug}'. Look at its list of dashboards."
        )
    positions = dashboard.content["position"].values()
    chart_uuids = {e["meta"].get("uuid") for e in positions if isinstance(e, dict) and e.get("type") == "CHART"}
    charts = [asset for asset in exported if asset.kind == "charts" and asset.uuid in chart_uuids]
    dataset_uuids = {chart.content["dataset_uuid"] for chart in charts}
    datasets = [asset for asset in exported if asset.kind == "datasets" and asset.uuid in dataset_uuids]
    files = {asset.uuid: asset for asset in load_assets(folder)}
    kept = [*datasets, *charts, dashboard]
    changed = [path for asset in kept if (path := _write(folder, asset, files.get(asset.uuid), metrics)) is not None]
    _remember(settings, exported, kept)
    return changed


def _write(folder: Path, asset: Asset, file: Asset | None, metrics: Sequence[Metric]) -> Path | None:
    content = canonical(asset.kind, asset.content, metrics)
    path = folder / asset.kind / f"{file.name if file else asset.name}.yaml"
    if file is not None and _same(content, canonical(asset.kind, file.content, metrics)):
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=118), encoding="utf-8")
    return path


def _same(server: Any, file: Any) -> bool:
    """Tell whether the file says what the server holds, Superset's added defaults apart."""
    if isinstance(server, dict) and isinstance(file, dict):
        return all(key in server and _same(server[key], value) for key, value in file.items())
    if isinstance(server, list) and isinstance(file, list):
        return len(server) == len(file) and all(map(_same, server, file))
    return bool(server == file)
