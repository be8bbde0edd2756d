"""The sessions of a Bluesky account's own server: opened with an app password, renewed, expired."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from comptoir.sandbox.answers import Answer, Ask

SERVER = "/xrpc/com.atproto.server."


@dataclass(frozen=True)
class SessionError:
    """Why nobody is let in."""

    status: int
    name: str
    message: str


class Sessions:
    """Tells who is let in: without a ``token`` anybody, with or without a session.

    ``generation`` is counted up to let every session expire that was opened before.
    """

    def __init__(self, token: str | None) -> None:
        self._token = token
        self.generation = 0

    def answer(self, ask: Ask) -> Answer | SessionError:
        """Open or renew a session."""
        if ask.path == f"{SERVER}createSession":
            return self._create(ask)
        if ask.path == f"{SERVER}refreshSession":
            if ask.bearer != self._jwt("refresh", 0):
                return SessionError(400, "ExpiredToken", "Token has been revoked")
            return self._opened()
        return SessionError(404, "XRPCNotSupported", "Method Not Implemented")

    def refusal(self, ask: Ask) -> SessionError | None:
        """Tell why a request is not let in, if it is not."""
        if self._token is None:
            return None
        if not ask.bearer:
            return SessionError(401, "AuthMissing", "Authentication Required")
        if ask.bearer == self._jwt("access", self.generation):
            return None
        if any(ask.bearer == self._jwt("access", old) for old in range(self.generation)):
            return SessionError(400, "ExpiredToken", "Token has expired")
        return SessionError(401, "InvalidToken", "Token could not be verified")

    def _create(self, ask: Ask) -> Answer | SessionError:
        try:
            given = json.loads(ask.body)
            identifier, password = str(given["identifier"]), str(given["password"])
        except (ValueError, KeyError, TypeError):
            return SessionError(400, "InvalidRequest", "Input must have the properties identifier and password")
        if self._token not in (None, password, f"{identifier}:{password}"):
            return SessionError(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._opened()

    def _opened(self) -> Answer:
        tokens = {"accessJwt": self._jwt("access", self.generation), "refreshJwt": self._jwt("refresh", 0)}
        return Answer({**tokens, "did": "did:plc:listener", "handle": "ecoute.bsky.example", "active": True})

    def _jwt(self, kind: str, generation: int) -> str:
        return "eyJ." + hashlib.sha256(f"{self._token}|{kind}|{generation}".encode()).hexdigest()
