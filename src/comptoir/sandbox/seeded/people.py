"""The people of the simulated region: invented handles on invented instances, with heavy-tailed audiences."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import mastodon_time
from comptoir.sandbox.seeded.chance import chance, heavy_tail
from comptoir.sandbox.seeded.phrases import phrases
from comptoir.sandbox.seeded.places import Places

INSTANCES = (
    ("mastodon.example", 5),
    ("pouet.example", 3),
    ("bzh.social.example", 3),
    ("toot.example", 2),
    ("mamot.example", 2),
    ("photos.example", 1),
    ("urlaub.example", 1),
    ("social.example.net", 1),
)
LOCAL_INSTANCE = "mastodon.example"
FICTIONAL_NUMBERS = ("63998", "19900", "26191", "35301", "46571", "53649")
SIZES = {"resident": 260, "visitor": 190, "prospect": 60, "business": 45, "media": 14, "bot": 9}


@dataclass(frozen=True, slots=True)
class Author:
    """An account with its kind and its home (hidden truth)."""

    id: int
    kind: str
    username: str
    host: str
    display_name: str
    note: str
    home: str
    followers: int
    following: int
    statuses: int
    posts_per_day: float
    created_on: dt.date
    discoverable: bool

    @property
    def address(self) -> str:
        """Return ``user@host``."""
        return f"{self.username}@{self.host}"

    @property
    def email(self) -> str:
        """Return the invented address they write to the town hall from."""
        return f"{self.username}.{self.id % 97}@courriel.example"

    @property
    def phone(self) -> str:
        """Return their invented number, E.164, in the ranges that ARCEP reserves for fiction."""
        prefix = FICTIONAL_NUMBERS[self.id % len(FICTIONAL_NUMBERS)]
        return f"+33{prefix}{self.id // 7 % 10_000:04d}"

    @property
    def acct(self) -> str:
        """Return the address as the instance asked writes it: its own users without their host."""
        return self.username if self.host == LOCAL_INSTANCE else self.address

    @property
    def url(self) -> str:
        """Return the profile's page."""
        return f"https://{self.host}/@{self.username}"

    def as_record(self, now: dt.datetime, *, followers: int, statuses: int, last_status_on: dt.date | None) -> Record:
        """Return the Mastodon account entity."""
        avatar = f"https://{LOCAL_INSTANCE}/system/accounts/avatars/{self.id}.png"
        return {
            "id": str(self.id),
            "username": self.username,
            "acct": self.acct,
            "display_name": self.display_name,
            "locked": False,
            "bot": self.kind == "bot",
            "discoverable": self.discoverable,
            "indexable": False,
            "group": False,
            "created_at": mastodon_time(dt.datetime.combine(self.created_on, dt.time(), dt.UTC)),
            "note": f"<p>{self.note}</p>",
            "url": self.url,
            "uri": f"https://{self.host}/users/{self.username}",
            "avatar": avatar,
            "avatar_static": avatar,
            "header": f"https://{LOCAL_INSTANCE}/headers/original/missing.png",
            "header_static": f"https://{LOCAL_INSTANCE}/headers/original/missing.png",
            "followers_count": followers,
            "following_count": self.following,
            "statuses_count": statuses,
            "last_status_at": last_status_on.isoformat() if last_status_on else None,
            "hide_collections": False,
            "noindex": False,
            "emojis": [],
            "roles": [],
            "fields": [],
        }

    def seen(self, now: dt.datetime) -> Record:
        """Return the account as it stood then, for authors whose own counts follow no listed post."""
        days = (now.date() - self.created_on).days
        followers = int(self.followers * (1 + 0.12 * math.log1p(days / 400)))
        statuses = self.statuses + int(days * self.posts_per_day)
        return self.as_record(now, followers=followers, statuses=statuses, last_status_on=now.date())


def slug(text: str) -> str:
    """Return a handle-like form of a name: ASCII letters and digits, lower case."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(c for c in plain.lower() if c.isalnum())


def account_id(seed: int, address: str) -> int:
    """Return the instance's number for an address."""
    return 109_000_000_000_000_000 + chance(seed, "account", address).getrandbits(52)


class People:
    """Several hundred authors; within a kind a few write most."""

    def __init__(self, seed: int, places: Places) -> None:
        self.by_kind = {kind: _crowd(seed, kind, size, places) for kind, size in SIZES.items()}
        self._weights = {
            kind: list(accumulate(1 / (rank + 2) ** 0.8 for rank in range(len(crowd))))
            for kind, crowd in self.by_kind.items()
        }

    def draw(self, rng: Random, kind: str) -> Author:
        """Draw an author of a kind, the prolific ones more often."""
        weights = self._weights[kind]
        return self.by_kind[kind][bisect(weights, rng.random() * weights[-1])]


def _crowd(seed: int, kind: str, size: int, places: Places) -> list[Author]:
    crowd, taken = [], set[str]()
    for at in range(size):
        rng = chance(seed, "author", kind, at)
        author = _author(seed, kind, at, rng, places)
        if author.address not in taken:
            taken.add(author.address)
            crowd.append(author)
    return crowd


def _author(seed: int, kind: str, at: int, rng: Random, places: Places) -> Author:
    home = places.draw(rng, 0.2).name
    first, last, word = (rng.choice(phrases()[bank]) for bank in ("first_names", "last_names", "handle_words"))
    number = rng.choice(["", str(rng.randrange(1, 99)), "_bzh", str(rng.randrange(1950, 2006))])
    username, display, note = {
        "business": (f"{slug(word)}{slug(home)[:12]}{at}", f"{word.title()} · {home}", f"Boutique à {home}."),
        "media": (f"gazette{slug(home)[:14]}", f"La Gazette de {home}", f"L'actualité de {home} et alentour."),
        "bot": (f"robot_{slug(word)}{at}", f"Robot {word}", "Compte automatique : météo, marées, trafic."),
    }.get(
        kind,
        (
            rng.choice([f"{slug(first)}{number}", f"{slug(first)}_{slug(word)}{number}", f"{slug(word)}{at}{number}"]),
            rng.choice([first, f"{first} {last}", f"{word.title()} 🌊", f"{first} {last[:1]}."]),
            rng.choice([f"Vit à {home}.", "Photos, marche, café.", "Ici pour lire. Et râler un peu.", "she/her · mer"]),
        ),
    )
    host = rng.choices([name for name, _ in INSTANCES], [weight for _, weight in INSTANCES])[0]
    return Author(
        id=account_id(seed, f"{username}@{host}"),
        kind=kind,
        username=username,
        host=host,
        display_name=display,
        note=note,
        home=home if kind in ("resident", "business", "media") else "",
        followers=heavy_tail(rng, 0.9, 60.0, 90_000) + (900 if kind == "media" else 0),
        following=heavy_tail(rng, 1.2, 150.0, 4_000),
        statuses=heavy_tail(rng, 0.9, 300.0, 120_000),
        posts_per_day=round(rng.uniform(0.05, 6.0), 2),
        created_on=dt.date(2018, 3, 1) + dt.timedelta(days=rng.randrange(0, 2_600)),
        discoverable=rng.random() < 0.8,
    )
