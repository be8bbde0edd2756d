"""Meta's insights: which metrics there are, since when some are no more, and the shapes that values come in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from comptoir.sandbox.answers import Ask, Record
from comptoir.sandbox.graph import GraphError, Node, whole_number

PACIFIC = ZoneInfo("America/Los_Angeles")
DAY = dt.timedelta(days=1)
FIRST_CUT, LAST_CUT = dt.date(2025, 6, 15), dt.date(2025, 11, 15)
_ENGAGEMENT = {"reach", "views", "likes", "comments", "shares", "saved", "total_interactions"}
_FOLLOWED = {"follows", "profile_visits", "profile_activity"}
METRICS: dict[str, set[str]] = {
    "FEED": _ENGAGEMENT | _FOLLOWED,
    "FEED VIDEO": _ENGAGEMENT,
    "REELS": _ENGAGEMENT | {"ig_reels_avg_watch_time", "ig_reels_video_view_total_time"},
    "STORY": {"reach", "views", "replies", "shares", "total_interactions", "navigation"} | _FOLLOWED,
    "instagram audience": {"follower_demographics"},
    "instagram total_value": {
        "reach",
        "views",
        "accounts_engaged",
        "total_interactions",
        "likes",
        "comments",
        "shares",
        "saves",
    },
    "instagram time_series": {"reach", "follower_count"},
    "page": {
        "page_media_view",
        "page_total_media_view_unique",
        "page_follows",
        "page_post_engagements",
        "page_views_total",
        "page_actions_post_reactions_total",
    },
    "post": {"post_media_view", "post_total_media_view_unique", "post_clicks", "post_reactions_by_type_total"},
}
# Metric -> the day from which it fails, in every version of the API at once.
REMOVED: dict[str, dict[str, dt.date]] = {
    "FEED": {"impressions": dt.date(2025, 4, 21), "video_views": dt.date(2025, 1, 8)},
    "REELS": dict.fromkeys(
        ("plays", "clips_replays_count", "ig_reels_aggregated_all_plays_count"), dt.date(2025, 4, 21)
    ),
    "STORY": {"impressions": dt.date(2025, 4, 21), "exits": dt.date(2023, 12, 11)},
    "instagram total_value": {"impressions": dt.date(2025, 4, 21)},
    "page": {
        "page_impressions_unique": FIRST_CUT,
        "page_impressions": LAST_CUT,
        "page_fans": LAST_CUT,
        "page_fans_city": LAST_CUT,
    },
    "post": {"post_impressions_unique": FIRST_CUT, "post_impressions": LAST_CUT},
}


def asked_metrics(ask: Ask, group: str) -> list[str]:
    """Return the metrics that were asked for.

    Raises:
        GraphError: one of them is not known or no more: it fails the whole call.
    """
    asked = [name.strip() for name in ask.query.get("metric", "").split(",") if name.strip()]
    gone, today = REMOVED.get(group, {}), ask.clock.now.date()
    for at, name in enumerate(asked):
        if name not in METRICS[group] and not (name in gone and today < gone[name]):
            raise GraphError(
                100, f"(#100) metric[{at}] must be one of the following values: {', '.join(METRICS[group])}"
            )
    if not asked:
        raise GraphError(100, "(#100) The parameter metric is required")
    return asked


def span_days(ask: Ask, most_days: int) -> list[dt.date]:
    """Return the Pacific days that lie in ``since``–``until``.

    Raises:
        GraphError: they are not there or too far apart.
    """
    since, until = whole_number(ask, "since", -1), whole_number(ask, "until", -1)
    if not since < until <= since + most_days * 86_400 + 7_200:
        raise GraphError(100, f"(#100) There cannot be more than {most_days} days between since and until")
    first, last = (dt.datetime.fromtimestamp(at, PACIFIC).date() for at in (since, until - 1))
    return [first + DAY * at for at in range((last - first).days + 1)]


def lifetime(ask: Ask, node: Node, node_id: str) -> Iterator[Record]:
    """Yield the lifetime values of a post; one that is not known yet is left out, not zero."""
    for name in asked_metrics(ask, node.metric_group):
        value = _measured(node, name, None)
        if value is not None:
            yield insight(node_id, name, "lifetime", values=[{"value": value}])


def daily(ask: Ask, node: Node, node_id: str, group: str, most_days: int) -> Iterator[Record]:
    """Yield a value a day; a day that is not known yet is left out, one without anything has no ``value``."""
    days = span_days(ask, most_days)
    for name in asked_metrics(ask, group):
        known = [(day, value) for day in days if (value := _measured(node, name, day)) is not None]
        if known:
            rows = [({"value": v} if v != {} else {}) | {"end_time": _day_end(day)} for day, v in known]
            yield insight(node_id, name, "day", values=rows)


def total(ask: Ask, node: Node, node_id: str, group: str, most_days: int) -> Iterator[Record]:
    """Yield one value for all the days asked for."""
    days = span_days(ask, most_days)
    for name in asked_metrics(ask, group):
        known = [value for day in days if (value := _measured(node, name, day)) is not None]
        if known:
            yield insight(node_id, name, "day", total_value={"value": sum(known)})


BREAKDOWNS = {"country", "city", "age", "gender", "age,gender"}
MOST_GROUPS = 45


def by_group(ask: Ask, node: Node, node_id: str) -> Iterator[Record]:
    """Yield how an account's followers share out over a breakdown, the largest groups first; nothing of a small one."""
    breakdown = ask.query.get("breakdown", "")
    for name in asked_metrics(ask, "instagram audience"):
        if breakdown not in BREAKDOWNS:
            raise GraphError(100, "(#100) Incompatible breakdown for metric (follower_demographics)")
        groups = sorted(node.audience(breakdown) if node.audience else [], key=lambda group: (-group[1], group[0]))
        if groups:
            results = [{"dimension_values": names, "value": count} for names, count in groups[:MOST_GROUPS]]
            parts = [{"dimension_keys": breakdown.split(","), "results": results}]
            yield insight(node_id, name, "lifetime", total_value={"breakdowns": parts})


def insight(node_id: str, name: str, period: str, **measured: Any) -> Record:
    """Return one insight in Meta's shape."""
    title = name.replace("_", " ").capitalize()
    described = {"title": title, "description": f"{title} (simulation)", "id": f"{node_id}/insights/{name}/{period}"}
    return {"name": name, "period": period, **measured, **described}


def _measured(node: Node, name: str, day: dt.date | None) -> Any:
    return node.measure(name, day) if node.measure else None


def _day_end(day: dt.date) -> str:
    return graph_time(dt.datetime.combine(day + DAY, dt.time(), PACIFIC))


def graph_time(moment: dt.datetime) -> str:
    """Write an instant as Meta does: UTC, no colon in the offset."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
