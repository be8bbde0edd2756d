"""Call records: no header, all quoted, local times, several legs of one call; no caller's name, no number."""

import datetime as dt
from zoneinfo import ZoneInfo

import duckdb
import pytest

from comptoir.connectors.files.asterisk_cdr import shape
from comptoir.connectors.http import PublisherError
from comptoir.orchestration import steps
from comptoir.sandbox.clock import midnight
from comptoir.sandbox.contact_drops import ContactDrop
from comptoir.sandbox.drops import DroppedFile
from comptoir.sandbox.seeded.telephone import COLUMNS, LAYOUT

NIGHT, NEXT = "2026-10-10", "2026-10-11"
PARIS = ZoneInfo("Europe/Paris")


def _row(**changed):
    row = dict.fromkeys(COLUMNS, "")
    row |= {
        "src": "0639981234", "dst": "3900", "dcontext": "accueil", "clid": '"Nolwenn Canarizh" <0639981234>',
        "channel": "PJSIP/operateur-1", "lastapp": "Queue", "lastdata": "accueil,t,,,240",
        "start": "2026-10-10 10:00:00", "answer": "2026-10-10 10:00:20", "end": "2026-10-10 10:01:00",
        "duration": "60", "billsec": "40", "disposition": "ANSWERED", "amaflags": "3",
        "uniqueid": "1791619200.7", "linkedid": "1791619200.7", "sequence": "1",
    }  # fmt: skip
    return {**row, **changed}


class FakeExchange:
    """An exchange whose files hold the given rows, by name."""

    kind = "call"
    first_night = dt.date(2025, 9, 1)

    def __init__(self, **files):
        self.held = files

    def files(self, clock):
        return [
            DroppedFile(f"{name}.csv", str(len(rows)), midnight(clock.night) + dt.timedelta(hours=at), LAYOUT,
                        lambda rows=rows: rows)
            for at, (name, rows) in enumerate(self.held.items())
        ]  # fmt: skip


@pytest.fixture
def behind(publishers):
    """Put another exchange behind the drop for one test."""
    served = publishers.app.state.world.publishers
    whole = served["asterisk_cdr"]

    def put(**files):
        served["asterisk_cdr"] = ContactDrop(FakeExchange(**files), token=whole.token)

    yield put
    served["asterisk_cdr"] = whole


def test_a_wrong_token_names_the_variable(publishers, settings, monkeypatch):
    monkeypatch.setenv("COMPTOIR_SANDBOX_TOKEN", "un-autre-jeton")
    with pytest.raises(PublisherError, match="COMPTOIR_TOKEN_ASTERISK_CDR"):
        steps.land("asterisk_cdr", NIGHT)


def test_an_empty_drop_is_an_empty_night(listener, behind):
    behind()
    assert listener.night("asterisk_cdr", NIGHT)["verdict"] == "accepted"
    assert listener.bronze("asterisk_cdr", "call_legs", NIGHT) == []


def test_one_leg(listener, behind):
    behind(Master=[_row()])
    assert listener.night("asterisk_cdr", NIGHT)["verdict"] == "accepted"
    (leg,) = listener.bronze("asterisk_cdr", "call_legs", NIGHT)
    assert (leg["started_at"], leg["answered_at"]) == (
        dt.datetime(2026, 10, 10, 8, 0),
        dt.datetime(2026, 10, 10, 8, 0, 20),
    )
    assert (leg["duration_seconds"], leg["billed_seconds"], leg["disposition"]) == (60, 40, "ANSWERED")
    assert (leg["direction"], leg["dialled_code"], leg["caller_code"], leg["queue"]) == (
        "inbound", "3900", None, "accueil",
    )  # fmt: skip
    assert leg["requester_phone_id"]
    assert leg["leg_id"] == leg["call_id"]


def test_an_unanswered_call_has_no_time_of_answer(listener, behind):
    behind(Master=[_row(answer="", billsec="0", disposition="NO ANSWER", src="anonymous")])
    listener.night("asterisk_cdr", NIGHT)
    (leg,) = listener.bronze("asterisk_cdr", "call_legs", NIGHT)
    assert (leg["answered_at"], leg["billed_seconds"], leg["disposition"]) == (None, 0, "NO ANSWER")
    assert (leg["is_caller_hidden"], leg["requester_phone_id"], leg["direction"]) == (True, None, "inbound")


def test_the_legs_of_a_call_share_it_and_a_leg_passed_on_is_not_its_duplicate(listener, behind):
    agent = _row(dst="201", channel="PJSIP/201-2", uniqueid="1791619210.8", start="2026-10-10 10:00:10")
    passed = _row(dst="207", start="2026-10-10 10:01:00", lastapp="Dial", lastdata="PJSIP/207")
    behind(Master=[_row(), agent, passed])
    result = listener.night("asterisk_cdr", NIGHT)
    legs = listener.bronze("asterisk_cdr", "call_legs", NIGHT)
    assert (len(legs), len({leg["call_id"] for leg in legs}), len({leg["leg_id"] for leg in legs})) == (3, 1, 2)
    assert {leg["queue"] for leg in legs} == {"accueil", None}
    assert result["verdict"] == "accepted"


def test_a_file_that_grew_adds_its_new_legs_and_a_file_seen_before_is_left(listener, behind):
    behind(Master=[_row()])
    listener.night("asterisk_cdr", NIGHT)
    behind(Master=[_row(), _row(uniqueid="1791705600.1", linkedid="1791705600.1", start="2026-10-11 10:00:00")])
    listener.night("asterisk_cdr", NEXT)
    assert len(listener.bronze("asterisk_cdr", "call_legs", NEXT)) == 2, (
        "the growing file is read whole, rows are keyed"
    )
    behind(Master=[_row()])
    listener.night("asterisk_cdr", "2026-10-12")
    assert listener.bronze("asterisk_cdr", "call_legs", "2026-10-12") == [], "these bytes were loaded by another night"


def test_a_row_in_two_files_counts_once(listener, settings, behind):
    behind(Master_1=[_row()], Master_2=[_row(), _row(dst="201")])
    listener.night("asterisk_cdr", NIGHT)
    assert len(listener.bronze("asterisk_cdr", "call_legs", NIGHT)) == 2
    ((received, duplicate),) = duckdb.sql(
        f"select received, duplicate from read_json('{settings.lake_dir}/reconciliation/asterisk_cdr/*/*.json')"
    ).fetchall()
    assert (received, duplicate) == (3, 1)


def test_the_hour_that_comes_twice_in_october_is_told_apart(listener, behind):
    """02:30 of summer is 00:30 UTC, 02:30 of winter 01:30 UTC; the number of the leg begins with its epoch second."""
    first, second = (int(dt.datetime(2026, 10, 25, hour, 30, tzinfo=dt.UTC).timestamp()) for hour in (0, 1))
    local = {"start": "2026-10-25 02:30:00", "answer": "2026-10-25 02:45:00", "end": "2026-10-25 02:59:00"}
    across = {**local, "end": "2026-10-25 02:10:00"}  # begun in summer time, ended forty minutes later in winter time
    behind(
        Master=[
            _row(**local, uniqueid=f"{first}.1", linkedid=f"{first}.1"),
            _row(**local, uniqueid=f"{second}.2", linkedid=f"{second}.2"),
            _row(**across, uniqueid=f"standard-{first}.3", linkedid=f"standard-{first}.3"),
        ]
    )
    listener.night("asterisk_cdr", "2026-10-25")
    legs = sorted(listener.bronze("asterisk_cdr", "call_legs", "2026-10-25"), key=lambda leg: str(leg["ended_at"]))
    spans = [(leg["started_at"].strftime("%H:%M"), leg["ended_at"].strftime("%H:%M")) for leg in legs]
    assert spans == [("00:30", "00:59"), ("00:30", "01:10"), ("01:30", "01:59")]


def test_an_exchange_that_writes_utc_says_so_by_option(settings):
    shaped = shape(_row(), ZoneInfo("UTC"))
    assert shaped["start"] == "2026-10-10T10:00:00+00:00"


@pytest.mark.parametrize(
    ("src", "dst", "direction", "caller_code", "caller_phone", "dialled_code"),
    [
        ("0639981234", "3900", "inbound", None, "0639981234", "3900"),
        ("33639981234", "3900", "inbound", None, "+33639981234", "3900"),
        ("0033639981234", "s", "inbound", None, "0033639981234", "s"),
        ("0639981234", "0299010101", "inbound", None, "0639981234", None),
        ("201", "0639981234", "outbound", "201", None, None),
        ("201", "214", "internal", "201", None, "214"),
        ("", "3900", "inbound", None, None, "3900"),
    ],
)
def test_who_called_and_what_is_kept_of_it(src, dst, direction, caller_code, caller_phone, dialled_code):
    shaped = shape(_row(src=src, dst=dst), PARIS)
    assert (shaped["direction"], shaped["caller_code"], shaped["caller_phone"], shaped["dialled_code"]) == (
        direction, caller_code, caller_phone, dialled_code,
    )  # fmt: skip


def test_what_cannot_be_read_is_left_to_the_contract():
    shaped = shape(_row(start="hier", answer="0001-01-01 00:00:00", uniqueid="", linkedid=""), PARIS)
    assert (shaped["start"], shaped["answer"], shaped["uniqueid"], shaped["call"]) == (
        "hier", "0001-01-01 00:00:00", None, None,
    )  # fmt: skip


def test_no_name_and_no_number_is_kept(listener, installation):
    listener.night("asterisk_cdr", NIGHT)
    legs = listener.bronze("asterisk_cdr", "call_legs", NIGHT)
    assert {leg["direction"] for leg in legs} == {"inbound", "outbound", "internal"}
    assert not any("clid" in leg or "src" in leg for leg in legs)
    assert any(leg["requester_phone_id"] for leg in legs)
    texts = [str(value) for leg in legs for name, value in leg.items() if name.endswith("_code") and value]
    assert all(len(text) <= 6 for text in texts)
