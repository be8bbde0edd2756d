"""The YouTube Data API v3: channels, uploads, videos, comments, search; a quota a day; pages by ``pageToken``."""

from __future__ import annotations

import datetime as dt
import html
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, RecordKind
from comptoir.sandbox.clock import Clock
from comptoir.sandbox.google_lists import Refused, envelope, ids_of, instant, page_of, parts_of

API = "/youtube/v3/"
UNITS_A_DAY, SEARCHES_A_DAY = 10_000, 100
MOST_FOUND = 500
REASONS = {400: "badRequest", 401: "authError", 403: "forbidden", 404: "notFound", 429: "rateLimitExceeded"}


@dataclass(frozen=True)
class Said:
    """The threads of a list, newest first; ``None`` instead of them where comments are switched off."""

    threads: Sequence[Record] | None


class Studio(Protocol):
    """What stands behind the protocol."""

    first_night: dt.date

    def channel(self, clock: Clock, channel_id: str) -> Record | None:
        """Return a channel with all its parts, or nothing."""
        ...

    def uploads(self, clock: Clock, playlist_id: str) -> Sequence[Record] | None:
        """Return the items of an uploads list, newest first; nothing for an unknown list."""
        ...

    def video(self, clock: Clock, video_id: str) -> Record | None:
        """Return a public video with all its parts, or nothing."""
        ...

    def found(self, clock: Clock, words: str, after: dt.datetime | None, before: dt.datetime | None) -> list[Record]:
        """Return what a search for words finds, newest first."""
        ...

    def said(self, clock: Clock, video_id: str | None, channel_id: str | None) -> Said | None:
        """Return the threads of a video or of a channel's videos, newest first; nothing for unknown ones."""
        ...

    def replies(self, clock: Clock, parent_id: str) -> Sequence[Record] | None:
        """Return all replies to a comment, newest first; nothing for an unknown one."""
        ...


class Youtube(Publisher):
    """The protocol over a studio; units and searches are counted by night, which is a day of quota."""

    family = "youtube"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "channel": RecordKind(
            numbers=("viewCount", "subscriberCount", "videoCount"),
            texts=("title", "description"),
            added=("trustDetails", {}),
            removed=("statistics",),
            snapshot=True,
        ),
        "video": RecordKind(
            keys=("id",),
            dates=("publishedAt",),
            numbers=("viewCount", "likeCount", "commentCount"),
            texts=("title", "description"),
            codes=("categoryId", "liveBroadcastContent", "privacyStatus", "defaultLanguage", "defaultAudioLanguage"),
            added=("trustDetails", {}),
            removed=("statistics",),
        ),
        "comment": RecordKind(
            keys=("id",),
            dates=("publishedAt", "updatedAt"),
            numbers=("likeCount",),
            texts=("textDisplay", "textOriginal"),
            removed=("snippet",),
        ),
    }

    def __init__(self, studio: Studio, *, token: str | None = None) -> None:
        self.studio = studio
        self.token = token
        self.first_night = studio.first_night
        self.units_a_day, self.searches_a_day = UNITS_A_DAY, SEARCHES_A_DAY
        self._units: Counter[dt.date] = Counter()
        self._searches: Counter[dt.date] = Counter()

    def error(self, status: int, message: str, reason: str = "") -> Answer:
        """Say in Google's shape what went wrong."""
        reason = reason or REASONS.get(status, "backendError")
        domain = "youtube.quota" if reason == "quotaExceeded" else "global"
        inner = {"message": message, "domain": domain, "reason": reason}
        return Answer({"error": {"code": status, "message": message, "errors": [inner]}}, status=status)

    def throttled(self, *, for_the_day: bool) -> Answer:
        """Say 403: the day's quota is spent, or the requests come too fast. No header says until when."""
        if for_the_day:
            return self.error(
                403, "The request cannot be completed because you have exceeded your quota.", "quotaExceeded"
            )
        return self.error(403, "The request was sent too quickly. Try again later.", "rateLimitExceeded")

    def error_in_200(self, answer: Answer) -> Answer:
        """Answer an error that calls itself a success."""
        inner = {"message": "Backend Error", "domain": "global", "reason": "backendError"}
        return Answer({"error": {"code": 500, "message": "Backend Error", "errors": [inner]}})

    def answer(self, ask: Ask) -> Answer:
        """Answer the methods that the sandbox knows; each call costs, a refused one too."""
        if self.token and ask.headers.get("x-goog-api-key", ask.query.get("key")) != self.token:
            return self.error(400, "API key not valid. Please pass a valid API key.", "keyInvalid")
        method = ask.path.removeprefix(API)
        methods = {
            "channels": self._channels,
            "playlistItems": self._playlist,
            "videos": self._videos,
            "commentThreads": self._threads,
            "comments": self._comments,
            "search": self._search,
        }
        if method not in methods:
            return self.error(404, f"No such method: {method}")
        bucket, most = (self._searches, self.searches_a_day) if method == "search" else (self._units, self.units_a_day)
        bucket[ask.clock.night] += 1
        if bucket[ask.clock.night] > most:
            return self.throttled(for_the_day=True)
        try:
            if "part" not in ask.query:
                raise Refused(400, "missingRequiredParameter", "No filter selected or required parameter: part")
            return methods[method](ask)
        except Refused as refused:
            return self.error(refused.status, str(refused), refused.reason)

    def _channels(self, ask: Ask) -> Answer:
        found = [self.studio.channel(ask.clock, one) for one in ids_of(ask)]
        items = list(ask.touch("channel", [parts_of(ask, channel) for channel in found if channel]))
        # As the real one: no list at all when nothing is known.
        return Answer(envelope("channelList", items or None))

    def _playlist(self, ask: Ask) -> Answer:
        items = self.studio.uploads(ask.clock, ask.query.get("playlistId", ""))
        if items is None:
            raise Refused(404, "playlistNotFound", "The playlist cannot be found.")
        return page_of(ask, "playlistItemList", [parts_of(ask, item) for item in items], 5, 50)

    def _videos(self, ask: Ask) -> Answer:
        found = [self.studio.video(ask.clock, one) for one in ids_of(ask)]
        items = ask.touch("video", [parts_of(ask, video) for video in found if video])
        return Answer(envelope("videoList", list(items)))

    def _threads(self, ask: Ask) -> Answer:
        video, channel = ask.query.get("videoId"), ask.query.get("allThreadsRelatedToChannelId")
        said = self.studio.said(ask.clock, video, channel)
        if said is None:
            raise Refused(404, "videoNotFound" if video else "channelNotFound", "It cannot be found.")
        if said.threads is None:
            raise Refused(403, "commentsDisabled", "The video has disabled comments.")
        answer = page_of(ask, "commentThreadList", said.threads, 20, 100)
        threads = [{**thread, "snippet": dict(thread["snippet"])} for thread in answer.payload["items"]]
        tops = ask.touch("comment", [_shown(ask, thread["snippet"]["topLevelComment"]) for thread in threads])
        for thread, top in zip(threads, tops, strict=True):
            thread["snippet"]["topLevelComment"] = top
            if "replies" in thread:
                replies = [_shown(ask, reply) for reply in thread["replies"]["comments"]]
                thread["replies"] = {"comments": list(ask.touch("comment", replies))}
        answer.payload["items"] = [parts_of(ask, thread) for thread in threads]
        return answer

    def _comments(self, ask: Ask) -> Answer:
        replies = self.studio.replies(ask.clock, ask.query.get("parentId", ""))
        if replies is None:
            raise Refused(404, "commentNotFound", "The comment cannot be found.")
        answer = page_of(ask, "commentList", replies, 20, 100)
        answer.payload["items"] = list(ask.touch("comment", [_shown(ask, one) for one in answer.payload["items"]]))
        return answer

    def _search(self, ask: Ask) -> Answer:
        after, before = instant(ask, "publishedAfter"), instant(ask, "publishedBefore")
        found = self.studio.found(ask.clock, ask.query.get("q", ""), after, before)[:MOST_FOUND]
        return page_of(ask, "searchList", found, 5, 50)


def _shown(ask: Ask, comment: Record) -> Record:
    """Display a comment as HTML, unless plain text is asked for."""
    if ask.query.get("textFormat", "html") == "plainText":
        return comment
    marked_up = html.escape(comment["snippet"]["textDisplay"]).replace("\n", "<br>")
    return {**comment, "snippet": {**comment["snippet"], "textDisplay": marked_up}}
