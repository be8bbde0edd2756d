"""The KPI catalogue ``dbt/metrics/*.yml``: read, checked, and turned into what dbt and Superset need.

A KPI's expression stands in its entry and nowhere else. From the entries come the seed of ``dim_kpi``, the macro that
``kpi_month`` loops over, and Superset's metrics.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from comptoir.settings import PROJECT_DIR, ComptoirError, read_yaml

METRICS_DIR = PROJECT_DIR / "dbt" / "metrics"
SEED_PATH = Path("dbt/seeds/generated/dim_kpi_entries.csv")
MACRO_PATH = Path("dbt/macros/generated/kpi_entries.sql")
Level = Literal["commune", "epci", "destination", "departement", "region", "nuts3", "nuts2", "nuts1", "country"]


class CatalogueError(ComptoirError):
    """A file of ``dbt/metrics`` cannot be used."""


def _one_line(text: str) -> str:
    if "'" in text or "\n" in text or "{" in text:
        raise ValueError("an expression is one line of SQL, without quotes or braces")
    return text


Expression = Annotated[str, AfterValidator(_one_line)]
Stream = Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Compute(_Strict):
    """How the KPI is computed: SQL aggregates over ``input`` (rows of ``from``) and ``territory`` (of dim_territory).

    ``rollup: ancestors`` counts a row for every territory that its own lies wholly inside; ``published`` for its own.
    """

    source: str = Field(alias="from", pattern=r"^kpi_input_[a-z0-9_]+$")
    rollup: Literal["ancestors", "published"]
    measure: Expression | None = None
    numerator: Expression | None = None
    denominator: Expression | None = None
    column: str | None = Field(default=None, pattern=r"^[a-z_]+$")
    null_reason: str = Field(
        default="null_reason", pattern=r"^[a-z_]+$", description="column of the input that says why it is missing"
    )
    scale: int = 1
    n: Expression | None = None
    known_share: Expression | None = None
    opinionated: Expression | None = Field(
        default=None, description="of a net share: those for and those against; of stars: the sum of their squares"
    )
    window_months: int = Field(default=1, ge=1, description="months of the input that one month's figure looks back on")


class Interval(_Strict):
    """How sure the figure is: 95 % bounds, from independent observations (``independent``) or over clusters.

    ``share``, ``net_share``, ``mean_rating`` and ``ratio`` take ``cluster``, the column of the input whose values are
    drawn together (the posts of an author); ``model`` reads ``<column>_low`` and ``<column>_high`` of the input.
    """

    method: Literal["none", "independent", "share", "net_share", "mean_rating", "ratio", "model"]
    cluster: str | None = Field(default=None, pattern=r"^[a-z_]+$")

    @model_validator(mode="after")
    def _clusters_where_they_are_counted(self) -> Interval:
        if (self.method in {"share", "net_share", "mean_rating", "ratio"}) != (self.cluster is not None):
            raise ValueError("share, net_share, mean_rating and ratio name their cluster, and no other method does")
        return self


class Kpi(_Strict):
    """One entry of the catalogue. Texts named ``_fr`` are shown to readers."""

    kpi_id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name_fr: str
    name_en: str
    question_fr: str
    definition_fr: str
    kind: Literal["additive", "ratio", "model"]
    unit: str
    value_format: str = Field(description="d3 format")
    direction: Literal["up", "down"] | None = Field(default=None, description="null: no direction is better")
    numerator_fr: str | None = None
    denominator_fr: str | None = None
    denominator_date_fr: str | None = None
    audience: Literal["all", "resident", "visitor", "prospect", "unknown"]
    audience_scope: str
    audience_split: bool = Field(default=False, description="a row for each audience of the input besides all")
    channel_split: Literal["none", "only", "also"] = Field(
        default="none", description="only: one channel at a time, never a total"
    )
    territory_levels: list[Level] = Field(min_length=1)
    interval: Interval
    min_n_indicative: int | None = Field(default=None, description="below it the figure is withheld")
    min_n_comparable: int | None = Field(default=None, description="below it the figure is indicative")
    streams: list[Stream] = Field(min_length=1, description="what it rests on: family.stream")
    platform_metric: str | None = Field(default=None, description="metric whose epochs are breaks of the series")
    follows_listening: bool = Field(default=False, description="a new version of a listening query is a break")
    caveat_fr: str
    owner: str
    valid_from: dt.date
    display_order: int
    status: Literal["active", "planned"] = "active"
    is_public: bool = Field(default=True, description="part of the open data")
    is_daily: bool = Field(default=False, description="also by day, where the input has day_on")
    absent_is_zero: bool = Field(default=False, description="a read month without any row is a zero")
    time_aggregation: Literal["sum", "last", "none"] = Field(
        default="sum", description="last: a stock, never summed over months"
    )
    provisional: Literal["window", "flag"] = Field(
        description="until the re-read window is over, or as the publisher flags it"
    )
    missing_reason: Literal["not_reported", "not_observed", "not_scored"]
    compute: Compute | None = None

    @model_validator(mode="after")
    def _expressions_fit_the_kind(self) -> Kpi:
        compute = self.compute
        if compute is None:
            if self.status == "active":
                raise ValueError("an active KPI is computed: give `compute`, or the status `planned`")
            return self
        given = {name for name in ("measure", "numerator", "denominator", "column") if getattr(compute, name)}
        wanted = {"additive": {"measure"}, "ratio": {"numerator", "denominator"}, "model": {"column"}}[self.kind]
        if given != wanted:
            raise ValueError(f"kind '{self.kind}' is computed from {sorted(wanted)}, not from {sorted(given)}")
        if self.kind == "ratio" and not (self.numerator_fr and self.denominator_fr):
            raise ValueError("a ratio names its numerator and its denominator in French")
        method = self.interval.method
        if method == "model" and self.kind != "model":
            raise ValueError("only a model brings its own interval")
        if method not in {"none", "model"} and (self.kind != "ratio" or not compute.n):
            raise ValueError("these intervals are for ratios, with their n")
        if method in {"independent", "share", "net_share", "mean_rating"} and compute.scale != 1:
            raise ValueError("these intervals are for shares and stars: their scale is 1")
        if (method in {"net_share", "mean_rating"}) != (compute.opinionated is not None):
            raise ValueError(
                "a net share and a mean rating say how opinionated they are (`opinionated`), no other does"
            )
        if self.interval.cluster and "territory." in f"{compute.numerator} {compute.denominator}":
            raise ValueError("what is known of the territory cannot be shared out among clusters")
        if self.absent_is_zero and self.kind != "additive":
            raise ValueError("only an additive KPI is zero when nothing happened")
        if (self.min_n_indicative or 0) > (self.min_n_comparable or self.min_n_indicative or 0):
            raise ValueError("min_n_indicative cannot exceed min_n_comparable")
        return self


def load_catalogue(directory: Path = METRICS_DIR) -> list[Kpi]:
    """Read every entry, in display order.

    Raises:
        CatalogueError: names the file, the entry, the key and the reason.
    """
    entries: list[Kpi] = []
    for path in sorted(directory.glob("*.yml")):
        try:
            raw: Any = read_yaml(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise CatalogueError(f"{path.name} is not valid YAML: {error}") from error
        for position, item in enumerate(raw or []):
            try:
                entries.append(Kpi.model_validate(item))
            except ValidationError as error:
                problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'entry'}: {e['msg']}" for e in error.errors())
                name = item.get("kpi_id", position) if isinstance(item, dict) else position
                raise CatalogueError(f"{path.name}, entry '{name}': {problems}. Correct the entry.") from error
    for attribute in ("kpi_id", "display_order", "name_fr"):
        values = [getattr(entry, attribute) for entry in entries]
        if repeated := sorted({str(value) for value in values if values.count(value) > 1}):
            raise CatalogueError(f"dbt/metrics: {attribute} used twice: {', '.join(repeated)}. Give each KPI its own.")
    return sorted(entries, key=lambda entry: entry.display_order)


def active(catalogue: list[Kpi]) -> list[Kpi]:
    """The KPIs that have tables: planned ones stay out of them."""
    return [entry for entry in catalogue if entry.status == "active"]


def render_dim_kpi_seed(catalogue: list[Kpi]) -> str:
    """The seed of ``dim_kpi`` as CSV text: one line per active KPI, without its SQL."""
    rows = []
    for entry in active(catalogue):
        row = entry.model_dump(mode="json", exclude={"compute", "interval", "territory_levels", "streams", "status"})
        scale = entry.compute.scale if entry.compute else 1
        row |= {"interval_method": entry.interval.method, "scale": scale, "streams": ", ".join(entry.streams)}
        rows.append({key: "" if value is None else value for key, value in row.items()})
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def render_kpi_macro(catalogue: list[Kpi]) -> str:
    """The macro ``kpi_entries()``: what the KPI models need of each active entry, as a list of mappings."""
    keys = {
        "kpi_id",
        "kind",
        "audience",
        "audience_split",
        "channel_split",
        "territory_levels",
        "streams",
        "interval",
        "is_daily",
        "compute",
    }
    entries = [entry.model_dump(mode="json", by_alias=True, include=keys) for entry in active(catalogue)]
    body = json.dumps(entries, indent=4, ensure_ascii=False, sort_keys=True).replace(": null", ": none")
    return (
        "{#- generated from dbt/metrics by `comptoir inventory sync`: edit the catalogue, not this file -#}\n"
        "{% macro kpi_entries() %}\n"
        "{% do return(" + body + ") %}\n"
        "{% endmacro %}\n"
    )


def superset_metrics(catalogue: list[Kpi] | None = None) -> list[dict[str, str]]:
    """Superset's metrics over ``rpt_kpi_month``: one per KPI, NULL when several territories, audiences or channels are
    selected: sums over overlapping territories, and over platforms that count differently, are refused. So is a sum
    with a month that has no figure, which is not a zero; a ratio is that of the months that have one.

    Keys: ``metric_name, verbose_name_fr, expression, d3format, description_fr``.
    """
    return [
        {
            "metric_name": entry.kpi_id,
            "verbose_name_fr": entry.name_fr,
            "expression": _superset_expression(entry),
            "d3format": entry.value_format,
            "description_fr": f"{entry.definition_fr} {entry.caveat_fr}",
        }
        for entry in active(load_catalogue() if catalogue is None else catalogue)
    ]


def _superset_expression(entry: Kpi) -> str:
    own = f"filter (where kpi_id = '{entry.kpi_id}')"
    compute = entry.compute
    if compute is None:
        raise CatalogueError(f"'{entry.kpi_id}' is planned: it has no figure to show.")
    if entry.time_aggregation == "last" or entry.kind == "model":
        figure = f"max_by(value, month_on) {own}"
    elif entry.kind == "additive":
        figure = f"case when count(value) {own} = count(*) {own} then sum(value) {own} end"
    else:
        scale = f"{compute.scale} * " if compute.scale != 1 else ""
        known = f"filter (where kpi_id = '{entry.kpi_id}' and value is not null)"
        figure = f"{scale}sum(numerator) {known} / nullif(sum(denominator) {known}, 0)"
    return f"case when count(distinct (territory_id, audience, channel_code)) {own} = 1 then {figure} end"


def render_all(catalogue: list[Kpi] | None = None) -> dict[Path, str]:
    """Every file derived from the catalogue: path from the project's root, and its text."""
    entries = load_catalogue() if catalogue is None else catalogue
    return {SEED_PATH: render_dim_kpi_seed(entries), MACRO_PATH: render_kpi_macro(entries)}
