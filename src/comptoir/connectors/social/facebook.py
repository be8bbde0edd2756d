"""Facebook Pages through Meta's Graph API: posts, comments, insights, tags, recommendations (apis.md 1.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from comptoir.config.watched import WatchedAccount
from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.http import Answered, PublisherError
from comptoir.connectors.social import meta, meta_insights

dialect = meta.dialect
_COUNTED = "reactions.limit(0).summary(total_count),comments.limit(0).summary(total_count),shares"
PAGE_FIELDS = "id,fan_count,followers_count,rating_count,overall_star_rating,talking_about_count,were_here_count"
POST_FIELDS = f"id,created_time,updated_time,message,status_type,from{{id}},{_COUNTED}"
TAGGED_FIELDS = f"id,created_time,updated_time,message,from{{id}},{_COUNTED}"
COMMENT_FIELDS = "id,created_time,message,like_count,comment_count,parent{id},from{id}"
RATING_FIELDS = "created_time,recommendation_type,review_text,has_review,rating,reviewer{id},open_graph_story{id}"


def fetch(request: Request) -> Iterator[Page]:
    """Pages of one of the family's streams, newest first."""
    insights = meta_insights.Insights(request)
    walks = {
        "accounts": _account,
        "posts": _posts,
        "comments": _comments,
        "mentions": _mentions,
        "ratings": _ratings,
        "post_metrics": lambda r, account: _post_metrics(r, account, insights),
        "account_metrics": lambda r, account: _account_metrics(r, account, insights),
    }
    return meta.each_account(request, "facebook", walks[request.stream.name])


def shape(item: Any) -> Mapping[str, Any] | Malformed:
    """A post with the hashtags of its message; Meta leaves ``shares`` out when there are none."""
    if not isinstance(item, dict):
        return Malformed(repr(item).encode(), "a post that is not an object")
    shaped = {**item, "hashtags": meta.hashtags(item.get("message"))}
    if "reactions" in item and "shares" not in item:
        shaped["shares"] = {"count": 0}
    return shaped


def shape_comment(item: Any, post_id: str) -> Mapping[str, Any] | Malformed:
    """A comment with the post it stands under and whether it answers another one."""
    if not isinstance(item, dict):
        return Malformed(repr(item).encode(), "a comment that is not an object")
    return {**item, "post_id": post_id, "is_reply": "parent" in item}


def _account(request: Request, account: WatchedAccount) -> Iterator[Page]:
    path = meta.node(request, account.address)
    found, size = request.client.get_json(path, {"fields": PAGE_FIELDS})
    if not isinstance(found, dict):
        raise request.client.error(path, "does not describe a Page", "Check its address in comptoir.yml.")
    yield Page([found], meta.context(account), size)


def _listed(request: Request, account: WatchedAccount, fields: str) -> Iterator[Answered]:
    """Own posts of the window, which Meta cuts itself."""
    since = request.reads_from
    asked: dict[str, Any] = {"fields": fields} | ({"since": int(since.timestamp())} if since else {})
    return meta.edge(request, meta.node(request, account.address, "posts"), asked)


def _posts(request: Request, account: WatchedAccount) -> Iterator[Page]:
    for page in _listed(request, account, POST_FIELDS):
        yield Page([shape(item) for item in page.items], meta.context(account), page.size_bytes)


def _comments(request: Request, account: WatchedAccount) -> Iterator[Page]:
    for listed in _listed(request, account, "id,created_time,comments.limit(0).summary(total_count)"):
        for post in meta.named(listed.items):
            if _comments_count(post) == 0:
                continue
            path = meta.node(request, post["id"], "comments")
            asked = {"fields": COMMENT_FIELDS, "filter": "stream", "order": "reverse_chronological"}
            try:
                for page in meta.edge(request, path, asked):
                    rows = [shape_comment(item, post["id"]) for item in page.items]
                    yield Page(rows, meta.context(account), page.size_bytes)
            except PublisherError as error:
                if error.reason != meta.GONE:  # deleted since it was listed
                    raise


def _comments_count(post: Mapping[str, Any]) -> Any:
    try:
        return post["comments"]["summary"]["total_count"]
    except (KeyError, TypeError):
        return None


def _mentions(request: Request, account: WatchedAccount) -> Iterator[Page]:
    path, since = meta.node(request, account.address, "tagged"), request.reads_from
    for page in meta.newest_first(request, path, {"fields": TAGGED_FIELDS}, "created_time", since):
        yield Page([shape(item) for item in page.items], meta.context(account), page.size_bytes)


def _ratings(request: Request, account: WatchedAccount) -> Iterator[Page]:
    path, since = meta.node(request, account.address, "ratings"), request.reads_from
    for page in meta.newest_first(request, path, {"fields": RATING_FIELDS}, "created_time", since):
        yield Page([shape_rating(item) for item in page.items], meta.context(account), page.size_bytes)


def shape_rating(item: Any) -> Mapping[str, Any] | Malformed:
    """A recommendation as it is."""
    return item if isinstance(item, dict) else Malformed(repr(item).encode(), "a recommendation that is not an object")


def _post_metrics(request: Request, account: WatchedAccount, insights: meta_insights.Insights) -> Iterator[Page]:
    metrics = meta_insights.names(request.own.options, "metrics")
    for page in _listed(request, account, "id,created_time"):
        for post in meta.named(page.items):
            path = meta.node(request, post["id"], "insights")
            items, size = insights.ask(path, metrics, {"period": "lifetime"}, "posts")
            rows = [metric_row(post, value) for item in items for value in meta_insights.values(item)]
            yield Page(rows, meta.context(account), size)


def metric_row(post: Mapping[str, Any], value: Mapping[str, Any] | Malformed) -> Mapping[str, Any] | Malformed:
    """A value of an insight beside the post that it measures."""
    if isinstance(value, Malformed):
        return value
    return {**value, "id": post["id"], "created_time": post.get("created_time")}


def _account_metrics(request: Request, account: WatchedAccount, insights: meta_insights.Insights) -> Iterator[Page]:
    """Daily values; each is of the day that ends at its ``end_time``."""
    path = meta.node(request, account.address, "insights")
    options = request.own.options
    metrics = meta_insights.names(options, "metrics")
    first, last = meta_insights.whole_days(request, request.reads_from, int(options["days_per_call"]))
    if options["end_time_is"] not in ("end", "start"):
        raise request.client.error(
            path, f"is read with end_time_is '{options['end_time_is']}'", "Write end or start in the inventory."
        )
    ends = options["end_time_is"] == "end"
    zone = meta_insights.day_zone(request)
    since, until = (meta_insights.day_start(day, zone) for day in (first, last + meta_insights.DAY))
    span = {"since": since, "until": until}
    items, size = insights.ask(path, metrics, {"period": "day", **span}, "Pages")
    rows = [day_row(value, zone, ends=ends) for item in items for value in meta_insights.values(item)]
    yield Page(rows, meta.context(account), size)


def day_row(value: Mapping[str, Any] | Malformed, zone: ZoneInfo, *, ends: bool) -> Mapping[str, Any] | Malformed:
    """A value of an account's insight with its day: the one that ``ends`` at its ``end_time``, or begins then."""
    if isinstance(value, Malformed) or "end_time" not in value:
        return value
    return {**value, "metric_on": meta_insights.day_of(value["end_time"], zone, ends=ends)}
