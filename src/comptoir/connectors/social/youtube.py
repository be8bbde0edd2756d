"""YouTube Data API v3: watched channels, their videos, comments, videos under a hashtag (apis.md 1.4).

What is recalled of this API is an option with its default in ``families/youtube.yml``; see docs/reference/recalled.md.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

from comptoir.config.watched import WatchedAccount
from comptoir.connectors.base import Malformed, Page, Request, night_start
from comptoir.connectors.dialect import Dialect, token_sent, words
from comptoir.connectors.google import google_refusal
from comptoir.connectors.http import Answered, PublisherError

API = "/youtube/v3/"
AT_ONCE = 50
THREADS_AT_ONCE = 100
# A project has 100 searches a day: a query may spend so many a night, and hears the newest 150 videos at most.
MAX_SEARCHES = 3
# Asked video by video, comments are listened for under the videos of the last so many days.
VIDEO_DAYS = 90
HASHTAG = re.compile(r"(?<!\w)#(\w+)")
DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
DURATION_UNITS = (604_800, 86_400, 3_600, 60, 1)


def dialect(options: Mapping[str, str]) -> Dialect:
    """How YouTube lets in and refuses, as the source's options say."""
    return Dialect(authorise=token_sent(options["token_in"]), refusal=partial(google_refusal, options=options))


def fetch(request: Request) -> Iterator[Page]:
    """Pages of one of the family's streams, newest first."""
    streams = {"accounts": _accounts, "posts": _posts, "comments": _comments, "hashtag_posts": _hashtags}
    return streams[request.stream.name](request)


def _pages(request: Request, method: str, params: Mapping[str, Any]) -> Iterator[Answered]:
    """Walk a list; what Google calls an error and is an empty list (option ``nothing_there``) is one."""
    paginator = JSONResponseCursorPaginator(cursor_path="nextPageToken", cursor_param="pageToken")
    try:
        yield from request.client.pages(f"{API}{method}", params, paginator, select="items")
    except PublisherError as refused:
        if refused.reason not in words(request.source.options["nothing_there"]):
            raise


def _items(request: Request, method: str, params: Mapping[str, Any]) -> tuple[list[Any], int]:
    body, size = request.client.get_json(f"{API}{method}", params)
    items = body.get("items", []) if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise request.client.error(f"{API}{method}", "answered no list", "Check the publisher's API version.")
    return items, size


def _channels(request: Request, part: str) -> Iterator[tuple[WatchedAccount, dict[str, Any], int]]:
    """Yield each watched channel with the size of the answer that brought it."""
    watched = [account for account in request.config.accounts if account.platform == "youtube"]
    for at in range(0, len(watched), AT_ONCE):
        some = watched[at : at + AT_ONCE]
        ids = ",".join(account.address for account in some)
        items, size = _items(request, "channels", {"part": part, "id": ids, "maxResults": AT_ONCE})
        found = {item.get("id"): item for item in items if isinstance(item, dict)}
        for number, account in enumerate(some):
            if account.address not in found:
                problem = f"does not describe the channel '{account.account_key}'"
                raise request.client.error(f"{API}channels", problem, "Check its address in comptoir.yml.")
            yield account, found[account.address], size if number == 0 else 0


def _context(account: WatchedAccount) -> dict[str, Any]:
    return {"account_key": account.account_key, "territory_id": account.territory_id}


def _accounts(request: Request) -> Iterator[Page]:
    for account, channel, size in _channels(request, "snippet,statistics"):
        yield Page([shape_channel(channel)], _context(account), size)


def _posts(request: Request) -> Iterator[Page]:
    for account, channel, _ in _channels(request, "contentDetails"):
        for ids in _uploads(request, channel, request.since):
            yield from _videos(request, ids, _context(account))


def _uploads(request: Request, channel: Mapping[str, Any], since: dt.datetime | None) -> Iterator[list[str]]:
    """Yield the ids of a channel's videos by 50, newest first, until 50 are wholly older than ``since``."""
    playlist = _at(channel, "contentDetails.relatedPlaylists.uploads")
    if not isinstance(playlist, str):
        raise request.client.error(f"{API}channels", "tells no uploads list", "Check the publisher's API version.")
    asked = {"part": "contentDetails", "playlistId": playlist, "maxResults": AT_ONCE}
    for page in _pages(request, "playlistItems", asked):
        yield _ids(page.items, "contentDetails.videoId")
        if _is_wholly_older(page.items, since, ("contentDetails.videoPublishedAt",)):
            return


def _videos(request: Request, ids: list[str], context: Mapping[str, Any]) -> Iterator[Page]:
    """Yield the videos of at most 50 ids; private and unknown ones are silently left out by the publisher."""
    if ids:
        asked = {"part": "snippet,contentDetails,statistics,status", "id": ",".join(ids), "maxResults": AT_ONCE}
        items, size = _items(request, "videos", asked)
        yield Page([shape_video(item) for item in items], context, size)


def _comments(request: Request) -> Iterator[Page]:
    """Comments of watched channels: one walk a channel, or (option ``by: video``) one a recent video."""
    for account, channel, _ in _channels(request, "contentDetails"):
        walks: Iterable[dict[str, str]] = [{"allThreadsRelatedToChannelId": account.address}]
        if request.own.options.get("by") == "video":
            since = request.since and night_start(request.night - dt.timedelta(days=VIDEO_DAYS))
            walks = ({"videoId": video} for ids in _uploads(request, channel, since) for video in ids)
        for walk in walks:
            yield from _threads(request, walk, _context(account))


def _threads(request: Request, walk: Mapping[str, str], context: Mapping[str, Any]) -> Iterator[Page]:
    asked = {"part": "snippet,replies", "order": "time", "textFormat": "plainText", "maxResults": THREADS_AT_ONCE}
    moments = ("snippet.topLevelComment.snippet.publishedAt", "snippet.topLevelComment.snippet.updatedAt")
    for page in _pages(request, "commentThreads", {**asked, **walk}):
        yield Page([comment for thread in page.items for comment in thread_comments(thread)], context, page.size_bytes)
        for thread in page.items:
            if not _has_all_replies(thread):
                yield from _replies(request, thread, context)
        if _is_wholly_older(page.items, request.since, moments):
            return


def _replies(request: Request, thread: Mapping[str, Any], context: Mapping[str, Any]) -> Iterator[Page]:
    asked = {"part": "snippet", "parentId": thread.get("id"), "textFormat": "plainText", "maxResults": THREADS_AT_ONCE}
    video = _at(thread, "snippet.videoId")
    for page in _pages(request, "comments", asked):
        yield Page([shape_comment(item, video) for item in page.items], context, page.size_bytes)


def _hashtags(request: Request) -> Iterator[Page]:
    for query in request.config.queries_in_force("youtube", request.night):
        asked = {"part": "snippet", "type": "video", "order": "date", "q": f"#{query.hashtag}", "maxResults": AT_ONCE}
        if request.since:
            asked["publishedAfter"] = f"{request.since:%Y-%m-%dT%H:%M:%SZ}"
        context = {
            "query_id": query.query_id,
            "query_version": query.query_version,
            "territory_id": query.territory_id,
        }
        for page in islice(_pages(request, "search", asked), MAX_SEARCHES):
            yield from _videos(request, _ids(page.items, "id.videoId"), context)


def shape_channel(channel: dict[str, Any]) -> Mapping[str, Any]:
    """A channel whose hidden subscribers are unknown, not zero."""
    statistics = channel.get("statistics")
    if not isinstance(statistics, dict) or statistics.get("hiddenSubscriberCount") is not True:
        return channel
    return {**channel, "statistics": {**statistics, "subscriberCount": None}}


def shape_video(video: Any) -> Mapping[str, Any] | Malformed:
    """A video with its hashtags, language, length and captions read out of the publisher's strings."""
    if not isinstance(video, dict):
        return Malformed(repr(video).encode(), "a video that is not an object")
    shaped = dict(video)
    snippet, details = video.get("snippet"), video.get("contentDetails")
    if isinstance(snippet, dict):
        texts = [text for name in ("title", "description") if isinstance(text := snippet.get(name), str)]
        shaped["hashtags"] = list(dict.fromkeys(HASHTAG.findall("\n".join(texts))))
        shaped["language"] = snippet.get("defaultAudioLanguage") or snippet.get("defaultLanguage")
    if isinstance(details, dict):
        shaped["duration_seconds"] = duration_seconds(details.get("duration"))
        caption = details.get("caption")
        shaped["has_captions"] = caption == "true" if caption in ("true", "false") else caption
    return shaped


def duration_seconds(text: Any) -> Any:
    """Seconds of an ISO 8601 duration; ``None`` for a broadcast that is not over (``P0D``); as it is if it is none."""
    if text is None or text == "P0D":
        return None
    found = DURATION.fullmatch(text) if isinstance(text, str) else None
    if not found or not any(found.groups()):
        return text
    return sum(int(number or 0) * unit for number, unit in zip(found.groups(), DURATION_UNITS, strict=True))


def thread_comments(thread: Any) -> Iterator[Mapping[str, Any] | Malformed]:
    """The comment that opens a thread and its replies, unless the thread shows only some of them."""
    top = _at(thread, "snippet.topLevelComment")
    if not isinstance(top, dict):
        yield Malformed(repr(thread).encode(), "a thread without a first comment")
        return
    video = _at(thread, "snippet.videoId")
    yield shape_comment({**top, "replies_count": _at(thread, "snippet.totalReplyCount")}, video)
    if _has_all_replies(thread):
        yield from (shape_comment(reply, video) for reply in _at(thread, "replies.comments") or [])


def _has_all_replies(thread: Any) -> bool:
    shown, told = _at(thread, "replies.comments"), _at(thread, "snippet.totalReplyCount")
    return not isinstance(told, int) or (len(shown) if isinstance(shown, list) else 0) >= told


def shape_comment(comment: Any, video: Any) -> Mapping[str, Any] | Malformed:
    """A comment with the video that it stands under, which replies do not tell."""
    if not isinstance(comment, dict):
        return Malformed(repr(comment).encode(), "a comment that is not an object")
    return {**comment, "video_id": video}


def _at(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _ids(items: list[Any], path: str) -> list[str]:
    return [found for item in items if isinstance(found := _at(item, path), str)]


def _is_wholly_older(items: list[Any], since: dt.datetime | None, paths: tuple[str, ...]) -> bool:
    """Tell whether a page lies before ``since``; what has no time (a private video) does not count."""
    times = [_at(item, path) for item in items for path in paths]
    try:
        moments = [dt.datetime.fromisoformat(time) for time in times if time is not None]
        return since is not None and bool(moments) and all(moment < since for moment in moments)
    except (TypeError, ValueError):
        return False
