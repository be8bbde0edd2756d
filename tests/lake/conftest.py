"""A lake on its own, filled without any publisher: records go through the real projection."""

import dataclasses
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from comptoir.inventory.schema import Stream, load_inventory
from comptoir.lake import conform, landing
from comptoir.privacy.projection import Projector, fields_removed
from comptoir.privacy.pseudonyms import Pseudonymiser
from comptoir.settings import Settings

SOURCE, STREAM = "opendatasoft", "reports"


@dataclasses.dataclass
class Lake:
    settings: Settings
    stream: Stream

    def land(self, night: str, records: list[Any], *, announced: int | None = None) -> landing.Manifest:
        projector = Projector(self.stream, Pseudonymiser(b"key"))
        lines = []
        for position, record in enumerate(records, start=1):
            line: dict[str, Any] = {"p": 1, "s": position}
            if isinstance(record, str):
                line["x"] = {"digest": "0" * 64, "length": len(record), "error": record}
            else:
                line["r"] = projector.project(record, {})
            lines.append(line)
        with landing.new_attempt(self.settings, SOURCE, night, [STREAM]) as attempt:
            digest = attempt.write(STREAM, lines)
            manifest = landing.Manifest(
                source=SOURCE,
                stream=STREAM,
                night=night,
                attempt=attempt.number,
                streams=[STREAM],
                since=None,
                received=len(records),
                pages=1,
                bytes=1,
                announced=announced,
                publisher_updated_at=None,
                added_fields=sorted(projector.presence.added),
                removed_fields=fields_removed(self.stream, projector.presence),
                sha256=digest,
                landed_at="2026-11-22T03:00:00+00:00",
                code_version="0",
                redactor_version="1",
                key_fingerprint="f",
            )
            attempt.commit([manifest])
        return manifest

    def stage(self, manifest: landing.Manifest) -> conform.Staged:
        with duckdb.connect() as connection:
            (staged,) = conform.stage(self.settings, self.stream, [manifest], "Europe/Paris", connection)
            return staged

    def bronze(self, night: str) -> Any:
        return conform.bronze_path(self.settings, SOURCE, STREAM, night)


@pytest.fixture
def lake(tmp_path, monkeypatch) -> Lake:
    monkeypatch.setenv("COMPTOIR_VAR", str(tmp_path / "var"))
    return Lake(Settings(), load_inventory().stream(SOURCE, STREAM))


@pytest.fixture
def report() -> Callable[..., dict[str, Any]]:
    def make(number: int, **changes: Any) -> dict[str, Any]:
        base = {
            "id_signalement": f"SIG-{number}",
            "date_declaration": "2026-11-20",
            "date_cloture": None,
            "date_maj": "2026-11-20T10:00:00",
            "statut": "Ouvert",
            "categorie": "Voirie",
            "sous_categorie": "Nid de poule",
            "canal": "Téléphone",
            "code_insee": "35238",
            "code_postal": "35000",
            "quartier": "Centre",
            "service": "Voirie",
            "geo_point_2d": {"lat": 48.1, "lon": -1.68},
            "adresse": "1 rue X",
        }
        return {**base, **changes}

    return make
