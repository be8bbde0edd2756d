"""Facebook Pages: posts, comments, insights by Pacific day, recommendations, metrics retired on a date."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import requests
from tests.connectors.asking import Asker

from comptoir.connectors.base import Malformed
from comptoir.connectors.http import PublisherError
from comptoir.connectors.social import facebook, meta_insights
from comptoir.connectors.social.meta_insights import day_of

NIGHT = "2026-10-10"
PACIFIC = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("end_time", "day"),
    [
        ("2026-08-02T07:00:00+0000", "2026-08-01"),
        ("2026-11-20T08:00:00+0000", "2026-11-19"),
        ("2026-11-02T08:00:00+0000", "2026-11-01"),  # the day of 25 hours
        ("bientôt", "bientôt"),
        (None, None),
    ],
)
def test_a_value_is_of_the_pacific_day_that_ends(end_time, day):
    assert day_of(end_time, PACIFIC, ends=True) == day


@pytest.mark.parametrize(("end_time_is", "day"), [("end", "2026-10-01"), ("start", "2026-10-02")])
def test_whether_a_day_ends_at_its_end_time_is_said_by_an_option(meta, end_time_is, day):
    options = {"end_time_is": end_time_is, "days_per_call": "9"}
    rows = meta.records("facebook", "account_metrics", first=True, options=options)
    assert min(row["metric_on"] for row in rows) == day


@pytest.mark.parametrize("source", ["facebook", "instagram"])
def test_the_zone_of_metas_days_is_an_option(settings, publishers, source):
    asker = Asker(settings, source, NIGHT, day_zone="UTC")
    options = asker.inventory.source(source).streams["account_metrics"].options
    asked, answer = [], asker.client.get_json
    asker.client.get_json = lambda path, params: asked.append(params) or answer(path, params)
    asker.pages("account_metrics", since="2026-10-07", **options)
    assert asked
    assert all(params[name] % 86_400 == 0 for params in asked for name in ("since", "until"))
    with pytest.raises(PublisherError, match="zone 'Pacifique' that does not exist"):
        Asker(settings, source, NIGHT, day_zone="Pacifique").pages("account_metrics", **options)


def test_an_end_time_that_is_neither_is_refused(meta):
    with pytest.raises(PublisherError, match=r"end_time_is 'fin'.*end or start"):
        meta.records("facebook", "account_metrics", options={"end_time_is": "fin"})


def test_a_post_without_shares_has_none_and_counters_not_asked_for_stay_unknown(meta):
    posts = meta.records("facebook", "posts", first=True)
    shares = [post["shares_count"] for post in posts]
    assert None not in shares
    assert 0 in shares
    assert max(shares) > 0
    assert "shares" not in facebook.shape({"id": "1_2"})
    assert any(post["content"] is None for post in posts)


def test_an_edit_changes_the_text_and_the_version(meta):
    network = meta.publisher("facebook").network
    days = [dt.date(2026, 9, 1) + dt.timedelta(days=n) for n in range(40)]
    edited = next(
        post
        for day in days
        for at in range(3)
        for post in network.timeline.official_on(at, day)
        if post.edited_at and post.deleted_at is None and not post.is_reply and post.edited_at.date() > day
    )
    before = edited.edited_at.date() - dt.timedelta(days=2)
    seen = []
    for night in (before, edited.edited_at.date() + dt.timedelta(days=1)):
        rows = meta.records("facebook", "posts", night.isoformat(), options={"first_load_days": "14"}, first=True)
        stamp = edited.created_at.strftime("%Y-%m-%dT%H:%M:%S+0000")
        seen += [row for row in rows if row["created_at"] == stamp]
    first, second = seen[0], seen[-1]
    assert first["post_id"] == second["post_id"]
    assert first["updated_at"] < second["updated_at"]
    assert first["content"] != second["content"]


def test_a_night_lands_typed_and_in_utc(meta, listener):
    result = listener.night("facebook", NIGHT)
    assert (result["verdict"], result["quarantined"]) == ("accepted", 0), result["reasons"]
    posts = listener.bronze("facebook", "posts", NIGHT)
    raw = {
        dt.datetime.fromisoformat(row["created_at"]).replace(tzinfo=None) for row in meta.records("facebook", "posts")
    }
    assert raw
    assert raw <= {post["created_at"] for post in posts}
    assert {post["author_id"] for post in posts} == {
        account["author_id"] for account in listener.bronze("facebook", "accounts", NIGHT)
    }
    comments = listener.bronze("facebook", "comments", NIGHT)
    assert {comment["post_id"] for comment in comments} <= {post["post_id"] for post in posts}
    assert comments
    stars = {account["overall_star_rating"] for account in listener.bronze("facebook", "accounts", NIGHT)}
    assert None in stars, "absent is not zero"


def test_comments_are_asked_of_posts_that_have_some_and_may_name_nobody(meta):
    rows = meta.records("facebook", "comments", first=True)
    commented = [address for address in meta.asked() if "/comments?" in address]
    assert len(commented) == len({row["post_id"] for row in rows})
    assert any(row["author_id"] is None for row in rows)
    assert any(row["author_id"] for row in rows)
    answers = [row for row in rows if row["is_reply"]]
    assert answers
    assert all(row["parent_comment_id"] for row in answers)


def test_a_value_by_type_has_a_row_a_type_and_an_absent_one_none(meta):
    rows = meta.records("facebook", "post_metrics", first=True)
    names = {row["metric_name"] for row in rows}
    assert {"post_media_view", "post_reactions_by_type_total.like"} <= names
    assert "post_reactions_by_type_total" not in names
    absent = {"name": "page_actions", "period": "day", "values": [{"end_time": "2026-11-20T08:00:00+0000"}]}
    assert list(meta_insights.values(absent)) == []


def test_a_page_is_measured_in_one_call_for_days_that_have_ended(meta, query_of):
    rows = meta.records("facebook", "account_metrics")
    assert len(asked := meta.asked()) == 3
    assert int(query_of(asked[0])["until"]) == 1_791_615_600, "midnight in California, on the night's own day"
    days = sorted({row["metric_on"] for row in rows})
    assert days[0] == "2026-09-11"
    assert "2026-10-08" <= days[-1] <= "2026-10-09"
    known = {(r["account_key"], r["metric_on"]) for r in rows}
    assert len(known) < 3 * 29, "the last days are not known for every Page"


@pytest.mark.parametrize(("metric", "edge"), [("page_fans", "Pages"), ("page_impressions", "Pages")])
def test_a_metric_is_answered_until_the_day_it_was_retired(meta, metric, edge):
    options = {"metrics": f"page_follows,{metric}"}
    before = meta.records("facebook", "account_metrics", "2025-11-13", options=options)
    assert {row["metric_name"] for row in before} == {"page_follows", metric}
    assert "does not answer" not in meta.log.text
    after = meta.records("facebook", "account_metrics", "2025-11-20", options=options)
    assert {row["metric_name"] for row in after} == {"page_follows"}
    assert f"does not answer {metric} for {edge}" in meta.log.text


def test_a_retired_metric_fails_the_whole_call_with_code_100(publishers, meta):
    token = publishers.app.state.world.region.token
    address = f"{publishers.url}/{NIGHT}/facebook/v26.0/100000000000053/insights"
    span = {"period": "day", "since": "1791000000", "until": "1791086400"}
    answer = requests.get(
        address, {"metric": "page_follows,page_fans", **span}, headers={"Authorization": f"Bearer {token}"}, timeout=30
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


def test_when_every_metric_is_refused_it_may_be_the_post_and_the_next_one_is_asked_again(meta):
    rows = meta.records("facebook", "post_metrics", options={"metrics": "post_impressions,post_engaged_users"})
    assert rows == []
    calls = [address for address in meta.asked() if "/insights" in address]
    assert len(calls) > 3
    assert meta.log.text.count("does not answer") <= 1


def test_recommendations_have_no_stars_and_may_name_nobody(meta):
    rows = meta.records("facebook", "ratings", first=True)
    assert {row["rating"] for row in rows} == {None}
    assert {row["recommendation"] for row in rows} == {"positive", "negative"}
    assert {row["author_id"] is None for row in rows} == {True, False}
    assert {row["content"] is None for row in rows} == {True, False}


def test_what_is_no_object_is_malformed():
    assert isinstance(facebook.shape("texte"), Malformed)
    assert isinstance(facebook.shape_comment(3, "1_2"), Malformed)
    assert isinstance(facebook.shape_rating(None), Malformed)
    assert [type(facebook.day_row(row, PACIFIC, ends=True)) for row in meta_insights.values("texte")] == [Malformed]
