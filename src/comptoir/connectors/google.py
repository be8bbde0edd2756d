"""How Google's APIs say no: ``{"error": {"code", "message", "status", "details"}}`` (google.rpc.Status)."""

from __future__ import annotations

import re
from typing import Any

import requests

from comptoir.connectors.dialect import LATER, RENEW, Refusal, by_status, json_body

_SECONDS = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s")
_NO_QUOTA = "This project may not ask yet (its quota is 0): ask Google for access to the API."


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
