"""What residents and visitors say under the videos: comments, replies, corrections, deletions."""

from __future__ import annotations

import datetime as dt
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from comptoir.sandbox.answers import Record
from comptoir.sandbox.clock import DAY
from comptoir.sandbox.seeded.chance import chance, heavy_tail, weighted
from comptoir.sandbox.seeded.footage import channel_id, rfc3339, video_id
from comptoir.sandbox.seeded.growth import grown
from comptoir.sandbox.seeded.people import Author, People
from comptoir.sandbox.seeded.phrases import phrases
from comptoir.sandbox.seeded.posts import LANGUAGES, STANCES, THEMES, Post
from comptoir.sandbox.seeded.writing import compose, identity

KINDS = (("resident", 58), ("visitor", 34), ("prospect", 8))
LATEST = 40  # days after its video at which a comment may still come
REPLY_SHARE, ANSWER_SHARE, EDIT_SHARE, DELETE_SHARE, NAMING_SHARE = 0.28, 0.3, 0.06, 0.03, 0.03
GONE_EVERY = 61  # an account in so many is closed since
MOST = 300


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as decided at its birth."""

    id: str
    number: int
    video_id: str
    parent_id: str | None
    owner: Author
    author: Author
    voice: str
    theme: str
    stance: str
    language: str
    place: str
    created_at: dt.datetime
    edited_at: dt.datetime | None
    deleted_at: dt.datetime | None
    likes: int

    def visible(self, now: dt.datetime) -> bool:
        """Tell whether it can be read at an instant."""
        return self.created_at <= now and (self.deleted_at is None or self.deleted_at > now)


class Audience:
    """Those who comment on a timeline's videos. ``scale`` multiplies what they say, never under the demo's."""

    def __init__(self, seed: int, scale: float, people: People) -> None:
        self.seed, self.scale, self.people = seed, max(1.0, scale), people
        self.under = lru_cache(maxsize=2_000)(self._under)
        self._text = lru_cache(maxsize=8_192)(self._told)

    def heard(self, video: Post, now: dt.datetime) -> list[Comment]:
        """Return what can be read under a video at an instant, newest first; a reply goes with what it replies to."""
        there = [comment for comment in self.under(video) if comment.visible(now)]
        tops = {comment.id for comment in there if comment.parent_id is None}
        return [comment for comment in reversed(there) if comment.parent_id is None or comment.parent_id in tops]

    def find(self, video: Post, comment_id: str) -> Comment | None:
        """Return a comment of a video, whether it can still be read or not."""
        return next((comment for comment in self.under(video) if comment.id == comment_id), None)

    def record(self, comment: Comment, now: dt.datetime, *, nested: bool) -> Record:
        """Return the comment resource; in a list of replies it does not tell its video."""
        edited = comment.edited_at if comment.edited_at and comment.edited_at <= now else None
        text, channel = self._text(comment, edited is not None), channel_id(comment.author)
        snippet: Record = {
            "authorDisplayName": f"@{comment.author.username}",
            "authorProfileImageUrl": f"https://yt3.example/{channel}=s48",
            "authorChannelUrl": f"http://www.youtube.example/channel/{channel}",
            "textDisplay": text,
            "textOriginal": text,
            "canRate": True,
            "viewerRating": "none",
            "likeCount": grown(comment.likes, (now - comment.created_at) / DAY),
            "publishedAt": rfc3339(comment.created_at),
            "updatedAt": rfc3339(edited or comment.created_at),
        }
        if comment.author.id % GONE_EVERY:
            snippet["authorChannelId"] = {"value": channel}
        if nested:
            snippet |= {"channelId": channel_id(comment.owner), "videoId": comment.video_id}
        if comment.parent_id:
            snippet["parentId"] = comment.parent_id
        return {"kind": "youtube#comment", "etag": "comptoir", "id": comment.id, "snippet": snippet}

    def _under(self, video: Post) -> list[Comment]:
        comments = list(self._born(video, min(MOST, int((2 + 2 * video.replies) * self.scale))))
        return sorted(comments, key=lambda comment: (comment.created_at, comment.id))

    def _born(self, video: Post, count: int) -> Iterator[Comment]:
        tops: list[Comment] = []
        for number in range(count):
            rng = chance(self.seed, "comment", video.id, number)
            parent = rng.choice(tops) if tops and rng.random() < REPLY_SHARE else None
            comment = self._comment(rng, video, number, parent)
            if parent is None:
                tops.append(comment)
            yield comment

    def _comment(self, rng: Random, video: Post, number: int, parent: Comment | None) -> Comment:
        kind = weighted(rng, KINDS)
        author, voice = self.people.draw(rng, kind), kind
        stance = weighted(rng, STANCES.get(kind, (("neutral", 1),)))
        if parent is not None and video.author.kind == "institution" and rng.random() < ANSWER_SHARE:
            author, voice, stance = video.author, "replies", "neutral"
        elif kind == "resident" and stance == "negative" and rng.random() < 0.15:
            voice = "irony"
        after = parent.created_at if parent else video.created_at
        created_at = after + dt.timedelta(seconds=30 + int(rng.random() ** 3 * LATEST * 86_400))
        return Comment(
            id=_id(video, number, parent),
            number=number,
            video_id=video_id(video),
            parent_id=parent.id if parent else None,
            owner=video.author,
            author=author,
            voice=voice,
            theme=weighted(rng, THEMES.get(kind, THEMES["visitor"])),
            stance=stance,
            language="fr" if voice != kind else weighted(rng, LANGUAGES[kind]),
            place=video.place,
            created_at=created_at,
            edited_at=_later(rng, created_at, EDIT_SHARE, 5),
            deleted_at=_later(rng, created_at, DELETE_SHARE, 20),
            likes=heavy_tail(rng, 1.3, 1.5, 900),
        )

    def _told(self, comment: Comment, edited: bool) -> str:
        rng = chance(self.seed, "said", comment.id)
        about = (comment.voice, comment.theme, comment.stance, comment.place, comment.language)
        paragraphs = compose(rng, *about)
        if rng.random() < NAMING_SHARE:
            paragraphs.append(identity(rng)[0])
        if edited:
            paragraphs.append(rng.choice(phrases()["corrections"]))
        return "\n".join(paragraphs)


def _id(video: Post, number: int, parent: Comment | None) -> str:
    """Return a comment's name; it holds its video's, so that it can be found again without an index."""
    digest = urlsafe_b64encode(hashlib.sha256(f"{video.id}|{number}".encode()).digest()).decode()
    return f"{parent.id}.{digest[:22]}" if parent else f"Ug{video_id(video)}{digest[:7]}AaABAg"


def _later(rng: Random, created_at: dt.datetime, share: float, within_days: int) -> dt.datetime | None:
    happens, delay = rng.random() < share, rng.random() ** 2
    return created_at + dt.timedelta(minutes=2 + int(delay * within_days * 1_440)) if happens else None
