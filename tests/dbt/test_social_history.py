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


def test_a_question_that_nobody_answers_waits_longer_as_nights_are_read(warehouse):
    """What October asked is as it was, forty days later, and still its median moves: who waited 36 hours now waits."""

    def comment(comment_id, posted_at, **fields):
        own = {"post_id": "v", "account_key": "rennes_y", "territory_id": "epci:243500139", "author_id": "person_1"}
        return own | {"comment_id": comment_id, "posted_at": posted_at, "updated_at": posted_at} | fields

    official = {"author_id": "author_rennes_y"}
    asked = [
        comment("waits", "2026-10-30T12:00:00"),
        comment("fifty_hours", "2026-10-29T00:00:00"),
        comment("answer_1", "2026-10-31T02:00:00", reply_to_id="fifty_hours", **official),
        comment("sixty_hours", "2026-10-28T12:00:00"),
        comment("answer_2", "2026-10-31T00:00:00", reply_to_id="sixty_hours", **official),
    ]
    account = {"account_key": "rennes_y", "territory_id": "epci:243500139", **official}
    medians = {}
    for offset, comments in ((-1, asked), (40, [])):
        warehouse.lake.accept("youtube", "accounts", night(offset), [account])
        warehouse.lake.accept("youtube", "comments", night(offset), comments)
        warehouse.build(with_tests=False)
        medians[offset] = warehouse.query(
            "select utterances_count, reply_delay_hours from intermediate.kpi_input_reply_delay"
            " where territory_id = 'epci:243500139' and channel_code = 'youtube' and month_on = '2026-10-01'"
        )
    assert medians == {-1: [(3, 50)], 40: [(3, 60)]}


def test_a_repost_is_judged_again_when_the_listening_learns_of_last_months_post(warehouse):
    """November's repost is as it was: what a late night shows is a post of October."""
    account = {"account_key": "region_bretagne", "territory_id": "region:53", "author_id": "author_region_bretagne"}
    repost = account | {"post_id": "passed_on", "created_at": "2026-11-09T08:00:00", "reblog_of_id": "original"}
    original = {"post_id": "original", "author_id": "person_1", "created_at": "2026-10-30T08:00:00"}
    heard = {"query_id": "bretagne", "query_version": 1, "territory_id": "region:53"}
    shown = [
        (night(9), "accounts", [account]),
        (night(9), "statuses", [repost]),
        (night(-1), "hashtag_timeline", [original | heard]),
    ]
    measured = []
    for batch in (shown[:2], shown[2:]):
        for on, stream, rows in batch:
            warehouse.lake.accept("mastodon", stream, on, rows)
        warehouse.build(with_tests=False)
        measured += warehouse.query(
            "select numerator, denominator, known_share from intermediate.kpi_measured where territory_id = 'region:53'"
            " and kpi_id = 'citizen_repost_share' and channel_code = 'all' and month_on = '2026-11-01'"
        )
    assert measured == [(0, 0, 0), (1, 1, 1)]


def test_a_mention_moves_with_the_history_of_the_account_that_it_names(empty_warehouse):
    """Instagram lists who names an account, the post itself does not say; a late night of spring tells where it was."""
    account = {"account_key": "malo_i", "author_id": "author_malo_i", "territory_id": "commune:35288"}
    post = {"post_id": "naming", "account_key": "malo_i", "author_id": "person_1", "created_at": "2026-11-18T09:00:00"}
    autumn, spring = dt.date(2026, 11, 20), dt.date(2026, 3, 1)
    empty_warehouse.reset()
    empty_warehouse.lake.accept("instagram", "accounts", autumn, [account])
    empty_warehouse.lake.accept("instagram", "mentions", autumn, [post])
    found = {}
    for when, territory in (autumn, None), (spring, "commune:35238"):
        if territory:
            empty_warehouse.lake.accept("instagram", "accounts", when, [account | {"territory_id": territory}])
        assert not empty_warehouse.build(with_tests=False).is_full_refresh
        found[when] = empty_warehouse.query("select account_key, territory_id from fct_mention")
    assert found == {autumn: [("malo_i", "commune:35288")], spring: [("malo_i", "commune:35238")]}
