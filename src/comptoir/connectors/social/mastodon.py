"""Mastodon REST API: watched accounts, their statuses, hashtag timelines (apis.md 1.9)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from dlt.sources.helpers.rest_client.paginators import HeaderLinkPaginator

from comptoir.config.watched import WatchedAccount
from comptoir.connectors.base import Malformed, Page, Request
from comptoir.connectors.dialect import Dialect

DIALECT = Dialect()
PAGE_SIZE = 40


def fetch(request: Request) -> Iterator[Page]:
    """Pages of one of the family's streams, newest first."""
    return {"accounts": _accounts, "statuses": _statuses, "hashtag_timeline": _hashtags}[request.stream.name](request)


def account_address(account: Mapping[str, Any], host: str) -> str | None:
    """``user@instance`` of an account; local accounts are named without their instance by the API."""
    acct = account.get("acct")
    if not isinstance(acct, str) or not acct:
        return None
    if "@" in acct:
        return acct
    url = account.get("url")
    return f"{acct}@{urlsplit(url).hostname if isinstance(url, str) and urlsplit(url).hostname else host}"


def _watched(request: Request) -> list[WatchedAccount]:
    return [account for account in request.config.accounts if account.platform == "mastodon"]


def _lookup(request: Request, account: WatchedAccount) -> tuple[dict[str, Any], int]:
    found, size = request.client.get_json("/api/v1/accounts/lookup", {"acct": account.address})
    if not isinstance(found, dict) or "id" not in found:
        raise request.client.error(
            "/api/v1/accounts/lookup",
            f"does not describe the account '{account.account_key}'",
            "Check its address in comptoir.yml.",
        )
    return found, size


def _context(account: WatchedAccount) -> dict[str, Any]:
    return {"account_key": account.account_key, "territory_id": account.territory_id}


def _accounts(request: Request) -> Iterator[Page]:
    for account in _watched(request):
        found, size = _lookup(request, account)
        host = account.address.partition("@")[2]
        yield Page([{**found, "account_address": account_address(found, host)}], _context(account), size)


def _statuses(request: Request) -> Iterator[Page]:
    for account in _watched(request):
        found, _ = _lookup(request, account)
        path = f"/api/v1/accounts/{quote(str(found['id']), safe='')}/statuses"
        host = account.address.partition("@")[2]
        yield from _timeline(request, path, _context(account), host)


def _hashtags(request: Request) -> Iterator[Page]:
    for query in request.config.queries_in_force("mastodon", request.night):
        context = {
            "query_id": query.query_id,
            "query_version": query.query_version,
            "territory_id": query.territory_id,
        }
        path = f"/api/v1/timelines/tag/{quote(query.hashtag, safe='')}"
        yield from _timeline(request, path, context, request.client.host)


def _timeline(request: Request, path: str, context: Mapping[str, Any], host: str) -> Iterator[Page]:
    """Walk a timeline backwards until a page is wholly older than the window."""
    for page in request.client.pages(path, {"limit": PAGE_SIZE}, HeaderLinkPaginator()):
        yield Page([shape(item, host) for item in page.items], context, page.size_bytes)
        if request.since and page.items and all(_older(item, request.since) for item in page.items):
            return


def _older(item: Any, since: dt.datetime) -> bool:
    try:
        return dt.datetime.fromisoformat(item["created_at"]) < since
    except (KeyError, TypeError, ValueError):
        return False


def shape(item: Any, host: str) -> Mapping[str, Any] | Malformed:
    """A status with the addresses, counts and names that its nested objects hold."""
    if not isinstance(item, dict):
        return Malformed(repr(item).encode(), "a status that is not an object")
    account = item.get("account")
    mentions = item.get("mentions")
    tags = item.get("tags")
    media = item.get("media_attachments")
    shaped = dict(item)
    if isinstance(account, dict):
        shaped["account"] = {**account, "account_address": account_address(account, host)}
    shaped["is_reply"] = item.get("in_reply_to_id") is not None
    if isinstance(mentions, list):
        addresses = [account_address(mention, host) for mention in mentions if isinstance(mention, dict)]
        shaped["mention_addresses"] = [address for address in addresses if address]
    if isinstance(tags, list):
        shaped["hashtags"] = [tag.get("name") for tag in tags if isinstance(tag, dict)]
    if isinstance(media, list):
        shaped["media_count"] = len(media)
    return shaped
