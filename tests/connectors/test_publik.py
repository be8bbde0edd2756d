"""Publik w.c.s., over real HTTP: signed queries, pages that prove themselves, naive times, status changes."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import logging
import re
from urllib.parse import unquote, urlsplit

import pytest
import requests

from comptoir.config.file import load_config
from comptoir.connectors.base import Malformed, Request, night_start
from comptoir.connectors.gru import publik
from comptoir.connectors.gru.publik_signature import authorise, refusal, signed_query
from comptoir.connectors.http import PublisherClient, PublisherError
from comptoir.connectors.runner import base_url
from comptoir.inventory.schema import load_inventory
from comptoir.orchestration import steps
from comptoir.privacy.pseudonyms import Pseudonymiser
from comptoir.sandbox.clock import PARIS, Clock
from comptoir.sandbox.publik import Listed
from comptoir.sandbox.publik_signature import Doorkeeper
from comptoir.sandbox.seeded.filed import STATUSES
from comptoir.settings import PROJECT_DIR

NIGHT = dt.date(2026, 10, 10)
DAY = dt.timedelta(days=1)
FIRST_DAY = dt.date(2025, 9, 1)
FORMS = ("eclairage-public", "stationnement")
NOW = dt.datetime(2026, 10, 11, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def desk(publishers):
    return publishers.app.state.world.publishers["publik"].desk


@pytest.fixture
def ask(settings):
    """Pages of a stream as its connector gives them; options replace the demonstration's."""

    def pages(night=NIGHT, since=None, stream="forms", **options):
        inventory = load_inventory()
        source = inventory.source("publik")
        own = source.streams[stream]
        own = own.model_copy(update={"options": {**own.options, **options}})
        config = load_config(settings)
        address = base_url(settings, config, inventory, "publik", night.isoformat())
        client = PublisherClient(source, address, settings, publik.DIALECT)
        contract = inventory.stream("publik", stream)
        return list(publik.fetch(Request(source, contract, own, night, since, config, client, address)))

    return pages


@pytest.fixture
def rows(ask):
    def records(*args, **options):
        return [record for page in ask(*args, **options) for record in page.records]

    return records


@pytest.fixture
def serve(desk, monkeypatch):
    """Make the desk list these records, in the form asked for first."""

    def listing(records):
        monkeypatch.setattr(
            desk,
            "listing",
            lambda clock, slug, updated, order: [Listed(lambda one=one: one) for one in records if slug == FORMS[0]],
        )

    return listing


def truth(desk, night, forms=FORMS, first=FIRST_DAY):
    """Requests that are listed when the night is asked and that last changed by its end."""
    now, until = Clock.of(night).now, night_start(night + DAY)
    days = [first + DAY * at for at in range((night - first).days + 1)]
    filed = [one for day in days for slug in forms for one in desk.filed_on(day).filed[slug]]
    return [one for one in filed if (at := one.updated_at(now)) is not None and at <= until]


def named(filed):
    return sorted(f"{one.slug}/{one.number}" for one in filed)


def test_a_night_lands_with_pseudonyms_codes_and_no_words(publishers, listener, desk):
    result = listener.night("publik", str(NIGHT))
    assert (result["verdict"], result["reasons"]) == ("accepted", [])
    forms = listener.bronze("publik", "forms", str(NIGHT))
    known = truth(desk, NIGHT)
    assert len(forms) == len(known) > 100
    assert {row["form_slug"] for row in forms} == set(FORMS)
    assert {row["category"] for row in forms} == {"Éclairage public", "Stationnement"}
    assert {row["channel"] for row in forms} == {"web", "phone", "counter", "email"}
    assert all(row["is_typed_by_agent"] == (row["channel"] != "web") for row in forms)
    assert all((row["closed_at"] is not None) == row["is_endpoint"] == (row["status"] == "Clos") for row in forms)
    assert all(row["description"] is None for row in forms)
    assert all(row["latitude"] is None or row["latitude"] == round(row["latitude"], 3) for row in forms)
    emails = {row["requester_email_id"] for row in forms} - {None}
    phones = {row["requester_phone_id"] for row in forms} - {None}
    pseudonymiser = Pseudonymiser(b"fixed test key")
    assert emails <= {pseudonymiser.pseudonym("gru.email", one.case.person.email) for one in known}
    assert phones <= {pseudonymiser.pseudonym("gru.phone", one.case.person.phone) for one in known}
    assert emails
    assert phones
    assert any(row["requester_email_id"] is None for row in forms), "some are typed for who gave none"
    events = listener.bronze("publik", "form_events", str(NIGHT))
    changes = sum(step.status is not None and step.at <= Clock.of(NIGHT).now for one in known for step in one.steps)
    assert len(events) == changes > len(forms)
    assert {row["request_id"] for row in events} == {row["request_id"] for row in forms}
    assert {row["is_agent"] for row in events} == {True, False, None}


@pytest.mark.parametrize("size", [7, 100])
def test_pages_cover_every_form_without_loss(rows, desk, monkeypatch, size):
    monkeypatch.setattr(publik, "PAGE_SIZE", size)
    assert sorted(row["request_id"] for row in rows()) == named(truth(desk, NIGHT))


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 19, 20])
def test_the_last_page_ends_the_list_whatever_its_length(rows, serve, monkeypatch, count):
    monkeypatch.setattr(publik, "PAGE_SIZE", 10)
    serve([record(id=str(number)) for number in range(1, count + 1)])
    assert [row["id"] for row in rows()] == [str(number) for number in range(1, count + 1)]


def test_a_page_that_jumps_over_a_row_is_a_clear_error(publishers, ask, monkeypatch):
    monkeypatch.setattr(publik, "PAGE_SIZE", 10)
    publishers.faults("shifting-offset")
    with pytest.raises(PublisherError, match=r"changed while it was read.*run the night again"):
        ask()


def test_rows_repeated_across_pages_are_passed_on_and_counted(publishers, rows, desk, monkeypatch):
    monkeypatch.setattr(publik, "PAGE_SIZE", 10)
    publishers.faults("duplicate-page")
    ids = [record["request_id"] for record in rows()]
    assert len(ids) > len(set(ids))
    assert sorted(set(ids)) == named(truth(desk, NIGHT))


def test_a_later_night_asks_for_what_changed_only(rows, desk):
    since = night_start(NIGHT - 7 * DAY)
    changed = [one for one in truth(desk, NIGHT) if one.updated_at(Clock.of(NIGHT).now) >= since]
    assert sorted(row["request_id"] for row in rows(since=since)) == named(changed)


def test_a_request_that_is_months_old_is_asked_again_when_it_changes(rows, desk):
    every = [form["slug"] for form in desk.formdefs()]
    late = next(one for one in truth(desk, NIGHT, every) if one.last_change_at - one.case.opened_at > 90 * DAY)
    night = late.last_change_at.astimezone(PARIS).date()
    found = {row["request_id"]: row for row in rows(night, night_start(night - 7 * DAY), forms="*")}
    assert found[f"{late.slug}/{late.number}"]["workflow"]["status"]["endpoint"]


def test_nothing_is_shown_before_it_happens(rows, desk):
    """The night is asked at 04:00: the morning is known to the publisher and belongs to the next night."""
    until = night_start(NIGHT + DAY).astimezone(PARIS).replace(tzinfo=None)
    for row in rows():
        times = [row["receipt_time"], row["last_update_time"], *(step["time"] for step in row["evolution"])]
        assert max(map(dt.datetime.fromisoformat, times)) <= until
    assert len(rows(NIGHT - 100 * DAY)) < len(rows())


def test_what_changed_in_the_morning_of_the_run_comes_with_the_next_night(rows, desk):
    every = [form["slug"] for form in desk.formdefs()]
    early = next(
        one
        for one in truth(desk, NIGHT, every)
        if 0 < one.last_change_at.astimezone(PARIS).hour < 4 and one.last_change_at < Clock.of(NIGHT - DAY).now
    )
    night = early.last_change_at.astimezone(PARIS).date() - DAY
    number = f"{early.slug}/{early.number}"
    seen = [{row["request_id"] for row in rows(at, forms="*")} for at in (night, night + DAY)]
    assert [number in ids for ids in seen] == [False, True]


def test_deleted_requests_vanish_and_anonymised_ones_lose_their_people(rows, desk):
    every = [form["slug"] for form in desk.formdefs()]
    before = NIGHT - 60 * DAY
    gone = next(one for one in truth(desk, before, every) if one.gone_at and one.gone_at < Clock.of(NIGHT - DAY).now)
    assert f"{gone.slug}/{gone.number}" in {row["request_id"] for row in rows(before, forms="*")}
    assert f"{gone.slug}/{gone.number}" not in {row["request_id"] for row in rows(forms="*")}
    anonymised = [one for one in truth(desk, NIGHT) if one.is_anonymised(Clock.of(NIGHT).now)]
    by_id = {row["request_id"]: row for row in rows()}
    assert anonymised
    for one in anonymised:
        row = by_id[f"{one.slug}/{one.number}"]
        assert "user" not in row
        assert row["fields"].keys().isdisjoint({"nom", "courriel", "telephone", "description"})


def record(**changes):
    """A request as the documentation shows it."""
    base = {
        "id": "16",
        "receipt_time": "2026-10-04T13:39:47",
        "last_update_time": "2026-10-04T13:41:21",
        "criticality_level": 0,
        "fields": {"type": "Voirie", "courriel": "", "telephone": None},
        "user": {"id": 1, "name": "Une Personne"},
        "submission": {"backoffice": True, "channel": "mail", "anonymous": False},
        "evolution": [
            {"status": "1", "time": "2026-10-04T13:39:47", "who": {"id": 1, "name": "Une Personne"}},
            {"status": None, "time": "2026-10-04T13:40:00", "who": {"id": 2}, "parts": []},
            {"status": "2", "time": "2026-10-04T13:41:21", "who": {"id": 2, "name": "Un Agent"}},
            {"status": "5", "time": "2026-10-05T08:00:00"},
        ],
        "workflow": {"status": {"id": "5", "name": "Clos", "endpoint": True}, "data": {}},
        "roles": {"_receiver": [{"slug": "agents", "name": "Voirie"}]},
    }
    return {**base, **changes}


def test_status_changes_keep_their_place_and_say_only_whether_an_agent_made_them():
    events = publik.event_rows("voirie", record())
    assert [(e["event_number"], e["status_id"], e["is_agent"]) for e in events] == [
        (1, "1", False),
        (3, "2", True),
        (4, "5", None),
    ]
    assert {tuple(event) for event in events} == {
        ("request_id", "event_number", "occurred_at", "status_id", "is_agent")
    }
    assert publik.event_rows("voirie", record(evolution=None)) == []


def test_a_request_is_closed_when_it_got_the_final_status_that_it_has():
    (closed,) = publik.form_rows("voirie", record())
    assert (closed["request_id"], closed["closed_at"], closed["receiver"]) == (
        "voirie/16",
        "2026-10-05T08:00:00",
        "Voirie",
    )
    assert closed["fields"]["courriel"] is None
    (reopened,) = publik.form_rows(
        "voirie", record(workflow={"status": {"id": "6", "name": "Rouvert", "endpoint": False}})
    )
    assert reopened["closed_at"] is None
    assert isinstance(publik.form_rows("voirie", ["x"])[0], Malformed)
    assert isinstance(publik.event_rows("voirie", "x")[0], Malformed)
    assert publik.form_rows("voirie", record(id=None))[0]["request_id"] is None


def test_naive_times_are_paris_times_and_the_hour_that_comes_twice_is_its_second(listener, serve):
    serve(
        [
            record(id="1", receipt_time="2026-07-01T10:00:00"),
            record(id="2", receipt_time="2026-10-25T01:59:59"),
            record(id="3", receipt_time="2026-10-25T02:30:00"),
            record(id="4", receipt_time="2026-10-25T03:00:00"),
            record(id="5", receipt_time="2026-10-25T02:30:00+02:00"),
        ]
    )
    result = listener.night("publik", "2026-10-25")
    assert result["verdict"] == "accepted", result["reasons"]
    bronze = listener.bronze("publik", "forms", "2026-10-25")
    assert sorted(str(row["declared_at"]) for row in bronze) == [
        "2026-07-01 08:00:00",
        "2026-10-24 23:59:59",
        "2026-10-25 00:30:00",
        "2026-10-25 01:30:00",
        "2026-10-25 02:00:00",
    ]


@pytest.mark.parametrize(
    "body",
    [[{"slug": "voirie"}, {"slug": "proprete"}], {"err": 0, "data": [{"slug": "voirie"}, {"slug": "proprete"}]}],
)
def test_forms_are_listed_bare_or_wrapped(body):
    assert publik.formdef_slugs(body) == ["voirie", "proprete"]
    assert publik.formdef_slugs({"err": 0}) is None
    assert publik.formdef_slugs([{"slug": "../autre"}, "x", {}]) == []


def test_all_published_forms_may_be_asked_for(ask, desk):
    pages = ask(forms="*")
    assert {page.context["form_slug"] for page in pages} == {form["slug"] for form in desk.formdefs()}


def test_a_form_that_is_not_published_is_named_with_those_that_are(ask):
    with pytest.raises(PublisherError, match=r"no form 'permis'.*option 'forms'.*Published: .*voirie"):
        ask(forms="voirie, permis")


def test_a_field_to_order_by_that_is_refused_says_which_option_to_check(ask):
    with pytest.raises(PublisherError, match=r"HTTP 400.*'order_by'"):
        ask(order_by="nom")


# Signatures


def test_a_query_is_signed_as_the_documentation_says():
    query = signed_query("full=on&limit=100", "comptoir", "clé", NOW, "abc")
    text, _, signature = query.partition("&signature=")
    assert text == "full=on&limit=100&orig=comptoir&algo=sha256&timestamp=2026-10-11T02%3A00%3A00Z&nonce=abc"
    assert base64.b64decode(unquote(signature)) == hmac.new("clé".encode(), text.encode(), hashlib.sha256).digest()
    assert not set("+/=") & set(signature), "percent-encoded"


def test_each_try_has_its_own_nonce_and_a_token_may_name_who_signs():
    def once(token):
        request = requests.Request("GET", "https://d.example/api/formdefs/", params={"q": "é à"}).prepare()
        authorise(request, token)
        return urlsplit(request.url).query

    first, second = once("portail:secret"), once("portail:secret")
    nonces = {re.search("nonce=([0-9a-f]{32})&", query)[1] for query in (first, second)}
    assert len(nonces) == 2
    door = Doorkeeper({"portail": "secret", "comptoir": "clé"})
    now = dt.datetime.now(dt.UTC)
    assert door.refusal(first, now) is None
    assert door.refusal(second, now) is None
    assert door.refusal(once("clé"), now) is None, "a key alone is that of comptoir"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda q: q, None),
        (lambda q: q.replace("limit=100", "limit=101"), "invalid signature"),
        (lambda q: q.replace("%3A", ":"), "invalid signature"),
        (lambda q: q + "&limit=5", "invalid signature"),
        (lambda q: "&".join(q.split("&")[:-1]), "missing/multiple signature field"),
        (lambda q: q.replace("orig=comptoir", "orig=autre"), "invalid orig"),
        (lambda q: q.replace("nonce=abc", "nonce=abc&nonce=def"), "missing/multiple nonce field"),
        (lambda q: q.replace("algo=sha256", "algo=rot13"), "invalid algo"),
    ],
)
def test_the_sandbox_checks_every_byte(change, reason):
    query = change(signed_query("limit=100", "comptoir", "clé", NOW, "abc"))
    assert Doorkeeper({"comptoir": "clé"}).refusal(query, NOW) == reason


@pytest.mark.parametrize(
    ("seconds", "reason"), [(30, None), (31, "timestamp too old"), (-30, None), (-31, "timestamp too old")]
)
def test_the_sandbox_refuses_a_signature_of_another_time(seconds, reason):
    query = signed_query("", "comptoir", "clé", NOW, "abc")
    assert Doorkeeper({"comptoir": "clé"}).refusal(query, NOW + dt.timedelta(seconds=seconds)) == reason


def test_the_sandbox_takes_a_nonce_once():
    door = Doorkeeper({"comptoir": "clé"})
    query = signed_query("", "comptoir", "clé", NOW, "abc")
    assert [door.refusal(query, NOW) for _ in range(2)] == [None, "nonce already used"]


def test_a_clock_that_is_off_is_told_as_such(publishers, ask):
    publishers.faults("publik:clock-skew=20")
    assert ask()
    publishers.faults("publik:clock-skew=45")
    with pytest.raises(PublisherError, match=r"Check the clock of this machine"):
        ask()


def test_a_wrong_key_names_its_variable_and_nothing_secret_is_shown(ask, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("COMPTOIR_TOKEN_PUBLIK", "comptoir:wrong-key")
    with pytest.raises(PublisherError, match=r"refused the signature.*COMPTOIR_TOKEN_PUBLIK.*orig:key") as failure:
        ask()
    for told in (str(failure.value), caplog.text):
        assert "wrong-key" not in told
        assert "signature=" not in told
        assert "nonce=" not in told


@pytest.mark.parametrize(
    ("status", "said", "again", "word"),
    [
        (403, "nonce already used", True, "nonce"),
        (403, "timestamp too old", False, "time"),
        (403, "invalid orig", False, "signature"),
        (403, "unsufficient roles for Jeanne Martin", False, "403"),
        (404, "no such form", False, "404"),
        (503, "", True, "503"),
    ],
)
def test_refusals_are_understood_and_not_repeated(status, said, again, word):
    response = requests.Response()
    response.status_code = status
    response._content = json.dumps({"err": 1, "err_class": "Access denied", "err_desc": said}).encode()
    found = refusal(response)
    assert found.again is again
    assert word in found.problem
    assert "Jeanne" not in found.problem + found.cure


def test_an_error_inside_a_success_is_an_error(publishers, ask):
    publishers.faults("error-in-200")
    with pytest.raises(PublisherError, match="error inside"):
        ask()


def test_same_night_same_bytes(publishers, installation):
    def landed(night):
        steps.land("publik", night, refetch=True)
        folder = installation / "lake" / "landing" / "publik"
        newest = sorted(folder.rglob(f"night={night}/*.ndjson.zst"))
        return [path.read_bytes() for path in newest]

    first = landed(str(NIGHT))
    both = landed(str(NIGHT))
    assert len(both) == 2 * len(first) == 4
    assert set(both) == set(first)


def test_every_status_of_the_desk_is_mapped():
    seed = (PROJECT_DIR / "dbt/seeds/mappings/request_status_map.csv").read_text(encoding="utf-8").splitlines()
    mapped = {line.split(",")[0] for line in seed}
    assert {name.lower() for _, name, _ in STATUSES.values()} <= mapped
