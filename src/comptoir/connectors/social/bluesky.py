"""Bluesky (AT Protocol): watched accounts, their feeds, posts under a hashtag (apis.md 1.8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import requests
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

from comptoir.config.watched import WatchedAccount
from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.dialect import Dialect, Refusal, Session, by_status, json_body
from comptoir.connectors.http import Answered, PublisherClient, PublisherError

SERVER = "/xrpc/com.atproto.server."
PAGE_SIZE = 100
# A night after the first needs few items of a feed: a page that lies wholly before its window ends the walk.
NIGHTLY_FEED_PAGE_SIZE = 30
PROFILES_AT_ONCE = 25
# A page may be empty and still say where to go on: what never ends is stopped here.
MAX_PAGES = 1000
REPOST, PIN = "app.bsky.feed.defs#reasonRepost", "app.bsky.feed.defs#reasonPin"
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LOG_IN = "Give identifier:app-password in {variable}, towards the account's own server: the public host has no login."


def fetch(request: Request) -> Iterator[Page]:
    """Pages of one of the family's streams, newest first."""
    return {"accounts": _accounts, "posts": _posts, "hashtag_posts": _hashtags}[request.stream.name](request)


def login(client: PublisherClient, expired: Session | None) -> Session:
    """Exchange the token ``identifier:app-password`` for a session; an expired one is renewed, as logins are counted.

    Raises:
        PublisherError: the server does not know the identifier or the password.
    """
    if expired and expired.renewal:
        try:
            path, bearer = f"{SERVER}refreshSession", {"Authorization": f"Bearer {expired.renewal}"}
            return _session(client, path, client.post_json(path, headers=bearer)[0])
        except PublisherError:
            pass  # Renewals expire too: the password is the way in.
    # A did holds colons, an app password none.
    identifier, _, password = (client.token or "").rpartition(":")
    path = f"{SERVER}createSession"
    return _session(client, path, client.post_json(path, json={"identifier": identifier, "password": password})[0])


def _session(client: PublisherClient, path: str, body: Any) -> Session:
    access, renewal = (body.get("accessJwt"), body.get("refreshJwt")) if isinstance(body, dict) else (None, None)
    if not isinstance(access, str):
        raise client.error(path, "gave no session", "Check that the base URL is the account's own server.")
    return Session(access, renewal if isinstance(renewal, str) else None)


def refusal(response: requests.Response) -> Refusal | None:
    """Read the protocol's errors, ``{"error": "Name", "message": …}``; the public host also refuses in HTML."""
    plain = by_status(response)
    if plain is None or plain.again:
        return plain
    said = json_body(response).get("error")
    name = said if isinstance(said, str) else ""
    is_login = SERVER in (response.url or "")
    if name == "ExpiredToken" and not is_login:
        return Refusal("says that the session has expired", _LOG_IN, again=True, renew=True, reason=name)
    if is_login or response.status_code in (401, 403) or name in ("AuthMissing", "InvalidToken"):
        return Refusal(f"lets nobody in like this (HTTP {response.status_code})", _LOG_IN, reason=name)
    cure = "Check the accounts' addresses in comptoir.yml: handles change, dids do not."
    return Refusal(f"answered HTTP {response.status_code}", cure, reason=name)


DIALECT = Dialect(refusal=refusal, login=login)


def _watched(request: Request) -> list[WatchedAccount]:
    return [account for account in request.config.accounts if account.platform == "bluesky"]


def _context(account: WatchedAccount) -> dict[str, Any]:
    return {"account_key": account.account_key, "territory_id": account.territory_id}


def _pages(request: Request, method: str, params: Mapping[str, Any], select: str) -> Iterator[Answered]:
    path = f"/xrpc/app.bsky.feed.{method}"
    paginator = JSONResponseCursorPaginator(cursor_path="cursor", cursor_param="cursor")
    walk = request.client.pages(path, {"limit": PAGE_SIZE, **params}, paginator, select=select)
    for number, page in enumerate(walk):
        if number == MAX_PAGES:
            problem = f"gives more than {MAX_PAGES} pages"
            raise request.client.error(path, problem, "Narrow the listening query in comptoir.yml, or try again later.")
        yield page


def _accounts(request: Request) -> Iterator[Page]:
    watched = _watched(request)
    path = "/xrpc/app.bsky.actor.getProfiles"
    for at in range(0, len(watched), PROFILES_AT_ONCE):
        some = watched[at : at + PROFILES_AT_ONCE]
        body, size = request.client.get_json(path, {"actors": [account.address for account in some]})
        profiles = body.get("profiles") if isinstance(body, dict) else None
        found: dict[Any, Mapping[str, Any]] = {}
        for profile in profiles if isinstance(profiles, list) else []:
            if isinstance(profile, dict):
                found |= {profile.get("did"): profile, str(profile.get("handle")).lower(): profile}
        for number, account in enumerate(some):
            address = account.address
            profile = found.get(address) or found.get(address.lower())
            if profile is None:
                problem = f"does not describe the account '{account.account_key}'"
                raise request.client.error(path, problem, "Check its address in comptoir.yml: handles change.")
            yield Page([profile], _context(account), size if number == 0 else 0)


def _posts(request: Request) -> Iterator[Page]:
    for account in _watched(request):
        shown_for: dict[str, dict[str, Any]] = {}
        params: dict[str, Any] = {"actor": account.address, "filter": "posts_with_replies", "includePins": "true"}
        if request.since:
            params["limit"] = NIGHTLY_FEED_PAGE_SIZE
        for page in _pages(request, "getAuthorFeed", params, "feed"):
            yield Page([feed_item(item, shown_for) for item in page.items], _context(account), page.size_bytes)
            if request.since and _is_wholly_older(page.items, request.since):
                break


def _hashtags(request: Request) -> Iterator[Page]:
    for query in request.config.queries_in_force("bluesky", request.night):
        context = {
            "query_id": query.query_id,
            "query_version": query.query_version,
            "territory_id": query.territory_id,
        }
        params = {"q": f"#{query.hashtag}", "tag": query.hashtag, "sort": "latest"}
        if request.since:
            params["since"] = f"{request.since:%Y-%m-%dT%H:%M:%SZ}"
        for page in _pages(request, "searchPosts", params, "posts"):
            yield Page([shape(item) for item in page.items], context, page.size_bytes)


def _is_wholly_older(items: list[Any], since: dt.datetime) -> bool:
    """Tell whether a page of a feed lies before ``since``; pins, which stand first whatever their age, do not count."""
    moments = []
    for item in items:
        reason, post = _dict(item, "reason"), _dict(item, "post")
        if reason.get("$type") != PIN:
            moments.append(_moment(reason.get("indexedAt") if reason else post.get("indexedAt")))
    return bool(moments) and all(moment is not None and moment < since for moment in moments)


def feed_item(item: Any, shown_for: dict[str, dict[str, Any]]) -> Mapping[str, Any] | Malformed:
    """The post of an item of a feed, with why the feed shows it.

    A post may stand in a feed as itself, as pinned and as reposted: ``shown_for`` (by uri, one dictionary a feed)
    remembers, so that its last copy tells all. Another's post that the account passes on is a repost; one's own is not.
    """
    shaped = shape(item.get("post") if isinstance(item, dict) else item)
    if isinstance(shaped, Malformed):
        return shaped
    reason, author = _dict(item, "reason"), _dict(shaped, "author")
    told = shown_for.setdefault(str(shaped.get("uri")), {"is_pinned": False, "is_repost": False})
    if reason.get("$type") == PIN:
        told["is_pinned"] = True
    elif reason.get("$type") == REPOST:
        told["is_repost"] = _dict(reason, "by").get("did") != author.get("did")
        told["reposted_at"] = reason.get("indexedAt")
    return {**shaped, **told}


def shape(post: Any) -> Mapping[str, Any] | Malformed:
    """A post with what its record nests: tags, mentions, media, the quoted post, and a time that can be trusted."""
    if not isinstance(post, dict):
        return Malformed(repr(post).encode(), "a post that is not an object")
    shaped = dict(post)
    record = post.get("record")
    if isinstance(record, dict):
        features = [f for facet in _dicts(record.get("facets")) for f in _dicts(facet.get("features"))]
        tags = record["tags"] if isinstance(record.get("tags"), list) else []
        named = [*_named(features, "tag", "tag"), *tags]
        shaped["hashtags"] = list(dict.fromkeys(tag for tag in named if isinstance(tag, str)))
        shaped["mention_dids"] = _named(features, "mention", "did")
        shaped["is_reply"] = isinstance(record.get("reply"), dict)
        shaped["posted_at"] = posted_at(record.get("createdAt"), post.get("indexedAt"))
        embed = _dict(record, "embed")
        shaped["media_count"] = _media_count(_dict(embed, "media") or embed)
        quoted = _dict(embed, "record")
        if uri := (_dict(quoted, "record") or quoted).get("uri"):
            shaped["quoted_uri"] = uri
    return shaped


def posted_at(declared: Any, indexed: Any) -> Any:
    """When a post was written: as its author's device declared, unless before 1970 or after it was indexed."""
    written, seen = _moment(declared), _moment(indexed)
    if written is None or seen is None or not EPOCH <= written <= seen:
        return indexed
    return written.isoformat()


def _moment(value: Any) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _dict(value: Any, name: str) -> Mapping[str, Any]:
    inner = value.get(name) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _named(features: list[dict[str, Any]], kind: str, name: str) -> list[Any]:
    """What the facets of a kind point at, each once."""
    found = [f[name] for f in features if f.get("$type") == f"app.bsky.richtext.facet#{kind}" and f.get(name)]
    return list(dict.fromkeys(item for item in found if isinstance(item, str)))


def _media_count(embed: Mapping[str, Any]) -> int:
    if isinstance(embed.get("images"), list):
        return len(embed["images"])
    return 1 if embed.get("$type") == "app.bsky.embed.video" else 0
