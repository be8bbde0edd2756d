"""One request of the simulated Publik: its course, and how w.c.s. renders it at an instant."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, PARIS
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.citizens import Case, Citizens
from comptoir.sandbox.seeded.people import slug as plain
from comptoir.sandbox.seeded.phrases import phrases
from comptoir.sandbox.seeded.reports import STREETS

SITE = "https://demarches.region.example"
# Id and name of a status in every form's workflow, and whether it ends the request.
STATUSES: dict[str, tuple[str, str, bool]] = {
    "new": ("1", "Nouveau", False),
    "received": ("2", "Reçu", False),
    "in_progress": ("3", "En cours de traitement", False),
    "answered": ("4", "Répondu", False),
    "closed": ("5", "Clos", True),
    "reopened": ("6", "Rouvert", False),
}


@dataclass(frozen=True, slots=True)
class Step:
    """An entry of a request's evolution: a change of status, or a comment (no status). ``agent`` is who, if anybody."""

    at: dt.datetime
    status: str | None
    agent: str


@dataclass(frozen=True, slots=True)
class Filed:
    """A request; ``lot`` (0–999) decides what is particular about it."""

    number: int
    lot: int
    slug: str
    case: Case
    steps: tuple[Step, ...]
    text: str
    address: str
    latitude: float
    longitude: float
    gone_at: dt.datetime | None

    @property
    def last_change_at(self) -> dt.datetime:
        """When its last change ever is."""
        return self.steps[-1].at

    @property
    def is_typed(self) -> bool:
        """Whether an agent typed it for the citizen."""
        return self.case.channel != "web"

    @property
    def is_signed_in(self) -> bool:
        """Whether the citizen filed it from an account."""
        return not self.is_typed and self.lot % 4 != 1

    def updated_at(self, now: dt.datetime) -> dt.datetime | None:
        """When it last changed, at an instant; ``None`` before it exists and once it is gone."""
        if self.case.opened_at > now or (self.gone_at is not None and self.gone_at <= now):
            return None
        if self.steps[-1].at <= now:
            return self.steps[-1].at
        return next(step.at for step in reversed(self.steps) if step.at <= now)

    def is_anonymised(self, now: dt.datetime) -> bool:
        """Whether it lost its personal data: a third of the requests do so 120 days after their last change."""
        return self.lot % 3 == 2 and self.last_change_at + 120 * DAY <= now

    def as_record(self, now: dt.datetime) -> Record:
        """Return the request as ``full=on`` shows it; times are local, without a zone."""
        case, known = self.case, [step for step in self.steps if step.at <= now]
        anonymised = self.is_anonymised(now)
        user = self._user(anonymised)
        status = next(step.status for step in reversed(known) if step.status)
        identifier, name, ends = STATUSES[status]
        located = not anonymised and self.lot % 8 != 3
        return {
            "id": str(self.number),
            "display_id": f"7-{self.number}",
            "url": f"{SITE}/{self.slug}/{self.number}/",
            "receipt_time": _naive(case.opened_at),
            "last_update_time": _naive(known[-1].at),
            "criticality_level": self.lot % 3 if self.lot % 10 == 0 else 0,
            "fields": self._fields(anonymised),
            "geolocations": {"base": {"lat": self.latitude, "lon": self.longitude}} if located else {},
            **({"user": user} if user else {}),
            "submission": {
                "backoffice": self.is_typed,
                "channel": case.channel,
                "anonymous": not self.is_signed_in,
            },
            "evolution": [self._step(step, user, anonymised) for step in known],
            "workflow": {"status": {"id": identifier, "name": name, "endpoint": ends}, "data": {}},
            "roles": {"_receiver": [{"id": "12", "slug": "agents", "name": case.category.service}]},
        }

    def _user(self, anonymised: bool) -> Record | None:
        person = self.case.person
        if anonymised or not self.is_signed_in:
            return None
        return {"id": person.id % 1_000_000, "name": person.display_name, "email": person.email}

    def _fields(self, anonymised: bool) -> Record:
        case = self.case
        fields: Record = {
            "type": case.category.name,
            "type_raw": plain(case.category.name),
            "objet": case.kind,
            "code_insee": case.place.code,
            "code_postal": case.place.postcode,
        }
        if not anonymised:
            # An agent at the telephone notes the number, a form of the site asks for the address.
            phone, email = case.person.phone, case.person.email
            fields |= {
                "description": self.text,
                "adresse": self.address,
                "nom": case.person.display_name,
                "courriel": email if case.channel in ("web", "email") else "",
                "telephone": _dialled(phone) if case.channel == "phone" or self.lot % 2 else None,
            }
        return fields

    def _step(self, step: Step, user: Record | None, anonymised: bool) -> Record:
        entry: Record = {"time": _naive(step.at)}
        if step.status:
            entry["status"] = STATUSES[step.status][0]
        else:
            entry["status"] = None
            entry["parts"] = [
                {"type": "workflow-comment", "content": "<p>Vu avec le service, on revient vers vous.</p>"}
            ]
        if step.agent and not anonymised:
            entry["who"] = {
                "id": 4_000_000 + len(step.agent),
                "name": step.agent,
                "email": f"{plain(step.agent)}@agents.example",
            }
        elif user and step.status == "new":
            entry["who"] = {"id": user["id"], "name": user["name"], "email": user["email"]}
        return entry


def file_case(citizens: Citizens, case: Case, slug: str, number: int) -> Filed:
    """Make a request of a case."""
    rng = chance(citizens.region.seed, "filed", case.id)
    names = phrases()
    agent = f"{rng.choice(names['first_names'])} {rng.choice(names['last_names'])}"
    steps = []
    for at, status in case.events:
        by_agent = case.channel != "web" if status == "new" else rng.random() < 0.85
        steps.append(Step(at, status, agent if by_agent else ""))
        if status == "received" and rng.random() < 0.2:
            steps.append(Step(at + dt.timedelta(minutes=4), None, agent))
    steps.sort(key=lambda step: step.at)
    return Filed(
        number=number,
        lot=zlib.crc32(case.id.encode()) % 1000,
        slug=slug,
        case=case,
        steps=tuple(steps),
        text=citizens.text(case),
        address=f"{rng.randrange(1, 120)} {rng.choice(STREETS)}, {case.place.name}",
        latitude=round(case.place.latitude + rng.gauss(0, 0.006), 6),
        longitude=round(case.place.longitude + rng.gauss(0, 0.009), 6),
        gone_at=case.opened_at + DAY * rng.uniform(5, 200) if rng.random() < 0.008 else None,
    )


def _dialled(phone: str) -> str:
    """Write an E.164 French number as French people do."""
    digits = "0" + phone.removeprefix("+33")
    return " ".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def _naive(moment: dt.datetime) -> str:
    return moment.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M:%S")
