"""Instagram: media, stories, comments, insights that come late or are retired, followers, hashtags of a day, tags."""

import datetime as dt

import pytest

from comptoir.config.file import load_config
from comptoir.config.watched import ListeningQuery
from comptoir.connectors.base import Malformed
from comptoir.connectors.http import PublisherError
from comptoir.connectors.social import instagram, meta_insights
from comptoir.privacy.pseudonyms import Pseudonymiser
from comptoir.sandbox.clock import DAY, Clock
from comptoir.sandbox.seeded import instagram as seeded
from comptoir.sandbox.seeded.threads import comment_name

NIGHT = "2026-10-10"


def test_what_the_publisher_leaves_out_is_not_reported_and_nothing_is_a_zero(meta):
    posts = meta.records("instagram", "posts", first=True)
    hidden = [post for post in posts if post["like_count"] is None]
    assert 0 < len(hidden) < len(posts) / 5
    assert any(post["like_count"] == 0 for post in posts)
    silent = [post for post in posts if post["content"] is None]
    assert silent
    assert all(post["hashtags"] == [] for post in silent)
    assert all(post["comments_count"] is not None and len(post["post_id"]) == 32 for post in posts)


def test_a_night_asks_a_week_and_stops_at_the_first_older_page_should_meta_not_cut(meta):
    posts = meta.records("instagram", "posts")
    window = dt.datetime(2026, 10, 3, tzinfo=dt.UTC) - dt.timedelta(hours=2)
    assert posts
    assert all(dt.datetime.fromisoformat(post["created_at"]) >= window for post in posts)
    mentions = meta.opened("instagram", "mentions", options={"page_size": "5"})
    assert list(mentions.lines())
    assert mentions.summary.pages < 12, "tags cannot be cut by date: the walk stops by itself"


@pytest.mark.parametrize(("name", "parameter"), [("", None), ("depuis", "depuis")])
@pytest.mark.parametrize("stream", ["posts", "comments", "post_metrics"])
def test_how_a_window_is_asked_is_said_by_an_option(meta, query_of, stream, name, parameter):
    usual = meta.records("instagram", stream)
    meta.asked()
    # The sandbox does not cut by another name: the walk stops at the first page that is wholly older.
    assert len(meta.records("instagram", stream, options={"since_parameter": name})) >= len(usual)
    lists = [query_of(address) for address in meta.asked() if "/media?" in address]
    assert lists
    assert all(not {"since", ""} & query.keys() and (parameter is None or parameter in query) for query in lists)


def test_the_edge_of_tags_and_the_fields_under_a_hashtag_are_options(meta, query_of):
    with pytest.raises(PublisherError, match="/etiquettes"):
        meta.records("instagram", "mentions", options={"edge": "etiquettes"})
    meta.asked()
    rows = meta.records("instagram", "hashtag_posts", options={"fields": "id,timestamp"})
    assert {query_of(a)["fields"] for a in meta.asked() if "/recent_media?" in a} == {"id,timestamp"}
    assert {row["content"] for row in rows} == {None}


def test_counters_grow_and_a_deleted_media_is_there_no_more(meta):
    nights = [{p["post_id"]: p for p in meta.records("instagram", "posts", night)} for night in (NIGHT, "2026-10-12")]
    both = nights[0].keys() & nights[1].keys()
    assert sum(nights[1][key]["comments_count"] for key in both) > sum(nights[0][key]["comments_count"] for key in both)
    timeline = meta.publisher("instagram").network.timeline
    days = [dt.date(2026, 9, 1) + dt.timedelta(days=n) for n in range(40)]
    lost = next(p for day in days for at in range(3) for p in timeline.official_on(at, day) if p.deleted_at)
    gone_on = (lost.deleted_at + dt.timedelta(days=1)).date().isoformat()
    assert meta.publisher("instagram").network.truth(str(lost.id))["deleted_at"] == lost.deleted_at
    insights = meta_insights.Insights(meta.opened("instagram", "post_metrics", gone_on)._request)
    assert insights.ask(f"/v26.0/{lost.id}/insights", ["reach"], {}, "FEED IMAGE") == ([], 0)


def test_insights_come_up_to_two_days_late_and_what_is_not_known_has_no_row(meta):
    def measured(night):
        posts = {p["post_id"] for p in meta.records("instagram", "posts", night)}
        return posts, {row["post_id"] for row in meta.records("instagram", "post_metrics", night)}

    posts, known = measured("2026-10-09")
    late = posts - known
    assert late
    assert known
    there, known_later = measured("2026-10-11")
    assert late & there
    assert late & there <= known_later


def test_each_product_is_asked_for_its_own_metrics_in_one_call_a_media(meta):
    rows = meta.records("instagram", "post_metrics", first=True)
    asked = [address for address in meta.asked() if "/insights" in address]
    media = {address.split("?")[0] for address in asked}
    assert len(asked) == len(media), "no metric failed, so no media was asked twice"
    assert ("VIDEO", "FEED") in {(row["media_type"], row["media_product_type"]) for row in rows}
    names = {kind: {r["metric_name"] for r in rows if r["media_product_type"] == kind} for kind in ("FEED", "REELS")}
    assert "ig_reels_avg_watch_time" in names["REELS"] - names["FEED"]
    assert "profile_visits" in names["FEED"] - names["REELS"]
    assert len({(row["post_id"], row["metric_name"]) for row in rows}) == len(rows)


def test_a_retired_metric_fails_alone_is_asked_once_a_group_and_is_named(meta):
    plain = meta.records("instagram", "post_metrics", first=True)
    calls = len(meta.asked())
    options = {"metrics_feed": "reach,impressions,views", "metrics_reels": "plays,reach"}
    rows = meta.records("instagram", "post_metrics", first=True, options=options)
    assert "does not answer impressions for FEED" in meta.log.text
    assert "does not answer plays for REELS" in meta.log.text
    assert len(meta.asked()) <= calls + 4 * 4, "a few calls more, whatever the number of media"
    reach = {(r["post_id"], r["metric_value"]) for r in plain if r["metric_name"] == "reach"}
    assert {(r["post_id"], r["metric_value"]) for r in rows if r["metric_name"] == "reach"} == reach


def test_an_account_is_measured_day_by_day_with_explicit_dates_and_no_link_is_followed(meta, query_of):
    rows = meta.records("instagram", "account_metrics")
    asked = [query_of(address) for address in meta.asked()]
    assert len(asked) == 3 * 5 * 2, "accounts x days x kinds of metrics"
    assert all(82_800 <= int(query["until"]) - int(query["since"]) <= 90_000 for query in asked)
    days = {row["metric_on"] for row in rows}
    assert max(days) <= "2026-10-09", "Meta's day of the night has not ended when it runs"
    assert min(days) == "2026-10-05"
    assert "follower_count" in {row["metric_name"] for row in rows}


def test_a_first_load_of_account_metrics_asks_no_more_than_thirty_days(meta):
    rows = meta.records("instagram", "account_metrics", first=True)
    assert len({row["metric_on"] for row in rows}) == 30


def test_a_day_is_restated_once(meta):
    def value(night):
        rows = meta.records("instagram", "account_metrics", night)
        return {(r["account_key"], r["metric_name"]): r["metric_value"] for r in rows if r["metric_on"] == "2026-10-07"}

    early, late = value("2026-10-09"), value("2026-10-11")
    assert any(early[key] < late[key] for key in early.keys() & late.keys())


def test_hashtags_give_a_day_without_authors(meta):
    fetch = meta.opened("instagram", "hashtag_posts")
    rows = [line["r"] for line in fetch.lines()]
    assert rows
    assert "author_id" not in fetch.stream.fields
    assert fetch.summary.added_fields == []
    since = dt.datetime(2026, 10, 10, 2, tzinfo=dt.UTC)
    assert all(since <= dt.datetime.fromisoformat(row["created_at"]) for row in rows)


def _queries(config, *hashtags):
    query = next(query for query in config.listening_queries if query.platform == "instagram")
    asked: list[ListeningQuery] = [
        query.model_copy(update={"query_id": f"q_{at}", "hashtag": h}) for at, h in enumerate(hashtags)
    ]
    return config.model_copy(update={"listening_queries": asked})


def test_thirty_hashtags_a_week_an_account_and_no_more(meta, query_of):
    config = load_config(meta.settings)
    many = [f"motdiese{at}" for at in range(31)]
    assert meta.records("instagram", "hashtag_posts", config=_queries(config, *many)) == [], "nobody ever used them"
    askers = [query_of(address)["user_id"] for address in meta.asked()]
    assert (len(askers), len(set(askers))) == (31, 2)
    with pytest.raises(PublisherError, match=r"30 hashtags a week per account: 91 are asked of 3.*comptoir\.yml"):
        meta.records("instagram", "hashtag_posts", config=_queries(config, *[f"mot{at}" for at in range(91)]))


def test_a_query_is_not_asked_before_it_is_valid(meta):
    assert meta.records("instagram", "hashtag_posts", "2025-12-31") == []
    assert meta.asked() == []


def test_insights_of_every_shape_are_read_one_value_a_row():
    total = {"name": "reach", "period": "day", "total_value": {"value": 12, "breakdowns": []}}
    assert list(meta_insights.values(total)) == [{"period": "day", "metric_name": "reach", "value": 12}]
    series = {"name": "reach", "values": [{"value": 0, "end_time": "2026-11-20T08:00:00+0000"}, {"end_time": "x"}]}
    assert [row["value"] for row in meta_insights.values(series)] == [0], "zero is a value, absent is none"
    for broken in ("texte", {"values": []}, {"name": "reach", "values": "12 environ"}, {"name": "reach"}):
        assert [type(row) for row in meta_insights.values(broken)] == [Malformed]


def _standing(meta, night=NIGHT, days=28):
    """The comments that the simulated network shows under own media of the last days, by their id."""
    network, clock = meta.publisher("instagram").network, Clock.of(dt.date.fromisoformat(night))
    own = [
        post
        for back in range(days + 2)
        for at in range(len(network.official))
        for post in network.timeline.official_on(at, clock.night + DAY - back * DAY)
        if seeded.shown(post, clock)
    ]
    return {comment_name(post, one): (post, one) for post in own for one in network.threads._standing(clock, post)}


def test_comments_come_with_all_their_replies_however_many_pages_it_takes(meta):
    rows = meta.records("instagram", "comments", first=True)
    asked = meta.asked()
    pseudonym = Pseudonymiser(b"a key").pseudonym
    standing = _standing(meta)
    assert {row["comment_id"] for row in rows} <= {pseudonym("instagram.comment", name) for name in standing}
    window = dt.datetime(2026, 9, 12, tzinfo=dt.UTC) - dt.timedelta(hours=2)
    inside = {name for name, (post, _) in standing.items() if post.created_at >= window}
    assert {pseudonym("instagram.comment", name) for name in inside} == {row["comment_id"] for row in rows}
    assert len(rows) == len({row["comment_id"] for row in rows}) > 50
    replies = [row for row in rows if row["is_reply"]]
    tops = {row["comment_id"] for row in rows if not row["is_reply"]}
    assert replies
    assert {row["parent_comment_id"] for row in replies} <= tops, "a reply to a reply stands in the thread"
    assert all(row["parent_comment_id"] is None for row in rows if not row["is_reply"])
    assert any("/replies?" in address for address in asked), "a long thread is asked for"
    assert len([a for a in asked if "/replies?" in a]) < len({row["parent_comment_id"] for row in replies})
    small = meta.records("instagram", "comments", first=True, options={"page_size": "2"})
    assert len(meta.asked()) > len(asked)
    assert sorted(small, key=str) == sorted(rows, key=str)


def test_the_account_answers_under_its_own_pseudonym(meta, listener):
    listener.night("instagram", NIGHT)
    comments = listener.bronze("instagram", "comments", NIGHT)
    own = {row["account_key"]: row["author_id"] for row in listener.bronze("instagram", "accounts", NIGHT)}
    answers = [row for row in comments if row["author_id"] == own[row["account_key"]]]
    assert answers
    assert all(row["is_reply"] for row in answers)
    posts = {row["post_id"] for row in listener.bronze("instagram", "posts", NIGHT)}
    assert {row["post_id"] for row in comments} <= posts
    assert {type(row["created_at"]) for row in comments} == {dt.datetime}


def test_media_without_comments_are_not_asked_for_any(meta):
    meta.records("instagram", "comments")
    asked = {address.split("?")[0].split("/")[-2] for address in meta.asked() if "/comments?" in address}
    posts = meta.records("instagram", "posts")
    commented = {post["post_id"] for post in posts if post["comments_count"]}
    pseudonym = Pseudonymiser(b"a key").pseudonym
    assert {pseudonym("instagram.media", name) for name in asked} == commented
    assert len(commented) < len(posts)


def test_a_comment_that_is_none_is_malformed_and_a_bare_one_is_kept():
    assert isinstance(instagram.shape_comment(3, "1", None), Malformed)
    assert instagram.shape_comment({"id": "2"}, "1", None) == {"id": "2", "post_id": "1", "is_reply": False}
    assert instagram.shape_comment({"id": "2"}, "1", "9")["parent_id"] == "9"


def test_stories_are_those_that_live_when_the_night_runs(meta):
    def seen(stream, night):
        return meta.records("instagram", stream, night)

    nights = ["2026-08-07", "2026-08-08", "2026-08-09"]
    stories = {night: {row["post_id"]: row for row in seen("stories", night)} for night in nights}
    assert all(stories.values())
    assert not stories[nights[0]].keys() & stories[nights[1]].keys(), "a day later they are gone"
    for night in nights:
        runs_at = Clock.of(dt.date.fromisoformat(night)).now
        ages = [runs_at - dt.datetime.fromisoformat(row["created_at"]) for row in stories[night].values()]
        assert all(dt.timedelta() <= age < dt.timedelta(days=1) for age in ages)
        assert {row["media_product_type"] for row in stories[night].values()} == {"STORY"}
    assert not stories[nights[0]].keys() & {row["post_id"] for row in seen("posts", nights[0])}


def test_a_story_is_measured_while_it_lives_and_not_at_all_when_few_have_seen_it(meta):
    nights = [f"2026-08-{day:02d}" for day in range(1, 15)]
    few = 0
    for night in nights:
        stories = {row["post_id"] for row in meta.records("instagram", "stories", night)}
        rows = meta.records("instagram", "story_metrics", night)
        assert {row["post_id"] for row in rows} <= stories
        assert all(row["metric_value"] >= 5 for row in rows if row["metric_name"] == "reach")
        assert {row["metric_value"] for row in rows if row["metric_name"] == "replies"} <= {0.0}
        few += len(stories - {row["post_id"] for row in rows})
    assert few > 0, "Meta's 'not enough viewers' never came: the test would prove nothing"
    assert "does not answer" not in meta.log.text


def test_a_night_without_a_story_is_empty_and_accepted(meta, listener, monkeypatch):
    monkeypatch.setattr(meta.publisher("instagram").network.stories, "on", lambda at, day: [])
    result = listener.night("instagram", NIGHT)
    assert result["verdict"] == "accepted", result["reasons"]
    assert listener.bronze("instagram", "stories", NIGHT) == []
    assert listener.bronze("instagram", "story_metrics", NIGHT) == []


def test_followers_are_told_by_country_and_city(meta, query_of):
    rows = meta.records("instagram", "follower_groups")
    asked = [query_of(address) for address in meta.asked()]
    assert [query["breakdown"] for query in asked] == ["country", "city"] * 3
    assert not any("since" in query or "timeframe" in query for query in asked)
    for account in {row["account_key"] for row in rows}:
        told = {
            kind: [r for r in rows if (r["account_key"], r["breakdown"]) == (account, kind)]
            for kind in ("country", "city")
        }
        assert "FR" in {row["follower_group"] for row in told["country"]}
        assert 1 < len(told["city"]) <= 45
        followers = sum(row["metric_value"] for row in told["country"])
        assert sum(row["metric_value"] for row in told["city"]) < followers, "cities are the largest only"
    assert len({(r["account_key"], r["breakdown"], r["follower_group"]) for r in rows}) == len(rows)


def test_breakdowns_are_the_inventorys_and_one_that_meta_refuses_costs_its_own_values(meta):
    options = {"breakdowns": "age,gender | shoe_size | country", "timeframe": "this_month"}
    rows = meta.records("instagram", "follower_groups", options=options)
    assert {row["breakdown"] for row in rows} == {"age,gender", "country"}
    assert "25-34 | F" in {row["follower_group"] for row in rows}
    assert "does not answer follower_demographics for breakdown shoe_size" in meta.log.text
    assert all("timeframe=this_month" in address for address in meta.asked())


def test_an_account_of_few_followers_has_no_groups(meta, monkeypatch):
    monkeypatch.setattr(seeded, "followers_on", lambda *_: 99)
    assert meta.records("instagram", "follower_groups") == []


def test_groups_of_every_shape():
    one = {"dimension_keys": ["city"], "results": [{"dimension_values": ["Rennes, Bretagne"], "value": 5}]}
    told = {"name": "follower_demographics", "period": "lifetime", "total_value": {"breakdowns": [one]}}
    assert list(meta_insights.groups(told)) == [
        {"metric_name": "follower_demographics", "period": "lifetime", "breakdown": "city",
         "follower_group": "Rennes, Bretagne", "value": 5}
    ]  # fmt: skip
    assert list(meta_insights.groups({**told, "total_value": {}})) == []
    strange = [{**one, "dimension_keys": 3}], [{**one, "results": [{"value": 3}]}]
    for broken in ("texte", {}, {"name": "x"}, *({"name": "x", "total_value": {"breakdowns": s}} for s in strange)):
        assert [type(row) for row in meta_insights.groups(broken)] == [Malformed]


def test_each_sunday_metrics_are_asked_ninety_days_back(meta):
    def oldest(source, night):
        rows = meta.records(source, "post_metrics", night)
        return min(dt.datetime.fromisoformat(row["created_at"]).date() for row in rows)

    for source in ("instagram", "facebook"):
        assert oldest(source, "2026-10-10") >= dt.date(2026, 10, 2)
        assert dt.date(2026, 7, 12) <= oldest(source, "2026-10-11") <= dt.date(2026, 7, 25)
        assert oldest(source, "2026-10-12") >= dt.date(2026, 10, 4)


def test_a_media_that_is_none_is_malformed_and_its_body_is_not_told():
    assert isinstance(instagram.shape("pas un média"), Malformed)
    assert instagram.shape({"id": "1", "caption": "À #Saint_Malo, #été #ÉTÉ"})["hashtags"] == ["saint_malo", "été"]
