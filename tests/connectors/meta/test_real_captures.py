"""Answers that Meta really gave go through the parsing functions as they are (read only, never shown)."""

import json
from zoneinfo import ZoneInfo

import pytest

from comptoir.connectors.base import Malformed
from comptoir.connectors.social import facebook, instagram, meta, meta_insights
from comptoir.inventory.schema import load_inventory
from comptoir.privacy.projection import Projector
from comptoir.privacy.pseudonyms import Pseudonymiser

PACIFIC = ZoneInfo("America/Los_Angeles")

pytestmark = pytest.mark.real_data
WATCHED = {"account_key": "a", "territory_id": "region:53"}


@pytest.fixture
def capture(real_data):
    return lambda path: json.loads((real_data / "social" / "facebook" / path).read_text(encoding="utf-8"))


def projected(source, stream, records):
    assert not [record for record in records if isinstance(record, Malformed)]
    projector = Projector(load_inventory().stream(source, stream), Pseudonymiser(b"a key"))
    return [projector.project(record, WATCHED) for record in records]


def unfit(rows):
    return [name for row in rows for name, value in row.items() if isinstance(value, dict)]


@pytest.mark.parametrize(
    ("stream", "path"),
    [
        ("posts", "instagram/apidata/users/medias_p1.json"),
        ("posts", "instagram/apidata/users/medias_p2.json"),
        ("mentions", "instagram/apidata/users/tagged_medias.json"),
        ("hashtag_posts", "instagram/apidata/hashtags/hashtag_recent_medias_p1.json"),
        ("hashtag_posts", "instagram/apidata/hashtags/hashtag_recent_medias_p2.json"),
    ],
)
def test_media(capture, stream, path):
    items = capture(path)["data"]
    rows = projected("instagram", stream, [instagram.shape(item) for item in items])
    assert len(rows) == len(items) > 0
    assert unfit(rows) == []
    assert all(row["post_id"] and row["comments_count"] is not None for row in rows)
    assert [row["content"] is None for row in rows] == ["caption" not in item for item in items]


@pytest.mark.parametrize(
    ("path", "parent"),
    [("medias/comments_p1.json", None), ("medias/comments_p2.json", None), ("comments/replies.json", "9")],
)
def test_instagram_comments(capture, path, parent):
    items = capture(f"instagram/apidata/{path}")["data"]
    rows = projected("instagram", "comments", [instagram.shape_comment(item, "1", parent) for item in items])
    assert len(rows) == len(items) > 0
    assert unfit(rows) == []
    assert all(row["content"] and row["created_at"] and row["like_count"] is None for row in rows)
    assert {row["is_reply"] for row in rows} == {parent is not None}
    assert {row["parent_comment_id"] is None for row in rows} == {parent is None}


def test_a_comment_with_its_author(capture):
    item = capture("instagram/apidata/comments/comment_fields.json")
    (row,) = projected("instagram", "comments", [instagram.shape_comment(item, "1", None)])
    assert (row["like_count"], row["content"]) == (1, "[handle] Hey, guys")
    assert row["author_id"] == Pseudonymiser(b"a key").pseudonym("instagram.account", item["username"])


@pytest.mark.parametrize(
    "path", ["users/stories.json", "stories/stories_fields_p1.json", "stories/stories_fields_p2.json"]
)
def test_stories(capture, path):
    items = capture(f"instagram/apidata/{path}")["data"]
    rows = projected("instagram", "stories", [instagram.shape(item) for item in items])
    assert len(rows) == len(items) > 0
    assert unfit(rows) == []
    assert all(row["post_id"] and row["media_type"] for row in rows)


def test_an_instagram_account(capture):
    (row,) = projected("instagram", "accounts", [capture("instagram/apidata/users/user_fields.json")])
    assert row["followers_count"] == 64363
    assert row["follows_count"] is None, "not asked, not reported"


@pytest.mark.parametrize(
    ("path", "names", "dated"),
    [
        ("users/user_insights.json", {"impressions", "reach", "profile_views"}, True),
        ("users/user_insights_new.json", {"reach"}, False),
        ("medias/insights.json", {"impressions", "reach", "saved"}, False),
        ("medias/insights_new.json", {"profile_activity"}, False),
    ],
)
def test_insights(capture, path, names, dated):
    body = capture(f"instagram/apidata/{path}")
    rows = [
        facebook.day_row(value, PACIFIC, ends=True) for item in body["data"] for value in meta_insights.values(item)
    ]
    assert {row["metric_name"] for row in rows} == names
    assert all(isinstance(row["value"], int) for row in rows)
    assert all(("metric_on" in row) == dated for row in rows)
    assert {row["metric_on"] for row in rows if dated} == ({"2017-05-03", "2017-05-04"} if dated else set())
    stream = "account_metrics" if dated else "post_metrics"
    assert unfit(projected("instagram", stream, rows)) == []


@pytest.mark.parametrize(
    "path", ["posts/feeds_default_fields_p1.json", "posts/feeds_default_fields_p2.json", "posts/feed_fields_p1.json"]
)
def test_facebook_posts(capture, path):
    items = capture(f"facebook/apidata/{path}")["data"]
    rows = projected("facebook", "posts", [facebook.shape(item) for item in items])
    assert unfit(rows) == []
    assert all(row["post_id"] and row["created_at"] for row in rows)
    counted = "reactions" in items[0]
    assert all((row["shares_count"] is not None) == counted for row in rows)
    assert all((row["reactions_count"] is not None) == counted for row in rows)


def test_comments_and_a_page(capture):
    for path in ("comments/comments_p1.json", "comments/comments_p2.json"):
        items = capture(f"facebook/apidata/{path}")["data"]
        rows = projected("facebook", "comments", [facebook.shape_comment(item, "1_2") for item in items])
        assert unfit(rows) == []
        assert all(row["comment_count"] is not None and row["is_reply"] is False for row in rows)
    (page,) = projected("facebook", "accounts", [capture("facebook/apidata/pages/single_default_page.json")])
    assert (page["fan_count"], page["were_here_count"]) == (214507731, 143680)


def test_errors_and_links(capture):
    for path in ("error.json", "base/error_data.json"):
        assert meta.read_error(capture(path), ()).reason == meta.INVALID
    links = [
        capture(f"facebook/apidata/posts/feeds_default_fields_p{page}.json")["paging"].get("next") for page in (1, 2)
    ]
    assert links[0]
    short = meta.without_token(links[0])
    assert "access_token" not in short
    assert "after=after" in short
    assert len(short) == len(links[0]) - len("access_token=access_token&")


def test_no_file_breaks_a_parser(real_data):
    """Every list of every capture goes through every shape: a record, or malformed, never an exception."""
    seen = 0
    for path in sorted((real_data / "social" / "facebook").rglob("*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        meta.read_error(body, ())
        items = body.get("data", []) if isinstance(body, dict) else body
        for item in items if isinstance(items, list) else [items]:
            seen += 1
            instagram.shape(item)
            instagram.shape_comment(item, "1", None)
            list(meta_insights.groups(item))
            facebook.shape(item)
            facebook.shape_comment(item, "1_2")
            [facebook.day_row(value, PACIFIC, ends=True) for value in meta_insights.values(item)]
    assert seen > 150
