"""The token goes to the source's own address and nowhere else."""

import pytest
import requests

from comptoir.connectors.dialect import Dialect
from comptoir.connectors.http import PublisherClient
from comptoir.inventory.schema import load_inventory
from comptoir.settings import get_settings


@pytest.mark.parametrize(
    ("url", "is_signed"),
    [
        ("https://instance.example/api?page=2", True),
        ("http://instance.example/api?page=2", False),
        ("https://elsewhere.example/api?page=2", False),
        ("https://instance.example.elsewhere.example/api", False),
    ],
)
def test_a_page_link_carries_the_token_only_to_the_source_itself(monkeypatch, url, is_signed):
    monkeypatch.setenv("COMPTOIR_TOKEN_MASTODON", "canary-secret-token")
    client = PublisherClient(load_inventory().source("mastodon"), "https://instance.example", get_settings(), Dialect())
    sent = client.authorised(requests.Request("GET", url).prepare())
    assert ("Authorization" in sent.headers) is is_signed
