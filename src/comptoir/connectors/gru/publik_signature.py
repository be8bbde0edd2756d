"""Publik's signed queries: HMAC over the very bytes of the query, with a time and a nonce (apis.md 3.2)."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import secrets
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import requests

from comptoir.connectors.dialect import RENEW, Refusal, by_status, json_body

DEFAULT_ORIG = "comptoir"
CLOCK = (
    "Check the clock of this machine (NTP): Publik refuses signatures more than 30 s away from its own. "
    "Then run the night again."
)


def signed_query(query: str, orig: str, key: str, at: dt.datetime, nonce: str) -> str:
    """The query as it is sent: ``query`` (encoded), who signs, the UTC instant, the nonce, and the signature last."""
    ours = {"orig": orig, "algo": "sha256", "timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "nonce": nonce}
    text = "&".join(filter(None, [query, urlencode(ours)]))
    digest = hmac.new(key.encode(), text.encode(), "sha256").digest()
    return f"{text}&signature={quote(base64.b64encode(digest), safe='')}"


def authorise(request: requests.PreparedRequest, token: str) -> None:
    """Sign the address for this try with a token ``orig:key``; a key alone is that of ``comptoir``."""
    orig, colon, key = token.partition(":")
    if not colon:
        orig, key = DEFAULT_ORIG, token
    parts = urlsplit(request.url or "")
    query = signed_query(parts.query, orig, key, dt.datetime.now(dt.UTC), secrets.token_hex(16))
    request.url = urlunsplit(parts._replace(query=query))


def refusal(response: requests.Response) -> Refusal | None:
    """Say why w.c.s. refused; its own words are read, never repeated."""
    found = by_status(response)
    if response.status_code == 400:
        return Refusal("refused the request (HTTP 400)", "Check the options 'forms' and 'order_by' in the inventory.")
    if found is None or response.status_code != 403:
        return found
    said = str(json_body(response).get("err_desc", "")).lower()
    if "timestamp" in said:
        return Refusal("refused the signature for its time (HTTP 403)", CLOCK)
    if "nonce" in said:
        return Refusal("refused the signature for its nonce (HTTP 403)", again=True)
    if "signature" in said or "orig" in said:
        return Refusal("refused the signature (HTTP 403)", f"{RENEW} It is written orig:key.")
    return Refusal("answered HTTP 403", "Check that the API access in {variable} has a role on the forms.")
