"""A small world on five platforms: what each stream shows at the end of a night, restated, edited, deleted and late."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

Row = dict[str, object]
FIRST_DAY = dt.date(2026, 11, 1)
ACCOUNTS = {
    "mastodon": {"brest_m": "commune:29019", "bretagne_m": "region:53"},
    "bluesky": {"brest_b": "commune:29019", "bretagne_b": "region:53"},
    "youtube": {"rennes_y": "epci:243500139", "malo_y": "commune:35288"},
    "instagram": {"malo_i": "commune:35288", "bretagne_i": "region:53"},
    "facebook": {"brest_f": "commune:29019", "malo_f": "commune:35288"},
}
QUERIES = {
    "mastodon": {"q_bretagne_m": "region:53", "q_malo_m": "commune:35288"},
    "bluesky": {"q_bretagne_b": "region:53", "q_malo_b": "commune:35288"},
    "youtube": {"q_bretagne_y": "region:53"},
    "instagram": {"q_bretagne_i": "region:53", "q_malo_i": "commune:35288"},
}
STREAMS = {
    "mastodon": ["accounts", "statuses", "hashtag_timeline"],
    "bluesky": ["accounts", "posts", "hashtag_posts"],
    "youtube": ["accounts", "posts", "comments", "hashtag_posts"],
    "instagram": ["accounts", "posts", "comments", "post_metrics", "account_metrics", "hashtag_posts", "mentions"],
    "facebook": ["accounts", "posts", "post_metrics", "account_metrics", "comments", "mentions"],
}
WINDOWS = {"mastodon": 7, "bluesky": 7, "youtube": 30, "instagram": 7, "facebook": 7}


class SocialWorld:
    """Same seed, night and variant: same rows. ``variant`` is what another attempt at the night would have brought."""

    def __init__(self, seed: int = 1, posts_per_day: int = 2) -> None:
        self.seed, self.posts_per_day = seed, posts_per_day

    def rows(self, source: str, stream: str, night: dt.date, variant: int = 0) -> list[Row]:
        """What that stream of that platform shows at the end of that night: rows of contract fields."""
        kind = {"statuses": "own", "posts": "own", "hashtag_timeline": "query", "hashtag_posts": "query"}
        if stream in kind or stream == "mentions":
            return [*self._posts(source, kind.get(stream, "mention"), night, variant)]
        return [*getattr(self, f"_{stream}")(source, night, variant)]

    def _random(self, *key: object) -> random.Random:
        return random.Random(f"{self.seed}|{key}")

    def _accounts(self, source: str, night: dt.date, variant: int) -> Iterator[Row]:
        for position, (key, territory) in enumerate(ACCOUNTS[source].items()):
            chance = self._random("account", key, night, variant)
            if chance.random() < 0.15:
                continue
            age = (night - FIRST_DAY).days
            followers = None if chance.random() < 0.15 else 1000 * (position + 1) + 7 * age + variant
            row: Row = {
                "account_key": key,
                # an account of each platform moves from the fifth night on, and one changes its name from the seventh
                "territory_id": "commune:35238" if position == 0 and age >= 4 else territory,
                "author_id": f"author_{key}" + ("_renamed" if position == 1 and age >= 6 else ""),
                "followers_count": followers,
            }
            if source in ("mastodon", "bluesky"):
                row |= {"following_count": 10, "created_at": "2020-01-01T00:00:00"}
                row |= {"statuses_count" if source == "mastodon" else "posts_count": 100 + age}
            if source == "mastodon":
                row["is_bot"] = False
            if source == "youtube":
                row |= {"posts_count": 40, "views_count": 9000 + age, "is_followers_count_hidden": followers is None}
            if source == "instagram":
                row |= {"follows_count": 5, "media_count": 60 + age}
            if source == "facebook":
                row |= {"fan_count": 900}
            yield row

    def _plan(self, source: str, night: dt.date, first: int, last: int) -> Iterator[tuple[dt.date, int, random.Random]]:
        """The posts of the days ``first`` to ``last`` before the night, each with its own luck."""
        for age in range(first, last + 1):
            day = night - dt.timedelta(days=age)
            for number in range(self.posts_per_day * len(ACCOUNTS[source])):
                yield day, number, self._random("post", source, day, number)

    def _posts(self, source: str, kind: str, night: dt.date, variant: int) -> Iterator[Row]:
        # a window and its first day in part; the tail of a page shows what is older still
        for day, number, fixed in self._plan(source, night, -1, WINDOWS[source] + 4):
            age = (night - day).days
            account = fixed.choice([*ACCOUNTS[source], None])
            author = f"author_{account}" if account else f"person_{fixed.randrange(4)}"
            seen_by = fixed.choice([["own"], ["own", "query"], ["query"], ["query", "mention"], ["mention"]])
            deleted_after = fixed.choice([None, None, None, 1, 3])
            edited_after = fixed.choice([None, None, 0, 2])
            hour, repost, reply = fixed.randrange(24), fixed.random() < 0.15, fixed.random() < 0.2
            queries = fixed.sample([*QUERIES.get(source, {})], k=min(1 + number % 2, len(QUERIES.get(source, {}))))
            seen = self._random("seen", source, kind, day, number, night, variant)
            is_late_tail = age > WINDOWS[source] and seen.random() < 0.7
            if (
                kind not in seen_by
                or (kind == "own") != (account is not None and kind == "own")
                or (kind == "mention" and (account is not None or source not in ("instagram", "facebook")))
                or (age < 0 and hour >= 4)
                or (deleted_after is not None and age >= deleted_after)
                or seen.random() < 0.08
                or is_late_tail
                or (source == "instagram" and kind == "query" and age > 1)
            ):
                continue
            edited = edited_after is not None and age >= edited_after
            post_id = f"{source}_post_{day}_{number}"
            grown = max(age, 0)
            row: Row = {
                "post_id": post_id,
                "author_id": author,
                "territory_id": ACCOUNTS[source].get(account or ""),
                "content": f"texte {number}" + (" corrigé" if edited else ""),
                "hashtags": ["Bretagne"],
            }
            moment = f"{day}T{hour:02}:30:00"
            likes = None if seen.random() < 0.1 else 3 * grown + seen.randrange(4)
            replies, shares = grown + seen.randrange(2), 2 * grown + seen.randrange(3)
            answered = f"{source}_post_{day - dt.timedelta(days=1)}_{fixed.randrange(4)}"
            named = fixed.choice([[], [f"author_{key}" for key in ACCOUNTS[source]][:1], ["person_0"]])
            if source == "mastodon":
                row |= {
                    "created_at": moment,
                    "edited_at": f"{day + dt.timedelta(days=edited_after or 0)}T23:59:00" if edited else None,
                    "visibility": "public",
                    "language": "fr",
                    "is_sensitive": False,
                    "is_reply": reply,
                    "reblog_of_id": "mastodon_post_elsewhere" if repost else None,
                    "replies_count": replies,
                    "reblogs_count": shares,
                    "favourites_count": likes,
                    "media_count": 0,
                    "mention_ids": named,
                    "author_followers_count": 50 + grown,
                    "author_is_bot": fixed.random() < 0.1,
                }
            if source == "bluesky":
                passed_on = repost and kind == "own"
                row |= {
                    "posted_at": moment,
                    "indexed_at": moment,
                    "languages": ["fr-FR"],
                    "is_reply": reply,
                    "reply_to_id": answered if reply else None,
                    "replies_count": replies,
                    "reposts_count": shares,
                    "likes_count": likes,
                    "quotes_count": 0,
                    "bookmarks_count": 1,
                    "media_count": 1,
                    "mention_ids": named,
                }
                if kind == "own":
                    row |= {"is_repost": passed_on, "is_pinned": False, "reposted_at": moment if passed_on else None}
                if passed_on:
                    row |= {"author_id": f"person_{fixed.randrange(4)}", "posted_at": "2026-10-01T10:00:00"}
            if source == "youtube":
                row |= {"posted_at": moment, "title": "Titre", "language": "fr", "visibility": "public"}
                row |= {"views_count": 100 * grown, "likes_count": likes, "comments_count": replies}
            if source == "instagram":
                row |= {"created_at": moment, "media_type": "IMAGE", "like_count": likes, "comments_count": replies}
                if kind == "own":
                    row["media_product_type"] = "FEED"
                if kind == "query":
                    del row["author_id"]
            if source == "facebook":
                touched = f"{day + dt.timedelta(days=grown)}T{hour:02}:45:00"
                row |= {"created_at": moment, "updated_at": touched, "reactions_count": likes}
                row |= {"comments_count": replies, "shares_count": shares}
            for scope in {"own": [account], "mention": [*ACCOUNTS[source]][:1], "query": queries}[kind]:
                if kind == "query":
                    place = {"query_id": scope, "query_version": 1, "territory_id": QUERIES[source][str(scope)]}
                elif kind == "mention":
                    place = {"account_key": scope, "territory_id": ACCOUNTS[source][str(scope)]}
                else:
                    place = {"account_key": scope}
                yield {**row, **place}

    def _post_metrics(self, source: str, night: dt.date, variant: int) -> Iterator[Row]:
        names = {
            "instagram": ["reach", "views", "shares", "saved", "likes", "total_interactions"],
            "facebook": [
                "post_media_view",
                "post_total_media_view_unique",
                "post_reactions_by_type_total.like",
                "post_reactions_by_type_total.love",
            ],
        }[source]
        for post in self._posts(source, "own", night, variant):
            age = (night - dt.date.fromisoformat(str(post["created_at"])[:10])).days
            for name in names if age >= 2 else []:
                seen = self._random("insight", post["post_id"], name, night, variant)
                if seen.random() < 0.2:
                    continue
                row: Row = {name: post[name] for name in ("post_id", "account_key", "territory_id", "created_at")}
                yield row | {"metric_name": name, "period": "lifetime", "metric_value": 10 * age + seen.randrange(5)}

    def _account_metrics(self, source: str, night: dt.date, variant: int) -> Iterator[Row]:
        names = {"instagram": ["reach", "views"], "facebook": ["page_follows", "page_media_view"]}[source]
        for key, territory in ACCOUNTS[source].items():
            for age in range(2, 5 if source == "instagram" else 29):
                day = night - dt.timedelta(days=age)
                for name in names:
                    seen = self._random("account insight", key, day, name, night, variant)
                    if seen.random() < 0.3:
                        continue
                    row: Row = {"account_key": key, "territory_id": territory, "metric_name": name, "period": "day"}
                    yield row | {"metric_on": str(day), "metric_value": 500 + age + seen.randrange(5)}

    def _comments(self, source: str, night: dt.date, variant: int) -> Iterator[Row]:
        for day, number, fixed in self._plan(source, night, 0, WINDOWS[source] + 3):
            age = (night - day).days
            account = fixed.choice([*ACCOUNTS[source]])
            post_day = day - dt.timedelta(days=fixed.randrange(3))
            official, reply = fixed.random() < 0.3, fixed.random() < 0.5
            deleted_after = fixed.choice([None, None, None, 2])
            edited = fixed.random() < 0.3 and age >= 1
            seen = self._random("comment seen", source, day, number, night, variant)
            if (deleted_after is not None and age >= deleted_after) or seen.random() < 0.08:
                continue
            thread = f"{source}_comment_{day - dt.timedelta(days=1)}_{fixed.randrange(3)}" if reply else None
            moment = f"{day}T{fixed.randrange(24):02}:15:00"
            row: Row = {
                "comment_id": f"{source}_comment_{day}_{number}",
                "post_id": f"{source}_post_{post_day}_{fixed.randrange(4)}",
                "author_id": f"author_{account}" if official else fixed.choice(["person_1", "person_2", None]),
                "account_key": account,
                "territory_id": ACCOUNTS[source][account],
                "content": f"commentaire {number}" + (" corrigé" if edited else ""),
            }
            if source == "youtube":
                later = f"{day + dt.timedelta(days=1)}T01:00:00"
                row |= {"reply_to_id": thread, "posted_at": moment, "updated_at": later if edited else moment}
                yield row | {"likes_count": age, "replies_count": None if reply else age}
            else:
                row |= {"parent_comment_id": thread, "is_reply": reply, "created_at": moment, "like_count": age}
                yield row if source == "instagram" else row | {"comment_count": 0}


def fill(lake, world: SocialWorld, nights: list[dt.date], *, variant: int = 0, sources: tuple[str, ...] = ()) -> None:
    """Accept every stream of the world, or of some platforms, for every night."""
    for night in nights:
        for source in sources or tuple(STREAMS):
            for stream in STREAMS[source]:
                lake.accept(source, stream, night, world.rows(source, stream, night, variant))


def hold(lake, nights: list[dt.date], sources: tuple[str, ...] = ()) -> None:
    """Hold every stream of some platforms for every night."""
    for night in nights:
        for source in sources or tuple(STREAMS):
            for stream in STREAMS[source]:
                lake.hold(source, stream, night, ["volume hors bornes"])
