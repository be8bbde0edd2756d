"""Reviews of establishments over HTTP: pages, the window, edits, late answers, deletions, and Google's own refusals."""

import dataclasses
import datetime as dt
import json

import pytest
import requests
from tests.conftest import TOKEN, Publishers
from tests.connectors.asking import Asker

from comptoir.config.file import load_config
from comptoir.connectors.base import Malformed
from comptoir.connectors.google import rpc_refusal
from comptoir.connectors.http import PublisherError
from comptoir.connectors.tourism.google_business import original_text, shape
from comptoir.lake import landing
from comptoir.orchestration import steps
from comptoir.sandbox.clock import Clock
from comptoir.sandbox.google_business import Listed
from comptoir.sandbox.running import running
from comptoir.sandbox.server import build_app

SOURCE = "google_business"
NIGHT = "2026-10-10"
LOCATIONS = [account for account in load_config().accounts if account.platform == SOURCE]


@pytest.fixture(scope="module")
def _publishers():
    """This publisher in full size: its lists have several pages."""
    app = build_app("seeded", token=TOKEN)
    with running(app) as url:
        yield Publishers(url, app)


@pytest.fixture
def profiles(publishers):
    return publishers.app.state.world.profiles


@dataclasses.dataclass
class FewReviews:
    """Profiles with ``count`` reviews in the first location and none elsewhere."""

    count: int
    first_night: dt.date = dt.date(2025, 9, 1)

    def reviews(self, clock, location):
        if location != LOCATIONS[0].address:
            return []
        moment = clock.now - dt.timedelta(days=2)
        record = {
            "name": f"{location}/reviews/AbC",
            "reviewId": "AbC",
            "reviewer": {"displayName": "Gwenn Riou", "isAnonymous": False},
            "starRating": "FOUR",
            "createTime": "2026-10-08T09:00:00.123456789Z",
            "updateTime": "2026-10-08T09:00:00Z",
        }
        return [Listed(moment, 4, lambda: record) for _ in range(self.count)]


def _manifest(settings, stream, night=NIGHT, attempt=1):
    return landing.read_manifest(settings, SOURCE, stream, night, attempt)


def _bronze(listener, night):
    return {row["review_id"]: row for row in listener.bronze(SOURCE, "reviews", night)}


def test_a_wrong_token_names_the_variable_and_not_the_token(publishers, settings, monkeypatch):
    monkeypatch.setenv("COMPTOIR_TOKEN_GOOGLE_BUSINESS", "of-another-project")
    with pytest.raises(PublisherError, match=r"UNAUTHENTICATED.*COMPTOIR_TOKEN_GOOGLE_BUSINESS") as failure:
        steps.land(SOURCE, NIGHT)
    assert "of-another-project" not in str(failure.value)


def test_locations_without_a_review_give_no_row_and_no_zero(publishers, listener, monkeypatch):
    monkeypatch.setattr(publishers.app.state.world.publishers[SOURCE], "profiles", FewReviews(0))
    assert listener.night(SOURCE, NIGHT)["verdict"] == "accepted"
    assert listener.bronze(SOURCE, "locations", NIGHT) == []
    assert listener.bronze(SOURCE, "reviews", NIGHT) == []


def test_one_star_only_review_has_no_text_and_no_author(publishers, settings, listener, monkeypatch):
    monkeypatch.setattr(publishers.app.state.world.publishers[SOURCE], "profiles", FewReviews(1))
    assert listener.night(SOURCE, NIGHT)["verdict"] == "accepted"
    (row,) = listener.bronze(SOURCE, "reviews", NIGHT)
    assert (row["stars"], row["content"], row["reply_content"], row["is_anonymous"]) == (4, None, None, False)
    assert row["created_at"] == dt.datetime(2026, 10, 8, 9, 0, 0, 123456)
    assert not {"author_id", "display_name", "reviewer"} & row.keys()
    (rating,) = listener.bronze(SOURCE, "locations", NIGHT)
    assert (rating["average_rating"], rating["reviews_count"]) == (4.0, 1)
    assert _manifest(settings, "reviews").added_fields == []


def test_the_first_load_walks_every_page_and_counts_what_the_publisher_announces(publishers, settings, listener):
    assert listener.night(SOURCE, NIGHT)["verdict"] == "accepted"
    manifest = _manifest(settings, "reviews")
    ratings = listener.bronze(SOURCE, "locations", NIGHT)
    assert {row["account_key"] for row in ratings} == {account.account_key for account in LOCATIONS}
    assert manifest.received == manifest.announced == sum(row["reviews_count"] for row in ratings)
    assert manifest.pages > 2 * len(LOCATIONS)
    rows = listener.bronze(SOURCE, "reviews", NIGHT)
    for rating in ratings:
        stars = [row["stars"] for row in rows if row["account_key"] == rating["account_key"]]
        assert rating["average_rating"] == pytest.approx(sum(stars) / len(stars), abs=0.051)


def test_what_is_recalled_is_asked_as_the_options_say(publishers, settings, monkeypatch):
    publisher, asked = publishers.app.state.world.publishers[SOURCE], []
    answer = publisher.answer
    monkeypatch.setattr(publisher, "answer", lambda ask: asked.append(ask) or answer(ask))
    with pytest.raises(PublisherError, match="NOT_FOUND"):
        Asker(settings, SOURCE, NIGHT, path="/v5/{location}/avis").records("locations")
    assert asked[-1].path == f"/v5/{LOCATIONS[0].address}/avis"
    asker = Asker(settings, SOURCE, NIGHT)
    window = asker.records("reviews", since="2026-09-20")
    asked.clear()
    everything = asker.records("reviews", since="2026-09-20", order_by="", page_size="40")
    assert {(ask.query["pageSize"], ask.query.get("orderBy")) for ask in asked} == {("40", None)}
    assert len(everything) == len(asker.records("reviews")) > len(window)


def test_a_row_repeated_across_pages_is_a_duplicate(publishers, settings, listener):
    publishers.faults("duplicate-page")
    result = listener.night(SOURCE, NIGHT)
    assert result["verdict"] == "accepted", result["reasons"]
    manifest = _manifest(settings, "reviews")
    assert manifest.received > manifest.announced == len(listener.bronze(SOURCE, "reviews", NIGHT))


def test_a_later_night_stops_at_its_window_and_sees_edits_late_answers_and_deletions(
    publishers, settings, listener, profiles
):
    later = "2026-10-24"
    listener.night(SOURCE, NIGHT)
    listener.night(SOURCE, later)
    manifest = _manifest(settings, "reviews", later)
    assert manifest.announced is None
    assert manifest.received < _manifest(settings, "reviews").received / 2
    first, second = Clock.of(dt.date(2026, 10, 10)).now, Clock.of(dt.date(2026, 10, 24)).now
    window = [dt.date(2026, 8, 1) + dt.timedelta(days=at) for at in range(72)]
    known = [review for one in LOCATIONS for day in window for review in profiles.reviews_on(one.address, day)]
    known = [review for review in known if review.visible(first)]

    def between(moment):
        return moment is not None and first < moment <= second

    before, after = _bronze(listener, NIGHT), _bronze(listener, later)
    gone = [review for review in known if between(review.deleted_at)]
    edited = [review for review in known if between(review.edited_at) and review.visible(second)]
    answered = [review for review in known if between(review.replied_at) and review.visible(second)]
    assert gone
    assert edited
    assert answered
    august = Clock.of(dt.date(2026, 7, 31)).now.replace(tzinfo=None) - dt.timedelta(hours=4)
    both = {key for key in before.keys() & after.keys() if before[key]["created_at"] >= august}
    assert sum(before[key]["updated_at"] != after[key]["updated_at"] for key in both) == len(edited)
    assert sum(bool(before[key]["reply_updated_at"]) < bool(after[key]["reply_updated_at"]) for key in both) == len(
        answered
    )
    recent = {key for key, row in before.items() if row["created_at"] >= august}
    assert len(recent - after.keys()) == len(gone)


def test_no_name_of_a_reviewer_is_landed(publishers, settings, profiles):
    import zstandard

    steps.land(SOURCE, NIGHT)
    (path,) = settings.lake_dir.glob(f"landing/{SOURCE}/reviews/*/*.zst")
    landed = zstandard.ZstdDecompressor().decompressobj().decompress(path.read_bytes()).decode()
    shown = [
        listed.render()["reviewer"]
        for listed in profiles.reviews(Clock.of(dt.date(2026, 10, 10)), LOCATIONS[0].address)
    ]
    for reviewer in shown:
        assert reviewer["profilePhotoUrl"] not in landed
        assert f'"{reviewer["displayName"]}"' not in landed


@pytest.mark.parametrize(
    ("word", "stars"),
    [("ONE", 1), ("FIVE", 5), ("STAR_RATING_UNSPECIFIED", None), ("SIX", "SIX"), (4, {"not": "a word"})],
)
def test_stars_are_words(word, stars):
    assert shape({"starRating": word})["stars"] == stars


def test_a_missing_rating_is_missing_and_not_null():
    assert "stars" not in shape({"name": "accounts/1/locations/2/reviews/3"})
    assert isinstance(shape("oops"), Malformed)


@pytest.mark.parametrize(
    ("comment", "kept"),
    [
        ("Très bien", "Très bien"),
        ("(Translated by Google) Very good\n\n(Original)\nTrès bien", "Très bien"),
        ("Très bien\n\n(Translated by Google)\nVery good", "Très bien"),
        ("(Translated by Google) Very good", "Very good"),
        (None, None),
    ],
)
def test_a_text_is_kept_as_it_was_written(comment, kept):
    assert original_text(comment) == kept


def _response(status, error):
    response = requests.Response()
    response.status_code = status
    response._content = json.dumps({"error": error}).encode()
    return response


def test_googles_refusals_say_whether_and_when_to_come_back():
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3.5s"}
    throttled = rpc_refusal(_response(429, {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [retry]}))
    assert (throttled.again, throttled.wait_seconds) == (True, 3.5)
    unknown = rpc_refusal(_response(429, {"code": 429, "status": "RESOURCE_EXHAUSTED"}))
    assert (unknown.again, unknown.wait_seconds) == (True, None)
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "metadata": {"quota_limit_value": "0"}}
    refused = rpc_refusal(_response(429, {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [info]}))
    assert not refused.again
    assert "ask Google for access" in refused.cure
    assert not rpc_refusal(_response(403, {"code": 403, "status": "PERMISSION_DENIED"})).again
    assert rpc_refusal(_response(503, {"code": 503, "status": "UNAVAILABLE"})).again
    assert rpc_refusal(_response(404, "oops")).problem == "answered HTTP 404"
