"""What makes a post of the simulated region a video: its names on YouTube, its title, its length, who may see it."""

from __future__ import annotations

import datetime as dt
import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from comptoir.sandbox.answers import Record
from comptoir.sandbox.seeded.people import Author
from comptoir.sandbox.seeded.posts import Post
from comptoir.sandbox.seeded.writing import Text

# A video is made where others write so many posts; a channel's private ones stand in its list and nowhere else.
OFFICIAL_EVERY, PEOPLE_EVERY = 7, 4
PRIVATE_EVERY, SILENT_EVERY = 31, 13
# Odd, so that it can be undone: ids look drawn by lot and still tell their post.
SCRAMBLE, MODULUS = 0x9E3779B97F4A7C15, 2**64
TITLE_LENGTH = 100


def is_video(post: Post) -> bool:
    """Tell whether a post of the timeline is one that was filmed."""
    if post.author.kind == "institution":
        return post.voice.startswith("institution") and post.id % OFFICIAL_EVERY == 0
    return post.author.kind != "bot" and not post.is_reply and post.id % PEOPLE_EVERY == 0


def is_private(post: Post) -> bool:
    """Tell whether only its owner may see a video."""
    return post.author.kind == "institution" and post.id % PRIVATE_EVERY == 0


def is_silent(post: Post) -> bool:
    """Tell whether the comments of a video are switched off."""
    return post.id % SILENT_EVERY == 0


def video_id(post: Post) -> str:
    """Return the eleven characters of a video."""
    return urlsafe_b64encode((post.id * SCRAMBLE % MODULUS).to_bytes(8, "big")).decode().rstrip("=")


def post_id(video: str) -> int:
    """Return the post of a video's id; 0 for what is no such id."""
    try:
        raw = urlsafe_b64decode(video + "=")
    except ValueError:
        return 0
    return int.from_bytes(raw, "big") * pow(SCRAMBLE, -1, MODULUS) % MODULUS if len(raw) == 8 else 0


def channel_id(author: Author) -> str:
    """Return an author's channel; an official account is configured by its own."""
    if author.kind == "institution":
        return author.username
    digest = hashlib.sha256(f"channel|{author.id}|{author.username}".encode()).digest()
    return "UC" + urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def titles(written: Text) -> Record:
    """Return the title and the description of a video."""
    first, *rest = written.paragraphs
    tags = " ".join(f"#{tag}" for tag in written.tags)
    described = [first if len(first) > TITLE_LENGTH else "", *rest, written.link, tags]
    return {
        "title": first[:TITLE_LENGTH].replace("<", "").replace(">", ""),
        "description": "\n\n".join(filter(None, described)),
    }


def rfc3339(moment: dt.datetime) -> str:
    """Write an instant as YouTube does: UTC, whole seconds, ``Z``."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def duration(seconds: int) -> str:
    """Write a length in ISO 8601."""
    minutes, rest = divmod(seconds, 60)
    return "PT" + (f"{minutes}M" if minutes else "") + (f"{rest}S" if rest else "")


def playlist_item(post: Post, position: int, playlist_id: str, written: Text) -> Record:
    """Return a video as its channel's list shows it; of a private one, little."""
    name, private = video_id(post), is_private(post)
    shown = {"title": "Private video", "description": "This video is private."} if private else titles(written)
    details = {"videoId": name} if private else {"videoId": name, "videoPublishedAt": rfc3339(post.created_at)}
    return {
        "kind": "youtube#playlistItem",
        "etag": "comptoir",
        "id": f"{playlist_id}.{name}",
        "snippet": {
            "publishedAt": rfc3339(post.created_at),
            "channelId": channel_id(post.author),
            **shown,
            "channelTitle": post.author.display_name,
            "playlistId": playlist_id,
            "position": position,
            "resourceId": {"kind": "youtube#video", "videoId": name},
        },
        "contentDetails": details,
        "status": {"privacyStatus": "private" if private else "public"},
    }
