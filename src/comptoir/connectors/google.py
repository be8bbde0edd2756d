"""How Google's APIs say no: by reasons in ``errors`` (YouTube) or by a google.rpc status (Business Profile)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import requests

from comptoir.connectors.dialect import LATER, RENEW, Refusal, by_status, json_body, words

_SECONDS = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s")
_NO_QUOTA = "This project may not ask yet (its quota is 0): ask Google for access to the API."


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


def google_refusal(response: requests.Response, options: Mapping[str, str]) -> Refusal | None:
    """Read an error of a Google API by its reasons, as the options ``spent``, ``too_fast`` and ``bad_key`` list them.

    A day's quota that is spent is not asked for again the same night.
    """
    plain = by_status(response)
    if plain is None:
        return None
    said = reasons(response)
    reason = said[0] if said else ""

    def means(option: str) -> bool:
        return not set(words(options[option])).isdisjoint(said)

    if means("spent"):
        cure = "Quotas come back at midnight Pacific time: run the night again after it."
        return Refusal("has no quota left for today", cure, reason=reason)
    if means("too_fast"):
        cure = "Run the night again later."
        return Refusal("is throttled", cure, again=True, wait_seconds=plain.wait_seconds, reason=reason)
    cure = RENEW if means("bad_key") else plain.cure
    return Refusal(plain.problem, cure, plain.again, plain.wait_seconds, reason=reason)


def rpc_refusal(response: requests.Response) -> Refusal | None:
    """Read an answer of status 400 and more by its google.rpc status; by its HTTP status when it has none."""
    error = json_body(response).get("error")
    if not isinstance(error, dict) or not isinstance(error.get("status"), str):
        return by_status(response)
    return rpc_error(error, response.status_code)


def rpc_error(error: dict[str, Any], http_status: int) -> Refusal:
    """Read a google.rpc error; its message is not repeated, for it may quote what was asked."""
    status = error.get("status")
    raw = error.get("details")
    details = [detail for detail in raw if isinstance(detail, dict)] if isinstance(raw, list) else []
    if status == "RESOURCE_EXHAUSTED":
        if any(_quota_limit(detail) == "0" for detail in details):
            return Refusal("is refused for want of quota", _NO_QUOTA)
        delays = [match for detail in details if (match := _SECONDS.fullmatch(str(detail.get("retryDelay", ""))))]
        wait = max((float(match[1]) for match in delays), default=None)
        return Refusal("is throttled (RESOURCE_EXHAUSTED)", "Run the night again later.", again=True, wait_seconds=wait)
    cures = {
        "UNAUTHENTICATED": RENEW,
        "PERMISSION_DENIED": "Check the rights of the token in {variable}, and that the API is enabled.",
        "NOT_FOUND": "Check the address in comptoir.yml.",
    }
    shown = status if isinstance(status, str) and re.fullmatch(r"[A-Z_]{2,40}", status) else "an error"
    return Refusal(f"answered {shown} (HTTP {http_status})", cures.get(shown, LATER), again=http_status >= 500)


def _quota_limit(detail: dict[str, Any]) -> Any:
    metadata = detail.get("metadata")
    return metadata.get("quota_limit_value") if isinstance(metadata, dict) else None
