"""The simulated Facebook: Pages, their posts and comments, posts that tag them, recommendations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from comptoir.config.watched import ListeningQuery, WatchedAccount
from comptoir.sandbox.answers import Ask, Record
from comptoir.sandbox.clock import DAY, Clock, midnight
from comptoir.sandbox.graph import Edge, Node, Render, whole_number
from comptoir.sandbox.graph_insights import graph_time
from comptoir.sandbox.seeded.chance import chance, count, weighted
from comptoir.sandbox.seeded.comments import Comment, comments_of
from comptoir.sandbox.seeded.growth import (
    days_back,
    find,
    followers_on,
    grown,
    institution,
    official_back,
    truth_of,
)
from comptoir.sandbox.seeded.people import Author
from comptoir.sandbox.seeded.posts import FIRST_DAY, Post
from comptoir.sandbox.seeded.region import Region
from comptoir.sandbox.seeded.social_counters import account_metric, post_metric
from comptoir.sandbox.seeded.writing import compose, plain, told

SALT = 2_002
PAGE_FIELDS = frozenset({"id", "name", "fan_count", "followers_count", "rating_count", "overall_star_rating",
                         "talking_about_count", "were_here_count", "link"})  # fmt: skip
POST_FIELDS = frozenset({"id", "created_time", "updated_time", "message", "story", "permalink_url", "status_type",
                         "is_published", "is_hidden", "is_expired", "parent_id", "shares", "from", "reactions",
                         "comments"})  # fmt: skip
COMMENT_FIELDS = frozenset({"id", "created_time", "message", "like_count", "comment_count", "parent", "from",
                            "permalink_url"})  # fmt: skip
RATING_FIELDS = frozenset({"created_time", "recommendation_type", "review_text", "has_rating", "has_review", "rating",
                           "reviewer", "open_graph_story"})  # fmt: skip


class SeededFacebook:
    """Pages of the seeded world as Graph objects, at any clock."""

    def __init__(self, region: Region) -> None:
        self.first_night = FIRST_DAY
        self.seed, self.season = region.seed + SALT, region.season
        self.official = [(account, _author(self.seed, account)) for account in region.watched("facebook")]
        self.timeline = region.timeline(_subjects(region), self.official, salt=SALT)
        self._pages = {account.address: at for at, (account, _) in enumerate(self.official)}
        self._comments = lru_cache(maxsize=4096)(partial(comments_of, self.seed, self.timeline.people, self.season))

    def node(self, clock: Clock, node_id: str) -> Node | None:
        """Return a Page or one of its posts."""
        if node_id in self._pages:
            return self._page(clock, self._pages[node_id])
        page, _, number = node_id.partition("_")
        post = find(self.timeline, int(number)) if page in self._pages and number.isdecimal() else None
        if post is None or str(post.author.id) != page or not shown(post, clock):
            return None
        measure = lambda name, _day: post_metric(self.seed, post, clock, name)  # noqa: E731
        edges = {"comments": lambda _: Edge("comment", COMMENT_FIELDS, self._comment_rows(post, clock))}
        return Node("post", POST_FIELDS, partial(self.post, post, clock), edges, "post", measure)

    def search(self, clock: Clock, ask: Ask, root: str) -> list[Record] | None:
        """Nothing is searched on Facebook."""
        return None

    def post(self, post: Post, clock: Clock) -> Record:
        """Return a post at a clock; what is ``None`` is left out of answers, as shares are when there are none."""
        edited_at = post.edited_at if post.edited_at and post.edited_at <= clock.now else None
        age = (clock.now - post.created_at) / DAY
        shares = grown(post.reblogs, age)
        return {
            "id": _post_id(post),
            "created_time": graph_time(post.created_at),
            "updated_time": partial(self._updated, post, clock, edited_at),
            "message": partial(self._message, post, edited_at is not None),
            "permalink_url": f"https://www.facebook.example/{_post_id(post)}",
            "status_type": "added_photos" if post.media else "mobile_status_update",
            "is_published": True,
            "is_hidden": False,
            "is_expired": False,
            "from": {"id": str(post.author.id), "name": post.author.display_name},
            "shares": {"count": shares} if shares else None,
            "reactions": {"data": [], "summary": {"total_count": grown(post.favourites, age)}},
            "comments": partial(self._commented, post, clock),
        }

    def _message(self, post: Post, edited: bool) -> str | None:
        if post.media and post.id % 31 == 0:
            return None
        return plain(told(self.seed, post, self.timeline.people, edited=edited))

    def _visible(self, post: Post, clock: Clock) -> list[Comment]:
        return [comment for comment in self._comments(post) if comment.visible(clock.now)]

    def _commented(self, post: Post, clock: Clock) -> Record:
        there = len(self._visible(post, clock))
        return {"data": [], "summary": {"order": "ranked", "total_count": there, "can_comment": True}}

    def _updated(self, post: Post, clock: Clock, edited_at: dt.datetime | None) -> str:
        moments = [comment.created_at for comment in self._visible(post, clock)]
        return graph_time(max([post.created_at, *([edited_at] if edited_at else []), *moments]))

    def truth(self, post_id: str) -> dict[str, Any] | None:
        """Return the hidden truth of a post: for tests only, never served."""
        post = find(self.timeline, int(post_id.partition("_")[2]))
        return truth_of(self.seed, self.timeline.people, post) if post else None

    def _page(self, clock: Clock, at: int) -> Node:
        _, author = self.official[at]
        edges = {
            "posts": lambda ask: Edge("post", POST_FIELDS, self._rows(clock, self._own(clock, at, ask))),
            "tagged": lambda _: Edge("post", POST_FIELDS, self._rows(clock, self._tagging(clock, at))),
            "ratings": lambda _: Edge("rating", RATING_FIELDS, self._ratings(clock, at)),
        }
        measure = partial(account_metric, self.seed, author, self.season, clock)
        return Node("account", PAGE_FIELDS, partial(self._snapshot, clock, at), edges, "page", measure)

    def _snapshot(self, clock: Clock, at: int) -> Record:
        account, author = self.official[at]
        followers = followers_on(self.seed, author, clock.night)
        draw = chance(self.seed, "page", account.address, clock.night)
        return {
            "id": account.address,
            "name": author.display_name,
            "fan_count": followers * 93 // 100,
            "followers_count": followers,
            "rating_count": 12 + (clock.night - FIRST_DAY).days // 4,
            # Not told of Pages without enough recommendations.
            "overall_star_rating": round(3.6 + at % 3 * 0.4, 1) if at else None,
            "talking_about_count": int(followers * draw.uniform(0.01, 0.06)),
            "were_here_count": author.following * 9 + (clock.night - FIRST_DAY).days,
            "link": f"https://www.facebook.example/{author.username}",
        }

    def _rows(self, clock: Clock, posts: Iterable[Post]) -> Iterator[Render]:
        return (partial(self.post, post, clock) for post in posts)

    def _own(self, clock: Clock, at: int, ask: Ask) -> Iterator[Post]:
        for post in official_back(self.timeline, clock, at, whole_number(ask, "since", 0)):
            if shown(post, clock):
                yield post

    def _tagging(self, clock: Clock, at: int) -> Iterator[Post]:
        """One post in five of other people tags a Page."""
        for day in days_back(clock):
            for post in reversed(self.timeline.people_on(day)):
                drawn = (post.id >> 16) % (5 * len(self.official))
                if drawn == at and shown(post, clock):
                    yield post

    def _comment_rows(self, post: Post, clock: Clock) -> Iterator[Render]:
        there = self._visible(post, clock)
        answered = [comment.answers for comment in there]
        return (partial(_comment, post, comment, answered.count(comment.number), clock) for comment in reversed(there))

    def _ratings(self, clock: Clock, at: int) -> Iterator[Render]:
        for day in days_back(clock):
            rng = chance(self.seed, "ratings", at, day)
            for number in reversed(range(count(rng, 0.35))):
                moment = midnight(day) + dt.timedelta(seconds=20_000 * (number + 1) + rng.randrange(9_000))
                if moment <= clock.now:
                    yield partial(self._rating, at, day, number, moment)

    def _rating(self, at: int, day: dt.date, number: int, moment: dt.datetime) -> Record:
        rng = chance(self.seed, "rating", at, day, number)
        stance = weighted(rng, (("positive", 7), ("negative", 3)))
        place = self.timeline.places.within(self.official[at][0].territory_id)[0].name
        author = self.timeline.people.draw(rng, "visitor")
        said = " ".join(compose(rng, "visitor", "plages", stance, place, "fr"))
        has_review = rng.random() < 0.8
        return {
            "created_time": graph_time(moment),
            "recommendation_type": stance,
            "review_text": said if has_review else None,
            "has_rating": False,
            "has_review": has_review,
            # Who does not let the app know is not named.
            "reviewer": None if rng.random() < 0.2 else {"id": str(author.id), "name": author.display_name},
            "open_graph_story": {"id": str(int(moment.timestamp()) * 1_000 + at), "type": "og.recommends"},
        }


def _comment(post: Post, comment: Comment, answers: int, clock: Clock) -> Record:
    author = post.author if comment.is_official else comment.author
    # Who does not let the app know is not named; a Page is.
    is_named = comment.is_official or comment.number % 9 != 0
    return {
        "id": f"{post.id}_{comment.number}",
        "created_time": graph_time(comment.created_at),
        "message": comment.text,
        "like_count": grown(comment.likes, (clock.now - comment.created_at) / DAY),
        "comment_count": answers,
        "parent": {"id": f"{post.id}_{comment.answers}"} if comment.answers else None,
        "from": {"id": str(author.id), "name": author.display_name} if is_named else None,
        "permalink_url": f"https://www.facebook.example/{_post_id(post)}?comment_id={comment.number}",
    }


def shown(post: Post, clock: Clock) -> bool:
    """Tell whether a post stands on Facebook, where answers are comments and boosts are the people's own."""
    return post.reblog_of is None and not post.is_reply and post.visible(clock.now)


def _post_id(post: Post) -> str:
    return f"{post.author.id}_{post.id}"


def _subjects(region: Region) -> list[ListeningQuery]:
    """What people talk about does not hang on who listens: each territory that any query names, once."""
    return list({query.territory_id: query for query in region.config.listening_queries}.values())


def _author(seed: int, account: WatchedAccount) -> Author:
    username = account.account_key.removesuffix("_facebook")
    return replace(institution(seed, account, f"{username}@facebook.example"), id=int(account.address))
