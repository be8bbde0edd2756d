"""The social facts of five platforms: one history of late, changed, held and released nights equals a full refresh."""

from __future__ import annotations

import datetime as dt

import pytest
from social_fixture import FIRST_DAY, SocialWorld, fill, hold

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
WORLD = SocialWorld(seed=3)
FACTS = (
    "dim_account",
    "dim_author",
    "fct_account_day",
    "fct_comment",
    "fct_mention",
    "fct_post",
    "fct_post_metric_day",
    "fct_post_query",
)


def night(offset: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=offset)


def test_one_history_gives_the_rows_of_a_full_refresh(warehouse):
    lake = warehouse.lake
    fill(lake, WORLD, [night(3), night(4)])
    warehouse.build(with_tests=False)
    fill(lake, WORLD, [night(1)])  # late
    fill(lake, WORLD, [night(4)], variant=1)  # another attempt
    fill(lake, WORLD, [night(6), night(9)])
    warehouse.build(with_tests=False)
    hold(lake, [night(4)], ("bluesky", "facebook", "youtube"))
    hold(lake, [night(9)], ("mastodon", "instagram"))
    fill(lake, WORLD, [night(40)])  # long after: most windows have passed
    warehouse.build(with_tests=False)
    assert warehouse.query("select count(*) from fct_post where is_deleted_at_source")[0][0] > 0
    fill(lake, WORLD, [night(4), night(9)], variant=2)  # released, otherwise
    hold(lake, [night(6)])
    assert not warehouse.build(with_tests=False).is_full_refresh
    incremental = warehouse.fingerprints()
    assert warehouse.build(full_refresh=True, with_tests=False).is_full_refresh
    whole = warehouse.fingerprints()
    assert {name: whole[name][0] for name in FACTS if not whole[name][0]} == {}
    assert {name for name in whole if whole[name] != incremental[name]} == set()
