"""What the seeded region's clerks write by hand: the counter's register of the month, the mail room's of the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, PARIS, Clock, midnight
from comptoir.sandbox.drops import DroppedFile, Layout
from comptoir.sandbox.seeded.chance import chance, count
from comptoir.sandbox.seeded.citizens import Case, Citizens
from comptoir.sandbox.seeded.reports import Category

SAVED_AT = dt.time(18, 30)
SUNDAY = 6
SMALL_PER_DAY = 7
SMALL = Category("Renseignement", "autre", 0, 0, "Accueil", ("Horaires", "Formulaire remis", "Orientation"))
MODES = {"letter": "Courrier", "fax": "Télécopie"}


def reference(case: Case) -> str:
    """Return the number that the channel's own register gives to a case."""
    prefix = {"counter": "GU-", "letter": "CO-", "fax": "CO-"}.get(case.channel, "")
    return f"{prefix}{case.id}"


@dataclass(frozen=True)
class Register:
    """How a register is kept: its channels, the name of its file, how it is written, and a line of it."""

    kind: str
    channels: frozenset[str]
    name: str
    layout: Layout
    line: Callable[[Citizens, Case, dt.datetime], Record]
    is_yearly: bool = False


class SeededRegister:
    """The drop of a register: the current file, saved again every night, and the one before it."""

    def __init__(self, citizens: Citizens, register: Register) -> None:
        self.citizens = citizens
        self.register = register
        self.kind = register.kind
        self.first_night = citizens.first_night
        self._small = lru_cache(maxsize=1000)(self._small_matters)
        self._line = lru_cache(maxsize=20_000)(self._line_once)

    def files(self, clock: Clock) -> list[DroppedFile]:
        """Return the files of a night; one in which nothing stands yet is not there."""
        saved_at = dt.datetime.combine(clock.night, SAVED_AT, PARIS).astimezone(dt.UTC)
        first = clock.night.replace(month=1, day=1) if self.register.is_yearly else clock.night.replace(day=1)
        before = first - DAY
        begins = before.replace(month=1, day=1) if self.register.is_yearly else before.replace(day=1)
        found = []
        for start, end in ((begins, before), (first, clock.night)):
            if next(self._cases(start, end, saved_at), None) is None:
                continue
            stem = f"{start:%Y}" if self.register.is_yearly else f"{start:%Y-%m}"
            rows = partial(self._rows, start, end, saved_at)
            name = self.register.name.format(stem)
            found.append(DroppedFile(name, clock.night.isoformat(), saved_at, self.register.layout, rows))
        return found

    def _cases(self, first: dt.date, last: dt.date, now: dt.datetime) -> Iterator[Case]:
        day = max(first, self.first_night)
        while day <= last:
            cases = [case for case in self.citizens.cases_on(day) if case.channel in self.register.channels]
            for case in sorted([*cases, *self._small(day)], key=lambda case: (case.opened_at, case.id)):
                if case.opened_at <= now:
                    yield case
            day += DAY

    def _small_matters(self, day: dt.date) -> list[Case]:
        """What a clerk settles on the spot and writes down all the same; however small the town, there is some."""
        region = self.citizens.region
        rng = chance(region.seed, "small matters", self.kind, day)
        if day.weekday() == SUNDAY:
            return []
        matters = []
        for at in range(2 + count(rng, SMALL_PER_DAY * region.scale)):
            opened_at = midnight(day) + dt.timedelta(seconds=rng.randrange(9 * 3600, 17 * 3600))
            done = (opened_at, "new"), (opened_at + dt.timedelta(minutes=8), "answered")
            matters.append(
                Case(
                    id=f"{day:%Y%m%d}9{at:05d}",
                    opened_at=opened_at,
                    person=region.people.draw(rng, "resident"),
                    channel=min(self.register.channels - {"fax"}),
                    category=SMALL,
                    kind=rng.choice(SMALL.kinds),
                    place=region.places.draw(rng, region.season.coastal_share(day)),
                    audience="resident",
                    events=(*done, (done[1][0], "closed")),
                    promised_on=None,
                    wait_seconds=0,
                    talk_seconds=0,
                    rated=None,
                    rated_at=None,
                    again_of=None,
                )
            )
        return matters

    def _rows(self, first: dt.date, last: dt.date, now: dt.datetime) -> Sequence[Record]:
        return [self._line(case, len(case.known_events(now))) for case in self._cases(first, last, now)]

    def _line_once(self, case: Case, events: int) -> Record:
        """Write the line of a case of which so many events are known: it stays as it is until the next one."""
        return self.register.line(self.citizens, case, case.events[events - 1][0])


def _told(citizens: Citizens, case: Case) -> tuple[str, str]:
    """Return the e-mail and the number that the person leaves: often one, sometimes both, now and then none."""
    rng = chance(citizens.region.seed, "contact", case.id)
    national = f"0{case.person.phone.removeprefix('+33')}"
    spaced = " ".join(national[at : at + 2] for at in range(0, 10, 2))
    email = case.person.email if rng.random() < 0.6 else "-"
    return email, spaced if rng.random() < 0.7 else "-"


def _day(case: Case, now: dt.datetime, status: str) -> str:
    """Return the French day of the last change to a status; nothing before, nor for a case opened again."""
    known = case.known_events(now)
    if status == "closed" and (not known or known[-1][1] != "closed"):
        return ""
    days = [at.astimezone(PARIS) for at, what in known if what == status]
    return f"{days[-1]:%d/%m/%Y}" if days else ""


def _at_the_counter(citizens: Citizens, case: Case, now: dt.datetime) -> Record:
    email, phone = _told(citizens, case)
    return {
        "N° de passage": reference(case),
        "Date d'arrivée": f"{case.opened_at.astimezone(PARIS):%d/%m/%Y %H:%M}",
        "Nom": case.person.display_name,
        "Courriel": email,
        "Téléphone": phone,
        "Motif": case.category.name,
        "Service": case.category.service,
        "Observations": citizens.text(case),
        "Répondu le": _day(case, now, "answered"),
        "Clos le": _day(case, now, "closed"),
    }


def _by_mail(citizens: Citizens, case: Case, now: dt.datetime) -> Record:
    email, phone = _told(citizens, case)
    return {
        "Référence": reference(case),
        "Reçu le": f"{case.opened_at.astimezone(PARIS):%d/%m/%Y}",
        "Mode": MODES[case.channel],
        "Expéditeur": case.person.display_name,
        "Mél": email,
        "Tél": phone,
        "Objet": case.category.name,
        "Service instructeur": case.category.service,
        "Date réponse": _day(case, now, "answered"),
        "Date clôture": _day(case, now, "closed"),
    }


COUNTER = Register("counter", frozenset({"counter"}), "guichet-{}.csv", Layout(), _at_the_counter)
MAIL = Register(
    "mail", frozenset(MODES), "registre-courrier-{}.csv", Layout("utf-8-sig", ",", "\n"), _by_mail, is_yearly=True
)
