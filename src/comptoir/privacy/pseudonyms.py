"""Identities become HMAC(key, kind | normalised value): stable within a kind, unlinkable across kinds."""

from __future__ import annotations

import hmac
import unicodedata
from hashlib import sha256


class Pseudonymiser:
    """Turns identities into pseudonyms of 32 hexadecimal characters.

    Social and GRU identities have different kinds, so that the same person met on both sides stays two persons.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def pseudonym(self, kind: str, value: str) -> str:
        """Pseudonym of ``value`` as an identity of ``kind``; case, outer blanks and Unicode form do not count."""
        normalised = unicodedata.normalize("NFKC", value).strip().casefold()
        return hmac.new(self._key, f"{kind}|{normalised}".encode(), sha256).hexdigest()[:32]

    def digest(self, body: bytes) -> str:
        """Keyed digest of a body that must not be kept: recognisable again, not guessable."""
        return hmac.new(self._key, b"body|" + body, sha256).hexdigest()
