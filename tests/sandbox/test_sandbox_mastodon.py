from __future__ import annotations

import datetime as dt
import itertools

import pytest
import requests

from comptoir.sandbox.running import running
from comptoir.sandbox.seeded.world import SeededWorld
from comptoir.sandbox.server import build_app

CONTRACT = {
    "uri", "account", "created_at", "edited_at", "visibility", "language", "content", "spoiler_text", "sensitive",
    "in_reply_to_id", "reblog", "replies_count", "reblogs_count", "favourites_count", "quotes_count",
    "media_attachments", "tags", "mentions", "url", "id", "emojis", "card", "poll", "quote", "application",
}  # fmt: skip


def lookup(seeded, acct, night="2026-11-21"):
    return seeded.get("mastodon/api/v1/accounts/lookup", night, params={"acct": acct})


def test_accounts_are_found_by_address_and_local_ones_are_named_without_their_host(seeded):
    local = lookup(seeded, "region@mastodon.example").json()
    remote = lookup(seeded, "ville@ailleurs.example").json()
    assert (local["acct"], remote["acct"]) == ("region", "ville@ailleurs.example")
    assert lookup(seeded, "region").json() == local
    unknown = lookup(seeded, "nobody@nowhere.example")
    assert (unknown.status_code, unknown.json()) == (404, {"error": "Record not found"})


def test_followers_grow_with_noise_towards_a_plateau(seeded):
    nights = [dt.date(2025, 9, 5) + dt.timedelta(days=n) for n in range(0, 440, 10)]
    counts = [lookup(seeded, "region@mastodon.example", str(night)).json()["followers_count"] for night in nights]
    assert counts[-1] > counts[0] * 1.1
    assert (counts[11] - counts[0]) > 2 * (counts[-1] - counts[-12])
    assert any(later < sooner for sooner, later in itertools.pairwise(counts))


def test_statuses_count_is_coherent_with_the_posts_that_can_be_listed(seeded):
    night, next_night = "2026-03-01", "2026-03-04"
    accounts = [lookup(seeded, "ville@ailleurs.example", n).json() for n in (night, next_night)]
    listed = [
        len(seeded.timeline(f"accounts/{a['id']}/statuses?limit=40", n))
        for a, n in zip(accounts, (night, next_night), strict=True)
    ]
    assert accounts[1]["statuses_count"] - accounts[0]["statuses_count"] == listed[1] - listed[0]
    assert listed[1] > listed[0] > 100


@pytest.mark.parametrize("limit", [7, 40])
def test_pages_cover_everything_once_newest_first(seeded, limit):
    night = "2025-09-20"
    whole = seeded.timeline("timelines/tag/bretagne?limit=40", night)
    paged = seeded.timeline(f"timelines/tag/bretagne?limit={limit}", night)
    uris = [post["uri"] for post in paged]
    assert len(uris) == len(set(uris)) > 250
    assert uris == [post["uri"] for post in whole]
    times = [post["created_at"] for post in paged]
    assert times == sorted(times, reverse=True)
    assert times[0] < f"{night[:-2]}21T02:00" and times[-1] < "2025-09-02"


def test_links_keep_the_prefix_and_stop_only_after_an_empty_page(seeded):
    first = seeded.get("mastodon/api/v1/timelines/tag/bretagne?limit=3", "2025-09-01")
    assert first.links["next"]["url"].startswith(f"{seeded.base}/2025-09-01/mastodon/api/v1/timelines/tag/bretagne?")
    assert first.links["next"]["url"].endswith(f"max_id={first.json()[-1]['id']}")
    assert "min_id=" in first.links["prev"]["url"]
    newer = requests.get(f"{first.links['prev']['url']}", timeout=10)
    assert (newer.json(), newer.links) == ([], {})
    assert len(seeded.get("mastodon/api/v1/timelines/tag/bretagne?limit=500").json()) == 40
    assert dt.datetime.fromisoformat(first.headers["X-RateLimit-Reset"]) > dt.datetime.now(dt.UTC)
    assert seeded.get("mastodon/api/v1/timelines/tag/bretagne?max_id=abc").status_code == 400


def test_since_and_min_id_bound_a_page_as_mastodon_does(seeded):
    posts = seeded.timeline("timelines/tag/bretagne?limit=40", "2025-10-20")
    floor = posts[30]["id"]
    newest = seeded.get(f"mastodon/api/v1/timelines/tag/bretagne?limit=10&since_id={floor}", "2025-10-20").json()
    oldest = seeded.get(f"mastodon/api/v1/timelines/tag/bretagne?limit=10&min_id={floor}", "2025-10-20").json()
    assert [p["id"] for p in newest] == [p["id"] for p in posts[:10]]
    assert [p["id"] for p in oldest] == [p["id"] for p in posts[20:30]]


def test_an_unknown_tag_or_account_is_not_found(seeded):
    for path in ("timelines/tag/inconnu", "accounts/12/statuses", "elsewhere"):
        answer = seeded.get(f"mastodon/api/v1/{path}")
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


def test_statuses_carry_the_fields_of_the_api(seeded):
    account = lookup(seeded, "region@mastodon.example").json()
    posts = seeded.timeline(f"accounts/{account['id']}/statuses?limit=40")
    assert all(set(post) >= CONTRACT for post in posts)
    boosts = [post for post in posts if post["reblog"]]
    assert boosts and all(b["content"] == "" and b["reblog"]["account"]["acct"] != "region" for b in boosts)
    replies = [post for post in posts if post["in_reply_to_id"]]
    assert replies and all('class="u-url mention"' in reply["content"] for reply in replies)
    base = f"mastodon/api/v1/accounts/{account['id']}/statuses?limit=40"
    assert not [p for p in seeded.get(f"{base}&exclude_replies=true").json() if p["in_reply_to_id"]]
    assert not [p for p in seeded.get(f"{base}&exclude_reblogs=true").json() if p["reblog"]]
    assert "favourited" not in posts[0]
    signed_in = seeded.get(base, headers={"Authorization": "Bearer abc"}).json()
    assert signed_in[0]["favourited"] is False


def test_over_thirty_nights_posts_are_edited_deleted_and_counted_further(seeded):
    seen: dict[str, dict] = {}
    edited, deleted, grown, shrunk = set(), set(), 0, 0
    for n in range(31):
        night = str(dt.date(2026, 3, 1) + dt.timedelta(days=n))
        posts = seeded.timeline("timelines/tag/bretagne?limit=40", night, since="2026-03-01")
        now = {post["uri"]: post for post in posts}
        deleted |= set(seen) - set(now)
        for uri, post in now.items():
            before = seen.get(uri)
            if before and post["edited_at"] != before["edited_at"]:
                assert post["content"] != before["content"]
                born, changed = (dt.datetime.fromisoformat(post[f]) for f in ("created_at", "edited_at"))
                assert dt.timedelta(0) < changed - born <= dt.timedelta(days=5)
                edited.add(uri)
            elif before:
                assert post["content"] == before["content"]
                grown += post["favourites_count"] > before["favourites_count"]
                shrunk += post["favourites_count"] < before["favourites_count"]
                age = dt.date.fromisoformat(night) - dt.date.fromisoformat(post["created_at"][:10])
                if age.days > 8:
                    assert post["favourites_count"] == before["favourites_count"]
        seen = now
    assert len(edited) >= 5
    assert len(deleted) >= 5
    assert grown > 50
    assert shrunk == 0


def test_texts_vary_in_length_language_and_manner(seeded):
    posts = seeded.timeline("timelines/tag/bretagne?limit=40", "2025-11-20")
    contents = [post["content"] for post in posts]
    assert len(set(contents)) > 0.9 * len(contents) > 1000
    assert {post["language"] for post in posts} == {"fr", "br", "en", "de", None}
    assert max(map(len, contents)) > 2_500
    assert any("#<span>Bretagne</span>" in c for c in contents) and any("#<span>bretagne</span>" in c for c in contents)
    authors = {post["account"]["acct"] for post in posts}
    assert len(authors) > 300 and len({a.partition("@")[2] for a in authors}) >= 6
    followers = sorted(post["account"]["followers_count"] for post in posts)
    assert followers[-1] > 50 * max(1, followers[len(followers) // 2])
    assert any(post["account"]["bot"] for post in posts)


def test_planted_events_stand_out(seeded):
    def around(day, night):
        posts = seeded.timeline("timelines/tag/saintmalo?limit=40", night, since=day)
        return [post for post in posts if post["created_at"].startswith(day)]

    closed, before = around("2026-09-19", "2026-09-20"), around("2026-09-12", "2026-09-13")
    assert len(closed) > 1.5 * len(before)
    viral = max(around("2026-05-02", "2026-05-10"), key=lambda p: p["reblogs_count"])
    young = next(p for p in around("2026-05-02", "2026-05-02") if p["uri"] == viral["uri"])
    assert viral["reblogs_count"] == 3_100 and young["reblogs_count"] < 1_500


def test_a_token_is_wanted_only_when_required(config):
    with running(build_app(SeededWorld(7, config=config, token="let me in"))) as base:
        url = f"{base}/2025-09-02/mastodon/api/v1/timelines/tag/bretagne"
        refused = requests.get(url, timeout=10)
        assert (refused.status_code, refused.json()) == (401, {"error": "The access token is invalid"})
        assert requests.get(url, headers={"Authorization": "Bearer let me in"}, timeout=10).status_code == 200
        ods = f"{base}/2025-09-02/opendatasoft/api/explore/v2.1/catalog/datasets/signalements-citoyens"
        assert requests.get(ods, timeout=10).status_code == 200
