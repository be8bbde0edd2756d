"""The seeded town hall's telephone exchange: what it records of each call, one file a day without a header."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from random import Random

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, PARIS, Clock, midnight
from comptoir.sandbox.drops import DroppedFile, Layout
from comptoir.sandbox.seeded.chance import chance, count
from comptoir.sandbox.seeded.citizens import Case, Citizens

KEPT_DAYS = 35
COLUMNS = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer",
    "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield", "peeraccount", "linkedid",
    "sequence",
)  # fmt: skip
LAYOUT = Layout("utf-8", ",", "\n", quoted=True, headed=False)
AGENTS = tuple(str(number) for number in range(201, 219))
RINGS_SECONDS = 15


@dataclass(frozen=True, slots=True)
class _Leg:
    """A leg as it happened; ``talk`` is 0 for one that nobody took."""

    src: str
    dst: str
    context: str
    name: str
    channel: str
    application: tuple[str, str]
    started_at: dt.datetime
    wait: int
    talk: int
    unique: str
    linked: str

    def row(self, sequence: int) -> Record:
        """Return it as Asterisk writes it, in the exchange's local time."""
        ended_at = self.started_at + dt.timedelta(seconds=self.wait + self.talk)
        answered_at = _local(self.started_at + dt.timedelta(seconds=self.wait)) if self.talk else ""
        values = (
            "", self.src, self.dst, self.context, f'"{self.name}" <{self.src}>', self.channel,
            f"PJSIP/{self.dst}-{sequence:08x}", *self.application, _local(self.started_at), answered_at,
            _local(ended_at), str(self.wait + self.talk), str(self.talk), "ANSWERED" if self.talk else "NO ANSWER",
            "3", self.unique, "", "", self.linked, str(sequence),
        )  # fmt: skip
        return dict(zip(COLUMNS, values, strict=True))


class SeededExchange:
    """The drop of the exchange: the rotated files of the last weeks, the night's own included."""

    kind = "call"

    def __init__(self, citizens: Citizens) -> None:
        self.citizens = citizens
        self.first_night = citizens.first_night
        self._rows = lru_cache(maxsize=128)(self._rows_of)

    def files(self, clock: Clock) -> list[DroppedFile]:
        """Return a file for each day; there is none for a day without a call."""
        days = (clock.night - DAY * back for back in reversed(range(KEPT_DAYS)))
        return [
            DroppedFile(f"Master-{day:%Y%m%d}.csv", "1", midnight(day + DAY), LAYOUT, partial(self._rows, day))
            for day in days
            if day >= self.first_night and self._rows(day)
        ]

    def _rows_of(self, day: dt.date) -> Sequence[Record]:
        legs = [leg for case in self.citizens.cases_on(day) if case.channel == "phone" for leg in self._call(case)]
        legs += self._other_calls(day)
        # The exchange writes a leg when it ends.
        legs.sort(key=lambda leg: (leg.started_at + dt.timedelta(seconds=leg.wait + leg.talk), leg.unique, leg.dst))
        return [leg.row(sequence) for sequence, leg in enumerate(legs, 1)]

    def _call(self, case: Case) -> Iterator[_Leg]:
        rng = chance(self.citizens.region.seed, "call", case.id)
        is_hidden = rng.random() < 0.04
        caller = "anonymous" if is_hidden else _as_delivered(rng, case.person.phone)
        name = "" if is_hidden else case.person.display_name.replace('"', "")
        tail = rng.randrange(100, 99_000)
        linked = f"{int(case.opened_at.timestamp())}.{tail}"
        trunk = f"PJSIP/operateur-{tail:08x}"
        queue = ("Queue", f"accueil,t,,,{240}")
        yield _Leg(caller, "3900", "accueil", name, trunk, queue, case.opened_at, case.wait_seconds,
                   case.talk_seconds, linked, linked)  # fmt: skip
        rung_at = case.opened_at + dt.timedelta(seconds=max(0, case.wait_seconds - 2 * RINGS_SECONDS))
        if case.wait_seconds > 3 * RINGS_SECONDS:
            yield self._agent_leg(rng, caller, name, rung_at, RINGS_SECONDS, 0, linked, tail + 1)
        if case.is_answered_call:
            taken_at = case.opened_at + dt.timedelta(seconds=max(0, case.wait_seconds - RINGS_SECONDS))
            wait = min(case.wait_seconds, RINGS_SECONDS)
            yield self._agent_leg(rng, caller, name, taken_at, wait, case.talk_seconds, linked, tail + 2)
            if rng.random() < 0.06:  # passed on: the same channel and number of leg, another extension
                passed_at = taken_at + dt.timedelta(seconds=wait + case.talk_seconds)
                yield _Leg(caller, rng.choice(AGENTS), "interne", name, trunk, ("Dial", "PJSIP/passe"), passed_at, 5,
                           40, linked, linked)  # fmt: skip

    def _agent_leg(
        self, rng: Random, caller: str, name: str, at: dt.datetime, wait: int, talk: int, linked: str, tail: int
    ) -> _Leg:
        agent = rng.choice(AGENTS)
        unique = f"{int(at.timestamp())}.{tail}"
        application = ("AppQueue", "(Outgoing Line)")
        return _Leg(caller, agent, "agents", name, f"PJSIP/{agent}-{tail:08x}", application, at, wait, talk, unique,
                    linked)  # fmt: skip

    def _other_calls(self, day: dt.date) -> Iterator[_Leg]:
        """Yield the calls between offices and those that agents make to people; the guard is never quite silent."""
        rng = chance(self.citizens.region.seed, "other calls", day)
        for at in range(4 + count(rng, 30 * self.citizens.region.scale)):
            agent = rng.choice(AGENTS)
            started = midnight(day) + dt.timedelta(seconds=rng.randrange(8 * 3600, 18 * 3600))
            person = self.citizens.region.people.draw(rng, "resident")
            outside = rng.random() < 0.4
            dialled = f"0{person.phone.removeprefix('+33')}" if outside else rng.choice(AGENTS)
            unique = f"{int(started.timestamp())}.{100_000 + at}"
            talk = 0 if rng.random() < 0.2 else 20 + int(rng.expovariate(1 / 120))
            context = "sortant" if outside else "interne"
            yield _Leg(agent, dialled, context, f"Poste {agent}", f"PJSIP/{agent}-{at:08x}", ("Dial", "PJSIP/poste"),
                       started, rng.randrange(3, 25), talk, unique, unique)  # fmt: skip


def _as_delivered(rng: Random, phone: str) -> str:
    """Write a number as operators deliver it: national most of the time, else with the country's prefix."""
    national = f"0{phone.removeprefix('+33')}"
    return rng.choice((national, national, phone, phone.removeprefix("+"), f"0033{phone.removeprefix('+33')}"))


def _local(moment: dt.datetime) -> str:
    return moment.astimezone(PARIS).strftime("%Y-%m-%d %H:%M:%S")
