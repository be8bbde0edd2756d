"""What Meta would have measured of the region's accounts and posts, and how late it says so."""

from __future__ import annotations

import datetime as dt
from typing import Any

from comptoir.sandbox.clock import DAY, Clock
from comptoir.sandbox.graph_insights import PACIFIC
from comptoir.sandbox.seeded.chance import chance
from comptoir.sandbox.seeded.growth import followers_on, grown
from comptoir.sandbox.seeded.people import Author
from comptoir.sandbox.seeded.posts import Post
from comptoir.sandbox.seeded.season import Season

LATEST_HOURS = 48
SMALL_ACCOUNT = 100  # followers under which Meta tells no change of followers
REACTIONS = (("like", 0.68), ("love", 0.2), ("haha", 0.05), ("wow", 0.04), ("sorry", 0.02), ("anger", 0.01))


def by_type(count: int) -> dict[str, int]:
    """Share reactions out by type; a type that nobody gave is left out."""
    parts = {name: int(count * share) for name, share in REACTIONS}
    parts["like"] += count - sum(parts.values())
    return {name: part for name, part in parts.items() if part}


def is_late(seed: int, name: object, ended_at: dt.datetime, clock: Clock) -> bool:
    """Tell whether what ended then is still unknown: it comes up to 48 hours late."""
    hours = chance(seed, "late", name).uniform(1, LATEST_HOURS)
    return clock.now < ended_at + dt.timedelta(hours=hours)


def post_metric(seed: int, post: Post, clock: Clock, name: str) -> Any:
    """Return a lifetime metric of an official post under either network's name; ``None``: not known yet."""
    if is_late(seed, post.id, post.created_at, clock):
        return None
    age = (clock.now - post.created_at) / DAY
    likes, comments, shares = (grown(n, age) for n in (post.favourites, post.replies, post.reblogs))
    reach = grown(30 + post.author.followers // 9 + 14 * post.favourites + 9 * post.replies, age)
    views = reach + reach * 7 // 20
    seconds = 4_000 + post.id % 9_000
    measured: dict[str, Any] = {
        "reach": reach,
        "views": views,
        "impressions": views,
        "likes": likes,
        "comments": comments,
        "shares": shares,
        "saved": likes // 8,
        "total_interactions": likes + comments + shares + likes // 8,
        "follows": likes // 60,
        "profile_visits": reach // 40,
        "profile_activity": reach // 300,
        "ig_reels_avg_watch_time": seconds,
        "ig_reels_video_view_total_time": seconds * views,
        "post_media_view": views,
        "post_impressions": views,
        "post_total_media_view_unique": reach,
        "post_clicks": reach // 25,
        "post_reactions_by_type_total": by_type(likes),
    }
    return measured.get(name)


def account_metric(seed: int, author: Author, season: Season, clock: Clock, name: str, day: dt.date) -> Any:
    """Return a metric of an account for a Pacific day, restated once in its first days; ``None``: not known yet."""
    ended_at = dt.datetime.combine(day + DAY, dt.time(), PACIFIC)
    if is_late(seed, (author.id, day), ended_at, clock):
        return None
    draw = chance(seed, "metric", author.id, name, day)
    settled = clock.now >= ended_at + 3 * DAY
    reach = author.followers * season.level(day) * draw.uniform(0.08, 0.3) * (1 if settled else 0.97)
    followers = followers_on(seed, author, day)
    if name == "follower_count":
        return followers - followers_on(seed, author, day - DAY) if followers >= SMALL_ACCOUNT else None
    if name in ("page_follows", "page_fans"):
        return followers
    if name == "page_actions_post_reactions_total":
        return by_type(int(reach * 0.05))  # nothing at all: no value
    shares = {
        "reach": 1.0,
        "page_total_media_view_unique": 1.0,
        "views": 1.4,
        "page_media_view": 1.4,
        "page_impressions": 1.4,
        "accounts_engaged": 0.06,
        "total_interactions": 0.09,
        "page_post_engagements": 0.09,
        "likes": 0.07,
        "comments": 0.008,
        "shares": 0.006,
        "saves": 0.006,
        "page_views_total": 0.03,
    }
    return int(reach * shares[name]) if name in shares else None


_COUNTRIES = (("FR", 0.86), ("GB", 0.035), ("DE", 0.025), ("BE", 0.02), ("ES", 0.015), ("IT", 0.01), ("US", 0.01))
_FAR_TOWNS = (("Paris, Île-de-France", 0.12), ("Nantes, Pays de la Loire", 0.05), ("London, England", 0.01))
_AGES = (
    ("13-17", 0.03),
    ("18-24", 0.16),
    ("25-34", 0.27),
    ("35-44", 0.24),
    ("45-54", 0.16),
    ("55-64", 0.09),
    ("65+", 0.05),
)
_GENDERS = (("F", 0.57), ("M", 0.4), ("U", 0.03))


def followers_by_group(
    seed: int, author: Author, followers: int, towns: list[str], breakdown: str
) -> list[tuple[list[str], int]]:
    """Return how many followers are in each group of a breakdown (``country``, ``city``, ``age,gender``).

    Groups without anybody are left out, all of them for a small account.
    """
    if followers < SMALL_ACCOUNT:
        return []
    near = [f"{town}, Bretagne" for town in towns[:60]]
    weights = [1 / (at + 1.6) for at in range(len(near))]
    at_home = [(town, 0.5 * weight / sum(weights)) for town, weight in zip(near, weights, strict=True)]
    known = {"country": _COUNTRIES, "city": (*at_home, *_FAR_TOWNS), "age": _AGES, "gender": _GENDERS}
    groups: list[tuple[list[str], float]] = [([], 1.0)]
    for dimension in breakdown.split(","):
        groups = [([*names, name], share * part) for names, share in groups for name, part in known[dimension]]
    wobble = chance(seed, "audience", author.id, breakdown)
    counted = [(names, int(followers * share * wobble.uniform(0.9, 1.1))) for names, share in groups]
    return [(names, number) for names, number in counted if number]
