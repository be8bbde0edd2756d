"""Instagram professional accounts through Meta's Graph API: media, stories, insights, comments, hashtags, tags.

Facts of the API: apis.md 1.2, and Meta's reference of comments (``/{media}/comments``, ``/{comment}/replies``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from comptoir.config.watched import WatchedAccount
from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.http import Answered, PublisherError
from comptoir.connectors.social import meta, meta_insights

dialect = meta.dialect
HASHTAGS_PER_ACCOUNT = 30  # in seven days, however often each is asked
INSIGHT_DAYS = 30
ACCOUNT_FIELDS = "id,username,followers_count,follows_count,media_count"
MEDIA_FIELDS = "id,username,timestamp,caption,media_type,media_product_type,like_count,comments_count"
TAGGED_FIELDS = "id,username,timestamp,caption,media_type,like_count,comments_count"
_COMMENT = "id,timestamp,text,username,like_count,parent_id"
COMMENT_FIELDS = f"{_COMMENT},replies{{{_COMMENT}}}"


def fetch(request: Request) -> Iterator[Page]:
    """Pages of one of the family's streams, newest first."""
    name = request.stream.name
    if name == "hashtag_posts":
        return _hashtag_posts(request)
    insights = meta_insights.Insights(request)
    walks = {
        "accounts": _account,
        "posts": _posts,
        "mentions": _mentions,
        "comments": _comments,
        "stories": _stories,
        "post_metrics": lambda r, account: _media_metrics(r, account, insights, _media),
        "story_metrics": lambda r, account: _media_metrics(r, account, insights, _live),
        "account_metrics": lambda r, account: _account_metrics(r, account, insights),
        "follower_groups": lambda r, account: _follower_groups(r, account, insights),
    }
    return meta.each_account(request, "instagram", walks[name])


def shape(item: Any) -> Mapping[str, Any] | Malformed:
    """A media object with the hashtags of its caption (which is left out when it is empty)."""
    if not isinstance(item, dict):
        return Malformed(repr(item).encode(), "a media that is not an object")
    return {**item, "hashtags": meta.hashtags(item.get("caption"))}


def _account(request: Request, account: WatchedAccount) -> Iterator[Page]:
    found, size = request.client.get_json(meta.node(request, account.address), {"fields": ACCOUNT_FIELDS})
    if not isinstance(found, dict):
        raise request.client.error(
            meta.node(request, account.address), "does not describe an account", "Check its address in comptoir.yml."
        )
    yield Page([found], meta.context(account), size)


def _media(request: Request, account: WatchedAccount, fields: str) -> Iterator[Answered]:
    """Own media of the window, which Meta cuts itself; should it not, the walk stops at the first older page."""
    since, name = request.reads_from, request.own.options["since_parameter"]
    asked: dict[str, Any] = {"fields": fields} | ({name: int(since.timestamp())} if since and name else {})
    return meta.newest_first(request, meta.node(request, account.address, "media"), asked, "timestamp", since)


def _posts(request: Request, account: WatchedAccount) -> Iterator[Page]:
    for page in _media(request, account, MEDIA_FIELDS):
        yield Page([shape(item) for item in page.items], meta.context(account), page.size_bytes)


def _mentions(request: Request, account: WatchedAccount) -> Iterator[Page]:
    path, since = meta.node(request, account.address, request.own.options["edge"]), request.reads_from
    for page in meta.newest_first(request, path, {"fields": TAGGED_FIELDS}, "timestamp", since):
        yield Page([shape(item) for item in page.items], meta.context(account), page.size_bytes)


def _live(request: Request, account: WatchedAccount, fields: str) -> Iterator[Answered]:
    """Stories that have not ended; Meta lists no others."""
    return meta.edge(request, meta.node(request, account.address, "stories"), {"fields": fields})


def _stories(request: Request, account: WatchedAccount) -> Iterator[Page]:
    for page in _live(request, account, MEDIA_FIELDS):
        yield Page([shape(item) for item in page.items], meta.context(account), page.size_bytes)


def _comments(request: Request, account: WatchedAccount) -> Iterator[Page]:
    for listed in _media(request, account, "id,timestamp,comments_count"):
        for media in meta.named(listed.items):
            if media.get("comments_count") == 0:
                continue
            try:
                for page in meta.edge(request, meta.node(request, media["id"], "comments"), {"fields": COMMENT_FIELDS}):
                    rows = [row for item in page.items for row in _thread(request, item, media["id"])]
                    yield Page(rows, meta.context(account), page.size_bytes)
            except PublisherError as error:
                if error.reason != meta.GONE:  # deleted since it was listed
                    raise


def _thread(request: Request, item: Any, media_id: str) -> Iterator[Mapping[str, Any] | Malformed]:
    """A comment and its replies: those that came with it, or all of them asked for where they did not all come."""
    yield shape_comment(item, media_id, None)
    replies = item.get("replies") if isinstance(item, dict) else None
    if not isinstance(replies, dict) or not isinstance(item.get("id"), str):
        return
    told, paging = replies.get("data", []), replies.get("paging")
    if isinstance(paging, dict) and paging.get("next"):
        path = meta.node(request, item["id"], "replies")
        told = [reply for page in meta.edge(request, path, {"fields": _COMMENT}) for reply in page.items]
    for reply in told if isinstance(told, list) else [told]:
        yield shape_comment(reply, media_id, item["id"])


def shape_comment(item: Any, media_id: str, parent_id: str | None) -> Mapping[str, Any] | Malformed:
    """A comment with the media that it stands under and, if it is a reply, the comment that it replies to."""
    if not isinstance(item, dict):
        return Malformed(repr(item).encode(), "a comment that is not an object")
    shaped = {**item, "post_id": media_id, "is_reply": parent_id is not None or item.get("parent_id") is not None}
    return shaped if parent_id is None else {**shaped, "parent_id": parent_id}


def _media_metrics(
    request: Request,
    account: WatchedAccount,
    insights: meta_insights.Insights,
    walk: Callable[[Request, WatchedAccount, str], Iterator[Answered]],
) -> Iterator[Page]:
    since = request.reads_from
    for page in walk(request, account, "id,timestamp,media_type,media_product_type"):
        for media in meta.named(page.items):
            if meta.older(media, "timestamp", since):
                continue
            product, kind = (str(media.get(name, "")) for name in ("media_product_type", "media_type"))
            wanted = [f"metrics_{product}_{kind}".lower(), f"metrics_{product}".lower()]
            metrics = meta_insights.names(request.own.options, *wanted)
            path = meta.node(request, media["id"], "insights")
            items, size = insights.ask(path, metrics, {}, f"{product} {kind}")
            rows = [metric_row(media, value) for item in items for value in meta_insights.values(item)]
            yield Page(rows, meta.context(account), size)


def metric_row(media: Mapping[str, Any], value: Mapping[str, Any] | Malformed) -> Mapping[str, Any] | Malformed:
    """A value of an insight beside the media that it measures."""
    if isinstance(value, Malformed):
        return value
    known = {name: media[name] for name in ("id", "timestamp", "media_type", "media_product_type") if name in media}
    return {**value, **known}


def _account_metrics(request: Request, account: WatchedAccount, insights: meta_insights.Insights) -> Iterator[Page]:
    path = meta.node(request, account.address, "insights")
    zone = meta_insights.day_zone(request)
    day, last = meta_insights.whole_days(request, request.reads_from, INSIGHT_DAYS)
    while day <= last:
        since, until = (meta_insights.day_start(at, zone) for at in (day, day + meta_insights.DAY))
        span = {"since": since, "until": until}
        for kind in ("total_value", "time_series"):
            metrics = meta_insights.names(request.own.options, f"metrics_{kind}")
            items, size = insights.ask(path, metrics, {"period": "day", "metric_type": kind, **span}, kind)
            rows = [
                value if isinstance(value, Malformed) else {**value, "metric_on": day.isoformat()}
                for item in items
                for value in meta_insights.values(item)
            ]
            yield Page(rows, meta.context(account), size)
        day += meta_insights.DAY


def _follower_groups(request: Request, account: WatchedAccount, insights: meta_insights.Insights) -> Iterator[Page]:
    """Followers by group, one call a breakdown; a metric that Meta refuses for one is still asked for the others."""
    options = request.own.options
    path, metrics = meta.node(request, account.address, "insights"), meta_insights.names(options, "metrics")
    asked = {"period": "lifetime", "metric_type": "total_value"}
    asked |= {"timeframe": options["timeframe"]} if "timeframe" in options else {}
    for breakdown in filter(None, (name.strip() for name in options["breakdowns"].split("|"))):
        items, size = insights.ask(path, metrics, {**asked, "breakdown": breakdown}, f"breakdown {breakdown}")
        rows = [row for item in items for row in meta_insights.groups(item)]
        yield Page(rows, meta.context(account), size)


def _hashtag_posts(request: Request) -> Iterator[Page]:
    """Public media of the last 24 hours under each query's hashtag; accounts share the questions out."""
    accounts = [account for account in request.config.accounts if account.platform == "instagram"]
    queries = request.config.queries_in_force("instagram", request.night)
    tags = list(dict.fromkeys(query.hashtag.lower() for query in queries))
    if len(tags) > HASHTAGS_PER_ACCOUNT * len(accounts):
        raise request.client.error(
            meta.node(request, "ig_hashtag_search"),
            f"answers {HASHTAGS_PER_ACCOUNT} hashtags a week per account: {len(tags)} are asked of {len(accounts)}",
            "Check comptoir.yml: ask fewer hashtags of Instagram, or watch more accounts.",
        )
    for query in queries:
        asker = accounts[tags.index(query.hashtag.lower()) // HASHTAGS_PER_ACCOUNT]
        asked = {"query_id": query.query_id, "query_version": query.query_version, "territory_id": query.territory_id}
        for hashtag_id in _hashtag_ids(request, asker, query.hashtag):
            path = meta.node(request, hashtag_id, "recent_media")
            for page in meta.edge(request, path, {"user_id": asker.address, "fields": request.own.options["fields"]}):
                yield Page([shape(item) for item in page.items], asked, page.size_bytes)


def _hashtag_ids(request: Request, asker: WatchedAccount, hashtag: str) -> list[str]:
    path = meta.node(request, "ig_hashtag_search")
    try:
        found, _ = request.client.get_json(path, {"user_id": asker.address, "q": hashtag})
    except PublisherError as error:
        if error.reason == meta.GONE:
            return []  # nobody has used it yet
        raise
    items = found.get("data", []) if isinstance(found, dict) else []
    return [item["id"] for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)]
