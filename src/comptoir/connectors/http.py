"""The one session factory: pacing, each publisher's own throttles, bounded retries, no secret in any message."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests

# dlt would otherwise import Airflow to look for its own secrets there: slow, and it creates folders in the user's home.
os.environ.setdefault("PROVIDERS__ENABLE_AIRFLOW_SECRETS", "false")

from dlt.common.jsonpath import compile_path
from dlt.sources.helpers.requests import Client
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests.adapters import HTTPAdapter

from comptoir.connectors.dialect import Dialect, Refusal, Session, json_body
from comptoir.inventory.schema import Source
from comptoir.settings import ComptoirError, Settings

# At DEBUG it would write whole addresses, and with them the keys and signatures that some publishers want there.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

CONNECT_AND_READ_SECONDS = (10, 60)
_LATER = "The publisher or a proxy is in trouble: run the night again later."


class PublisherError(ComptoirError):
    """A publisher did not give what was asked, after every allowed retry; ``reason`` is its own code for why."""

    reason = ""


class _TryAgain(PublisherError):
    """An answer that a later try may better: a throttle or a server error."""


@dataclass(frozen=True)
class Answered:
    """One page of a list: its items, the whole body, and its size in bytes."""

    items: list[Any]
    body: Any
    size_bytes: int


# dlt would read the path anew for every page, which takes longer than reading the page.
_selector = lru_cache(maxsize=64)(compile_path)


def _shown(url: str | None) -> str:
    """A URL without what may be secret or personal in it: no query, no credentials."""
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def token_variable(source_id: str) -> str:
    """Name of the environment variable that holds a source's token."""
    return f"COMPTOIR_TOKEN_{source_id.upper()}"


def source_token(source_id: str, settings: Settings) -> str | None:
    """Return the token of a source, or the simulated publishers' when it is they who are asked."""
    own = os.environ.get(token_variable(source_id))
    return own or (settings.sandbox_token if settings.endpoint_template else None)


class _Response(requests.Response):
    """A response that reads its JSON once, however many ask for it (we, the paginator, the selector)."""

    _read: Any = None

    def json(self, **kwargs: Any) -> Any:
        if self._read is None:
            try:
                self._read = msgspec.json.decode(self.content)
            except (msgspec.DecodeError, UnicodeDecodeError):
                self._read = super().json(**kwargs)  # another charset, or an error told in requests' own way
        return self._read


class _PoliteAdapter(HTTPAdapter):
    """Spaces requests out, signs each try, and waits as the publisher asks before the next one."""

    def __init__(self, client: PublisherClient, interval_seconds: float, max_wait_seconds: float) -> None:
        super().__init__()
        self._client = client
        self._interval = interval_seconds
        self._max_wait = max_wait_seconds
        self._next_at = 0.0
        self._lock = threading.Lock()
        self._proxies: dict[tuple[str, str], Mapping[str, str]] = {}

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        response = super().build_response(req, resp)
        response.__class__ = _Response
        return response

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        with self._lock:
            if (early := self._next_at - time.monotonic()) > 0:
                time.sleep(early)
            self._next_at = time.monotonic() + self._interval
        signed = self._client.authorised(request)
        response = super().send(signed, *args, **{**kwargs, "proxies": self._environment_proxies(request.url or "")})
        # What is shown and resolved later is the address without the signature.
        response.url = request.url or ""
        refusal = self._client.refusal(response)
        if refusal and refusal.renew:
            self._client.session_expired()
        if refusal and refusal.again and refusal.wait_seconds is not None:
            if refusal.wait_seconds > self._max_wait:
                raise self._client.error(
                    request.url,
                    f"is throttled for {refusal.wait_seconds / 3600:.1f} h more, longer than a night waits "
                    f"({self._max_wait:.0f} s)",
                    "Run the night again when the quota is back: `comptoir night NIGHT --refetch`.",
                )
            time.sleep(max(0.0, refusal.wait_seconds))
        return response

    def _environment_proxies(self, url: str) -> Mapping[str, str]:
        """Proxies towards a host, read once: requests would read the whole environment again for each request."""
        parts = urlsplit(url)
        host = (parts.scheme, parts.netloc)
        if host not in self._proxies:
            self._proxies[host] = requests.utils.get_environ_proxies(url)
        return self._proxies[host]


class PublisherClient:
    """Speaks HTTP to one source. Every failure is a ``PublisherError`` that names the source, the path and the cure."""

    def __init__(self, source: Source, base_url: str, settings: Settings, dialect: Dialect) -> None:
        self._source = source
        self._dialect = dialect
        self._base_url = base_url.rstrip("/")
        self._token = source_token(source.id, settings)
        self._opened: Session | None = None
        self._has_expired = self._is_logging_in = False
        self.host = urlsplit(base_url).hostname or ""
        client = Client(
            request_timeout=CONNECT_AND_READ_SECONDS,
            raise_for_status=False,
            status_codes=(),
            request_max_attempts=settings.http_max_attempts,
            request_backoff_factor=settings.http_backoff_seconds,
            request_max_retry_delay=settings.http_max_wait_seconds,
            respect_retry_after_header=True,
            retry_condition=self._may_try_again,
        )
        self._session = client.session
        self._session.trust_env = False
        self._session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
        interval = 1 / source.throttle.requests_per_second if settings.http_paced else 0.0
        adapter = _PoliteAdapter(self, interval, settings.http_max_wait_seconds)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)
        self._session.headers["User-Agent"] = "comptoir"
        self._rest = RESTClient(base_url=self._base_url, session=self._session)

    @property
    def token(self) -> str | None:
        """The source's token, for protocols that want it in a request's body; never to be logged."""
        return self._token

    def error(self, url: str | None, problem: str, cure: str) -> PublisherError:
        """A ``PublisherError`` about ``url`` (shown without its query)."""
        return PublisherError(f"{self._source.id}: {_shown(url)} {problem}. {cure}")

    def authorised(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return the request as it is sent this time: with the token, if it goes to the source's own host."""
        if not self._token or self._is_logging_in or not self._is_own(request.url):
            return request
        signed = request.copy()
        self._dialect.authorise(signed, self._session_token(self._token))
        return signed

    def _is_own(self, url: str | None) -> bool:
        """Tell whether an address is the source's own; its host in clear text, where it is asked over TLS, is not."""
        asked, own = urlsplit(url or ""), urlsplit(self._base_url)
        return (asked.scheme, asked.hostname) == (own.scheme, own.hostname)

    def session_expired(self) -> None:
        """Open another session before the next request."""
        self._has_expired = True

    def _session_token(self, token: str) -> str:
        if self._dialect.login is None:
            return token
        if self._opened is None or self._has_expired:
            self._is_logging_in = True
            try:
                self._opened = self._dialect.login(self, self._opened)
            finally:
                self._is_logging_in = False
            self._has_expired = False
        return self._opened.token

    def refusal(self, response: requests.Response) -> Refusal | None:
        """Why an answer is none, as the family's dialect reads it."""
        if response.status_code >= 400:
            return self._dialect.refusal(response)
        return self._dialect.complaint(json_body(response)) if self._dialect.throttles_in_200 else None

    def _may_try_again(self, response: requests.Response | None, error: BaseException | None) -> bool:
        if isinstance(error, _TryAgain):
            return True
        refusal = self.refusal(response) if response is not None else None
        return refusal is not None and refusal.again

    def _refused(self, url: str, refusal: Refusal) -> PublisherError:
        cure = refusal.cure.format(variable=token_variable(self._source.id))
        error = self.error(url, refusal.problem, cure)
        error = _TryAgain(str(error)) if refusal.again else error
        error.reason = refusal.reason
        return error

    def _check(self, response: requests.Response, *_: Any, **__: Any) -> None:
        if refusal := self.refusal(response):
            raise self._refused(response.url, refusal)

    def _parsed(self, response: requests.Response) -> Any:
        try:
            body = response.json()
        except ValueError as error:
            kind = response.headers.get("Content-Type", "no content type").split(";")[0]
            raise self.error(
                response.url,
                f"answered something that is not JSON ({kind}, {len(response.content)} bytes)",
                self._dialect.not_json,
            ) from error
        if refusal := self._dialect.complaint(body):
            raise self._refused(response.url, refusal)
        return body

    def _guarded(self, url: str, error: Exception) -> PublisherError:
        return self.error(
            url, f"could not be read ({type(error).__name__})", "Is the publisher up? Run the night again."
        )

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send one request (``params``, ``json``, ``data``, ``headers``, ``stream``); the answer was not refused.

        ``path`` is under the source's base URL, or a whole URL that the publisher linked to.

        Raises:
            PublisherError: any HTTP or network trouble after the allowed retries.
        """
        url = path if path.startswith(("http://", "https://")) else f"{self._base_url}{path}"
        try:
            response = self._session.request(method, url, **options)
        except requests.RequestException as error:
            raise self._guarded(url, error) from None
        self._check(response)
        return response

    def get_json(self, path: str, params: Mapping[str, Any] | None = None) -> tuple[Any, int]:
        """GET one JSON document; returns it with its size in bytes.

        Raises:
            PublisherError: any HTTP, network or parsing trouble after the allowed retries.
        """
        response = self.request("GET", path, params=dict(params or {}))
        return self._parsed(response), len(response.content)

    def post_json(
        self,
        path: str,
        *,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[Any, int]:
        """POST a JSON body or a form; returns the JSON answer with its size in bytes.

        Raises:
            PublisherError: as ``get_json``.
        """
        data = dict(form) if form is not None else None
        response = self.request("POST", path, json=json, data=data, headers=dict(headers or {}))
        return self._parsed(response), len(response.content)

    def get_bytes(self, path: str, params: Mapping[str, Any] | None = None) -> requests.Response:
        """GET one document that is not JSON (XML, a small file); its body is ``content``.

        Raises:
            PublisherError: any HTTP or network trouble after the allowed retries.
        """
        return self.request("GET", path, params=dict(params or {}))

    def pages(
        self, path: str, params: Mapping[str, Any], paginator: BasePaginator, *, select: str = ""
    ) -> Iterator[Answered]:
        """GET a paged list; ``select`` is the dotted path of the list in each page's body, which may lack it.

        Raises:
            PublisherError: as ``get_json``; also when a page holds something else than a list there.
        """
        url = f"{self._base_url}{path}"
        hooks: dict[str, Any] = {"response": [self._check]}
        try:
            for page in self._rest.paginate(
                path, params=dict(params), paginator=paginator, hooks=hooks, data_selector=_selector(select or "$")
            ):
                body = self._parsed(page.response)
                items = _inside(body, select)
                if not isinstance(items, list):
                    raise self.error(url, "answered a page that is not a list", "Check the publisher's API version.")
                yield Answered(items, body, len(page.response.content))
        except requests.exceptions.JSONDecodeError:
            raise self.error(url, "answered a page that is not JSON", _LATER) from None
        except requests.RequestException as error:
            raise self._guarded(url, error) from None

    def stream(self, path: str, params: Mapping[str, Any] | None = None) -> requests.Response:
        """GET a large body without reading it; the caller iterates over it with ``chunks``."""
        return self.request("GET", path, params=dict(params or {}), stream=True)

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


def _inside(body: Any, select: str) -> Any:
    """Follow a dotted path; what is not there is an empty list, as publishers leave out empty lists."""
    for name in filter(None, select.split(".")):
        if not isinstance(body, dict):
            return body
        body = body.get(name, [])
    return [] if body is None else body


def parse_json(line: bytes) -> Any:
    """Parse one JSON text.

    Raises:
        ValueError: it is not JSON.
    """
    return json.loads(line)
