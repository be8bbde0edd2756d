"""Identities become HMAC(key, kind | normalised value): stable within a kind, unlinkable across kinds."""

from __future__ import annotations

import hmac
import unicodedata
from functools import lru_cache

import phonenumbers

PHONE_KIND = "gru.phone"
HOME_COUNTRY = "FR"


class Pseudonymiser:
    """Turns identities into pseudonyms of 32 hexadecimal characters.

    Social and GRU identities have different kinds, so that the same person met on both sides stays two persons; an
    e-mail or a telephone number is one kind across GRU channels, so that one requester is one.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def pseudonym(self, kind: str, value: str) -> str | None:
        """Pseudonym of ``value`` as an identity of ``kind``; case, outer blanks and Unicode form do not count.

        A telephone number counts by its E.164 form. ``None``: it is no telephone number.
        """
        normalised = value if value.isascii() else unicodedata.normalize("NFKC", value)
        normalised = normalised.strip().casefold()
        if kind == PHONE_KIND:
            number = e164(normalised)
            if number is None:
                return None
            normalised = number
        return hmac.digest(self._key, f"{kind}|{normalised}".encode(), "sha256").hex()[:32]

    def digest(self, body: bytes) -> str:
        """Keyed digest of a body that must not be kept: recognisable again, not guessable."""
        return hmac.digest(self._key, b"body|" + body, "sha256").hex()


@lru_cache(maxsize=8192)
def e164(text: str) -> str | None:
    """International form of a telephone number written as French people write it; ``None`` for what is none."""
    try:
        number = phonenumbers.parse(text, HOME_COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
