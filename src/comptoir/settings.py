"""Where things are (environment) and what is watched (``comptoir.yml``)."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets as random_secrets
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    computed_field,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_DIR = Path(__file__).resolve().parents[2]
TERRITORY_PATTERN = r"^(country|nuts|region|departement|epci|commune|destination):[A-Z0-9a-z-]+$"


class ComptoirError(Exception):
    """An error whose message is written for the operator: what happened, where, what to do next."""


class ConfigError(ComptoirError):
    """``comptoir.yml`` or the environment cannot be used as it is."""


def read_yaml(text: str | bytes) -> Any:
    """Parse YAML by libyaml, which takes a tenth of the time of PyYAML's own parser.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    return yaml.load(text, Loader=yaml.CSafeLoader)


class Settings(BaseSettings):
    """Folders and endpoints of this installation, from ``COMPTOIR_*`` environment variables."""

    model_config = SettingsConfigDict(env_prefix="COMPTOIR_", frozen=True)

    var_dir: Path = Field(default=PROJECT_DIR / "var", validation_alias="COMPTOIR_VAR")
    config_path: Path = Field(default=PROJECT_DIR / "comptoir.yml", validation_alias="COMPTOIR_CONFIG")
    endpoint_template: str | None = None
    sandbox_token: str | None = Field(default=None, repr=False, description="what simulated publishers let in")
    http_max_attempts: int = Field(default=5, ge=1, le=10)
    http_backoff_seconds: float = Field(default=1.0, ge=0)
    http_max_wait_seconds: float = Field(default=300.0, ge=0)
    http_paced: bool = Field(default=True, description="false: a simulated publisher needs no pacing")

    @field_validator("var_dir", "config_path")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path if path.is_absolute() else Path.cwd() / path

    @property
    def project_dir(self) -> Path:
        """The checkout that holds ``dags/``, ``dbt/``, ``expectations/`` and ``superset/``."""
        return PROJECT_DIR

    @property
    def lake_dir(self) -> Path:
        """Landing, bronze, quarantine, events: everything the warehouse is rebuilt from."""
        return self.var_dir / "lake"

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file that dbt builds; private to the build."""
        return self.var_dir / "warehouse.duckdb"

    @property
    def serving_dir(self) -> Path:
        """Published versions and the pointer ``current``."""
        return self.var_dir / "serving"

    @property
    def secrets_dir(self) -> Path:
        """Generated keys and passwords, mode 0700."""
        return self.var_dir / "secrets"

    @property
    def airflow_dir(self) -> Path:
        """``AIRFLOW_HOME`` of the embedded run."""
        return self.var_dir / "airflow"

    @property
    def superset_dir(self) -> Path:
        """Superset's metadata of the embedded run."""
        return self.var_dir / "superset"

    @property
    def run_dir(self) -> Path:
        """Process ids, ports and logs of what ``make run`` started."""
        return self.var_dir / "run"

    @property
    def dbt_dir(self) -> Path:
        """The dbt project."""
        return PROJECT_DIR / "dbt"

    @property
    def expectations_dir(self) -> Path:
        """The Great Expectations project."""
        return PROJECT_DIR / "expectations"

    @property
    def superset_assets_dir(self) -> Path:
        """Databases, datasets, charts and dashboards as code."""
        return PROJECT_DIR / "superset" / "assets"


def get_settings() -> Settings:
    """Read the settings from the environment, anew at each call."""
    return Settings()


def secret(name: str, settings: Settings, *, create: bool = True) -> str:
    """Return the generated secret ``name`` from ``var/secrets``, creating it (0600) the first time.

    Raises:
        ComptoirError: the secret is absent and ``create`` is false.
    """
    path = settings.secrets_dir / name
    if path.exists():
        return path.read_text().strip()
    if not create:
        raise ComptoirError(f"The secret '{name}' is missing from {settings.secrets_dir}. Restore it from your backup.")
    settings.secrets_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    value = random_secrets.token_urlsafe(32)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(value)
    return value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# How an account is named on each platform, and what a listening query may ask there.
ADDRESS_PATTERNS = {
    "mastodon": r"[^@\s]+@[^@\s]+",
    "bluesky": r"(did:[a-z]+:[a-zA-Z0-9._:%-]+|[a-z0-9-]+(\.[a-z0-9-]+)+)",
    "instagram": r"[0-9]{5,20}",
    "facebook": r"[0-9]{5,20}",
    "youtube": r"UC[A-Za-z0-9_-]{22}",
    "google_business": r"accounts/[0-9]+/locations/[0-9]+",
}
ADDRESS_SHAPES = {
    "mastodon": "user@instance",
    "bluesky": "a handle such as ville.bsky.social, or a did",
    "instagram": "the number of the Instagram user (ig-user-id)",
    "facebook": "the number of the Page",
    "youtube": "a channel id (UC…)",
    "google_business": "accounts/NUMBER/locations/NUMBER",
}
Platform = Literal["mastodon", "bluesky", "instagram", "facebook", "youtube", "google_business"]


class WatchedAccount(_Strict):
    """An official account (or, on Google Business Profile, an establishment) of a territory."""

    account_key: str = Field(pattern=r"^[a-z0-9_]+$")
    platform: Platform
    address: str
    territory_id: str = Field(pattern=TERRITORY_PATTERN)

    @model_validator(mode="after")
    def _address_is_of_the_platform(self) -> WatchedAccount:
        if not re.fullmatch(ADDRESS_PATTERNS[self.platform], self.address):
            raise ValueError(f"on {self.platform} an address is {ADDRESS_SHAPES[self.platform]}")
        return self


class ListeningQuery(_Strict):
    """What the listening asks a platform for; a new version is a break in the series."""

    query_id: str = Field(pattern=r"^[a-z0-9_]+$")
    query_version: int = Field(ge=1)
    platform: Literal["mastodon", "bluesky", "instagram", "youtube"]
    hashtag: str = Field(pattern=r"^[^#\s]+$")
    territory_id: str = Field(pattern=TERRITORY_PATTERN)
    valid_from: dt.date


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
    if (minutes := _minutes(text))[0] >= minutes[1]:
        raise ValueError(f"'{text}' ends before it begins; hours that pass midnight are two ranges, on two days")
    return text


def _minutes(text: str) -> tuple[int, int]:
    begins, ends = (int(time[:2]) * 60 + int(time[3:]) for time in text.split("-"))
    return begins, ends


TimeRange = Annotated[str, AfterValidator(_time_range)]


class WeeklyHours(_Strict):
    """Opening hours of a schedule from a day on, in local time, until the next ones; a day without hours is closed."""

    valid_from: dt.date
    monday: list[TimeRange] = []
    tuesday: list[TimeRange] = []
    wednesday: list[TimeRange] = []
    thursday: list[TimeRange] = []
    friday: list[TimeRange] = []
    saturday: list[TimeRange] = []
    sunday: list[TimeRange] = []

    @model_validator(mode="after")
    def _ranges_do_not_overlap(self) -> Self:
        for weekday in WEEKDAYS:
            ranges = sorted(_minutes(text) for text in getattr(self, weekday))
            if any(before[1] > after[0] for before, after in pairwise(ranges)):
                raise ValueError(f"{weekday}: ranges overlap")
        if not any(getattr(self, weekday) for weekday in WEEKDAYS):
            raise ValueError("no day has hours; leave the schedule out rather than close it for good")
        return self


class BusinessSchedule(_Strict):
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


class ScheduleHours(_Strict):
    """A range of a schedule's week, as the warehouse reads it: ``day_of_week`` 1 is Monday, minutes since midnight."""

    schedule_id: str
    timezone: str
    holiday_zone: HolidayZone
    valid_from: dt.date
    day_of_week: int
    opens_minute: int
    closes_minute: int


class ScheduleAssignment(_Strict):
    """Which schedule a source follows; ``service`` is None for its default."""

    schedule_id: str
    source_id: str
    service: str | None


class WatchedTerritory(_Strict):
    """A territory that the configuration names somewhere."""

    territory_id: str


class Destination(_Strict):
    """What visitors know by a name and no authority administers: communes and EPCI. Destinations may overlap."""

    destination_id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    name_fr: str = Field(min_length=1)
    members: list[str] = Field(min_length=1)

    @field_validator("members")
    @classmethod
    def _members_are_communes_or_epci(cls, members: list[str]) -> list[str]:
        if wrong := [member for member in members if not re.fullmatch(r"(commune|epci):[0-9][0-9AB][0-9]+", member)]:
            raise ValueError(f"a destination is made of communes and EPCI, not of {', '.join(wrong)}")
        if repeated := sorted({member for member in members if members.count(member) > 1}):
            raise ValueError(f"named twice: {', '.join(repeated)}")
        return members


_PERIOD = re.compile(r"(?P<year>20\d\d)(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


class Target(_Strict):
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


class Campaign(_Strict):
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


class PositioningAxis(_Strict):
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


class Config(_Strict):
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
                opens_minute=_minutes(text)[0],
                closes_minute=_minutes(text)[1],
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
