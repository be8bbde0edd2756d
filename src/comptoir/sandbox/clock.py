"""The instant at which a publisher is asked: 04:00 Europe/Paris on the day after the night."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Clock:
    """A night (Europe/Paris day) and the UTC instant at which its run asks the publishers."""

    night: dt.date
    now: dt.datetime

    @classmethod
    def of(cls, night: dt.date) -> Clock:
        """Return the clock of a night."""
        asked_at = dt.datetime.combine(night + DAY, dt.time(4), PARIS)
        return cls(night, asked_at.astimezone(dt.UTC))


@lru_cache(maxsize=4096)
def midnight(day: dt.date) -> dt.datetime:
    """Return the UTC instant at which a Paris day begins."""
    return dt.datetime.combine(day, dt.time(0), PARIS).astimezone(dt.UTC)


def milliseconds(moment: dt.datetime) -> int:
    """Return the milliseconds between 1970 and an aware instant."""
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(milliseconds=1)


def mastodon_time(moment: dt.datetime) -> str:
    """Write an instant as Mastodon does: UTC, milliseconds, ``Z``."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
