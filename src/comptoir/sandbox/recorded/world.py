"""The recorded world: real files behind the publishers' protocols."""

from __future__ import annotations

from pathlib import Path

from comptoir.sandbox.answers import Publisher
from comptoir.sandbox.eurostat import Eurostat
from comptoir.sandbox.mastodon import Mastodon
from comptoir.sandbox.opendatasoft import Opendatasoft
from comptoir.sandbox.recorded.files import RecordedInstance, RecordedPortal, RecordedWarehouse
from comptoir.settings import ConfigError

FILES = {
    "mastodon": "social/mastodon",
    "eurostat": "tourism/estat_tour_occ_nim.tsv",
    "dans_ma_rue": "gru/paris_dans_ma_rue.csv",
}


class RecordedWorld:
    """Real files, each visible from the night of its recording on (``publishers[…].first_night``)."""

    name = "recorded"
    seed: int | None = None

    def __init__(self, data: Path, *, token: str | None = None) -> None:
        missing = [path for path in FILES.values() if not (data / path).exists()]
        if missing:
            raise ConfigError(
                f"The recorded world needs {', '.join(missing)} under {data}. Name the folder of the recorded files "
                "with --data or COMPTOIR_REAL_DATA, or serve --world seeded."
            )
        self.publishers: dict[str, Publisher] = {
            "mastodon": Mastodon(RecordedInstance(data / FILES["mastodon"]), token=token),
            "eurostat": Eurostat(RecordedWarehouse(data / FILES["eurostat"])),
            "dans_ma_rue": Opendatasoft(RecordedPortal(data / FILES["dans_ma_rue"])),
        }
