"""Talking to Superset's REST API: superset-client's authenticated session, with errors an operator can use."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from comptoir.bi.install import ADMIN_USER, admin_password
from comptoir.settings import ComptoirError, Settings

_PAGE = 100  # Superset's largest page, whatever is asked for


def _asking_again() -> Any:
    """An adapter that repeats a read when the server dropped a kept connection before it answered; a write never."""
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    return HTTPAdapter(max_retries=Retry(total=3, backoff_factor=0.2, status=0, allowed_methods=["GET"]))


class SupersetSession:
    """The administrator's session on one Superset."""

    def __init__(self, base_url: str, user: str, password: str) -> None:
        """Keep the address; nothing is asked until the first call."""
        # superset-client refuses http unless told so; Superset is on loopback or behind a proxy on the same network.
        if urlsplit(base_url).scheme == "http":
            os.environ.setdefault("OAUTHLIB_INSECURE_TRANSPORT", "1")
        from supersetapiclient.client import SupersetClient  # type: ignore[import-untyped]

        self.base_url = base_url.rstrip("/")
        self.client = SupersetClient(host=self.base_url, username=user, password=password)
        self.client.http_adapter_cls = _asking_again

    def request(self, method: str, path: str, **options: Any) -> Any:
        """Return the ``requests`` response of ``/api/v1/<path>``.

        Raises:
            ComptoirError: Superset cannot be reached, refuses the log-in, or answers with an error.
        """
        import requests

        try:
            response = self.client.session.request(method, f"{self.base_url}/api/v1/{path}", timeout=120, **options)
        except requests.exceptions.HTTPError as error:
            raise ComptoirError(
                f"Superset at {self.base_url} refused the log-in of '{self.client.username}' ({error}). "
                "Prepare Superset again: it sets the password to the one in var/secrets."
            ) from error
        except requests.exceptions.RequestException as error:
            raise ComptoirError(f"No Superset answers at {self.base_url}: {error}. Start it and run again.") from error
        if response.status_code >= 400:
            raise ComptoirError(
                f"Superset refused {method} {path} ({response.status_code}): {response.text[:2000]}. "
                "Its log says more (var/superset or the container's)."
            )
        return response

    def rows(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield every row of a list endpoint, page after page."""
        page = 0
        while True:
            query = json.dumps({"page": page, "page_size": _PAGE})
            answer = self.request("GET", path, params={"q": query}).json()
            yield from answer["result"]
            page += 1
            if page * _PAGE >= int(answer["count"]):
                return


def admin_session(settings: Settings, base_url: str, *, attempts: int = 3) -> SupersetSession:
    """Return a session of the generated administrator, logged in.

    Log-ins are rate limited, and a server that has just started may drop the first one: try a few times.
    """
    for attempt in range(attempts):
        session = SupersetSession(base_url, ADMIN_USER, admin_password(settings))
        try:
            session.request("GET", "me/")
        except ComptoirError:
            if attempt == attempts - 1:
                raise
            time.sleep(2 * (attempt + 1))
        else:
            return session
    raise AssertionError("unreachable")
