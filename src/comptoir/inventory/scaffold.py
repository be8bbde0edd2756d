"""``comptoir source new``: a YAML file for a new instance of a known protocol family."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from comptoir.inventory.schema import INVENTORY_DIR, InventoryError, load_inventory


def scaffold_source(source_id: str, family_id: str, directory: Path = INVENTORY_DIR) -> Path:
    """Write ``sources/<source_id>.yml`` with every key to complete; returns its path.

    Raises:
        InventoryError: unknown family, unusable id, or the source exists.
    """
    families = load_inventory(directory).families
    if family_id not in families:
        raise InventoryError(f"No protocol family '{family_id}'. Known: {', '.join(sorted(families))}.")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", source_id):
        raise InventoryError(f"'{source_id}' cannot be a source id: small letters, digits and _ only.")
    path = directory / "sources" / f"{source_id}.yml"
    if path.exists():
        raise InventoryError(f"The source '{source_id}' exists already: {path.name}.")
    streams = {}
    for name, stream in families[family_id].streams.items():
        own: dict[str, object] = {
            "cadence": "nightly",
            "gate": {"max_quarantined_share": 0.05, "min_volume_ratio": 0.2, "max_volume_ratio": 5.0},
        }
        unmapped = [field for field, spec in stream.fields.items() if spec.path is None]
        if unmapped:
            asked = {"dataset": "data-set-id", "date_column": "date", "order_by": "id"}
            own["options"] = {option: value for option, value in asked.items() if option in stream.options}
            own["map"] = {field: f"publisher_column_for_{field}" for field in unmapped}
            own["unreported"] = []
            own["channels"] = {"The publisher's word": "web"}
        streams[name] = own
    source = {
        "id": source_id,
        "family": family_id,
        "title": source_id.replace("_", " ").capitalize(),
        "publisher": "who publishes it",
        "base_url": "https://publisher.example",
        "timezone": "Europe/Paris",
        "licence": "licence of the data",
        "owner": "data-team",
        "governance": {
            "controller": "who decides why this is processed",
            "purpose": "what it is for",
            "legal_basis": "article of the GDPR",
            "personal_data": ["what is personal in it"],
            "retention_days": 365,
        },
        "throttle": {"requests_per_second": 2},
        "streams": streams,
    }
    path.write_text(yaml.safe_dump(source, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path
