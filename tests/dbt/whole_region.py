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


def streams(scale: int = 1) -> dict[tuple[str, str], Shows]:
    """By source and stream, what it shows at the end of a night: ``shows(source, stream, night, variant)``."""
    social = social_fixture.SocialWorld(seed=5, posts_per_day=2 * scale)
    citizens = gru_fixture.GruWorld(seed=5, per_day=4 * scale)
    shown: dict[tuple[str, str], Shows] = dict.fromkeys(tourism_fixture.STREAMS, tourism_fixture.rows)
    shown |= dict.fromkeys(territory_fixture.STREAMS, territory_fixture.rows)
    shown |= dict.fromkeys(gru_fixture.STREAMS, citizens.rows)
    return shown | {(source, name): social.rows for source, names in social_fixture.STREAMS.items() for name in names}
