"""Every committed file that is derived from the inventory, the KPI catalogue or the seeds: one list, one writer."""

from __future__ import annotations

from pathlib import Path

from comptoir.inventory import dbt_sources, sources_page
from comptoir.inventory.schema import load_inventory
from comptoir.serving.contract import SERVED_TABLES
from comptoir.warehouse import capabilities, catalogue, dictionary


def sync(project_dir: Path, *, write: bool) -> list[Path]:
    """Compare the generated files with what they should be, and write them if asked; returns those that differed."""
    inventory = load_inventory()
    served = frozenset(table.name for table in SERVED_TABLES)
    restricted = frozenset(table.name for table in SERVED_TABLES if table.file == "restricted")
    files = {
        **dbt_sources.render_all(inventory),
        **catalogue.render_all(),
        Path("docs/reference/capabilities.md"): capabilities.render_capabilities_page(),
        Path("docs/reference/kpis.md"): dictionary.render_kpis_page(),
        Path("docs/reference/tables.md"): dictionary.render_tables_page(restricted, served),
        Path("docs/reference/sources.md"): sources_page.render_sources_page(inventory),
    }
    stale = []
    for relative, content in sorted(files.items()):
        path = project_dir / relative
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            stale.append(relative)
            if write:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
    return stale
