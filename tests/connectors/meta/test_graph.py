"""What Instagram and Facebook have in common: Meta's errors, throttles, tokens and pages."""

import json
from types import SimpleNamespace

import pytest
import requests

from comptoir.config.file import load_config
from comptoir.connectors.http import Answered, PublisherError
from comptoir.connectors.social import meta as graph
from comptoir.inventory.schema import load_inventory

THROTTLED = {4, 17, 32, 613, 80001, 80002}
BRITTANY = "100000000000053"


def error(code, subcode=None, message="(#x) something", **more):
    body = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A", **more}
    return {"error": body | ({"error_subcode": subcode} if subcode else {})}


@pytest.mark.parametrize(
    ("body", "reason", "again"),
    [
        *[(error(code), "", True) for code in (1, 2, 4, 17, 32, 613, 80001, 80002)],
        (error(99, is_transient=True), "", True),
        (error(190, 460), "", False),
        (error(102), "", False),
        (error(368), "", False),
        (error(10), graph.FORBIDDEN, False),
        (error(200), graph.FORBIDDEN, False),
        (error(299), graph.FORBIDDEN, False),
        (error(100), graph.INVALID, False),
        (error(100, 33), graph.GONE, False),
        (error(100, 2108006), graph.GONE, False),
        (error(10, message="(#10) Not enough viewers for the media to show insights"), graph.EMPTY, False),
        (error(1, message="Please reduce the amount of data you're asking for"), graph.TOO_MUCH, False),
        (error("une chaîne"), "", False),
        (error(None), "", False),
    ],
)
def test_an_error_means_what_its_code_says(body, reason, again):
    read = graph.read_error(body, THROTTLED)
    assert (read.reason, read.again) == (reason, again)
    assert "something" not in read.problem, "Meta's message may name somebody"


@pytest.mark.parametrize(
    ("option", "meant"), [("throttled_codes", ("", True)), ("gone_codes", (graph.GONE, False)), (None, ("", False))]
)
def test_which_codes_are_throttles_and_which_say_gone_is_said_by_options(option, meant):
    own = {name: load_inventory().source("facebook").options[name] for name in ("throttled_codes", "gone_codes")}
    assert own == {"throttled_codes": " ".join(map(str, sorted(THROTTLED))), "gone_codes": "24 803"}
    dialect = graph.dialect({**own, option: own[option] + " 712"} if option else own)
    response = requests.Response()
    response.status_code, response._content = 400, json.dumps(error(712)).encode()
    for read in (dialect.refusal(response), dialect.complaint(error(712))):
        assert (read.reason, read.again) == meant


@pytest.mark.parametrize("body", [{}, {"data": []}, [], "texte", {"error": "texte"}])
def test_what_holds_no_error_of_metas_is_left_to_the_status(body):
    assert graph.read_error(body, THROTTLED) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({"1015": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 12}]}, 720),
        ({"1015": [{"type": "pages", "estimated_time_to_regain_access": 0}]}, None),
        ({"1015": [{"type": "pages"}]}, None),
        (["un", "autre"], None),
    ],
)
def test_the_time_to_regain_access_is_in_minutes(header, seconds):
    assert graph.regain_seconds({"X-Business-Use-Case-Usage": json.dumps(header)}) == seconds


@pytest.mark.parametrize("status", [400, 403, 429])
def test_a_throttle_is_waited_for_whatever_its_status(publishers, meta, status):
    meta.publisher("facebook").throttle_status = status
    publishers.faults("facebook:throttle")
    assert len(meta.records("facebook", "accounts")) == 3
    assert len(meta.asked()) == 3 + 4, "four of the requests are refused"


def test_a_quota_that_is_gone_for_the_day_is_not_waited_for(publishers, meta):
    publishers.faults("throttle-storm")
    with pytest.raises(PublisherError, match=r"throttled for 24\.0 h more"):
        meta.records("instagram", "accounts")


def test_a_wrong_token_names_its_variable(meta, monkeypatch):
    monkeypatch.setenv("COMPTOIR_TOKEN_FACEBOOK", "another-token")
    with pytest.raises(PublisherError, match=r"code 190.*COMPTOIR_TOKEN_FACEBOOK") as failure:
        meta.records("facebook", "posts")
    assert "another-token" not in str(failure.value)


def test_the_token_travels_in_a_header_and_in_no_link(publishers, meta):
    token = publishers.app.state.world.region.token
    address = f"{publishers.url}/2026-10-10/facebook/v26.0/{BRITTANY}/posts?limit=5"
    body = requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=30).json()
    assert f"access_token={token}" in body["paging"]["next"], "Meta writes it there: the test would prove nothing"
    meta.log.clear()
    meta.records("facebook", "posts", first=True, options={"page_size": "50"})
    asked = meta.asked()
    assert len(asked) > 10
    assert not [address for address in asked if token in address or "access_token" in address]


def test_a_walk_ends_with_the_links_although_the_cursor_goes_on(publishers, meta):
    token = publishers.app.state.world.region.token
    address = f"{publishers.url}/2026-10-10/facebook/v26.0/{BRITTANY}/posts?limit=100&since=1791000000"
    body = requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=30).json()
    assert body["paging"]["cursors"]["after"]
    assert "next" not in body["paging"]
    meta.log.clear()
    assert meta.records("facebook", "posts")
    assert len(meta.asked()) == 3, "one page an account"


def test_a_page_that_is_too_much_is_asked_again_smaller_and_nothing_is_lost(meta):
    whole = meta.records("facebook", "ratings", first=True, options={"page_size": "100"})
    meta.asked()
    meta.publisher("facebook").most_rows = 30
    assert meta.records("facebook", "ratings", first=True, options={"page_size": "100"}) == whole
    assert any("limit=25" in address for address in meta.asked())
    meta.publisher("facebook").most_rows = 1
    with pytest.raises(PublisherError, match="page_size"):
        meta.records("facebook", "ratings", first=True)


def test_a_later_page_that_is_too_much_is_asked_from_where_the_walk_stood():
    asked = []

    class Client:
        def pages(self, path, params, paginator, *, select):
            asked.append(params)
            if "after" in params:
                yield Answered([3], {}, 1)
                return
            yield Answered([1, 2], {"paging": {"cursors": {"after": "here"}}}, 1)
            error = PublisherError("too much")
            error.reason = graph.TOO_MUCH
            raise error

    own = SimpleNamespace(options={})
    pages = list(graph.edge(SimpleNamespace(client=Client(), own=own), "/x", {"fields": "id"}))
    assert [page.items for page in pages] == [[1, 2], [3]]
    assert asked == [{"fields": "id", "limit": 100}, {"fields": "id", "after": "here", "limit": 50}]


def test_pages_that_repeat_a_row_or_leave_one_out_are_read_to_the_end(publishers, meta):
    keys = [row["review_id"] for row in meta.records("facebook", "ratings", first=True)]
    assert len(set(keys)) == len(keys) > 25
    publishers.faults("duplicate-page")
    repeated = [row["review_id"] for row in meta.records("facebook", "ratings", first=True)]
    assert len(repeated) > len(keys)
    assert list(dict.fromkeys(repeated)) == keys
    publishers.faults("shifting-offset")
    assert 0 < len(meta.records("facebook", "ratings", first=True)) < len(keys)


def test_an_edge_without_anything_is_empty_and_one_row_is_one(meta):
    config = load_config(meta.settings)
    quiet = config.model_copy(update={"accounts": [a for a in config.accounts if a.address == "100000000029019"]})
    assert meta.records("facebook", "mentions", "2025-09-01", first=True, config=quiet) == []
    assert len(meta.asked()) == 1
    one = config.model_copy(update={"accounts": [a for a in config.accounts if a.platform == "facebook"][:1]})
    assert len(meta.records("facebook", "accounts", config=one)) == 1


@pytest.mark.parametrize(("source", "address"), [("facebook", BRITTANY), ("instagram", "17841400000000053")])
def test_an_account_that_may_not_be_read_is_left_out_aloud_and_all_of_them_are_an_error(meta, source, address):
    meta.publisher(source).forbidden = frozenset({address})
    assert len(meta.records(source, "accounts")) == 2
    assert f"region_bretagne_{source}' is left out" in meta.log.text
    accounts = load_config(meta.settings).accounts
    meta.publisher(source).forbidden = frozenset(account.address for account in accounts)
    with pytest.raises(PublisherError, match=f"permissions of the token in COMPTOIR_TOKEN_{source.upper()}"):
        meta.records(source, "accounts")


def test_an_account_that_is_not_there_is_a_clear_error(meta):
    config = load_config(meta.settings)
    lost = next(a for a in config.accounts if a.platform == "facebook").model_copy(update={"address": "99999999"})
    with pytest.raises(PublisherError, match=r"99999999 is not there.*comptoir\.yml"):
        meta.records("facebook", "accounts", config=config.model_copy(update={"accounts": [lost]}))


def test_an_old_version_of_the_api_is_refused(meta):
    with pytest.raises(PublisherError, match="2635"):
        meta.records("instagram", "accounts", options={"api_version": "v2.0"})
