"""Superset's databases, datasets, charts and dashboards as YAML files: read, complete, compare.

The files are Superset's own import format, without what Superset or the KPI catalogue can fill in: numeric ids, the
parents of layout elements, the catalogue's metrics and definitions, the default territory. `bundle` completes them,
`canonical` takes the same things out of what the server exports, so that the two can be compared and an edit made in
the browser can be written back.
"""

from __future__ import annotations

import copy
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from comptoir.settings import ComptoirError, read_yaml

KINDS = ("databases", "datasets", "charts", "dashboards")
KPI_DATASET = "rpt_kpi_month"
TERRITORY_COLUMN = "territory_label"
CATALOGUE_KEYS = ("metric_name", "verbose_name_fr", "expression", "d3format", "description_fr")
NAME_KEYS = {
    "databases": "database_name",
    "datasets": "table_name",
    "charts": "slice_name",
    "dashboards": "dashboard_title",
}
# What Superset writes by itself when a page is merely looked at, or numbers as it pleases.
_VOLATILE_METADATA = {
    "chart_configuration",
    "color_scheme_domain",
    "default_filters",
    "expanded_slices",
    "global_chart_configuration",
    "map_label_colors",
    "positions",
    "shared_label_colors",
    "timed_refresh_immune_slices",
}
_VOLATILE_PARAMS = {"dashboards", "dashboardId", "datasource", "extra_form_data", "slice_id", "url_params", "viz_type"}

Metric = Mapping[str, str]


@dataclass(frozen=True)
class Asset:
    """One YAML file: its kind, its file name without suffix, its content."""

    kind: str
    name: str
    content: dict[str, Any]

    @property
    def uuid(self) -> str:
        """The identity that survives from one server to another."""
        return str(self.content["uuid"])

    @property
    def title(self) -> str:
        """The name people see."""
        return str(self.content[NAME_KEYS[self.kind]])


def load_assets(folder: Path) -> list[Asset]:
    """Read every asset of ``folder``, databases first, dashboards last.

    Raises:
        ComptoirError: a file is not YAML, or lacks its uuid or its name.
    """
    assets = []
    for kind in KINDS:
        for path in sorted((folder / kind).glob("*.yaml")):
            try:
                content = read_yaml(path.read_text(encoding="utf-8"))
            except yaml.YAMLError as error:
                raise ComptoirError(f"superset/assets/{kind}/{path.name} is not YAML: {error}. Correct it.") from error
            missing = [key for key in ("uuid", NAME_KEYS[kind]) if not (isinstance(content, dict) and content.get(key))]
            if missing:
                raise ComptoirError(
                    f"superset/assets/{kind}/{path.name} has no {' and no '.join(missing)}: Superset could not "
                    "recognise it at the next provisioning. Add what is missing."
                )
            assets.append(Asset(kind, path.stem, content))
    return assets


def chart_metrics(chart: Mapping[str, Any]) -> list[str]:
    """Return the names of the dataset metrics a chart reads, in the order they are drawn."""
    params = chart.get("params", {})
    named = [params.get("metric"), params.get("timeseries_limit_metric"), *params.get("metrics", [])]
    return [metric for metric in named if isinstance(metric, str)]


def _definitions(chart: Mapping[str, Any], metrics: Iterable[Metric]) -> str | None:
    """Return the catalogue's definition of the KPIs a chart shows, or None if it shows none."""
    by_name = {metric["metric_name"]: metric for metric in metrics}
    shown = [by_name[name] for name in chart_metrics(chart) if name in by_name]
    if not shown:
        return None
    return "\n".join(f"{metric['verbose_name_fr']} : {metric['description_fr']}" for metric in shown)


def _complete_dataset(content: dict[str, Any], metrics: Iterable[Metric]) -> None:
    if content["table_name"] != KPI_DATASET:
        return
    content["metrics"] = [*content.get("metrics", [])] + [
        {
            "metric_name": metric["metric_name"],
            "verbose_name": metric["verbose_name_fr"],
            "metric_type": "expression",
            "expression": metric["expression"],
            "d3format": metric["d3format"],
            "description": metric["description_fr"],
        }
        for metric in metrics
    ]


def _complete_layout(position: dict[str, Any], chart_numbers: Mapping[str, int]) -> None:
    """Number the charts and name each element's parents, as Superset's front end does when it saves."""

    def walk(element_id: str, parents: list[str]) -> None:
        element = position[element_id]
        if parents:
            element["parents"] = parents
        if element["type"] == "CHART":
            element["meta"]["chartId"] = chart_numbers[element["meta"]["uuid"]]
        for child in element.get("children", []):
            walk(child, [*parents, element_id])

    walk("ROOT_ID", [])


def _complete_dashboard(content: dict[str, Any], chart_numbers: Mapping[str, int], territory: str | None) -> None:
    _complete_layout(content["position"], chart_numbers)
    for native_filter in content["metadata"].get("native_filter_configuration", []):
        scope = native_filter["scope"]
        scope["excluded"] = [chart_numbers[uuid] for uuid in scope["excluded"]]
        if filter_column(native_filter) == TERRITORY_COLUMN and territory is not None:
            native_filter["defaultDataMask"] = {
                "filterState": {"value": [territory]},
                "extraFormData": {"filters": [{"col": TERRITORY_COLUMN, "op": "IN", "val": [territory]}]},
                "ownState": {},
            }


def filter_column(native_filter: Mapping[str, Any]) -> str | None:
    """Return the column a dashboard filter acts on; None for a period."""
    targets = native_filter.get("targets") or [{}]
    column = targets[0].get("column", {}).get("name")
    return None if column is None else str(column)


def bundle(assets: Iterable[Asset], metrics: Iterable[Metric], database_uri: str, territory: str | None) -> bytes:
    """Return the zip that ``/api/v1/assets/import/`` takes, with everything filled in.

    ``territory`` is the label shown first; ``None`` leaves the filter empty.
    """
    assets, metrics = list(assets), list(metrics)
    numbers = {asset.uuid: number for number, asset in enumerate((a for a in assets if a.kind == "charts"), start=1)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        stamp = {"version": "1.0.0", "type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"}
        archive.writestr("comptoir/metadata.yaml", yaml.safe_dump(stamp))
        for asset in assets:
            content = copy.deepcopy(asset.content)
            if asset.kind == "databases":
                content["sqlalchemy_uri"] = database_uri
            elif asset.kind == "datasets":
                _complete_dataset(content, metrics)
            elif asset.kind == "charts":
                content["params"]["viz_type"] = content["viz_type"]
                content["description"] = _definitions(content, metrics) or content.get("description")
            else:
                _complete_dashboard(content, numbers, territory)
            archive.writestr(f"comptoir/{asset.kind}/{asset.name}.yaml", yaml.safe_dump(content, allow_unicode=True))
    return buffer.getvalue()


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return [_without_none(item) for item in value] if isinstance(value, list) else value


def _canonical_dashboard(content: dict[str, Any]) -> None:
    chart_uuids: dict[int, str] = {}
    for element in content.get("position", {}).values():
        if not isinstance(element, dict):
            continue
        element.pop("parents", None)
        if element.get("type") == "CHART":
            number = element["meta"].pop("chartId", None)
            chart_uuids[number] = element["meta"].get("uuid", str(number))
    metadata = content.get("metadata", {})
    for key in _VOLATILE_METADATA:
        metadata.pop(key, None)
    for native_filter in metadata.get("native_filter_configuration", []):
        native_filter.pop("chartsInScope", None)
        native_filter.pop("tabsInScope", None)
        scope = native_filter.get("scope", {})
        scope["excluded"] = sorted(chart_uuids.get(number, str(number)) for number in scope.get("excluded", []))
        if filter_column(native_filter) == TERRITORY_COLUMN:
            native_filter.pop("defaultDataMask", None)


def canonical(kind: str, exported: Mapping[str, Any], metrics: Iterable[Metric] = ()) -> dict[str, Any]:
    """Return an exported asset without what Superset, the configuration or the catalogue (``metrics``) fills in."""
    content: dict[str, Any] = _without_none(copy.deepcopy(dict(exported)))
    metrics = list(metrics)
    if kind == "datasets":
        from_catalogue = (
            {metric["metric_name"] for metric in metrics} if content["table_name"] == KPI_DATASET else set()
        )
        content["metrics"] = sorted(
            (metric for metric in content.get("metrics", []) if metric["metric_name"] not in from_catalogue),
            key=lambda metric: str(metric["metric_name"]),
        )
        content["columns"] = sorted(content.get("columns", []), key=lambda column: str(column["column_name"]))
    elif kind == "charts":
        content.pop("query_context", None)
        for key in _VOLATILE_PARAMS:
            content.get("params", {}).pop(key, None)
        if _definitions(content, metrics) is not None:
            content.pop("description", None)
    elif kind == "dashboards":
        _canonical_dashboard(content)
    return content


def fingerprint(content: Mapping[str, Any]) -> str:
    """Return the digest by which an edit is noticed."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read_export(archive_bytes: bytes) -> list[Asset]:
    """Read the zip of ``/api/v1/assets/export/``."""
    assets = []
    with zipfile.ZipFile(io.BytesIO(archive_bytes)) as archive:
        for name in sorted(archive.namelist()):
            parts = Path(name).parts
            if len(parts) >= 3 and parts[1] in KINDS and name.endswith(".yaml"):
                assets.append(Asset(parts[1], Path(name).stem, read_yaml(archive.read(name))))
    return assets
