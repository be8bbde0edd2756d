"""What goes with a request: the token to the source's own address only, and the environment's proxies."""

import pytest
import requests
from requests.adapters import HTTPAdapter

from comptoir.connectors.dialect import Dialect
from comptoir.connectors.http import PublisherClient, PublisherError
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


@pytest.mark.parametrize(
    ("host", "proxy"), [("instance.example", "http://proxy.example:3128"), ("inside.example", None)]
)
def test_the_environments_proxies_and_certificates_are_used_for_each_host(monkeypatch, host, proxy):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "no_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "inside.example")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/company.pem")
    sent = []

    def send(_adapter, _request, **options):
        sent.append((options["proxies"].get("https"), options["verify"]))
        raise requests.ConnectionError

    monkeypatch.setattr(HTTPAdapter, "send", send)
    settings = get_settings().model_copy(update={"http_max_attempts": 1})
    client = PublisherClient(load_inventory().source("mastodon"), "https://instance.example", settings, Dialect())
    with pytest.raises(PublisherError):
        client.get_json(f"https://{host}/api")
    assert sent == [(proxy, "/etc/company.pem")]
