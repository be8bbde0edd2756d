"""How each family's payloads become records; no network here."""

import datetime as dt

import pytest
import requests

from comptoir.connectors.base import Malformed
from comptoir.connectors.dialect import throttle_wait
from comptoir.connectors.social.mastodon import account_address, shape
from comptoir.connectors.tourism.eurostat import cell_value, cube_cells, series_cells


@pytest.mark.parametrize(
    ("cell", "value", "flag"),
    [
        ("21011367 e", "21011367", "e"),
        ("8.96 ", "8.96", None),
        (": ", None, ":"),
        (": u", None, ": u"),
        (": @C", None, ": @C"),
        ("-0.83 be", "-0.83", "be"),
        ("0", "0", None),
    ],
)
def test_a_tsv_cell_is_a_value_and_its_flag(cell, value, flag):
    assert cell_value(cell) == {"obs_value": value, "obs_flag": flag}


def test_a_series_gives_one_record_per_period_and_a_ragged_one_is_malformed():
    dimensions = ["freq", "c_resid", "unit", "nace_r2", "geo"]
    cells = series_cells(b"M,FOR,NR,I551,FR\t12 e\t: ", dimensions, ["2026-01", "2026-02"])
    assert cells[0] == {
        "freq": "M",
        "c_resid": "FOR",
        "unit": "NR",
        "nace_r2": "I551",
        "geo": "FR",
        "time_period": "2026-01",
        "obs_value": "12",
        "obs_flag": "e",
    }
    assert [type(cell) for cell in series_cells(b"M,FOR,NR,I551,FR\t12", dimensions, ["2026-01", "2026-02"])] == [
        Malformed
    ]


def test_a_sparse_cube_gives_every_cell_in_row_major_order():
    body = {
        "id": ["geo", "time"],
        "size": [2, 2],
        "dimension": {
            "geo": {"category": {"index": {"FRH0": 1, "FR": 0}}},
            "time": {"category": {"index": {"2026-01": 0, "2026-02": 1}}},
        },
        "value": {"0": 5, "3": 0},
        "status": {"0": "p", "1": "c"},
    }
    assert [(c["geo"], c["time_period"], c["obs_value"], c["obs_flag"]) for c in cube_cells(body)] == [
        ("FR", "2026-01", 5, "p"),
        ("FR", "2026-02", None, ": c"),
        ("FRH0", "2026-01", None, ":"),
        ("FRH0", "2026-02", 0, None),
    ]


def test_a_cube_that_contradicts_itself_is_refused():
    body = {"id": ["geo"], "size": [2], "dimension": {"geo": {"category": {"index": ["FR"]}}}, "value": {}}
    with pytest.raises(ValueError, match="geo"):
        list(cube_cells(body))


def test_local_accounts_get_their_instance():
    assert account_address({"acct": "ville", "url": "https://social.example/@ville"}, "proxy") == "ville@social.example"
    assert (
        account_address({"acct": "ville@autre.example", "url": "https://x.example/@ville"}, "proxy")
        == "ville@autre.example"
    )
    assert account_address({"acct": None}, "proxy") is None


def test_a_status_is_shaped_without_inventing():
    status = shape(
        {
            "id": "1",
            "in_reply_to_id": None,
            "account": {"acct": "a", "url": "https://m.example/@a"},
            "mentions": [{"acct": "b@n.example"}],
            "tags": [{"name": "brest", "url": "x"}],
            "media_attachments": [{}, {}],
        },
        "m.example",
    )
    assert status["account"]["account_address"] == "a@m.example"
    assert (status["is_reply"], status["mention_addresses"], status["hashtags"], status["media_count"]) == (
        False,
        ["b@n.example"],
        ["brest"],
        2,
    )
    assert isinstance(shape("pas un statut", "m.example"), Malformed)
    assert "media_count" not in shape({"id": "1"}, "m.example")


NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"X-RateLimit-Reset": "2026-11-22T03:01:30.000Z"}, b"{}", 90),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 60)}, b"{}", 60),
        ({"RateLimit-Reset": str(int(NOW.timestamp()) * 1000 + 45_000)}, b"{}", 45),  # milliseconds
        ({}, b'{"errorcode": 10002, "reset_time": "2026-11-22T03:00:10Z"}', 10),
        ({"X-RateLimit-Reset": "bientot"}, b"{}", None),
        ({}, b"<html>", None),
    ],
)
def test_each_publisher_tells_when_to_come_back_its_own_way(headers, body, seconds):
    response = requests.Response()
    response.headers.update(headers)
    response._content = body
    response.status_code = 429
    assert throttle_wait(response, NOW) == seconds
