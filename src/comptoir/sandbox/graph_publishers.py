"""Instagram and Facebook Pages as two publishers of the Graph API: their records and their insights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from comptoir.sandbox.answers import Ask, Record, RecordKind
from comptoir.sandbox.graph import Graph, GraphError, Node
from comptoir.sandbox.graph_insights import by_group, daily, lifetime, total

_INSIGHT = RecordKind(
    keys=("name",),
    numbers=("values", "total_value"),
    codes=("period",),
    added=("is_estimated", True),
    removed=("period",),
)


class Instagram(Graph):
    """Professional accounts, their media, stories, comments, followers and tags, and hashtags."""

    family = "instagram"
    business_use_case = "instagram"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "media": RecordKind(
            keys=("id",),
            dates=("timestamp",),
            numbers=("comments_count",),
            texts=("caption",),
            codes=("media_type", "media_product_type"),
            added=("reposts_count", 3),
            removed=("comments_count",),
        ),
        "account": RecordKind(
            numbers=("followers_count",),
            texts=("name", "biography"),
            added=("trust_level", 2),
            removed=("followers_count",),
            snapshot=True,
        ),
        "comment": RecordKind(
            keys=("id",),
            dates=("timestamp",),
            numbers=("like_count",),
            texts=("text",),
            removed=("text",),
        ),
        "insight": _INSIGHT,
    }

    def insights(self, ask: Ask, node: Node) -> list[Record]:
        """Answer a media's lifetime values, or an account's by day, in all, or by group of followers."""
        node_id = ask.path.split("/")[2]
        if node.metric_group != "instagram":
            return list(lifetime(ask, node, node_id))
        if ask.query.get("period") == "lifetime" and ask.query.get("metric_type") == "total_value":
            return list(by_group(ask, node, node_id))
        kind = ask.query.get("metric_type", "time_series")
        if ask.query.get("period") != "day" or kind not in ("time_series", "total_value"):
            raise GraphError(100, "(#100) Incompatible period or metric_type")
        answer = total if kind == "total_value" else daily
        return list(answer(ask, node, node_id, f"instagram {kind}", 30))


class Facebook(Graph):
    """Pages, their posts, comments, tags and recommendations."""

    family = "facebook"
    business_use_case = "pages"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "post": RecordKind(
            keys=("id",),
            dates=("created_time",),
            numbers=("total_count",),
            texts=("message",),
            codes=("status_type", "order"),
            added=("views_count", 3),
            removed=("reactions",),
        ),
        "comment": RecordKind(
            keys=("id",),
            dates=("created_time",),
            numbers=("like_count",),
            texts=("message",),
            removed=("like_count",),
        ),
        "rating": RecordKind(
            keys=("id",),
            dates=("created_time",),
            texts=("review_text",),
            codes=("recommendation_type",),
            removed=("recommendation_type",),
        ),
        "account": RecordKind(
            numbers=("followers_count",),
            texts=("name",),
            added=("trust_level", 2),
            removed=("followers_count",),
            snapshot=True,
        ),
        "insight": _INSIGHT,
    }

    def insights(self, ask: Ask, node: Node) -> list[Record]:
        """Answer a post's lifetime values or a Page's by day."""
        node_id = ask.path.split("/")[2]
        if node.metric_group == "post":
            return list(lifetime(ask, node, node_id))
        if ask.query.get("period") != "day":
            raise GraphError(100, "(#100) The period is not served here")
        return list(daily(ask, node, node_id, "page", 93))
