"""How a protocol family lets us in and how it says no (one ``DIALECT`` per connector module; apis.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from comptoir.settings import ComptoirError

if TYPE_CHECKING:
    from comptoir.connectors.http import PublisherClient

_RESET_HEADERS = ("X-RateLimit-Reset", "x-rate-limit-reset", "RateLimit-Reset")
LATER = "Run the night again later; if it lasts, see the publisher's status page."
RENEW = "Give or renew the token in {variable}."


@dataclass(frozen=True)
class Refusal:
    """Why an answer is none: ``problem`` and ``cure`` are for the operator, ``{variable}`` is the token's variable.

    ``again``: the same request may succeed later the same night, after ``wait_seconds`` if the publisher says so;
    ``renew``: once the session has been renewed. ``reason`` is the publisher's own code, for connectors to tell apart.
    """

    problem: str
    cure: str = LATER
    again: bool = False
    wait_seconds: float | None = None
    renew: bool = False
    reason: str = ""


_MILLISECONDS = 100_000_000_000  # as seconds since 1970 that would be the year 5138


@dataclass(frozen=True)
class Session:
    """What a source's token was exchanged for: ``token`` signs requests, ``renewal`` buys the next session."""

    token: str = field(repr=False)
    renewal: str | None = field(default=None, repr=False)


def seconds_until(value: str, now: dt.datetime) -> float | None:
    """Seconds until a reset told as an ISO time (Mastodon, Opendatasoft) or since 1970, in seconds or milliseconds."""
    try:
        if value.isdigit():
            since_epoch = int(value)
            at = dt.datetime.fromtimestamp(since_epoch / (1000 if since_epoch >= _MILLISECONDS else 1), dt.UTC)
        else:
            at = dt.datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).timestamp() - now.timestamp()


def throttle_wait(response: requests.Response, now: dt.datetime) -> float | None:
    """Seconds to wait after a throttled answer, from its headers or its body; ``None`` when it does not say."""
    for header in _RESET_HEADERS:
        if header in response.headers:
            return seconds_until(response.headers[header], now)
    reset = json_body(response).get("reset_time")
    return seconds_until(reset, now) if isinstance(reset, str) else None


def json_body(response: requests.Response) -> dict[str, Any]:
    """Return the JSON object of an answer, empty when it holds none."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def by_status(response: requests.Response) -> Refusal | None:
    """Read an answer by its HTTP status, as most publishers mean it."""
    status = response.status_code
    if status < 400:
        return None
    if status == 429:
        wait = throttle_wait(response, dt.datetime.now(dt.UTC))
        return Refusal("is throttled (HTTP 429)", "Run the night again later.", again=True, wait_seconds=wait)
    cures = {
        401: RENEW,
        403: "Check the rights of the token in {variable}.",
        404: "Check the address, account or data set in comptoir.yml and in the inventory.",
    }
    return Refusal(f"answered HTTP {status}", cures.get(status, LATER), again=status >= 500)


def error_inside(body: Any) -> Refusal | None:
    """Find an error in the body of an answer that calls itself a success."""
    if isinstance(body, dict) and any(body.get(key) for key in ("error", "error_code", "errorcode")):
        return Refusal("answered 200 with an error inside", "Check the request in the inventory.")
    return None


def bearer(request: requests.PreparedRequest, token: str) -> None:
    """Send the token as ``Authorization: Bearer``."""
    request.headers["Authorization"] = f"Bearer {token}"


def in_the_body(_request: requests.PreparedRequest, _token: str) -> None:
    """Leave the request as it is: the connector writes the token in the body (``client.token``)."""


def header(name: str, prefix: str = "") -> Callable[[requests.PreparedRequest, str], None]:
    """Return what sends the token in a header of that name, after a prefix."""

    def authorise(request: requests.PreparedRequest, token: str) -> None:
        request.headers[name] = f"{prefix}{token}"

    return authorise


def query(name: str) -> Callable[[requests.PreparedRequest, str], None]:
    """Return what sends the token as a parameter of the address, which is never shown or logged with it."""

    def authorise(request: requests.PreparedRequest, token: str) -> None:
        request.prepare_url(request.url, {name: token})

    return authorise


def token_sent(way: str) -> Callable[[requests.PreparedRequest, str], None]:
    """How a token is sent, as the option ``token_in`` says it: ``header NAME``, with perhaps a prefix after it
    (``header Authorization Bearer``), ``query NAME`` or ``body NAME`` (the connector then writes it there).

    Raises:
        ComptoirError: it is none of these.
    """
    match way.split():
        case ["header", name]:
            return header(name)
        case ["header", name, prefix]:
            return header(name, f"{prefix} ")
        case ["query", name]:
            return query(name)
        case ["body", _]:
            return in_the_body
    raise ComptoirError(
        f"The option token_in is '{way}' in the inventory: write 'header NAME', 'header NAME PREFIX', 'query NAME' or "
        "'body NAME'."
    )


def words(listed: str) -> tuple[str, ...]:
    """What an option lists, separated by ``|``."""
    return tuple(word.strip() for word in listed.split("|") if word.strip())


@dataclass(frozen=True)
class Dialect:
    """A family's way of letting in and of refusing.

    ``authorise`` is applied to the prepared request at each try, at send time, and only towards the source's own
    host: signatures and nonces are fresh after a retry, and a page link to elsewhere carries no token.
    ``refusal`` reads an answer of HTTP status 400 and more; ``complaint`` the JSON body of one that claims success.
    ``login``, where the publisher wants one, exchanges the client's token for a session (given the expired one, if
    any) before the first request; its own requests are not signed.
    ``throttles_in_200``: a complaint may ask to come back later, so bodies are read at each try (small answers only).
    ``not_json`` is the cure shown when something else than JSON came.
    """

    authorise: Callable[[requests.PreparedRequest, str], None] = bearer
    refusal: Callable[[requests.Response], Refusal | None] = by_status
    complaint: Callable[[Any], Refusal | None] = error_inside
    login: Callable[[PublisherClient, Session | None], Session] | None = None
    throttles_in_200: bool = False
    not_json: str = "The publisher or a proxy is in trouble: run the night again later."
