"""How Google's APIs say no, the same way for all of them (apis.md 1.4 and 2.7)."""

from __future__ import annotations

from typing import Any

import requests

from comptoir.connectors.dialect import RENEW, Refusal, by_status, json_body

SPENT = {"quotaExceeded", "dailyLimitExceeded"}
TOO_FAST = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
BAD_KEY = {"keyInvalid", "keyExpired", "API_KEY_INVALID", "authError", "UNAUTHENTICATED"}


def reasons(response: requests.Response) -> list[str]:
    """Google's own codes for an error, the most telling first: of ``details``, of ``errors``, then the ``status``."""
    error = json_body(response).get("error")
    if not isinstance(error, dict):
        return []
    inner: list[Any] = []
    for name in ("details", "errors"):
        inner += error[name] if isinstance(error.get(name), list) else []
    said = [item.get("reason") for item in inner if isinstance(item, dict)]
    return [reason for reason in [*said, error.get("status")] if isinstance(reason, str)]


def google_refusal(response: requests.Response) -> Refusal | None:
    """Read an error of a Google API; a day's quota that is spent is not asked for again the same night."""
    plain = by_status(response)
    if plain is None:
        return None
    said = reasons(response)
    reason = said[0] if said else ""
    if SPENT & set(said):
        cure = "Quotas come back at midnight Pacific time: run the night again after it."
        return Refusal("has no quota left for today", cure, reason=reason)
    if TOO_FAST & set(said):
        cure = "Run the night again later."
        return Refusal("is throttled", cure, again=True, wait_seconds=plain.wait_seconds, reason=reason)
    cure = RENEW if BAD_KEY & set(said) else plain.cure
    return Refusal(plain.problem, cure, plain.again, plain.wait_seconds, reason=reason)
