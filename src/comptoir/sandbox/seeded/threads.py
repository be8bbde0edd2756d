"""What is said under a media of the simulated Instagram: comments, and replies to them, the account's own included."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial

from comptoir.sandbox.answers import Ask, Record
from comptoir.sandbox.clock import DAY, Clock
from comptoir.sandbox.graph import Edge, Node, Render
from comptoir.sandbox.graph_insights import graph_time
from comptoir.sandbox.seeded.comments import Comment, comments_of
from comptoir.sandbox.seeded.growth import grown
from comptoir.sandbox.seeded.people import People
from comptoir.sandbox.seeded.posts import Post
from comptoir.sandbox.seeded.season import Season

COMMENT_FIELDS = frozenset({"id", "timestamp", "text", "username", "from", "like_count", "parent_id", "hidden", "media",
                            "replies", "user"})  # fmt: skip
NUMBER_DIGITS = 5
NESTED = 3  # replies that come with their comment; the others are asked for


class Threads:
    """Comments of media at a clock. A reply to a reply stands under the comment that began the thread."""

    def __init__(self, seed: int, people: People, season: Season) -> None:
        self._of = lru_cache(maxsize=4096)(partial(comments_of, seed, people, season))

    def count(self, clock: Clock, post: Post) -> int:
        """Return how many comments a media shows, replies included."""
        return sum(1 for comment in self._standing(clock, post))

    def rows(self, clock: Clock, post: Post, ask: Ask) -> Iterator[Render]:
        """Yield the comments that begin a thread, newest first."""
        nested = "replies" in ask.query.get("fields", "")
        for comment in reversed([comment for comment in self._standing(clock, post) if comment.answers is None]):
            yield partial(self._record, clock, post, comment, nested=nested)

    def node(self, clock: Clock, post: Post, comment_id: str) -> Node | None:
        """Return a comment of a media by its id."""
        comment = next((one for one in self._standing(clock, post) if comment_name(post, one) == comment_id), None)
        if comment is None:
            return None
        rows = [partial(self._record, clock, post, reply) for reply in self._replies(clock, post, comment)]
        edges = {"replies": lambda _: Edge("comment", COMMENT_FIELDS, rows)}
        return Node("comment", COMMENT_FIELDS, partial(self._record, clock, post, comment), edges)

    def _standing(self, clock: Clock, post: Post) -> Iterator[Comment]:
        """Yield what can be read: a thread goes with the comment that began it."""
        known = {comment.number: comment for comment in self._of(post)}
        for comment in known.values():
            if comment.visible(clock.now) and _root(known, comment).visible(clock.now):
                yield comment

    def _replies(self, clock: Clock, post: Post, comment: Comment) -> list[Comment]:
        known = {other.number: other for other in self._of(post)}
        return [
            other
            for other in self._standing(clock, post)
            if other.answers is not None and _root(known, other).number == comment.number
        ]

    def _record(self, clock: Clock, post: Post, comment: Comment, *, nested: bool = False) -> Record:
        root = _root({other.number: other for other in self._of(post)}, comment)
        author = post.author if comment.is_official else comment.author
        return {
            "id": comment_name(post, comment),
            "timestamp": graph_time(comment.created_at),
            "text": comment.text,
            "username": author.username,
            "from": {"id": str(author.id), "username": author.username},
            "like_count": grown(comment.likes, (clock.now - comment.created_at) / DAY),
            "parent_id": comment_name(post, root) if root is not comment else None,
            "hidden": False,
            "media": {"id": str(post.id)},
            "replies": self._nested(clock, post, comment) if nested else None,
        }

    def _nested(self, clock: Clock, post: Post, comment: Comment) -> Record | None:
        replies = self._replies(clock, post, comment)
        if not replies:
            return None
        told = [self._record(clock, post, reply) for reply in replies[:NESTED]]
        kept = ("id", "timestamp", "text", "username", "like_count", "parent_id")
        body: Record = {"data": [{name: reply[name] for name in kept} for reply in told]}
        if len(replies) > NESTED:
            # Meta's link is whole; that there is one says enough.
            body["paging"] = {
                "cursors": {"after": "QVFI"},
                "next": f"https://graph.example/{comment_name(post, comment)}/replies",
            }
        return body


def _root(known: dict[int, Comment], comment: Comment) -> Comment:
    while comment.answers is not None:
        comment = known[comment.answers]
    return comment


def comment_name(post: Post, comment: Comment) -> str:
    """Return a comment's id; it holds its media's, so that it can be found again without an index."""
    return f"{post.id}{comment.number:0{NUMBER_DIGITS}d}"


def media_of(comment_id: str) -> str:
    """Return the id of the media that a comment's id holds."""
    return comment_id[:-NUMBER_DIGITS]
