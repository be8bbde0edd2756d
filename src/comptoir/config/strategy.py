"""What a territory aims at, what it does for it, and what it wants to be known for."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Literal, Self

from pydantic import Field, computed_field, field_validator, model_validator

from comptoir.config.watched import Strict
from comptoir.settings import TERRITORY_PATTERN

_PERIOD = re.compile(r"(?P<year>20\d\d)(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


class Target(Strict):
    """What a KPI is to be in a period: a year (2026), a quarter (2026-Q4) or a month (2026-11).

    ``sense`` says on which side of the value the aim lies, where the KPI has no better direction of its own; left out,
    ``audience`` is the KPI's.
    """

    kpi_id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    territory_id: str = Field(pattern=TERRITORY_PATTERN)
    period: str
    value: float
    audience: Literal["all", "resident", "visitor", "prospect", "unknown"] | None = None
    channel_code: str = Field(default="all", pattern=r"^[a-z_]+$")
    sense: Literal["at_least", "at_most"] | None = None

    @field_validator("period", mode="before")
    @classmethod
    def _period_is_one(cls, period: Any) -> str:
        if not _PERIOD.fullmatch(str(period)):
            raise ValueError(f"'{period}' is no period; write a year 2026, a quarter 2026-Q4 or a month '2026-11'")
        return str(period)

    @property
    def months(self) -> tuple[dt.date, int]:
        """First day of the period, and how many months it has."""
        found = _PERIOD.fullmatch(self.period)
        assert found
        year, quarter, month = found["year"], found["quarter"], found["month"]
        if quarter:
            return dt.date(int(year), 3 * int(quarter) - 2, 1), 3
        return (dt.date(int(year), int(month), 1), 1) if month else (dt.date(int(year), 1, 1), 12)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def starts_on(self) -> dt.date:
        """First day of the period."""
        return self.months[0]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def months_count(self) -> int:
        """Months of the period."""
        return self.months[1]


class Campaign(Strict):
    """Something done at a territory from a day to a day, that was to move some KPIs.

    ``contaminated_ids`` are territories that it touched too, or where something else of its kind happened: nobody to
    compare with. ``pre_months`` is how far back the time before reaches.
    """

    campaign_id: str = Field(pattern=r"^[a-z0-9_]+$")
    name_fr: str = Field(min_length=1)
    territory_id: str = Field(pattern=TERRITORY_PATTERN)
    starts_on: dt.date
    ends_on: dt.date
    kpi_ids: list[str] = Field(min_length=1)
    contaminated_ids: list[str] = Field(default_factory=list)
    pre_months: int = Field(default=12, ge=6, le=36)

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError(f"campaign '{self.campaign_id}' ends before it starts")
        if repeated := sorted({name for name in self.kpi_ids if self.kpi_ids.count(name) > 1}):
            raise ValueError(f"campaign '{self.campaign_id}' names a KPI twice: {', '.join(repeated)}")
        if wrong := [name for name in self.contaminated_ids if not re.fullmatch(TERRITORY_PATTERN, name)]:
            raise ValueError(f"campaign '{self.campaign_id}': not a territory: {', '.join(wrong)}")
        return self


class PositioningAxis(Strict):
    """What a territory wants to be known for, recognised by themes (of dim_theme) and hashtags."""

    axis_id: str = Field(pattern=r"^[a-z0-9_]+$")
    territory_id: str = Field(pattern=TERRITORY_PATTERN)
    label_fr: str = Field(min_length=1)
    label_en: str = Field(min_length=1)
    themes: list[str] = Field(default_factory=list)
    hashtags: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _can_be_recognised(self) -> Self:
        if not self.themes and not self.hashtags:
            raise ValueError(f"axis '{self.axis_id}' has neither themes nor hashtags: nothing would recognise it")
        if wrong := [tag for tag in self.hashtags if tag != tag.lower() or not re.fullmatch(r"[^#\s]+", tag)]:
            raise ValueError(f"axis '{self.axis_id}': hashtags are in small letters and without #: {', '.join(wrong)}")
        return self
