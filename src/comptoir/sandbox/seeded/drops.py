"""When the seeded region's offices drop their files: on the tenth, by hand, with what happens when it is by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from zoneinfo import ZoneInfo

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import Clock
from comptoir.sandbox.drops import DroppedFile, Layout
from comptoir.sandbox.seeded import drop_rows
from comptoir.sandbox.seeded.attributes import territory_attributes
from comptoir.sandbox.seeded.posts import FIRST_DAY
from comptoir.sandbox.seeded.region import Region

PARIS = ZoneInfo("Europe/Paris")
SENT_ON_DAY = 10  # declarations of a month are due on the tenth of the next
KEPT_MONTHS = 13
KEPT_DAILY_MONTHS = 6  # files with a line a day are large: their offices tidy up sooner
COPIED_MONTH = 5  # somebody copies the file of May into the drop a month later
# Columns of the workbook under one merged cell.
ENTRIES = (
    ("Entrées payantes", "Entrées", "payantes"),
    ("Entrées gratuites", "Entrées", "gratuites"),
    ("Total entrées", "Entrées", "total"),
)
Rows = Callable[[Region, dt.date, bool], Sequence[Record]]


@dataclass(frozen=True)
class Habit:
    """How an office sends: the name of a month's file, its layout, whether one file replaces the last, in which months.

    ``title`` and ``note`` stand above and below the table; ``{month}`` in them is the month (or day) spoken of.
    ``since`` is the month from which the office sends as ``then`` says.
    """

    name: str
    rows: Rows
    layout: Layout
    title: str = ""
    note: str = ""
    replaces: bool = False
    kept_months: int = KEPT_MONTHS
    sent_months: Sequence[int] = range(1, 13)
    since: dt.date = dt.date.max
    then: tuple[str, Layout] | None = None

    def at(self, month: dt.date) -> tuple[str, Layout]:
        """Return the name and the layout of a month's file."""
        return self.then if self.then and month >= self.since else (self.name, self.layout)


HABITS = {
    "attendance": Habit(
        "frequentation_sites_{month}.csv",
        drop_rows.attendance,
        Layout(),
        title="Fréquentation des musées et sites de Bretagne;;;;;;;;",
        note="Source : déclarations des sites, données provisoires. Ne pas diffuser sans accord.",
        since=dt.date(2025, 12, 1),
        then=("frequentation_sites_{month}.xlsx", Layout(workbook=True, groups=ENTRIES)),
    ),
    "accommodation": Habit(
        "hebergements_classes.csv", drop_rows.accommodation, Layout("utf-8", line_end="\n"), replaces=True
    ),
    "tourist_tax": Habit(
        "taxe-de-sejour {month}.csv",
        drop_rows.tourist_tax,
        Layout("utf-8-sig"),
        note="* s : secret statistique (moins de trois déclarants)",
    ),
    "mobile_flows": Habit(
        "flux_{month}.xls", drop_rows.mobile_flows, Layout("utf-16", "\t"), kept_months=KEPT_DAILY_MONTHS
    ),
    "office_visits": Habit(
        "accueil_ot_{month}.csv", drop_rows.office_visits, Layout("iso8859-1"), kept_months=KEPT_DAILY_MONTHS
    ),
    "territory_attributes": Habit(
        "attributs_communes_{year}.csv",
        territory_attributes,
        Layout("utf-8-sig"),
        title="Situation arrêtée au {day}",
        replaces=True,
        sent_months=(1, 7),
    ),
}
# The drop of each source, by the source's id.
DROPS = {("classified_accommodation" if kind == "accommodation" else kind): kind for kind in HABITS}


class SeededDrop:
    """The drop of one kind of file: a month's file on the tenth of the next, and the year's before it at first.

    The last month's file comes a month later once more under the same name, corrected; one file is copied under
    another name.
    """

    first_night = FIRST_DAY

    def __init__(self, region: Region, kind: str) -> None:
        self.kind = kind
        self._region = region
        self._habit = HABITS[kind]

    def files(self, clock: Clock) -> list[DroppedFile]:
        """Return what lies in the drop at a clock, the oldest first."""
        sendings = _sendings(clock.now.astimezone(PARIS).date(), self._habit.kept_months)
        sent = [at for at in sendings if at <= clock.now and at.month in self._habit.sent_months]
        if self._habit.replaces:
            return [self._file(_month_before(sent[-1]), sent[-1], is_corrected=False)]
        files = {}
        for at in sent:
            late, fresh = _month_before(_month_before(at)), _month_before(at)
            if late in files:
                files[late] = self._file(late, at + dt.timedelta(hours=2), is_corrected=True)
            files[fresh] = self._file(fresh, at, is_corrected=False)
        copies = [
            replace(file, name=f"Copie de {file.name}", modified_at=file.modified_at + dt.timedelta(days=2))
            for month, file in files.items()
            if month.month == COPIED_MONTH and file.modified_at + dt.timedelta(days=2) <= clock.now
        ]
        return sorted([*files.values(), *copies], key=lambda file: (file.modified_at, file.name))

    def _file(self, month: dt.datetime | dt.date, sent_at: dt.datetime, *, is_corrected: bool) -> DroppedFile:
        habit, first = self._habit, dt.date(month.year, month.month, 1)
        words = {"month": f"{first:%Y-%m}", "year": f"{sent_at:%Y}", "day": f"{sent_at:%d/%m/%Y}"}
        name, layout = habit.at(first)
        layout = replace(
            layout,
            above=(habit.title.format(**words), "") if habit.title else (),
            below=(habit.note,) if habit.note else (),
        )
        rows = partial(habit.rows, self._region, first, is_corrected)
        return DroppedFile(name.format(**words), f"{first}{is_corrected}{sent_at}", sent_at, layout, rows)


def _sendings(today: dt.date, kept_months: int) -> list[dt.datetime]:
    """The last instants at which the offices sent, the oldest first; perhaps one that is still to come."""
    months = [today.year * 12 + today.month - 1 - back for back in range(kept_months + 1)]
    days = [dt.date(month // 12, month % 12 + 1, SENT_ON_DAY) for month in reversed(months)]
    return [dt.datetime.combine(day, dt.time(10, 30), PARIS).astimezone(dt.UTC) for day in days]


def _month_before(at: dt.datetime | dt.date) -> dt.date:
    return (dt.date(at.year, at.month, 1) - dt.timedelta(days=1)).replace(day=1)
