"""LimeSurvey over JSON-RPC: sessions given back, unfinished answers asked again, blanks that are no value."""

import base64
import datetime as dt
import json

import msgspec
import pytest
from tests.connectors.asking import Asker

from comptoir.connectors.gru import limesurvey
from comptoir.connectors.http import PublisherError
from comptoir.inventory.schema import load_inventory
from comptoir.orchestration import steps
from comptoir.sandbox.clock import Clock
from comptoir.sandbox.limesurvey import LimeSurvey

NIGHT, LATER = "2026-10-10", "2026-10-20"


class FakeSurvey:
    """A survey with the given answers, the same every night."""

    first_night = dt.date(2025, 9, 1)

    def __init__(self, rows):
        self.rows = rows

    def answers(self, clock, survey):
        return self.rows if survey == "482913" else None


def _row(number, **changed):
    row = {"id": str(number), "submitdate": "2026-10-01 10:00:00", "lastpage": "2", "startlanguage": "fr", "seed": "1",
           "startdate": "2026-10-01 09:58:00", "datestamp": "2026-10-01 10:00:00", "ipaddr": "192.0.2.1",
           "G01Q01": f"R{number}",
           "G01Q02": "Voirie", "G01Q03": "TEL", "G02Q01": "8", "G02Q02": "Merci bien"}  # fmt: skip
    return {**row, **changed}


@pytest.fixture
def behind(publishers):
    """Put another survey behind the protocol for one test; the methods called are noted."""
    served = publishers.app.state.world.publishers
    whole = served["limesurvey"]
    called = []

    def put(rows=None, **switches):
        served["limesurvey"] = LimeSurvey(whole.surveys if rows is None else FakeSurvey(rows), token=whole.token)
        for name, value in switches.items():
            setattr(served["limesurvey"], name, value)
        answer = served["limesurvey"].answer

        def noted(ask):
            called.append(msgspec.json.decode(ask.body)["method"])
            return answer(ask)

        served["limesurvey"].answer = noted
        return called

    yield put
    served["limesurvey"] = whole


def test_a_wrong_password_names_the_variable_and_is_not_shown(publishers, settings, monkeypatch):
    monkeypatch.setenv("COMPTOIR_SANDBOX_TOKEN", "un-autre-mot")
    with pytest.raises(PublisherError, match="COMPTOIR_TOKEN_LIMESURVEY") as failure:
        steps.land("limesurvey", NIGHT)
    assert "un-autre-mot" not in str(failure.value)


def test_a_token_may_name_its_user(publishers, listener, monkeypatch):
    token = publishers.app.state.world.region.token
    monkeypatch.setenv("COMPTOIR_TOKEN_LIMESURVEY", f"comptoir:{token}")
    assert listener.night("limesurvey", NIGHT)["verdict"] == "accepted"
    monkeypatch.setenv("COMPTOIR_TOKEN_LIMESURVEY", f"quelquun:{token}")
    with pytest.raises(PublisherError, match="does not let the user in"):
        steps.land("limesurvey", LATER)


def test_a_survey_that_nobody_answered_is_empty(listener, behind):
    behind([])
    assert listener.night("limesurvey", NIGHT)["verdict"] == "accepted"
    assert listener.bronze("limesurvey", "answers", NIGHT) == []


def test_a_survey_that_does_not_exist_is_an_error(settings, behind, monkeypatch):
    behind([])
    monkeypatch.setattr(FakeSurvey, "answers", lambda self, clock, survey: None)
    with pytest.raises(PublisherError, match="Check survey_id"):
        steps.land("limesurvey", NIGHT)


def test_one_answer_and_its_local_times(listener, behind):
    behind([_row(1)])
    listener.night("limesurvey", NIGHT)
    (row,) = listener.bronze("limesurvey", "answers", NIGHT)
    assert row["submitted_at"] == dt.datetime(2026, 10, 1, 8, 0), "Paris in summer, stored as UTC"
    assert (row["score"], row["is_complete"], row["channel"], row["service"]) == (8, True, "TEL", "Voirie")
    assert row["verbatim"] is None, "free text is off"


@pytest.mark.parametrize("wrapped", [False, True])
def test_many_answers_on_many_pages(listener, behind, monkeypatch, wrapped):
    monkeypatch.setattr(limesurvey, "ANSWERS_PER_PAGE", 10)
    behind([_row(number) for number in range(1, 26)], wrapped=wrapped)
    listener.night("limesurvey", NIGHT)
    assert len(listener.bronze("limesurvey", "answers", NIGHT)) == 25


def test_an_unfinished_answer_has_no_score_and_no_time_rather_than_zeros(listener, behind):
    behind([_row(1, submitdate="", G02Q01="", lastpage="1")])
    listener.night("limesurvey", NIGHT)
    (row,) = listener.bronze("limesurvey", "answers", NIGHT)
    assert (row["is_complete"], row["submitted_at"], row["score"]) == (False, None, None)


def test_without_stamps_a_finished_answer_has_no_time_and_is_asked_every_night(listener, behind):
    behind([_row(1), _row(2, submitdate="")], stamped=False)
    for night in (NIGHT, "2026-11-20"):
        listener.night("limesurvey", night)
        rows = listener.bronze("limesurvey", "answers", night)
        assert sorted((row["is_complete"], row["submitted_at"], row["started_at"]) for row in rows) == [
            (False, None, None),
            (True, None, None),
        ]


def test_an_answer_taken_up_again_comes_again_and_an_old_one_does_not(listener, behind):
    begun = _row(2, submitdate="", G02Q01="", startdate="2026-07-01 10:00:00", datestamp="2026-07-01 10:00:00")
    old = _row(1, submitdate="2026-06-30 10:00:00", startdate="2026-06-30 09:00:00", datestamp="2026-06-30 10:00:00")
    behind([old, begun])
    listener.night("limesurvey", NIGHT)
    assert len(listener.bronze("limesurvey", "answers", NIGHT)) == 2, "the first night asks for everything"
    behind([old, {**begun, "submitdate": "2026-10-19 08:00:00", "datestamp": "2026-10-19 08:00:00", "G02Q01": "3"}])
    listener.night("limesurvey", LATER)
    (row,) = listener.bronze("limesurvey", "answers", LATER)
    assert (row["is_complete"], row["score"]) == (True, 3)
    assert row["response_id"] in {again["response_id"] for again in listener.bronze("limesurvey", "answers", NIGHT)}


def test_the_seeded_survey_has_people_who_stop_and_people_who_come_back(publishers):
    surveys = publishers.app.state.world.publishers["limesurvey"].surveys
    then, now = (
        {row["id"]: row for row in surveys.answers(Clock.of(dt.date.fromisoformat(night)), "482913")}
        for night in ("2026-08-01", NIGHT)
    )
    unfinished = {number for number, row in then.items() if not row["submitdate"]}
    assert unfinished
    assert then.keys() <= now.keys()
    assert all(now[number]["startdate"] == then[number]["startdate"] for number in then), "numbers never move"
    assert any(not row["submitdate"] for row in now.values())


def test_the_session_is_given_back_even_when_the_night_fails(publishers, settings, listener, behind):
    called = behind([_row(1)])
    listener.night("limesurvey", NIGHT)
    assert called == ["get_session_key", "get_summary", "export_responses", "release_session_key"]
    called = behind([_row(1)])
    called.clear()
    publishers.app.state.world.publishers["limesurvey"]._export = lambda ask, params: LimeSurvey.error_in_200(
        None, None
    )
    with pytest.raises(PublisherError):
        steps.land("limesurvey", LATER)
    assert called[-1] == "release_session_key"


def test_an_export_with_fewer_answers_than_the_summary_is_refused(publishers, settings, behind):
    behind([_row(1), _row(2)])
    publisher = publishers.app.state.world.publishers["limesurvey"]
    whole = publisher._export
    publisher._export = lambda ask, params: whole(ask, [*params[:5], "short", 1, 1])
    with pytest.raises(PublisherError, match="1 of 2 answers"):
        steps.land("limesurvey", NIGHT)


def _complaint(body, **options):
    return limesurvey.complaint(body, {**load_inventory().source("limesurvey").options, **options})


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("login_words", "does not let the user in"),
        ("no_access_words", "does not let the user export"),
        ("no_survey_words", "has no such active survey"),
        ("no_answer_words", None),
    ],
)
def test_errors_inside_a_200_are_told_apart_by_the_words_of_the_options(kind, problem):
    error = {"result": {"status": "Refusé (code 712)"}, "error": None}
    assert _complaint(error).problem == "answered 200 with an error inside"
    read = _complaint(error, **{kind: "x | code 712"})
    assert read is None if problem is None else read.problem.startswith(problem)


def test_what_is_recalled_is_asked_as_the_options_say(settings, behind, monkeypatch):
    behind([_row(1), _row(2, submitdate="", startdate="9999", datestamp="2025-10-01 10:00:00")])
    publisher, exports = LimeSurvey, []
    whole = publisher._export
    monkeypatch.setattr(
        publisher, "_export", lambda self, ask, params: exports.append(params) or whole(self, ask, params)
    )
    asker, survey = Asker(settings, "limesurvey", NIGHT), {"survey_id": "482913", "language": "fr"}
    assert len(asker.records("answers", **survey)) == 2
    finished = asker.records("answers", **survey, export="complete full long", counted_by="completed_responses")
    assert [row["id"] for row in finished] == ["1"]
    assert [params[3:] for params in exports] == [["all", "code", "short"], ["complete", "full", "long"]]
    (undated,) = asker.records("answers", since="2026-10-05", **survey, dated_by="startdate")
    assert undated["id"] == "2"
    assert asker.records("answers", since="2026-10-05", **survey) == []
    undated = asker.records("answers", since="2026-10-05", **survey, unstamped="2026-10-01 10:00:00")
    assert [row["id"] for row in undated] == ["1", "2"]
    (kept, _) = asker.records("answers", **survey, unstamped="2026-10-01 09:58:00")
    assert kept["startdate"] is None
    with pytest.raises(PublisherError, match=r"/enquetes/rpc .*not JSON"):
        Asker(settings, "limesurvey", NIGHT, path="/enquetes/rpc").records("answers", **survey)


def test_what_is_no_export_is_told_apart():
    encoded = base64.b64encode(json.dumps({"responses": [{"1": {"id": "1"}}, {"id": "2"}]}).encode()).decode()
    assert limesurvey.responses(encoded) == [{"id": "1"}, {"id": "2"}]
    for wrong in ("pas du base64", base64.b64encode(b"id;score").decode(), base64.b64encode(b"[]").decode(), None):
        assert limesurvey.responses(wrong) is None


def test_errors_inside_200_answers_are_found_and_the_rest_is_not():
    refused = _complaint({"result": {"status": "Invalid session key"}, "error": None})
    assert refused is not None
    assert "{variable}" in refused.cure
    assert _complaint({"result": None, "error": "boum"}) is not None
    assert _complaint({"result": {"status": "No Data, could not get max id."}, "error": None}) is None
    assert _complaint({"result": {"full_responses": "2"}, "error": None}) is None
    assert _complaint({"result": "OK", "error": None}) is None
