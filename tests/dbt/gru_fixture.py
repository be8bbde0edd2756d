"""A small town's citizen relations, for the warehouse's tests: cases, calls, registers, surveys and sites.

Same seed, night and variant: same rows. A variant is what another attempt at the same night would have brought. Cases
are reopened, restated, handed on, declared late, withdrawn and shown by some nights only; promises and names of
statuses change.
"""

from __future__ import annotations

import datetime as dt
import random

from fixture_lake import FIRST_DAY, MUNICIPALITIES, Row

STREAMS = [
    ("opendatasoft", "reports"),
    ("open311", "requests"),
    ("publik", "forms"),
    ("publik", "form_events"),
    ("asterisk_cdr", "call_legs"),
    ("guichet_rennes", "contacts"),
    ("limesurvey", "answers"),
    ("services_publics_plus", "experiences"),
    ("matomo", "visits"),
]
CATEGORIES = ["Voirie", "Propreté", "Divers", None]
SERVICES = ["Voirie", "Police municipale", "Eau", None]
DAY = dt.timedelta(days=1)
# A status of the forms: its code, its name before and from the fourth night on, and whether it ends the case
# (nobody says of the one that we do not know).
FORM_STATUSES = {
    "new": ("1", "Nouveau", "Nouveau", False),
    "work": ("3", "En cours", "En cours", False),
    "wait": ("4", "Au chaud", "En attente de complément", False),
    "answer": ("6", "Répondu", "Répondu", False),
    "done": ("5", "Clos", "Clos", True),
    "lost": ("9", "Au frais", "Au frais", None),
}


class GruWorld:
    """What each stream of ``STREAMS`` shows at the end of a night."""

    def __init__(self, seed: int = 1, per_day: int = 4) -> None:
        self.seed, self.per_day = seed, per_day

    def rows(self, source: str, stream: str, night: dt.date, variant: int = 0) -> list[Row]:
        """The rows of that night, in that attempt."""
        return getattr(self, f"_{source}_{stream}")(night, variant)

    def _random(self, *key: object) -> random.Random:
        return random.Random(f"{self.seed}|{key}")

    def _cases(self, name: str, night: dt.date, variant: int, days: int = 10):
        """Cases of the last days that this attempt sees: number, day, age, and what is fixed about each."""
        for age in range(days):
            day = night - DAY * age
            for number in range(self.per_day):
                seen = self._random(name, "seen", day, number, night, variant)
                if seen.random() < 0.1:
                    continue
                yield f"{name}{day:%d%m%y}{number}", day, age, self._random(name, day, number)

    def _opendatasoft_reports(self, night: dt.date, variant: int) -> list[Row]:
        rows = []
        for number, day, age, fixed in self._cases("R", night, variant):
            closed_after, reopened_after = fixed.choice([None, 0, 1, 3, 5]), fixed.choice([None, None, 4, 6])
            started, stamped, moved = fixed.randrange(3), fixed.random() < 0.7, fixed.choice([None, None, 3])
            closed = closed_after is not None and age >= closed_after
            closed = closed and not (
                reopened_after is not None and reopened_after > closed_after and age >= reopened_after
            )
            declared = day - DAY if fixed.random() < 0.1 and age > 2 else day
            rows.append(
                {
                    "request_id": number,
                    "declared_on": declared,
                    "closed_on": day + DAY * (closed_after - (fixed.random() < 0.1)) if closed else None,
                    "updated_at": f"{day + DAY * min(age, 6)}T12:00:00" if stamped else None,
                    "status": "Clos"
                    if closed
                    else "En cours"
                    if age >= started
                    else fixed.choice(["Ouvert", "En arbitrage", None]),
                    "category": fixed.choice(CATEGORIES),
                    "subcategory": f"variante {variant}",
                    "channel": fixed.choice(["Application mobile", "Courrier", "Minitel", None]),
                    "service": SERVICES[fixed.randrange(3) - (moved is not None and age >= moved)],
                    "municipality_code": fixed.choice(MUNICIPALITIES),
                }
            )
        return rows

    def _open311_requests(self, night: dt.date, variant: int) -> list[Row]:
        rows = []
        for number, day, age, fixed in self._cases("C", night, variant):
            if age >= fixed.choice([3, 99, 99, 99]):
                continue  # withdrawn
            closed_after, reopened_after = fixed.choice([None, 0, 2, 4]), fixed.choice([None, None, 5])
            closed = (
                closed_after is not None and age >= closed_after and (reopened_after is None or age < reopened_after)
            )
            promise, held = fixed.choice([None, 2, 5]), fixed.choice([(), (), (1, 2), range(3, 99)])
            shown = promise is not None and age >= fixed.randrange(2)
            rows.append(
                {
                    "request_id": number,
                    "declared_at": f"{day}T{fixed.randrange(24):02}:{fixed.randrange(60):02}:00",
                    "updated_at": f"{day + DAY * min(age, closed_after or 0)}T22:30:00"
                    if fixed.random() < 0.8
                    else None,
                    # put off each time it is asked
                    "promised_at": f"{day + DAY * (promise + age // 3)}T17:00:00" if shown else None,
                    "status": "closed" if closed else "held" if age in held else "open",
                    "category": fixed.choice(CATEGORIES),
                    "service": SERVICES[(fixed.randrange(4) + (age >= 2)) % 4],
                    "channel": fixed.choice(["app", "web"]),
                    "municipality_code": fixed.choice(MUNICIPALITIES),
                }
            )
        return rows

    def _form_course(self, day: dt.date, number: int) -> list[tuple[dt.datetime, str, bool | None]]:
        fixed = self._random("form course", day, number)
        at = dt.datetime.combine(day, dt.time(fixed.randrange(24), fixed.randrange(60)))
        course = [(at, "new", False)]
        for status in fixed.choice(
            [
                ["work"],
                ["work", "answer", "done"],
                ["wait", "work", "done", "work", "done"],
                ["done"],
                ["work", "wait"],
                ["lost", "done"],
                ["done", "lost"],
            ]
        ):
            at += dt.timedelta(hours=fixed.randrange(0, 50), minutes=fixed.randrange(60))
            course.append((at, status, fixed.choice([True, True, None])))
        return course

    def _forms(self, night: dt.date, variant: int):
        """The requests whose last change of the night is at most three days old, with the changes known by then."""
        ends = dt.datetime.combine(night, dt.time(23))
        for number, day, _, fixed in self._cases("F", night, variant, days=15):
            known = [step for step in self._form_course(day, int(number[-1])) if step[0] < ends]
            if known and known[-1][0].date() >= night - DAY * 3:
                yield number, known, fixed

    def _publik_forms(self, night: dt.date, variant: int) -> list[Row]:
        rows = []
        for number, known, fixed in self._forms(night, variant):
            code, before, after, ends = FORM_STATUSES[known[-1][1]]
            rows.append(
                {
                    "request_id": number,
                    "form_slug": "voirie",
                    "declared_at": known[0][0].isoformat(),
                    "updated_at": known[-1][0].isoformat(),
                    "closed_at": known[-1][0].isoformat() if ends else None,
                    "status_id": code,
                    "status": after if (night - FIRST_DAY).days >= 4 else before,
                    "is_endpoint": ends,
                    "channel": fixed.choice(["web", "phone", "counter"]),
                    "is_typed_by_agent": fixed.random() < 0.5,
                    "requester_email_id": fixed.choice(["e1", "e2", "e3", None]),
                    "requester_phone_id": fixed.choice(["p1", "p2", None]),
                    "category": fixed.choice(CATEGORIES),
                    "subcategory": f"variante {variant}",
                    "service": SERVICES[(fixed.randrange(3) + len(known) // 3) % 4],
                    "municipality_code": fixed.choice(MUNICIPALITIES),
                }
            )
        return rows

    def _publik_form_events(self, night: dt.date, variant: int) -> list[Row]:
        return [
            {
                "request_id": number,
                "event_number": position,
                "form_slug": "voirie",
                "occurred_at": at.isoformat(),
                "status_id": FORM_STATUSES[status][0],
                "is_agent": is_agent,
            }
            for number, known, _ in self._forms(night, variant)
            for position, (at, status, is_agent) in enumerate(known, 1)
        ]

    def _asterisk_cdr_call_legs(self, night: dt.date, variant: int) -> list[Row]:
        """The day's file, and at times the one before read again whole: it had grown."""
        rows = []
        for number, day, age, fixed in self._cases("T", night, variant, days=2):
            if age == 1 and self._random("grown", night, variant).random() < 0.5:
                continue
            at = dt.datetime.combine(day, dt.time(fixed.randrange(24), fixed.randrange(50)))
            direction, taken = fixed.choice(["inbound", "inbound", "outbound", "internal"]), fixed.random() < 0.7
            leg = {
                "call_id": number,
                "territory_id": "epci:243500139",
                "is_caller_hidden": False,
                "requester_phone_id": fixed.choice(["p1", "p2", None]) if direction == "inbound" else None,
                "direction": direction,
            }
            rows.append(
                {
                    **leg,
                    "leg_id": number,
                    "channel_id": "trunk",
                    "dialled_id": "queue",
                    "dialled_code": "3900",
                    "queue": "accueil",
                    "last_application": "Queue",
                    "started_at": at.isoformat(),
                    "ended_at": (at + dt.timedelta(minutes=3)).isoformat(),
                    "billed_seconds": 0,
                    "disposition": "NO ANSWER",
                }
            )
            if taken and (age == 1 or fixed.random() < 0.7):
                rows.append(
                    {
                        **leg,
                        "leg_id": f"{number}a",
                        "channel_id": "agent",
                        "dialled_id": "agent",
                        "dialled_code": "201",
                        "last_application": "AppQueue",
                        "started_at": at.isoformat(),
                        "answered_at": (at + dt.timedelta(seconds=20 + variant)).isoformat(),
                        "ended_at": (at + dt.timedelta(minutes=2)).isoformat(),
                        "billed_seconds": 100,
                        "disposition": "ANSWERED",
                    }
                )
        return rows

    def _guichet_rennes_contacts(self, night: dt.date, variant: int) -> list[Row]:
        rows = []
        for number, day, age, fixed in self._cases("G", night, variant):
            corrected = age >= 2 and fixed.random() < 0.2  # another day than was first written
            answered_after = fixed.choice([None, 0, 2, 6])
            rows.append(
                {
                    "request_id": number,
                    "territory_id": "commune:35238",
                    "received_at": f"{day - DAY * 3 * corrected}T{fixed.choice(['09:15', '23:00'])}:00",
                    "channel": "Guichet",
                    "category": fixed.choice(CATEGORIES),
                    "service": f"variante {variant}",
                    "requester_email_id": fixed.choice(["e1", "e2", "e3", None]),
                    "requester_phone_id": fixed.choice(["p1", "p2", None]),
                    "answered_on": day + DAY * answered_after
                    if answered_after is not None and age >= answered_after
                    else None,
                    "closed_on": day + DAY * 7 if age >= 7 else None,
                }
            )
        return rows

    def _limesurvey_answers(self, night: dt.date, variant: int) -> list[Row]:
        rows = []
        for number, day, age, fixed in self._cases("S", night, variant):
            done, stamped = age >= fixed.randrange(4), fixed.random() < 0.8
            stamp = f"{day + DAY * min(age, 3)}T{fixed.choice(['08', '23'])}:30:00" if stamped else None
            rows.append(
                {
                    "survey_id": "1",
                    "response_id": number,
                    "territory_id": "region:53",
                    "request_id": f"G{number[1:]}",
                    "started_at": f"{day}T08:00:00" if stamped else None,
                    "changed_at": stamp,
                    "submitted_at": stamp if done else None,
                    "is_complete": done,
                    "score": fixed.randrange(11) if done else None,
                    "service": f"variante {variant}",
                    "channel": fixed.choice(["WEB", "GUI", "???"]),
                }
            )
        return rows

    def _services_publics_plus_experiences(self, night: dt.date, variant: int) -> list[Row]:
        return [
            {
                "experience_id": number,
                "written_on": day,
                "published_on": day + DAY,
                "tonality": fixed.choice(["Positif", "Neutre", "Négatif", None]),
                "service": f"variante {variant}",
                "channel": "Internet",
                "departement_code": fixed.choice(["35", "29", "99"]),
            }
            for number, day, age, fixed in self._cases("X", night, variant)
            if age >= 1
        ]

    def _matomo_visits(self, night: dt.date, variant: int) -> list[Row]:
        rows = []
        for age in range(4):
            for site, territory in (("1", "epci:243500139"), ("2", "commune:35288")):
                chance = self._random("web", night - DAY * age, site, night, variant)
                visits = None if chance.random() < 0.1 else 100 + chance.randrange(5)
                rows.append(
                    {"site_id": site, "territory_id": territory, "day_on": night - DAY * age, "visits_count": visits}
                )
        return rows
