"""``comptoir.yml`` as a whole."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from comptoir.config.hours import WEEKDAYS, BusinessSchedule, ScheduleAssignment, ScheduleHours, minutes_of
from comptoir.config.strategy import Campaign, PositioningAxis, Target
from comptoir.config.watched import Destination, ListeningQuery, Platform, Strict, WatchedAccount, WatchedTerritory
from comptoir.settings import TERRITORY_PATTERN, ConfigError, Settings, get_settings, read_yaml


class Config(Strict):
    """``comptoir.yml``: what this installation watches. Holds no secret."""

    demo: bool = False
    main_territory_id: str = Field(pattern=TERRITORY_PATTERN)
    sources: list[str] = Field(min_length=1)
    base_urls: dict[str, str] = Field(default_factory=dict)
    accounts: list[WatchedAccount] = Field(default_factory=list)
    listening_queries: list[ListeningQuery] = Field(default_factory=list)
    business_schedules: list[BusinessSchedule] = Field(default_factory=list)
    eurostat_geos: list[str] = Field(default_factory=list)
    destinations: list[Destination] = Field(default_factory=list)
    targets: list[Target] = Field(default_factory=list)
    campaigns: list[Campaign] = Field(default_factory=list)
    positioning_axes: list[PositioningAxis] = Field(default_factory=list)
    first_night: dt.date | None = None

    @model_validator(mode="after")
    def _versions_of_a_query_follow_each_other(self) -> Config:
        ordered = sorted(self.listening_queries, key=lambda query: (query.query_id, query.query_version))
        for before, after in pairwise(ordered):
            if before.query_id != after.query_id:
                continue
            name = f"listening query '{after.query_id}'"
            if before.query_version == after.query_version:
                raise ValueError(
                    f"{name}: version {after.query_version} stands twice; a changed query is a new version"
                )
            if before.platform != after.platform:
                raise ValueError(f"{name}: a query listens to one platform; give each platform its own query_id")
            if before.valid_from >= after.valid_from:
                raise ValueError(
                    f"{name}: version {after.query_version} must start after version {before.query_version}"
                )
        return self

    @model_validator(mode="after")
    def _each_service_of_a_source_follows_one_schedule(self) -> Config:
        names = [schedule.schedule_id for schedule in self.business_schedules]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"business schedule '{repeated[0]}' stands twice; its changes are entries of its hours")
        followed: dict[tuple[str, str | None], str] = {}
        for one in self.schedule_assignments:
            where = f"business schedule '{one.schedule_id}': source '{one.source_id}'"
            if one.source_id not in self.sources:
                raise ValueError(f"{where} is not among the sources; correct its name or add it to them")
            key = (one.source_id, one.service and one.service.strip().lower())
            if key in followed:
                whose = f"service '{one.service}'" if one.service else "default"
                raise ValueError(
                    f"{where}, {whose}, already follows '{followed[key]}'; it can follow one schedule only"
                )
            followed[key] = one.schedule_id
        return self

    @property
    def schedule_hours(self) -> list[ScheduleHours]:
        """The ranges of every schedule's week, each version."""
        return [
            ScheduleHours(
                schedule_id=schedule.schedule_id,
                timezone=schedule.timezone,
                holiday_zone=schedule.holiday_zone,
                valid_from=hours.valid_from,
                day_of_week=position,
                opens_minute=minutes_of(text)[0],
                closes_minute=minutes_of(text)[1],
            )
            for schedule in self.business_schedules
            for hours in schedule.hours
            for position, weekday in enumerate(WEEKDAYS, 1)
            for text in getattr(hours, weekday)
        ]

    @property
    def schedule_assignments(self) -> list[ScheduleAssignment]:
        """Which schedule each source, and each service that has its own, follows."""
        return [
            ScheduleAssignment(schedule_id=schedule.schedule_id, source_id=source, service=service)
            for schedule in self.business_schedules
            for source in schedule.sources
            for service in schedule.services or (None,)
        ]

    @field_validator("destinations")
    @classmethod
    def _a_destination_stands_once(cls, destinations: list[Destination]) -> list[Destination]:
        names = [destination.destination_id for destination in destinations]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"destination_id used twice: {', '.join(repeated)}")
        return destinations

    @model_validator(mode="after")
    def _strategy_stands_once(self) -> Self:
        targets = [(t.kpi_id, t.territory_id, t.audience or "", t.channel_code, t.period) for t in self.targets]
        for name, keys in {
            "targets: one KPI, territory and period": [" ".join(key) for key in targets],
            "campaigns: campaign_id": [campaign.campaign_id for campaign in self.campaigns],
            "positioning_axes: axis_id": [axis.axis_id for axis in self.positioning_axes],
        }.items():
            if repeated := sorted({key for key in keys if keys.count(key) > 1}):
                raise ValueError(f"{name} used twice: {', '.join(repeated)}")
        return self

    @property
    def watched_territories(self) -> list[WatchedTerritory]:
        """The territories that this installation looks at: its own, and those of its accounts and listening queries."""
        watched = {self.main_territory_id}
        watched |= {account.territory_id for account in self.accounts}
        watched |= {query.territory_id for query in self.listening_queries}
        return [WatchedTerritory(territory_id=territory_id) for territory_id in sorted(watched)]

    def queries_in_force(self, platform: Platform, night: dt.date) -> list[ListeningQuery]:
        """The queries that a platform is asked on a night: of each, the newest version that has started by then."""
        started = sorted(
            (query for query in self.listening_queries if query.platform == platform and query.valid_from <= night),
            key=lambda query: query.query_version,
        )
        return list({query.query_id: query for query in started}.values())


def load_config(settings: Settings | None = None) -> Config:
    """Read and check ``comptoir.yml``.

    Raises:
        ConfigError: the file is missing, is not YAML, or breaks the schema; says which key and why.
    """
    path = (settings or get_settings()).config_path
    return _load_config(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=8)
def _load_config(path: Path, _modified: int) -> Config:
    if not path.exists():
        raise ConfigError(f"No configuration at {path}. Copy comptoir.yml from the repository or set COMPTOIR_CONFIG.")
    try:
        raw: Any = read_yaml(path.read_text(encoding="utf-8"))
        return Config.model_validate(raw)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not valid YAML: {error}") from error
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise ConfigError(f"{path} cannot be used: {problems}. Correct these keys and run again.") from error
