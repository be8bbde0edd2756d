"""The satisfaction survey sent when a case is closed: who answers, who stops in the middle, who comes back to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, PARIS, Clock
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.citizens import Case, Citizens
from comptoir.sandbox.seeded.registers import reference

SURVEY = "482913"
CHANNELS = {
    "web": "WEB", "phone": "TEL", "counter": "GUI", "email": "MEL", "letter": "COU", "fax": "FAX", "social": "RES",
}  # fmt: skip
PLEASED = ("Réponse rapide, merci.", "Agent à l'écoute, problème réglé.", "Très bien.")
CROSS = ("Toujours rien de fait.", "J'ai dû rappeler trois fois.", "Délai bien trop long.")


@dataclass(frozen=True, slots=True, eq=False)
class _Answered:
    """An answer as it will be once all is said: ``finished_at`` is never for those who give up."""

    case: Case
    started_at: dt.datetime
    finished_at: dt.datetime | None


class SeededSurveys:
    """The survey ``482913`` at a clock: answers are numbered in the order in which they were begun."""

    def __init__(self, citizens: Citizens) -> None:
        self.citizens = citizens
        self.first_night = citizens.first_night
        self._begun = lru_cache(maxsize=64)(self._begun_by)
        self._on = lru_cache(maxsize=1500)(self._of_cases_on)
        self._written = lru_cache(maxsize=20_000)(self._row)

    def answers(self, clock: Clock, survey: str) -> Sequence[Record] | None:
        """Return the answers known at the clock; nothing for another survey."""
        if survey != SURVEY:
            return None
        return [
            self._written(number, answer, answer.finished_at is not None and answer.finished_at <= clock.now)
            for number, answer in enumerate(self._begun(clock.night), 1)
        ]

    def _begun_by(self, night: dt.date) -> list[_Answered]:
        now = Clock.of(night).now
        day, found = self.first_night, list[_Answered]()
        while day <= night:
            found += (answer for answer in self._on(day) if answer.started_at <= now)
            day += DAY
        return sorted(found, key=lambda answer: (answer.started_at, answer.case.id))

    def _of_cases_on(self, day: dt.date) -> list[_Answered]:
        answers = []
        for case in self.citizens.cases_on(day):
            if case.rated_at is None:
                continue
            rng = chance(self.citizens.region.seed, "survey", case.id)
            started = case.rated_at.replace(microsecond=0)
            fate = rng.random()
            # Most finish at once; some come back days later; some never do.
            wait = dt.timedelta(minutes=rng.uniform(1, 9)) if fate < 0.84 else DAY * rng.uniform(0.5, 12)
            finished = (started + wait).replace(microsecond=0) if fate < 0.91 else None
            answers.append(_Answered(case, started, finished))
        return answers

    def _row(self, number: int, answer: _Answered, done: bool) -> Record:
        case = answer.case
        rng = chance(self.citizens.region.seed, "survey words", case.id)
        said = rng.choice(PLEASED if (case.rated or 0) >= 6 else CROSS)
        return {
            "id": str(number),
            "submitdate": _local(answer.finished_at) if done else "",
            "lastpage": "2" if done else "1",
            "startlanguage": "fr",
            "seed": str(rng.getrandbits(31)),
            "startdate": _local(answer.started_at),
            "datestamp": _local(answer.finished_at if done else answer.started_at),
            "ipaddr": f"192.0.2.{rng.randrange(1, 255)}",
            "G01Q01": reference(case),
            "G01Q02": case.category.service,
            "G01Q03": CHANNELS[case.channel],
            "G02Q01": str(case.rated) if done else "",
            "G02Q02": said if done and rng.random() < 0.4 else "",
        }


def _local(moment: dt.datetime | None) -> str:
    return moment.astimezone(PARIS).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
