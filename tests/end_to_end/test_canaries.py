"""Identities and secrets planted in every field of every source are found nowhere on the disk, nor in a log."""

import logging
from urllib.parse import quote

import pytest
import requests

from comptoir.config.file import load_config
from comptoir.connectors import runner
from comptoir.connectors.http import PublisherError
from comptoir.inventory.schema import load_inventory
from comptoir.lake import landing
from comptoir.orchestration import steps
from comptoir.settings import Settings

from ..canaries import Arrivals, Canaries, CanaryPublisher, left_in
from ..conftest import TOKEN

NIGHT = "2026-01-10"  # a first load of months, not of a year
SOURCES = load_config(Settings()).sources
_INVENTORY = load_inventory()
# Where no canary can come, and why.
UNREACHED = {
    "mastodon": {"hashtag_timeline.reblog_of_id"},  # what is passed on stands in no hashtag's timeline
    "bluesky": {"posts.quote_of_id", "hashtag_posts.quote_of_id"},  # nobody quotes in the simulated world
    # The watched accounts' own ids are known, and what was asked for; a hashtag is one word of a text.
    "youtube": {
        "accounts.author_id",
        "comments.post_id",
        "posts.hashtags",
        "hashtag_posts.hashtags",
    },
    "instagram": {"posts.hashtags", "mentions.hashtags", "hashtag_posts.hashtags", "stories.hashtags"},
    "facebook": {"accounts.author_id", "posts.author_id", "posts.hashtags", "mentions.hashtags"},
    "matomo": {"pages.page_id"},  # the digest of an address comes there
}
FILED = [
    source
    for source in SOURCES
    if _INVENTORY.families[_INVENTORY.source(source).family].reads_files and source != "inside_airbnb"
]
MALFORMED = ["truncate", "html-error", "error-in-200", "refused"]


@pytest.fixture
def planted(publishers, installation, tmp_path, monkeypatch, caplog):
    """Plants canaries in a source; looks for them wherever a night may have left some."""
    world, temporary = publishers.app.state.world, tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    caplog.set_level(logging.DEBUG)
    canaries = Canaries()

    def plant(source, malformed=""):
        publisher = CanaryPublisher(source, world.publishers[source], canaries, load_inventory(), malformed)
        monkeypatch.setitem(world.publishers, source, publisher)
        return publisher

    def look():
        logged = [f"the log: {place}" for place in sorted(canaries.found(caplog.text))]
        return left_in(installation, canaries) + left_in(temporary, canaries) + logged

    plant.look = look
    return plant


@pytest.mark.parametrize("source", SOURCES)
def test_no_canary_of_any_field_reaches_the_disk_or_a_log(planted, monkeypatch, source):
    arrivals = Arrivals(load_inventory())
    monkeypatch.setattr(runner, "Projector", arrivals.projector(source))
    planted(source)
    received = sum(steps.land(source, NIGHT)["received"].values())
    steps.settle([source], NIGHT)
    assert not (left := planted.look()), "\n".join(left)
    assert received > 0, "nothing was landed: the test would prove nothing"
    assert landing.attempts(steps.get_settings(), source, NIGHT) == [1]
    assert arrivals.missing(source) == UNREACHED.get(source, set()), (
        "no canary came to these fields: the test would prove nothing of them"
    )


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("malformed", MALFORMED)
def test_no_canary_of_a_malformed_body_reaches_the_disk_or_a_log(planted, source, malformed):
    publisher = planted(source, malformed)
    try:
        steps.land(source, NIGHT)
    except PublisherError as error:
        assert publisher.canaries.found(str(error)) == set()
        steps.record_failure(source, NIGHT, str(error))
    steps.settle([source], NIGHT)
    assert publisher.spoilt > 0, "nothing was malformed: the test would prove nothing"
    assert not (left := planted.look()), "\n".join(left)


def _without_separators(body):
    return body.replace(b";", b" ").replace(b"\t", b" ").replace(b",", b" ")


def _without_header(body):
    return b"\n".join(body.splitlines()[-5:])


@pytest.mark.parametrize("source", FILED)
@pytest.mark.parametrize("spoil", [bytes, _without_separators, _without_header])
def test_no_canary_of_a_file_in_a_folder_reaches_the_disk_or_a_log(
    planted, publishers, tmp_path, monkeypatch, source, spoil
):
    """The folder of a local authority's own drop; a file that cannot be understood is refused without its content."""
    publisher, folder = planted(source), tmp_path / "depot"
    folder.mkdir()
    address, headers = f"{publishers.url}/{NIGHT}/{source}", {"Authorization": f"Bearer {TOKEN}"}
    for entry in requests.get(f"{address}/index.json", headers=headers, timeout=30).json()[-2:]:
        body = requests.get(f"{address}/files/{quote(entry['name'])}", headers=headers, timeout=30).content
        (folder / entry["name"]).write_bytes(spoil(body))
    monkeypatch.setenv("COMPTOIR_ENDPOINT_TEMPLATE", folder.as_uri())
    try:
        steps.land(source, NIGHT)
    except PublisherError as error:
        assert spoil is not bytes
        assert publisher.canaries.found(str(error)) == set()
        steps.record_failure(source, NIGHT, str(error))
    steps.settle([source], NIGHT)
    assert publisher.canaries.planted > 0
    assert not (left := planted.look()), "\n".join(left)
