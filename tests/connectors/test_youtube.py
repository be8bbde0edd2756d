"""YouTube over real HTTP against the sandbox, and what YouTube really answered through the parsing functions."""

import datetime as dt
import json
import logging
from collections import Counter

import pytest
import requests
from tests.connectors.asking import Asker, projected

from comptoir.config.file import load_config
from comptoir.connectors.base import Malformed
from comptoir.connectors.google import google_refusal
from comptoir.connectors.http import PublisherError
from comptoir.connectors.social import youtube
from comptoir.connectors.social.youtube import (
    duration_seconds,
    shape_channel,
    shape_comment,
    shape_video,
    thread_comments,
)
from comptoir.inventory.schema import load_inventory
from comptoir.orchestration import steps
from comptoir.settings import ComptoirError

NIGHT = "2026-01-20"
CONTEXT = {"account_key": "a", "territory_id": "region:53", "query_id": "q", "query_version": 1}


@pytest.fixture
def host(publishers):
    """The simulated host; its quotas are whole before and after a test."""
    publisher = publishers.app.state.world.publishers["youtube"]
    publisher._units.clear(), publisher._searches.clear()
    yield publisher
    publisher.units_a_day, publisher.searches_a_day = 10_000, 100


@pytest.fixture
def asked(host, monkeypatch):
    """What the host was asked."""
    seen, answer = [], host.answer
    monkeypatch.setattr(host, "answer", lambda ask: seen.append(ask) or answer(ask))
    return seen


def _calls(asked):
    return Counter(ask.path.rpartition("/")[2] for ask in asked)


def test_the_key_travels_in_a_header_and_a_wrong_one_names_its_variable(settings, asked, monkeypatch):
    Asker(settings, "youtube", NIGHT).records("accounts")
    assert all("key" not in ask.query and ask.headers["x-goog-api-key"] == settings.sandbox_token for ask in asked)
    monkeypatch.setenv("COMPTOIR_TOKEN_YOUTUBE", "wrong-word")
    with pytest.raises(PublisherError, match="COMPTOIR_TOKEN_YOUTUBE") as failure:
        steps.land("youtube", NIGHT)
    assert "wrong-word" not in str(failure.value)


def test_a_quota_that_is_spent_is_not_asked_for_again_the_same_night(settings, host, asked):
    host.units_a_day = 1
    with pytest.raises(PublisherError, match=r"no quota left for today.*midnight Pacific"):
        Asker(settings, "youtube", NIGHT).records("posts")
    assert _calls(asked) == {"channels": 1, "playlistItems": 1}


def test_searches_have_their_own_bucket_and_a_query_spends_three_at_most(settings, host, asked):
    records = Asker(settings, "youtube", "2026-09-01").records("hashtag_posts")
    assert (len(records), _calls(asked)["search"]) == (150, youtube.MAX_SEARCHES)
    host.searches_a_day = 0
    with pytest.raises(PublisherError, match="no quota left"):
        Asker(settings, "youtube", NIGHT).records("hashtag_posts")
    assert Asker(settings, "youtube", NIGHT).records("accounts")


def test_a_later_night_searches_only_what_was_published_since(settings, asked):
    records = Asker(settings, "youtube", NIGHT).records("hashtag_posts", since="2026-01-13")
    assert records
    assert all(record["snippet"]["publishedAt"] >= "2026-01-13" for record in records)
    assert _calls(asked)["search"] == 1


def test_a_night_lands_and_what_is_hidden_is_null_not_zero(listener, host):
    result = listener.night("youtube", NIGHT)
    assert (result["verdict"], result["quarantined"]) == ("accepted", 0), result["reasons"]
    accounts = listener.bronze("youtube", "accounts", NIGHT)
    hidden = [row["followers_count"] for row in accounts if row["is_followers_count_hidden"]]
    assert hidden == [None]
    assert sum(row["followers_count"] is not None for row in accounts) == 2
    videos = listener.bronze("youtube", "posts", NIGHT)
    assert any(row["likes_count"] is None for row in videos) and any(row["likes_count"] == 0 for row in videos)
    silent = {row["post_id"] for row in videos if row["comments_count"] is None}
    comments = listener.bronze("youtube", "comments", NIGHT)
    assert silent and not silent & {row["post_id"] for row in comments}
    told = {row["post_id"]: row["comments_count"] for row in videos}
    assert Counter(row["post_id"] for row in comments) == {k: v for k, v in told.items() if v}
    tops = {row["comment_id"] for row in comments if row["reply_to_id"] is None}
    assert {row["reply_to_id"] for row in comments if row["reply_to_id"]} <= tops
    assert any(row["author_id"] is None for row in comments), "closed accounts"


def test_pages_that_overlap_give_duplicates_and_lose_nothing(publishers, settings, host, monkeypatch):
    monkeypatch.setattr(youtube, "AT_ONCE", 5)
    asker = Asker(settings, "youtube", NIGHT)
    once = Counter(record["id"] for record in asker.records("posts"))
    publishers.faults("duplicate-page")
    twice = Counter(record["id"] for record in asker.records("posts"))
    assert set(once.values()) == {1}
    assert twice.keys() == once.keys() and max(twice.values()) == 2


def test_private_videos_stand_in_the_list_and_are_silently_left_out(settings, host, asked):
    videos = {record["id"] for record in Asker(settings, "youtube", "2026-06-01").records("posts")}
    listed = {one for ask in asked if ask.path.endswith("/videos") for one in ask.query["id"].split(",")}
    assert videos < listed


def test_comments_walked_by_channel_or_by_video_are_the_same_and_silent_videos_have_none(settings, asked):
    asker = Asker(settings, "youtube", "2026-06-01")
    by_channel = {record["id"]: record["video_id"] for record in asker.records("comments")}
    assert _calls(asked)["commentThreads"] < 20
    by_video = {record["id"]: record["video_id"] for record in asker.records("comments", by="video")}
    assert by_channel == by_video and len(by_channel) > 50
    walked = {ask.query["videoId"] for ask in asked if "videoId" in ask.query}
    assert walked - set(by_video.values()), "comments of some videos are switched off"
    assert _calls(asked)["comments"], "a thread shows only some of its replies"


def test_comments_are_edited_and_deleted_and_counters_grow(settings, host):
    first, second = (
        {record["id"]: record for record in Asker(settings, "youtube", night).records("comments")}
        for night in ("2026-06-01", "2026-06-11")
    )
    assert first.keys() - second.keys() and second.keys() - first.keys()
    changed = [id for id in first.keys() & second.keys() if _snippet(first, id) != _snippet(second, id)]
    assert changed
    for id in changed:
        assert second[id]["snippet"]["updatedAt"] > first[id]["snippet"]["updatedAt"]
        assert second[id]["snippet"]["publishedAt"] == first[id]["snippet"]["publishedAt"]
    likes = [
        (first[id]["snippet"]["likeCount"], second[id]["snippet"]["likeCount"]) for id in first.keys() & second.keys()
    ]
    assert all(later >= sooner for sooner, later in likes) and any(later > sooner for sooner, later in likes)


def _snippet(records, id):
    return records[id]["snippet"]["textDisplay"]


def test_a_night_after_the_first_asks_for_the_window(settings, asked):
    asker = Asker(settings, "youtube", "2026-09-01")
    whole = asker.records("comments")
    before = len(asked)
    recent = asker.records("comments", since="2026-08-02")
    assert {r["id"] for r in whole if r["snippet"]["publishedAt"] >= "2026-08-02"} <= {r["id"] for r in recent}
    assert len(recent) < len(whole)
    assert len(asked) - before < before


def test_an_unknown_channel_is_a_clear_error_and_a_single_one_gives_one_row(settings):
    raw = load_config(settings).model_dump(mode="json", round_trip=True)
    raw["accounts"] = [account for account in raw["accounts"] if account["platform"] == "youtube"][:1]
    config = type(load_config(settings)).model_validate(raw)
    assert len(Asker(settings, "youtube", NIGHT, config).records("accounts")) == 1
    raw["accounts"][0]["address"] = "UC" + "x" * 22
    with pytest.raises(PublisherError, match=f"'{raw['accounts'][0]['account_key']}'.*comptoir.yml"):
        Asker(settings, "youtube", NIGHT, type(config).model_validate(raw)).records("posts")
    raw["accounts"], raw["listening_queries"] = [], []
    nobody = Asker(settings, "youtube", NIGHT, type(config).model_validate(raw))
    assert [nobody.records(stream) for stream in ("accounts", "posts", "comments", "hashtag_posts")] == [[], [], [], []]


@pytest.mark.parametrize(
    ("status", "error", "again", "word"),
    [
        (403, {"errors": [{"reason": "quotaExceeded"}]}, False, "quota"),
        (403, {"errors": [{"reason": "rateLimitExceeded"}]}, True, "throttled"),
        (429, {"status": "RESOURCE_EXHAUSTED"}, True, "throttled"),
        (400, {"errors": [{"reason": "badRequest"}], "details": [{"reason": "API_KEY_INVALID"}]}, False, "{variable}"),
        (400, {"errors": [{"reason": "keyInvalid"}]}, False, "{variable}"),
        (403, {"errors": [{"reason": "forbidden"}]}, False, "{variable}"),
        (503, "not an object", True, "later"),
    ],
)
def test_googles_errors_are_told_apart(status, error, again, word):
    response = requests.Response()
    response.status_code, response._content = status, json.dumps({"error": error}).encode()
    refusal = google_refusal(response, load_inventory().source("youtube").options)
    assert refusal.again is again
    assert word in refusal.problem + refusal.cure


@pytest.mark.parametrize(
    ("option", "again", "word"),
    [("spent", False, "quota"), ("too_fast", True, "throttled"), ("bad_key", False, "renew")],
)
def test_what_a_reason_means_is_said_by_the_options(option, again, word):
    response = requests.Response()
    response.status_code, response._content = 400, json.dumps({"error": {"errors": [{"reason": "nonVu"}]}}).encode()
    options = load_inventory().source("youtube").options
    unknown, read = (google_refusal(response, given) for given in (options, {**options, option: "x | nonVu"}))
    assert (unknown.again, unknown.problem) == (False, "answered HTTP 400")
    assert read.again is again
    assert word in read.problem + read.cure
    assert word not in unknown.problem + unknown.cure


def test_the_key_goes_where_the_options_say(settings, asked, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    Asker(settings, "youtube", NIGHT, token_in="query key").records("accounts")
    assert all(ask.query["key"] == settings.sandbox_token and "x-goog-api-key" not in ask.headers for ask in asked)
    monkeypatch.setenv("COMPTOIR_TOKEN_YOUTUBE", "wrong-word")
    with pytest.raises(PublisherError, match="COMPTOIR_TOKEN_YOUTUBE") as failure:
        Asker(settings, "youtube", NIGHT, token_in="query key").records("accounts")
    assert "wrong-word" not in str(failure.value) + caplog.text


@pytest.mark.parametrize("way", ["header", "cookie key", "query", "header a b c"])
def test_a_way_that_does_not_exist_is_refused_with_those_that_do(settings, way):
    with pytest.raises(ComptoirError, match=r"token_in.*write 'header NAME'"):
        Asker(settings, "youtube", NIGHT, token_in=way)


def test_an_error_that_means_nothing_is_there_is_said_by_the_options(settings, host, monkeypatch):
    answer = host.answer

    def refuse(ask):
        return host.error(404, "nobody", "aucunVideo") if ask.path.endswith("playlistItems") else answer(ask)

    monkeypatch.setattr(host, "answer", refuse)
    with pytest.raises(PublisherError, match="404"):
        Asker(settings, "youtube", NIGHT).records("posts")
    assert Asker(settings, "youtube", NIGHT, nothing_there="x | aucunVideo").records("posts") == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT15M51S", 951), ("PT1H2M3S", 3723), ("P1DT1S", 86401), ("P0D", None), (None, None), ("PT", "PT"), ("12", "12")],
)
def test_a_length_is_read_in_seconds(text, seconds):
    assert duration_seconds(text) == seconds


def test_nothing_is_invented_when_shaping():
    assert "subscriberCount" not in shape_channel({"id": "UC"}).get("statistics", {})
    hidden = shape_channel({"statistics": {"hiddenSubscriberCount": True, "subscriberCount": "0"}})
    assert hidden["statistics"]["subscriberCount"] is None
    assert isinstance(shape_video(3), Malformed)
    assert isinstance(next(thread_comments({"snippet": {}})), Malformed)
    shaped = shape_video(
        {"snippet": {"title": "La #plage", "description": "é#non #mer"}, "contentDetails": {"caption": "false"}}
    )
    assert (shaped["hashtags"], shaped["has_captions"], shaped["language"]) == (["plage", "mer"], False, None)
    assert "hashtags" not in shape_video({"id": "x"})


def test_what_youtube_really_answered_goes_through_unedited(real_data):
    folder = real_data / "social" / "youtube" / "testdata"

    def items(*patterns):
        for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
            body = json.loads(path.read_text(encoding="utf-8"))
            yield from body.get("items", [body] if "kind" in body else [])

    videos = [
        video
        for video in items(
            "apidata/videos/videos_*.json", "modeldata/videos/video_info.json", "modeldata/videos/*response.json"
        )
        if video.get("snippet")
    ]
    rows = projected("youtube", "posts", [shape_video(video) for video in videos], CONTEXT)
    assert len(rows) > 10 and any(row["views_count"] for row in rows) and any(row["duration_seconds"] for row in rows)
    channels = list(
        items("apidata/channels/info*.json", "apidata/channel_info_*.json", "modeldata/channels/channel_info.json")
    )
    rows = projected("youtube", "accounts", [shape_channel(channel) for channel in channels], CONTEXT)
    assert len(rows) == len(channels) > 3
    threads = list(items("apidata/comment_threads/*.json"))
    comments = [comment for thread in threads for comment in thread_comments(thread)]
    comments += [shape_comment(comment, "dQw4w9WgXcQ") for comment in items("apidata/comments/*.json")]
    rows = projected("youtube", "comments", comments, CONTEXT)
    assert len(rows) >= len(threads) > 5 and any(row["reply_to_id"] for row in rows)
    listed = youtube._ids(list(items("apidata/search/search_by_keywords_p*.json")), "id.videoId")
    assert listed and all(len(one) == 11 for one in listed)
    uploads = list(items("apidata/playlist_items/*.json", "modeldata/playlist_items/playlist_item_info.json"))
    dated = [item for item in uploads if "contentDetails" in item]
    times = ("contentDetails.videoPublishedAt",)
    assert youtube._is_wholly_older(dated, dt.datetime(2100, 1, 1, tzinfo=dt.UTC), times)
    assert not youtube._is_wholly_older(dated, dt.datetime(2000, 1, 1, tzinfo=dt.UTC), times)
