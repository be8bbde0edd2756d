"""Every stream that a fact rests on, from the small worlds of each domain: one region that all of them speak of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import gru_fixture
import social_fixture
import territory_fixture
import tourism_fixture

Row = dict[str, Any]
Shows = Callable[[str, str, dt.date, int], list[Row]]


def streams(scale: int = 1, seed: int = 5) -> dict[tuple[str, str], Shows]:
    """By source and stream, what it shows at the end of a night: ``shows(source, stream, night, variant)``.

    Another seed is another region: other records are restated, reopened, edited, deleted and late.
    """
    social = social_fixture.SocialWorld(seed=seed, posts_per_day=2 * scale)
    citizens = gru_fixture.GruWorld(seed=seed, per_day=4 * scale)
    shown: dict[tuple[str, str], Shows] = dict.fromkeys(
        tourism_fixture.STREAMS, in_the_world(seed, tourism_fixture.rows)
    )
    shown |= dict.fromkeys(territory_fixture.STREAMS, in_the_world(seed, territory_fixture.rows))
    shown |= dict.fromkeys(gru_fixture.STREAMS, citizens.rows)
    return shown | {(source, name): social.rows for source, names in social_fixture.STREAMS.items() for name in names}


def in_the_world(seed: int, rows: Shows) -> Shows:
    """The same streams with another luck."""

    def shown(source: str, stream: str, night: dt.date, variant: int) -> list[Row]:
        before = tourism_fixture.WORLD.set(seed)
        try:
            return rows(source, stream, night, variant)
        finally:
            tourism_fixture.WORLD.reset(before)

    return shown
