"""Hours in which people work on requests."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, field_validator, model_validator

from comptoir.config.watched import Strict

HolidayZone = Literal[
    "none",
    "metropole",
    "alsace_moselle",
    "guadeloupe",
    "martinique",
    "guyane",
    "la_reunion",
    "mayotte",
    "saint_barthelemy",
    "saint_martin",
    "saint_pierre_et_miquelon",
    "polynesie_francaise",
    "nouvelle_caledonie",
    "wallis_et_futuna",
]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _time_range(text: str) -> str:
    """``08:30-12:00``: from the first minute to the last, within a day; ``24:00`` is the midnight that ends it."""
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)", text)
    if not found:
        raise ValueError(f"'{text}' is not a range such as '08:30-12:00' (24:00 ends the day)")
    if (minutes := minutes_of(text))[0] >= minutes[1]:
        raise ValueError(f"'{text}' ends before it begins; hours that pass midnight are two ranges, on two days")
    return text


def minutes_of(text: str) -> tuple[int, int]:
    """First and last minute of a range such as ``08:30-12:00``, since midnight."""
    begins, ends = (int(time[:2]) * 60 + int(time[3:]) for time in text.split("-"))
    return begins, ends


TimeRange = Annotated[str, AfterValidator(_time_range)]


class WeeklyHours(Strict):
    """Opening hours of a schedule from a day on, in local time, until the next ones; a day without hours is closed."""

    valid_from: dt.date
    monday: list[TimeRange] = Field(default_factory=list)
    tuesday: list[TimeRange] = Field(default_factory=list)
    wednesday: list[TimeRange] = Field(default_factory=list)
    thursday: list[TimeRange] = Field(default_factory=list)
    friday: list[TimeRange] = Field(default_factory=list)
    saturday: list[TimeRange] = Field(default_factory=list)
    sunday: list[TimeRange] = Field(default_factory=list)

    @model_validator(mode="after")
    def _ranges_do_not_overlap(self) -> Self:
        for weekday in WEEKDAYS:
            ranges = sorted(minutes_of(text) for text in getattr(self, weekday))
            if any(before[1] > after[0] for before, after in pairwise(ranges)):
                raise ValueError(f"{weekday}: ranges overlap")
        if not any(getattr(self, weekday) for weekday in WEEKDAYS):
            raise ValueError("no day has hours; leave the schedule out rather than close it for good")
        return self


class BusinessSchedule(Strict):
    """When people work on requests: the hours that business time counts, less the public holidays of a zone.

    It is the default of its ``sources``; with ``services``, it is that of the cases that these services hold there.
    """

    schedule_id: str = Field(pattern=r"^[a-z0-9_]+$")
    sources: list[str] = Field(min_length=1)
    services: list[str] = Field(default_factory=list, description="names as the publisher writes them")
    timezone: str
    holiday_zone: HolidayZone
    hours: list[WeeklyHours] = Field(min_length=1)

    @field_validator("timezone")
    @classmethod
    def _zone_is_known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"'{name}' is no time zone; write an IANA name such as Europe/Paris or Indian/Reunion")
        return name

    @field_validator("hours")
    @classmethod
    def _hours_follow_each_other(cls, hours: list[WeeklyHours]) -> list[WeeklyHours]:
        if any(before.valid_from >= after.valid_from for before, after in pairwise(hours)):
            raise ValueError("hours stand in the order of valid_from, each later than the one before")
        return hours


class ScheduleHours(Strict):
    """A range of a schedule's week, as the warehouse reads it: ``day_of_week`` 1 is Monday, minutes since midnight."""

    schedule_id: str
    timezone: str
    holiday_zone: HolidayZone
    valid_from: dt.date
    day_of_week: int
    opens_minute: int
    closes_minute: int


class ScheduleAssignment(Strict):
    """Which schedule a source follows; ``service`` is None for its default."""

    schedule_id: str
    source_id: str
    service: str | None
