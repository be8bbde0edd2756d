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
Level = Literal["commune", "epci", "departement", "region", "nuts3", "nuts2", "nuts1", "country"]


class CatalogueError(ComptoirError):
    """A file of ``dbt/metrics`` cannot be used."""


def _one_line(text: str) -> str:
    if "'" in text or "\n" in text or "{" in text:
        raise ValueError("an expression is one line of SQL, without quotes or braces")
    return text


Expression = Annotated[str, AfterValidator(_one_line)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Compute(_Strict):
    """How the KPI is computed: SQL aggregates over ``input`` (rows of ``from``) and ``territory`` (of dim_territory).

    ``rollup: ancestors`` counts a row for every territory that its own lies wholly inside; ``published`` for its own.
    """

    source: str = Field(alias="from", pattern=r"^kpi_input_[a-z_]+$")
    rollup: Literal["ancestors", "published"]
    measure: Expression | None = None
    numerator: Expression | None = None
    denominator: Expression | None = None
    column: str | None = Field(default=None, pattern=r"^[a-z_]+$")
    scale: int = 1
    n: Expression | None = None
    known_share: Expression | None = None


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
    territory_levels: list[Level] = Field(min_length=1)
    interval_method: Literal["none", "wilson"]
    min_n_indicative: int | None = Field(default=None, description="below it the figure is withheld")
    min_n_comparable: int | None = Field(default=None, description="below it the figure is indicative")
    source_family: str
    source_stream: str
    caveat_fr: str
    owner: str
    valid_from: dt.date
    display_order: int
    absent_is_zero: bool = Field(default=False, description="a read month without any row is a zero")
    time_aggregation: Literal["sum", "last"] = Field(
        default="sum", description="last: a stock, never summed over months"
    )
    provisional: Literal["window", "flag"] = Field(
        description="until the re-read window is over, or as the publisher flags it"
    )
    missing_reason: Literal["not_reported", "not_observed"]
    compute: Compute

    @model_validator(mode="after")
    def _expressions_fit_the_kind(self) -> Kpi:
        compute = self.compute
        given = {name for name in ("measure", "numerator", "denominator", "column") if getattr(compute, name)}
        wanted = {"additive": {"measure"}, "ratio": {"numerator", "denominator"}, "model": {"column"}}[self.kind]
        if given != wanted:
            raise ValueError(f"kind '{self.kind}' is computed from {sorted(wanted)}, not from {sorted(given)}")
        if self.kind == "ratio" and not (self.numerator_fr and self.denominator_fr):
            raise ValueError("a ratio names its numerator and its denominator in French")
        if self.interval_method == "wilson" and (self.kind != "ratio" or compute.scale != 1 or not compute.n):
            raise ValueError("Wilson's interval is for shares, with their n")
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


SEED_COLUMNS = [
    "kpi_id",
    "name_fr",
    "name_en",
    "question_fr",
    "definition_fr",
    "kind",
    "unit",
    "value_format",
    "direction",
    "numerator_fr",
    "denominator_fr",
    "denominator_date_fr",
    "audience_scope",
    "interval_method",
    "min_n_indicative",
    "min_n_comparable",
    "source_family",
    "source_stream",
    "caveat_fr",
    "owner",
    "valid_from",
    "display_order",
]


def render_dim_kpi_seed(catalogue: list[Kpi]) -> str:
    """The seed of ``dim_kpi`` as CSV text: one line per KPI, without its SQL."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, SEED_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for entry in catalogue:
        row = entry.model_dump(mode="json", include=set(SEED_COLUMNS))
        writer.writerow({key: "" if value is None else value for key, value in row.items()})
    return buffer.getvalue()


def render_kpi_macro(catalogue: list[Kpi]) -> str:
    """The macro ``kpi_entries()``: what ``kpi_month`` needs of each entry, as a list of mappings."""
    keys = {
        "kpi_id",
        "kind",
        "audience",
        "territory_levels",
        "source_stream",
        "absent_is_zero",
        "provisional",
        "missing_reason",
        "compute",
    }
    entries = [entry.model_dump(mode="json", by_alias=True, include=keys) for entry in catalogue]
    body = json.dumps(entries, indent=4, ensure_ascii=False, sort_keys=True).replace(": null", ": none")
    return (
        "{#- generated from dbt/metrics by `comptoir inventory sync`: edit the catalogue, not this file -#}\n"
        "{% macro kpi_entries() %}\n"
        "{% do return(" + body + ") %}\n"
        "{% endmacro %}\n"
    )


def superset_metrics(catalogue: list[Kpi] | None = None) -> list[dict[str, str]]:
    """Superset's metrics over ``rpt_kpi_month``: one per KPI, NULL when several territories or audiences are selected.

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
        for entry in (load_catalogue() if catalogue is None else catalogue)
    ]


def _superset_expression(entry: Kpi) -> str:
    own = f"filter (where kpi_id = '{entry.kpi_id}')"
    if entry.time_aggregation == "last":
        figure = f"max_by(value, month_on) {own}"
    elif entry.kind == "additive":
        figure = f"sum(value) {own}"
    elif entry.kind == "ratio":
        scale = f"{entry.compute.scale} * " if entry.compute.scale != 1 else ""
        figure = f"{scale}sum(numerator) {own} / nullif(sum(denominator) {own}, 0)"
    else:
        figure = f"max(value) {own}"
    return f"case when count(distinct territory_id || ' ' || audience) {own} = 1 then {figure} end"


def render_all(catalogue: list[Kpi] | None = None) -> dict[Path, str]:
    """Every file derived from the catalogue: path from the project's root, and its text."""
    entries = load_catalogue() if catalogue is None else catalogue
    return {SEED_PATH: render_dim_kpi_seed(entries), MACRO_PATH: render_kpi_macro(entries)}
