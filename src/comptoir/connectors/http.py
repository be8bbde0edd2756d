"""The one session factory: pacing, each publisher's own throttles, bounded retries, no secret in any message."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

# dlt would otherwise import Airflow to look for its own secrets there: slow, and it creates folders in the user's home.
os.environ.setdefault("PROVIDERS__ENABLE_AIRFLOW_SECRETS", "false")

from dlt.sources.helpers.requests import Client
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests.adapters import HTTPAdapter

from comptoir.inventory.schema import Source
from comptoir.settings import ComptoirError, Settings

CONNECT_AND_READ_SECONDS = (10, 60)
_LATER = "The publisher or a proxy is in trouble: run the night again later."
_RESET_HEADERS = ("X-RateLimit-Reset", "x-rate-limit-reset", "RateLimit-Reset")


class PublisherError(ComptoirError):
    """A publisher did not give what was asked, after every allowed retry."""


class _TryAgain(PublisherError):
    """An answer that a later try may better: a throttle or a server error."""


def _seconds_until(value: str, now: dt.datetime) -> float | None:
    """Seconds until a reset told as an ISO time (Mastodon, Opendatasoft) or epoch seconds (X, Bluesky)."""
    try:
        at = dt.datetime.fromtimestamp(int(value), dt.UTC) if value.isdigit() else dt.datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).timestamp() - now.timestamp()


def throttle_wait(response: requests.Response, now: dt.datetime) -> float | None:
    """Seconds to wait after a throttled answer, from its headers or its body; ``None`` when it does not say."""
    for header in _RESET_HEADERS:
        if header in response.headers:
            return _seconds_until(response.headers[header], now)
    try:
        body = response.json()
    except ValueError:
        return None
    reset = body.get("reset_time") if isinstance(body, dict) else None
    return _seconds_until(reset, now) if isinstance(reset, str) else None


def _shown(url: str | None) -> str:
    """A URL without what may be secret or personal in it: no query, no credentials."""
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


class _PoliteAdapter(HTTPAdapter):
    """Spaces requests out, and waits as the publisher asks before a throttled request is tried again."""

    def __init__(self, source_id: str, interval_seconds: float, max_wait_seconds: float) -> None:
        super().__init__()
        self._source_id = source_id
        self._interval = interval_seconds
        self._max_wait = max_wait_seconds
        self._next_at = 0.0
        self._lock = threading.Lock()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        with self._lock:
            if (early := self._next_at - time.monotonic()) > 0:
                time.sleep(early)
            self._next_at = time.monotonic() + self._interval
        response = super().send(request, *args, **kwargs)
        if response.status_code == 429:
            wait = throttle_wait(response, dt.datetime.now(dt.UTC))
            if wait is not None and wait > self._max_wait:
                raise PublisherError(
                    f"{self._source_id}: {_shown(request.url)} is throttled for {wait / 3600:.1f} h more, "
                    f"longer than a night waits ({self._max_wait:.0f} s). "
                    "Run the night again when the quota is back: `comptoir night NIGHT --refetch`."
                )
            time.sleep(max(0.0, min(wait or 0.0, self._max_wait)))
        return response


class PublisherClient:
    """Speaks HTTP to one source. Every failure is a ``PublisherError`` that names the source, the path and the cure."""

    def __init__(self, source: Source, base_url: str, settings: Settings) -> None:
        self._source = source
        self._base_url = base_url.rstrip("/")
        self.host = urlsplit(base_url).hostname or ""
        client = Client(
            request_timeout=CONNECT_AND_READ_SECONDS,
            raise_for_status=False,
            request_max_attempts=settings.http_max_attempts,
            request_backoff_factor=settings.http_backoff_seconds,
            request_max_retry_delay=settings.http_max_wait_seconds,
            respect_retry_after_header=True,
            retry_condition=lambda _, error: isinstance(error, _TryAgain),
        )
        self._session = client.session
        interval = 1 / source.throttle.requests_per_second if settings.http_paced else 0.0
        adapter = _PoliteAdapter(source.id, interval, settings.http_max_wait_seconds)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)
        self._session.headers["User-Agent"] = "comptoir"
        if token := os.environ.get(f"COMPTOIR_TOKEN_{source.id.upper()}"):
            scheme = "Apikey" if source.family == "opendatasoft" else "Bearer"
            self._session.headers["Authorization"] = f"{scheme} {token}"
        self._rest = RESTClient(base_url=self._base_url, session=self._session)

    def error(self, url: str | None, problem: str, cure: str) -> PublisherError:
        """A ``PublisherError`` about ``url`` (shown without its query)."""
        return PublisherError(f"{self._source.id}: {_shown(url)} {problem}. {cure}")

    def _check(self, response: requests.Response, *_: Any, **__: Any) -> None:
        status = response.status_code
        if status < 400:
            return
        cures = {
            401: f"Give or renew the token in COMPTOIR_TOKEN_{self._source.id.upper()}.",
            403: f"Check the rights of the token in COMPTOIR_TOKEN_{self._source.id.upper()}.",
            404: "Check the address, account or data set in comptoir.yml and in the inventory.",
            429: "The publisher throttles: run the night again later.",
        }
        cure = cures.get(status, "Run the night again later; if it lasts, see the publisher's status page.")
        error = self.error(response.url, f"answered HTTP {status}", cure)
        raise _TryAgain(str(error)) if status == 429 or status >= 500 else error

    def _parsed(self, response: requests.Response) -> Any:
        try:
            body = response.json()
        except ValueError as error:
            kind = response.headers.get("Content-Type", "no content type").split(";")[0]
            raise self.error(
                response.url,
                f"answered something that is not JSON ({kind}, {len(response.content)} bytes)",
                _LATER,
            ) from error
        if isinstance(body, dict) and ("error" in body or "error_code" in body or "errorcode" in body):
            raise self.error(response.url, "answered 200 with an error inside", "Check the request in the inventory.")
        return body

    def _guarded(self, url: str, error: Exception) -> PublisherError:
        return self.error(
            url, f"could not be read ({type(error).__name__})", "Is the publisher up? Run the night again."
        )

    def get_json(self, path: str, params: Mapping[str, Any] | None = None) -> tuple[Any, int]:
        """GET one JSON document; returns it with its size in bytes.

        Raises:
            PublisherError: any HTTP, network or parsing trouble after the allowed retries.
        """
        url = f"{self._base_url}{path}"
        try:
            response = self._session.get(url, params=dict(params or {}))
        except requests.RequestException as error:
            raise self._guarded(url, error) from None
        self._check(response)
        return self._parsed(response), len(response.content)

    def pages(self, path: str, params: Mapping[str, Any], paginator: BasePaginator) -> Iterator[tuple[list[Any], int]]:
        """GET a paged list; yields each page's items and its size in bytes.

        Raises:
            PublisherError: as ``get_json``; also when a page is not a list.
        """
        url = f"{self._base_url}{path}"
        hooks: dict[str, Any] = {"response": [self._check]}
        try:
            for page in self._rest.paginate(path, params=dict(params), paginator=paginator, hooks=hooks):
                items = self._parsed(page.response)
                if not isinstance(items, list):
                    raise self.error(url, "answered a page that is not a list", "Check the publisher's API version.")
                yield items, len(page.response.content)
        except requests.exceptions.JSONDecodeError:
            raise self.error(url, "answered a page that is not JSON", _LATER) from None
        except requests.RequestException as error:
            raise self._guarded(url, error) from None

    def stream(self, path: str, params: Mapping[str, Any]) -> requests.Response:
        """GET a large body without reading it; the caller iterates over it inside ``reading``."""
        url = f"{self._base_url}{path}"
        try:
            response = self._session.get(url, params=dict(params), stream=True)
        except requests.RequestException as error:
            raise self._guarded(url, error) from None
        self._check(response)
        return response

    def chunks(self, response: requests.Response) -> Iterator[bytes]:
        """Body of a streamed answer by pieces of 64 kB.

        Raises:
            PublisherError: the connection broke or the body is shorter than announced.
        """
        try:
            yield from response.iter_content(65_536)
        except requests.RequestException as error:
            raise self.error(
                response.url,
                f"stopped in the middle ({type(error).__name__})",
                "Nothing was kept: run the night again.",
            ) from None


def parse_json(line: bytes) -> Any:
    """Parse one JSON text.

    Raises:
        ValueError: it is not JSON.
    """
    return json.loads(line)
