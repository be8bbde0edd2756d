"""The simulated YouTube: what a night shows of each channel and video."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY, Clock
from comptoir.sandbox.seeded.audience import Audience, Comment
from comptoir.sandbox.seeded.footage import (
    channel_id,
    duration,
    is_private,
    is_silent,
    is_video,
    playlist_item,
    post_id,
    rfc3339,
    titles,
    video_id,
)
from comptoir.sandbox.seeded.growth import days_back, find, followers_on, grown, hidden, institution
from comptoir.sandbox.seeded.posts import FIRST_DAY, Post
from comptoir.sandbox.seeded.region import Region
from comptoir.sandbox.seeded.writing import Text, told
from comptoir.sandbox.youtube import Said

SALT = 202
UNLIKED_EVERY, HIDDEN_CHANNEL_EVERY = 23, 3
MOVING_DAYS = 40.0
REPLIES_SHOWN = 3
CATEGORIES = {"plages": "19", "paysages": "19", "fetes": "24", "institution": "25"}


class SeededStudio:
    """Channels, videos and comments of the seeded world as YouTube shows them, at any clock."""

    def __init__(self, region: Region) -> None:
        self.first_night = FIRST_DAY
        self.seed = seed = region.seed + SALT
        self.official = [
            (account, institution(seed, account, account.address)) for account in region.watched("youtube")
        ]
        self.timeline = region.timeline(region.queries("youtube"), self.official, salt=SALT)
        self._audience = Audience(seed, region.scale, self.timeline.people)
        self._by_id = {author.username: at for at, (_, author) in enumerate(self.official)}
        self._words = lru_cache(maxsize=4096)(self._told)
        self._made = lru_cache(maxsize=256)(self._official_videos)
        self._heard = lru_cache(maxsize=64)(self._channel_threads)

    def channel(self, clock: Clock, channel_id: str) -> Record | None:
        """Return a watched channel; one in three hides its subscribers."""
        if channel_id not in self._by_id:
            return None
        at = self._by_id[channel_id]
        author = self.official[at][1]
        videos = [video for video in self._made(at, clock) if not is_private(video)]
        is_hidden = at % HIDDEN_CHANNEL_EVERY == HIDDEN_CHANNEL_EVERY - 1
        views = author.statuses * 90 + sum(_views(video, clock) for video in videos)
        # Subscribers are told to three digits.
        count = int(float(f"{followers_on(self.seed, author, clock.night):.3g}"))
        return {
            "kind": "youtube#channel",
            "etag": "comptoir",
            "id": channel_id,
            "snippet": {
                "title": author.display_name,
                "description": author.note,
                "customUrl": "@" + author.display_name.lower().replace(" ", ""),
                "publishedAt": rfc3339(dt.datetime.combine(author.created_on, dt.time(9), dt.UTC)),
                "country": "FR",
            },
            "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": "UU" + channel_id[2:]}},
            "statistics": {
                "viewCount": str(views),
                **({} if is_hidden else {"subscriberCount": str(count)}),
                "hiddenSubscriberCount": is_hidden,
                "videoCount": str(len(videos)),
            },
            "status": {"privacyStatus": "public", "isLinked": True, "longUploadsStatus": "longUploadsUnspecified"},
        }

    def uploads(self, clock: Clock, playlist_id: str) -> Sequence[Record] | None:
        """Return the items of a watched channel's uploads list, newest first."""
        at = self._by_id.get("UC" + playlist_id[2:])
        if at is None:
            return None
        return [
            playlist_item(post, position, playlist_id, self._words(post, False))
            for position, post in enumerate(self._made(at, clock))
        ]

    def video(self, clock: Clock, video_id: str) -> Record | None:
        """Return a public video that is there at the clock."""
        post = self._post(video_id)
        if post is None or not post.visible(clock.now) or is_private(post):
            return None
        edited = post.edited_at is not None and post.edited_at <= clock.now
        written = self._words(post, edited)
        age = (clock.now - post.created_at) / DAY
        statistics = {"viewCount": str(_views(post, clock)), "favoriteCount": "0"}
        if post.id % UNLIKED_EVERY:
            statistics["likeCount"] = str(grown(post.favourites, age, MOVING_DAYS))
        if not is_silent(post):
            statistics["commentCount"] = str(len(self._audience.heard(post, clock.now)))
        snippet = {
            "publishedAt": rfc3339(post.created_at),
            "channelId": channel_id(post.author),
            **titles(written),
            "channelTitle": post.author.display_name,
            "categoryId": CATEGORIES.get(post.theme, "22"),
            "liveBroadcastContent": "none",
        }
        if post.tags:
            snippet["tags"] = list(post.tags)
        if post.id % 3:
            snippet["defaultAudioLanguage"] = post.language
        return {
            "kind": "youtube#video",
            "etag": "comptoir",
            "id": video_id,
            "snippet": snippet,
            "contentDetails": {
                "duration": duration(20 + post.id % 1_400),
                "definition": "hd",
                "caption": "true" if post.id % 5 == 0 else "false",
                "licensedContent": False,
            },
            "statistics": statistics,
            "status": {
                "uploadStatus": "processed",
                "privacyStatus": "public",
                "license": "youtube",
                "embeddable": True,
            },
        }

    def found(self, clock: Clock, words: str, after: dt.datetime | None, before: dt.datetime | None) -> list[Record]:
        """Return what a search for a hashtag finds, newest first."""
        tag, results = words.removeprefix("#").lower(), list[Record]()
        for day in days_back(clock, None):
            if after and day < after.date() - DAY:
                break
            for post in reversed(self.timeline.public_on(day)):
                moment = post.created_at
                if (
                    tag in map(str.lower, post.tags)
                    and is_video(post)
                    and not is_private(post)
                    and post.visible(clock.now)
                    and (after is None or moment >= after)
                    and (before is None or moment < before)
                ):
                    results.append(self._result(post))
        return results

    def said(self, clock: Clock, video_id: str | None, channel_id: str | None) -> Said | None:
        """Return the threads of a video or of a watched channel's videos, newest first."""
        if video_id:
            post = self._post(video_id)
            if post is None or not post.visible(clock.now) or is_private(post):
                return None
            return Said(None if is_silent(post) else self._threads([post], clock))
        at = self._by_id.get(channel_id or "")
        return None if at is None else self._heard(at, clock)

    def replies(self, clock: Clock, parent_id: str) -> Sequence[Record] | None:
        """Return all replies to a comment, newest first."""
        found = self._comment(parent_id)
        if found is None:
            return None
        post, comment = found
        replies = [one for one in self._audience.heard(post, clock.now) if one.parent_id == comment.id]
        return [self._audience.record(one, clock.now, nested=False) for one in replies]

    def truth(self, identifier: str) -> dict[str, Any] | None:
        """Return the hidden truth of a video or a comment: for tests only, never served."""
        if found := self._comment(identifier):
            comment = found[1]
            return {"author_kind": comment.author.kind, "theme": comment.theme, "stance": comment.stance}
        post = self._post(identifier)
        return hidden(post, self._words(post, False).identities) if post else None

    def _official_videos(self, at: int, clock: Clock) -> list[Post]:
        days = (self.timeline.official_on(at, day) for day in days_back(clock, None))
        return [post for posts in days for post in reversed(posts) if is_video(post) and post.visible(clock.now)]

    def _channel_threads(self, at: int, clock: Clock) -> Said:
        videos = [post for post in self._made(at, clock) if not is_private(post) and not is_silent(post)]
        return Said(self._threads(videos, clock))

    def _threads(self, videos: Sequence[Post], clock: Clock) -> list[Record]:
        heard: list[tuple[Post, Comment, list[Comment]]] = []
        for video in videos:
            comments = self._audience.heard(video, clock.now)
            for top in comments:
                if top.parent_id is None:
                    heard.append((video, top, [one for one in comments if one.parent_id == top.id]))
        heard.sort(key=lambda thread: (thread[1].created_at, thread[1].id), reverse=True)
        return [self._thread(*thread, clock) for thread in heard]

    def _thread(self, video: Post, top: Comment, replies: list[Comment], clock: Clock) -> Record:
        thread: Record = {
            "kind": "youtube#commentThread",
            "etag": "comptoir",
            "id": top.id,
            "snippet": {
                "channelId": channel_id(video.author),
                "videoId": top.video_id,
                "topLevelComment": self._audience.record(top, clock.now, nested=True),
                "canReply": True,
                "totalReplyCount": len(replies),
                "isPublic": True,
            },
        }
        if replies:
            shown = [self._audience.record(one, clock.now, nested=True) for one in replies[:REPLIES_SHOWN]]
            thread["replies"] = {"comments": shown}
        return thread

    def _result(self, post: Post) -> Record:
        snippet = {
            "publishedAt": rfc3339(post.created_at),
            "channelId": channel_id(post.author),
            **titles(self._words(post, False)),
            "channelTitle": post.author.display_name,
            "liveBroadcastContent": "none",
        }
        identifier = {"kind": "youtube#video", "videoId": video_id(post)}
        return {"kind": "youtube#searchResult", "etag": "comptoir", "id": identifier, "snippet": snippet}

    def _post(self, video_id: str) -> Post | None:
        post = find(self.timeline, post_id(video_id))
        return post if post is not None and is_video(post) else None

    def _comment(self, comment_id: str) -> tuple[Post, Comment] | None:
        post = self._post(comment_id[2:13]) if comment_id.startswith("Ug") else None
        comment = self._audience.find(post, comment_id) if post else None
        return (post, comment) if post and comment else None

    def _told(self, post: Post, edited: bool) -> Text:
        return told(self.seed, post, self.timeline.people, edited=edited)


def _views(post: Post, clock: Clock) -> int:
    age = (clock.now - post.created_at) / DAY
    return grown(post.favourites * 23 + post.id % 50 + 12, age, MOVING_DAYS)
