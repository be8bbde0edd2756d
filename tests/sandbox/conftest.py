from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from comptoir.config.file import Config
from comptoir.sandbox.running import running
from comptoir.sandbox.seeded.world import SeededWorld
from comptoir.sandbox.server import build_app

NIGHT = "2026-11-21"


class Client:
    """A publisher's client that only knows base URLs."""

    def __init__(self, base: str) -> None:
        self.base, self.session = base, requests.Session()

    def get(self, path: str, night: str = NIGHT, **options: Any) -> requests.Response:
        return self.session.get(f"{self.base}/{night}/{path}", timeout=30, **options)

    def timeline(self, path: str, night: str = NIGHT, since: str = "") -> list[dict[str, Any]]:
        """Follow a list to its end, or to the first page that is wholly older than ``since``."""
        rows: list[dict[str, Any]] = []
        url: str | None = f"{self.base}/{night}/mastodon/api/v1/{path}"
        while url:
            answer = self.session.get(url, timeout=30)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            rows += [post for post in page if post["created_at"] >= since]
            if page and page[0]["created_at"] < since:
                break
            url = answer.links.get("next", {}).get("url")
        return rows

    def export(self, night: str = NIGHT, source: str = "opendatasoft", **params: Any) -> list[str]:
        dataset = "signalements-citoyens" if source == "opendatasoft" else "dans-ma-rue"
        path = f"{source}/api/explore/v2.1/catalog/datasets/{dataset}/exports/jsonl"
        answer = self.get(path, night, params=params)
        assert answer.status_code == 200, answer.text
        return answer.text.splitlines()

    def records(self, source: str = "opendatasoft", **params: Any) -> requests.Response:
        dataset = "signalements-citoyens" if source == "opendatasoft" else "dans-ma-rue"
        return self.get(f"{source}/api/explore/v2.1/catalog/datasets/{dataset}/records", params=params)


@pytest.fixture(scope="session")
def config() -> Config:
    return Config.model_validate(
        {
            "demo": True,
            "main_territory_id": "region:53",
            "sources": ["mastodon", "eurostat", "opendatasoft"],
            "accounts": [
                {
                    "account_key": "region",
                    "platform": "mastodon",
                    "address": "region@mastodon.example",
                    "territory_id": "region:53",
                },
                {
                    "account_key": "ville",
                    "platform": "mastodon",
                    "address": "ville@ailleurs.example",
                    "territory_id": "commune:35288",
                },
            ],
            "listening_queries": [
                {
                    "query_id": "b",
                    "query_version": 1,
                    "platform": "mastodon",
                    "hashtag": "bretagne",
                    "territory_id": "region:53",
                    "valid_from": "2025-09-01",
                },
                {
                    "query_id": "s",
                    "query_version": 1,
                    "platform": "mastodon",
                    "hashtag": "saintmalo",
                    "territory_id": "commune:35288",
                    "valid_from": "2025-09-01",
                },
            ],
            "eurostat_geos": ["FR", "FRH0"],
        }
    )


@pytest.fixture(scope="session")
def world(config: Config) -> SeededWorld:
    return SeededWorld(7, config=config)


@pytest.fixture(scope="session")
def seeded(world: SeededWorld) -> Iterator[Client]:
    with running(build_app(world)) as base:
        yield Client(base)


@pytest.fixture
def faulty(world: SeededWorld) -> Iterator[Callable[..., Client]]:
    """Start a sandbox with faults over the same world."""
    opened = []

    def start(*faults: str) -> Client:
        server = running(build_app(world, faults=faults))
        opened.append(server)
        return Client(server.__enter__())

    yield start
    for server in opened:
        server.__exit__(None, None, None)
