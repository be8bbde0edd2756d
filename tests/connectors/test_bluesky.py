"""Bluesky over real HTTP against the sandbox, and what Bluesky really answered through the parsing functions."""

import datetime as dt
import json
from collections import Counter

import pytest
from tests.connectors.asking import Asker, projected

from comptoir.config.file import load_config
from comptoir.connectors.base import Malformed
from comptoir.connectors.http import PublisherError
from comptoir.connectors.social import bluesky
from comptoir.connectors.social.bluesky import feed_item, posted_at, shape
from comptoir.orchestration import steps

NIGHT = "2026-01-10"
CONTEXT = {"account_key": "a", "territory_id": "region:53", "query_id": "q", "query_version": 1}
DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"


@pytest.fixture
def host(publishers):
    """The simulated host; what a test switches is switched back."""
    publisher = publishers.app.state.world.publishers["bluesky"]
    yield publisher
    publisher.is_public, publisher.sessions.generation = False, 0


@pytest.fixture
def asked(host, monkeypatch):
    """The paths that the host was asked, with how often."""
    seen, answer = Counter(), host.answer
    monkeypatch.setattr(host, "answer", lambda ask: seen.update([ask.path.rpartition("/")[2]]) or answer(ask))
    return seen


def test_a_wrong_password_names_the_variable_and_tells_no_secret(publishers, settings, monkeypatch):
    monkeypatch.setenv("COMPTOIR_TOKEN_BLUESKY", "ville.bsky.example:wrong-word")
    with pytest.raises(PublisherError, match="identifier:app-password in COMPTOIR_TOKEN_BLUESKY") as failure:
        steps.land("bluesky", NIGHT)
    assert "wrong-word" not in str(failure.value)


@pytest.mark.parametrize("identifier", ["", "ville.bsky.example:", f"{DID}:"])
def test_the_token_is_exchanged_once_for_all_streams(settings, asked, monkeypatch, identifier):
    monkeypatch.setenv("COMPTOIR_TOKEN_BLUESKY", f"{identifier}{settings.sandbox_token}")
    asker = Asker(settings, "bluesky", NIGHT)
    assert len(asker.records("accounts")) == 2
    assert asker.records("hashtag_posts", since="2026-01-08")
    assert asked["com.atproto.server.createSession"] == 1


def test_an_expired_session_is_renewed_without_the_password(settings, host, asked):
    asker = Asker(settings, "bluesky", NIGHT)
    asker.records("accounts")
    host.sessions.generation += 1
    assert len(asker.records("accounts")) == 2
    assert asked["com.atproto.server.createSession"] == 1
    assert asked["com.atproto.server.refreshSession"] == 1


def test_a_renewal_that_expired_too_is_followed_by_a_login(settings, host, asked, monkeypatch):
    asker = Asker(settings, "bluesky", NIGHT)
    asker.records("accounts")
    host.sessions.generation += 1
    jwt = host.sessions._jwt
    monkeypatch.setattr(host.sessions, "_jwt", lambda kind, generation: jwt(f"{kind} again", generation))
    with pytest.raises(PublisherError):
        asker.records("accounts")  # a session that is no longer known at all is no expired one
    monkeypatch.setattr(host.sessions, "_jwt", lambda kind, n: jwt("other" if kind == "refresh" else kind, n))
    assert len(asker.records("accounts")) == 2
    assert asked["com.atproto.server.createSession"] == 2


def test_the_public_host_shows_accounts_and_refuses_a_search_with_a_cursor(settings, host, monkeypatch):
    host.is_public = True
    monkeypatch.delenv("COMPTOIR_SANDBOX_TOKEN")
    asker = Asker(type(settings)(), "bluesky", NIGHT)
    assert len(asker.records("accounts")) == 2
    monkeypatch.setattr(bluesky, "PAGE_SIZE", 5)
    with pytest.raises(PublisherError, match=r"HTTP 403.*COMPTOIR_TOKEN_BLUESKY"):
        asker.records("hashtag_posts")


def test_a_feed_is_walked_to_its_end_and_tells_why_it_shows_a_post(listener, host):
    result = listener.night("bluesky", NIGHT)
    assert (result["verdict"], result["quarantined"]) == ("accepted", 0), result["reasons"]
    rows = listener.bronze("bluesky", "posts", NIGHT)
    official = {row["account_key"]: row["author_id"] for row in listener.bronze("bluesky", "accounts", NIGHT)}
    assert len(rows) > 200, "several pages"
    assert len({(row["account_key"], row["post_id"]) for row in rows}) == len(rows)
    assert sum(row["is_pinned"] for row in rows) == 2, "one an account, though it stands in the feed twice"
    reposts = [row for row in rows if row["is_repost"]]
    assert reposts
    for row in rows:
        assert row["is_repost"] == (row["author_id"] != official[row["account_key"]])
        assert row["is_repost"] == (row["reposted_at"] is not None)


def test_a_night_after_the_first_stops_where_its_window_begins(settings, asked):
    asker = Asker(settings, "bluesky", NIGHT)
    whole = len(asker.records("posts"))
    recent = asker.records("posts", since="2026-01-03")
    assert len(recent) < whole / 2
    assert asked["app.bsky.feed.getAuthorFeed"] < 15


def test_an_empty_page_that_has_a_cursor_is_not_the_end(settings, monkeypatch):
    asker = Asker(settings, "bluesky", NIGHT)
    whole = {record["uri"] for record in asker.records("hashtag_posts", since="2025-11-15")}
    monkeypatch.setattr(bluesky, "PAGE_SIZE", 7)
    pages = asker.pages("hashtag_posts", since="2025-11-15")
    assert any(not page.records for page in pages[:-1])
    assert {record["uri"] for page in pages for record in page.records} == whole
    monkeypatch.setattr(bluesky, "MAX_PAGES", 3)
    with pytest.raises(PublisherError, match="more than 3 pages"):
        asker.pages("hashtag_posts", since="2025-11-15")


def test_a_hashtag_nobody_uses_and_a_single_account_give_none_and_one(settings):
    raw = load_config(settings).model_dump(mode="json", round_trip=True)
    raw["accounts"] = [account for account in raw["accounts"] if account["platform"] == "bluesky"][:1]
    raw["listening_queries"] = [
        {**query, "hashtag": "jamaisvu"} for query in raw["listening_queries"] if query["platform"] == "bluesky"
    ]
    config = type(load_config(settings)).model_validate(raw)
    asker = Asker(settings, "bluesky", NIGHT, config)
    assert len(asker.records("accounts")) == 1
    assert asker.records("hashtag_posts") == []
    raw["accounts"][0]["address"] = "inconnu.bsky.example"
    unknown = Asker(settings, "bluesky", NIGHT, type(config).model_validate(raw))
    for stream in ("accounts", "posts"):
        with pytest.raises(PublisherError, match="address"):
            unknown.records(stream)


def test_a_time_that_a_device_declared_is_believed_only_where_it_can_be(settings):
    seen = "2026-01-10T10:00:00.412Z"
    assert posted_at("2026-01-10T11:00:00+01:00", seen) == "2026-01-10T10:00:00+00:00"
    for absurd in ("0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2098-07-14T12:00:00Z", "hier", None, 12):
        assert posted_at(absurd, seen) == seen
    declared = [r["record"]["createdAt"][:4] for r in Asker(settings, "bluesky", "2026-06-01").records("posts")]
    assert set(declared) - {"2025", "2026"}, "the simulated region has such devices"


def test_counters_grow_ids_stay_and_deleted_posts_vanish(settings, host):
    timeline = host.network.timeline
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(150)]
    doomed = next(
        post
        for day in days
        for post in timeline.official_on(0, day)
        if post.deleted_at and post.reblog_of is None and post.deleted_at - post.created_at > dt.timedelta(days=2)
    )
    first, second = (
        {
            record["uri"]: record
            for record in Asker(settings, "bluesky", str(night)).records("posts", since="2026-01-01")
        }
        for night in (doomed.created_at.date(), doomed.deleted_at.date())
    )
    gone = first.keys() - second.keys()
    assert [uri for uri in gone if host.network.truth(uri)["deleted_at"] == doomed.deleted_at]
    both = [(first[uri]["likeCount"], second[uri]["likeCount"]) for uri in first.keys() & second.keys()]
    assert all(later >= sooner for sooner, later in both)
    assert any(later > sooner for sooner, later in both)


def test_facets_are_read_into_tags_and_people_and_point_at_bytes(settings):
    records = Asker(settings, "bluesky", NIGHT).records("posts")
    replies = [record for record in records if record["is_reply"]]
    assert replies and all(record["mention_dids"][0].startswith("did:plc:") for record in replies)
    assert any(record["hashtags"] for record in records)
    for record in records:
        for facet in record["record"].get("facets", []):
            part = record["record"]["text"].encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]]
            assert part.decode()[0] in "#@h"


def test_a_post_is_shaped_without_inventing():
    assert isinstance(shape("pas un billet"), Malformed)
    assert isinstance(feed_item(None, {}), Malformed)
    bare = shape({"uri": "at://x", "indexedAt": "2026-01-10T10:00:00Z"})
    assert "hashtags" not in bare and "is_reply" not in bare
    shaped = shape(
        {"uri": "at://x", "record": {"text": "", "tags": ["mer"], "facets": "?", "embed": {"images": [1, 2]}}}
    )
    assert (shaped["hashtags"], shaped["mention_dids"], shaped["media_count"]) == (["mer"], [], 2)
    own = {"did": DID}
    reason = {"$type": bluesky.REPOST, "by": own, "indexedAt": "2026-01-10T10:00:00Z"}
    again = feed_item({"post": {"uri": "at://x", "author": own}, "reason": reason}, {})
    assert (again["is_repost"], again["reposted_at"]) == (False, "2026-01-10T10:00:00Z")


def test_what_bluesky_really_answered_goes_through_unedited(real_data):
    folder = real_data / "social" / "bluesky"
    read = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    shown_for: dict = {}
    for name in ("f_autfeed_0", "f_feedfeed_0"):
        records = [feed_item(item, shown_for) for item in read[name]["feed"]]
        rows = projected("bluesky", "posts", records, CONTEXT)
        assert len(rows) == len(read[name]["feed"])
        told = sum("reason" in item for item in read[name]["feed"])
        assert sum(row["is_repost"] or row["reposted_at"] is not None for row in rows) == told
    posts = [*read["f_search_0"]["posts"], *read["f_getposts_0"]["posts"], read["f_postthread_0"]["thread"]["post"]]
    rows = projected("bluesky", "hashtag_posts", [shape(post) for post in posts], CONTEXT)
    assert len(rows) == len(posts)
    assert any(row["hashtags"] for row in rows)
    (profile,) = projected("bluesky", "accounts", read["a_profile_0"]["profiles"], CONTEXT)
    assert profile["followers_count"] == read["a_profile_0"]["profiles"][0]["followersCount"]


def test_the_simulated_accounts_answer_some_of_those_who_name_them(settings):
    """As the warehouse joins them: a mention is heard under a hashtag, its answer stands in the own feed."""
    asker = Asker(settings, "bluesky", NIGHT)
    rows = {
        stream: projected("bluesky", stream, asker.records(stream, since="2025-09-01"), CONTEXT)
        for stream in ("accounts", "hashtag_posts", "posts")
    }
    accounts = {account["author_id"] for account in rows["accounts"]}
    naming = {post["post_id"] for post in rows["hashtag_posts"] if accounts & set(post["mention_ids"] or [])}
    answered = {post["reply_to_id"] for post in rows["posts"]} & naming
    assert 0 < len(answered) < len(naming), (len(answered), len(naming))
