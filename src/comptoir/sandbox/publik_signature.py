"""What a Publik server checks of a signed query: every byte of it, its age, and that its nonce is new."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote

WINDOW = dt.timedelta(seconds=30)
SIGNED_WITH = ("orig", "algo", "timestamp", "nonce")
OURS = frozenset((*SIGNED_WITH, "signature"))


class Doorkeeper:
    """Lets in the queries signed with a known key, each nonce once."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys = keys
        self._used: dict[str, dt.datetime] = {}

    def refusal(self, raw_query: str, now: dt.datetime) -> str | None:
        """Say why a query is refused at an instant of the server's clock; nothing when it is let in."""
        signed, sign, signature = raw_query.partition("&signature=")
        if not sign:
            return "missing/multiple signature field"
        fields = parse_qs(signed, keep_blank_values=True)
        for name in SIGNED_WITH:
            if len(fields.get(name, [])) != 1:
                return f"missing/multiple {name} field"
        orig, algo, timestamp, nonce = (fields[name][0] for name in SIGNED_WITH)
        if orig not in self._keys:
            return "invalid orig"
        if algo not in hashlib.algorithms_guaranteed:
            return "invalid algo"
        digest = hmac.new(self._keys[orig].encode(), signed.encode(), algo).digest()
        # What stands after the signature makes it another text: it must come last.
        if not hmac.compare_digest(base64.b64encode(digest), unquote(signature).encode()):
            return "invalid signature"
        return self._stale(timestamp, now) or self._replayed(nonce, now)

    def _stale(self, timestamp: str, now: dt.datetime) -> str | None:
        try:
            at = dt.datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
        except ValueError:
            return "invalid timestamp"
        return "timestamp too old" if abs(now - at) > WINDOW else None

    def _replayed(self, nonce: str, now: dt.datetime) -> str | None:
        # Older ones would be refused for their timestamp.
        self._used = {known: at for known, at in self._used.items() if abs(now - at) <= 2 * WINDOW}
        if nonce in self._used:
            return "nonce already used"
        self._used[nonce] = now
        return None
