"""Business time equals, to the second, an oracle that looks at the wall clock of every minute.

Days: the nights on which clocks shift, 1 May, 15 August, 26 December in Alsace-Moselle, an overseas zone; two schedules
in one case, a case that takes no time, and one that lives outside opening hours.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from comptoir.config.file import load_config
from comptoir.settings import get_settings
from comptoir.warehouse.build import dbt, project_fingerprint

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
UTC = dt.UTC
NIGHTS = dt.date(2026, 12, 29), dt.date(2026, 12, 30), dt.date(2026, 12, 31)
STATUSES = ("1", "Nouveau"), ("4", "Répondu"), ("5", "Clos")
NATIONAL = {
    dt.date(2026, month, day)
    for month, day in [
        (1, 1), (4, 6), (5, 1), (5, 8), (5, 14), (5, 25), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25),
    ]
}  # fmt: skip
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EARLY = dt.date(2025, 1, 1)


def week(days: tuple[str, ...], *ranges: str) -> dict[str, list[str]]:
    return {day: list(ranges) for day in days}


OFFICE = week(WEEK[:5], "09:00-16:00")
# Service that follows each schedule: its time zone, its holidays' zone, its holidays, its weeks and their first days.
SCHEDULES = {
    "Accueil": (
        "Europe/Paris", "metropole", NATIONAL, [(EARLY, week(WEEK[:5], "08:30-12:00", "13:30-17:30"))],
    ),
    "Alsace": (
        "Europe/Paris", "alsace_moselle", {*NATIONAL, dt.date(2026, 4, 3), dt.date(2026, 12, 26)},
        [(EARLY, week(WEEK[:6], "09:00-17:15"))],
    ),
    "Réunion": (
        "Indian/Reunion", "la_reunion", {*NATIONAL, dt.date(2026, 12, 20)}, [(EARLY, week(WEEK, "07:45-16:00"))],
    ),
    # over both shifts of the clock, with bounds inside the hour that comes twice or not at all
    "Nuit": (
        "Europe/Paris", "none", set(), [(EARLY, week(WEEK, "00:00-02:20", "02:40-06:00", "21:00-24:00"))],
    ),
    "Saison": (
        "Europe/Paris", "metropole", NATIONAL,
        [(EARLY, OFFICE), (dt.date(2026, 6, 15), week(WEEK, "08:00-20:00")), (dt.date(2026, 9, 14), OFFICE)],
    ),
}  # fmt: skip


def is_open(service: str, wall: dt.datetime) -> bool:
    _, _, closed_days, versions = SCHEDULES[service]
    day = wall.date()
    if day in closed_days:
        return False
    hours = max((version for version in versions if version[0] <= day), key=lambda version: version[0])[1]
    minute = wall.hour * 60 + wall.minute
    for text in hours.get(WEEK[day.weekday()], []):
        begins, ends = (int(time[:2]) * 60 + int(time[3:]) for time in text.split("-"))
        if begins <= minute < ends:
            return True
    return False


def oracle(service: str, start: dt.datetime, end: dt.datetime) -> int:
    """Seconds of [start, end) at which the wall clock of the service shows opening hours; bounds are on minutes."""
    zone, seconds, at = ZoneInfo(SCHEDULES[service][0]), 0, start
    while at < end:
        following = min(end, at.replace(second=0) + dt.timedelta(minutes=1))
        if is_open(service, at.astimezone(zone)):
            seconds += int((following - at).total_seconds())
        at = following
    return seconds


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=UTC)


# Name, service, then declared, answered and closed; and, for two, the service that takes over and when.
Case = tuple[str, str, list[dt.datetime], tuple[str, dt.datetime] | None]


def case(name: str, service: str, *moments: str, handed: tuple[str, str] | None = None) -> Case:
    return name, service, [utc(moment) for moment in moments], (handed[0], utc(handed[1])) if handed else None


NAMED = [
    case("october", "Nuit", "2026-10-24T20:00:07", "2026-10-25T00:30:11", "2026-10-25T06:00:59"),
    case("the_first_two_oclock", "Nuit", "2026-10-25T00:10:00", "2026-10-25T00:25:30", "2026-10-25T00:50:00"),
    case("march", "Nuit", "2026-03-28T22:10:03", "2026-03-29T00:59:59", "2026-03-29T05:00:00"),
    case("first_of_may", "Accueil", "2026-04-30T14:00:00", "2026-05-01T10:00:00", "2026-05-04T08:00:01"),
    case("fifteenth_of_august", "Saison", "2026-08-14T17:00:00", "2026-08-15T12:00:00", "2026-08-16T06:30:30"),
    case("second_christmas_day", "Alsace", "2026-12-24T15:00:00", "2026-12-26T09:00:00", "2026-12-28T09:00:00"),
    case("overseas", "Réunion", "2026-12-19T11:00:00", "2026-12-20T08:00:00", "2026-12-21T04:00:00"),
    case("season_begins", "Saison", "2026-06-13T10:00:00", "2026-06-14T10:00:00", "2026-06-15T18:30:00"),
    case("no_time", "Accueil", *["2026-11-10T09:00:00"] * 3),
    case("out_of_hours", "Accueil", "2026-11-14T09:00:00", "2026-11-15T01:00:00", "2026-11-16T07:29:59"),
    case(
        "two_schedules", "Accueil", "2026-10-23T10:00:00", "2026-10-25T02:00:00", "2026-10-27T10:00:00",
        handed=("Nuit", "2026-10-24T23:45:00"),
    ),
    case(
        "two_zones", "Réunion", "2026-08-14T03:00:00", "2026-08-15T03:00:00", "2026-08-18T03:00:00",
        handed=("Accueil", "2026-08-14T11:11:11"),
    ),
]  # fmt: skip


def random_cases() -> Iterator[Case]:
    rng = random.Random(5)
    for number in range(60):
        start = utc("2026-01-02T00:00:00") + dt.timedelta(seconds=rng.randrange(350 * 86400))
        moments = [
            start,
            *(start + dt.timedelta(seconds=at) for at in sorted(rng.randrange(8 * 86400) for _ in range(2))),
        ]
        service, other = rng.sample(sorted(SCHEDULES), 2)
        handed = start + dt.timedelta(seconds=rng.randrange(6 * 86400))
        yield (
            f"random{number}",
            service,
            moments,
            (other, handed) if rng.random() < 0.4 and handed < moments[2] else None,
        )


CASES = [*NAMED, *random_cases()]


def expected(one: Case, start: dt.datetime, end: dt.datetime) -> int:
    _, service, _, handed = one
    if handed is None:
        return oracle(service, start, end)
    other, at = handed
    return oracle(service, start, min(end, max(start, at))) + oracle(other, max(start, min(end, at)), end)


@pytest.fixture(scope="module")
def clocked(empty_warehouse, tmp_path_factory):
    """The cases' course, built with schedules of this test; nothing downstream of it."""
    empty_warehouse.reset()
    config = "main_territory_id: region:53\nsources: [publik]\nbusiness_schedules:\n"
    for position, (service, (zone, holiday_zone, _, versions)) in enumerate(SCHEDULES.items()):
        config += (
            f"  - schedule_id: s{position}\n    sources: [publik]\n    services: [{service}]\n"
            f"    timezone: {zone}\n    holiday_zone: {holiday_zone}\n    hours:\n"
        )
        for valid_from, hours in versions:
            config += f"      - valid_from: {valid_from}\n"
            config += "".join(f"        {day}: [{', '.join(map(repr, ranges))}]\n" for day, ranges in hours.items())
    path = tmp_path_factory.mktemp("config") / "comptoir.yml"
    path.write_text(config, encoding="utf-8")
    for position, night in enumerate(NIGHTS):
        forms, events = [], []
        for one in CASES:
            form, steps = as_shown(one, position)
            forms += form
            events += steps
        accept(empty_warehouse, "forms", night, forms)
        accept(empty_warehouse, "form_events", night, events)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPTOIR_CONFIG", str(path))
        outcome = dbt(["run", "--full-refresh", "--select", "+int_request"], get_settings())
    assert outcome.exception is None
    assert {str(item.status) for item in outcome.results} == {"success"}
    return empty_warehouse


def as_shown(one: Case, position: int) -> tuple[list[dict], list[dict]]:
    """The case and its changes on a night: as it was declared, as it was handed on, as it ended.

    A case that nobody hands on is shown by the last night only.
    """
    name, service, moments, handed = one
    steps = list(zip(moments, STATUSES, strict=True))
    if position < 2:
        if handed is None:
            return [], []
        steps = [step for step in steps if step[0] <= handed[1]] or steps[:1]
    updated = steps[-1][0]
    if position and handed:
        service, updated = handed[0], max(updated, handed[1])
    code, status = steps[-1][1]
    form = {
        "request_id": name, "form_slug": "f", "declared_at": moments[0], "updated_at": updated, "status_id": code,
        "status": status, "is_endpoint": status == "Clos", "service": service,
    }  # fmt: skip
    changes = [
        {"request_id": name, "form_slug": "f", "event_number": at, "occurred_at": moment, "status_id": code}
        for at, (moment, (code, _)) in enumerate(steps, 1)
    ]
    return [form], changes


def accept(warehouse, stream: str, night: dt.date, rows: list[dict]) -> None:
    """Accept rows whose instants are aware: bronze holds UTC without a zone."""
    naive = [
        {key: value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value for key, value in row.items()}
        for row in rows
    ]
    warehouse.lake.accept("publik", stream, night, naive)


def test_business_seconds_equal_the_oracle(clocked):
    columns = "resolution_seconds, resolution_business_seconds, first_reply_seconds, first_reply_business_seconds"
    found = {
        name: figures for name, *figures in clocked.query(f"select request_id, {columns} from intermediate.int_request")
    }
    assert len(found) == len(CASES)
    wanted = {}
    for one in CASES:
        name, _, (declared, answered, closed), _ = one
        resolution, reply = int((closed - declared).total_seconds()), int((answered - declared).total_seconds())
        wanted[name] = [resolution, expected(one, declared, closed), reply, expected(one, declared, answered)]
    assert {name: (found[name], wanted[name]) for name in wanted if found[name] != wanted[name]} == {}
    # the oracle has something to say of each
    assert {name for name, *_ in NAMED if wanted[name][1] == 0} == {"no_time", "out_of_hours"}


def test_the_hour_that_comes_twice_counts_twice_and_the_one_that_is_cut_not_at_all(clocked):
    """Of the night watch's 00:00-02:20 and 02:40-06:00: forty minutes come twice in October, not at all in March."""

    def open_seconds(first: str, last: str) -> float:
        return clocked.query(
            "select sum(epoch(closes_at) - epoch(opens_at)) from intermediate.int_opening_hours "
            "where schedule_id = 's3' and opens_at >= ? and opens_at < ?",
            first,
            last,
        )[0][0]

    assert open_seconds("2026-10-24 22:00", "2026-10-25 12:00") == (5 * 60 + 2 * 40) * 60
    assert open_seconds("2026-03-28 23:00", "2026-03-29 12:00") == 5 * 60 * 60


SCHEDULED = """
main_territory_id: region:53
sources: [publik]
business_schedules:
  - schedule_id: a
    sources: [publik]
    timezone: Europe/Paris
    holiday_zone: none
    hours: [{{valid_from: 2026-01-01, monday: ['{}']}}]
"""


def test_other_hours_are_another_project(tmp_path, monkeypatch):
    """Stored business times depend on the hours of comptoir.yml: a change of hours builds every fact anew."""
    prints = []
    for number, hours in enumerate(["08:00-12:00", "08:00-12:30", "08:00-12:00"]):
        path = tmp_path / f"{number}.yml"
        path.write_text(SCHEDULED.format(hours), encoding="utf-8")
        monkeypatch.setenv("COMPTOIR_CONFIG", str(path))
        settings = get_settings()
        prints.append(project_fingerprint(settings.dbt_dir, load_config(settings)))
    assert prints[0] == prints[2] != prints[1]


def test_without_hours_of_work_or_a_list_of_changes_a_median_says_so(warehouse, tmp_path, monkeypatch):
    """A case may be shown as closed by a night whose list of changes was held."""
    (path := tmp_path / "comptoir.yml").write_text("main_territory_id: region:53\nsources: [publik]\n")
    monkeypatch.setenv("COMPTOIR_CONFIG", str(path))
    own = {"form_slug": "f", "municipality_code": "35238", "status_id": "5", "status": "Clos", "is_endpoint": True}
    declared, closed = utc("2026-11-02T09:00:00"), utc("2026-11-04T09:00:00")
    stamps = {"declared_at": declared, "updated_at": closed, "closed_at": closed}
    accept(warehouse, "forms", dt.date(2026, 11, 4), [{"request_id": f"r{i}", **own, **stamps} for i in range(30)])
    warehouse.build(with_tests=False)
    found = warehouse.query(
        "select kpi_id, value, null_reason from kpi_month where territory_id = 'commune:35238' and channel_code = 'all'"
        " and kpi_id in ('resolution_median_days', 'resolution_median_business_hours', 'first_reply_median_days')"
    )
    assert sorted(found) == [
        ("first_reply_median_days", None, "not_reported"),
        ("resolution_median_business_hours", None, "no_schedule"),
        ("resolution_median_days", 2, None),
    ]
