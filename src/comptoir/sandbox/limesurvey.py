"""LimeSurvey RemoteControl 2 over JSON-RPC: a session, a summary, an export in base64; errors as a status in a 200."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, ClassVar, Protocol

import msgspec

from comptoir.sandbox.answers import Answer, Ask, Publisher, Record, RecordKind
from comptoir.sandbox.clock import Clock

USER = "comptoir"
UNSTAMPED = "1980-01-01 00:00:00"


class Surveys(Protocol):
    """What stands behind the protocol."""

    first_night: dt.date

    def answers(self, clock: Clock, survey: str) -> Sequence[Record] | None:
        """Return every answer known at the clock, by number; nothing for an unknown survey."""
        ...


class LimeSurvey(Publisher):
    """The protocol over some surveys, each switch as an installation may have it.

    ``stamped``: the survey stamps its answers; ``wrapped``: each row stands under its number, as older versions write.
    """

    family = "limesurvey"
    kinds: ClassVar[Mapping[str, RecordKind]] = {
        "answer": RecordKind(
            keys=("id",),
            dates=("submitdate", "startdate", "datestamp"),
            numbers=("G02Q01", "lastpage"),
            texts=("G01Q02", "G02Q02"),
            codes=("startlanguage", "G01Q03"),
            added=("G03Q01", "Y"),
            removed=("G02Q01",),
            streamed=True,
        ),
    }

    def __init__(self, surveys: Surveys, *, token: str | None = None) -> None:
        self.surveys = surveys
        self.token = token
        self.first_night = surveys.first_night
        self.stamped, self.wrapped = True, False

    def error(self, status: int, message: str) -> Answer:
        """Say what went wrong as a status inside a 200 answer."""
        said = "Invalid user name or password" if status == 401 else message
        return _result({"status": said})

    def error_in_200(self, answer: Answer) -> Answer:
        """Fail inside an answer that claims success."""
        return _result({"status": "Failed to export the answers"})

    def answer(self, ask: Ask) -> Answer:
        """Answer the four calls of an export; anything else does not exist."""
        if ask.path != "/index.php/admin/remotecontrol" or ask.method != "POST":
            return Answer(chunks=[b"<html><body>LimeSurvey</body></html>"], media_type="text/html")
        try:
            call = msgspec.json.decode(ask.body)
            method, params = call["method"], list(call["params"])
        except (msgspec.DecodeError, KeyError, TypeError):
            return Answer({"id": None, "result": None, "error": {"code": -32700, "message": "Parse error"}})
        if method == "get_session_key":
            is_known = self.token is None or params[:2] == [USER, self.token]
            return _result(_session(ask.clock)) if is_known else self.error(401, "")
        methods: dict[str, Callable[[Ask, Sequence[Any]], Answer]] = {
            "get_summary": self._summary,
            "export_responses": self._export,
            "release_session_key": lambda _ask, _params: _result("OK"),
        }
        if method not in methods:
            return Answer({"id": 1, "result": None, "error": {"code": -32601, "message": "Method not found"}})
        if params[:1] != [_session(ask.clock)]:
            return self.error(200, "Invalid session key")
        return methods[method](ask, params[1:])

    def _summary(self, ask: Ask, params: Sequence[Any]) -> Answer:
        answers = self.surveys.answers(ask.clock, str(params[0]))
        if answers is None:
            return self.error(200, "Invalid survey ID")
        done = sum(1 for answer in answers if answer["submitdate"])
        return _result(
            {
                "completed_responses": str(done),
                "incomplete_responses": str(len(answers) - done),
                "full_responses": str(len(answers)),
            }
        )

    def _export(self, ask: Ask, params: Sequence[Any]) -> Answer:
        survey, kind, _language, which = (*params, "all")[:4]
        first = int(params[6]) if len(params) > 6 and params[6] else 1
        last = int(params[7]) if len(params) > 7 and params[7] else None
        answers = self.surveys.answers(ask.clock, str(survey))
        if answers is None:
            return self.error(200, "No Data, survey table does not exist.")
        if not answers:
            return self.error(200, "No Data, could not get max id.")
        if kind != "json":
            return self.error(200, "Unsupported document type")
        rows = [
            self._written(answer)
            for answer in answers
            if int(answer["id"]) >= first
            and (last is None or int(answer["id"]) <= last)
            and (which == "all" or bool(answer["submitdate"]) == (which == "complete"))
        ]
        touched = list(ask.touch("answer", rows))
        if self.wrapped:
            touched = [{str(at): row} for at, row in enumerate(touched, 1)]
        return _result(base64.b64encode(msgspec.json.encode({"responses": touched})).decode())

    def _written(self, answer: Record) -> Record:
        if self.stamped:
            return dict(answer)
        bare = {name: value for name, value in answer.items() if name not in ("startdate", "datestamp")}
        return {**bare, "submitdate": UNSTAMPED if answer["submitdate"] else ""}


def _result(result: Any) -> Answer:
    return Answer({"id": 1, "result": result, "error": None})


def _session(clock: Clock) -> str:
    """Return the night's session key: nothing is kept of who opened it."""
    return sha256(f"session {clock.night}".encode()).hexdigest()[:32]
