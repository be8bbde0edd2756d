"""dbt's sources and the generated seeds follow the inventory."""

from __future__ import annotations

import csv
import io

import yaml

from comptoir.inventory import dbt_sources
from comptoir.inventory.schema import DUCKDB_TYPES, load_inventory
from comptoir.settings import PROJECT_DIR


def test_committed_files_are_those_of_the_inventory():
    for path, text in dbt_sources.render_all(load_inventory()).items():
        assert (PROJECT_DIR / path).read_text(encoding="utf-8") == text, (
            f"run `comptoir inventory sync`: {path} drifted"
        )


def test_every_stream_is_a_table_with_the_contract_s_columns():
    inventory = load_inventory()
    document = yaml.safe_load(dbt_sources.render_sources(inventory))
    tables = {(source["name"], table["name"]): table for source in document["sources"] for table in source["tables"]}
    assert set(tables) == {(family.family, name) for family in inventory.families.values() for name in family.streams}
    for (family, name), table in tables.items():
        fields = inventory.families[family].streams[name].fields
        expected = [(field, DUCKDB_TYPES[spec.type]) for field, spec in fields.items()]
        assert [(column["name"], column["data_type"]) for column in table["columns"]] == [
            *expected,
            ("_source", "VARCHAR"),
            ("_night", "DATE"),
        ]
    assert tables["opendatasoft", "reports"]["config"]["meta"]["sources"] == ["dans_ma_rue", "opendatasoft"]


def test_a_source_that_does_not_say_when_it_closes_is_marked():
    rows = csv.DictReader(io.StringIO(dbt_sources.render_source_stream(load_inventory())))
    closing = {row["source_id"]: row["is_closing_reported"] for row in rows if row["stream"] == "reports"}
    assert closing == {"dans_ma_rue": "False", "opendatasoft": "True"}


def test_absence_is_zero_only_where_a_source_says_of_which_territories():
    """A stream that no source vouches for is not there: what it leaves out is not known."""
    rows = csv.DictReader(io.StringIO(dbt_sources.render_stream_coverage(load_inventory())))
    assert {(row["source_id"], row["stream"], row["territory_id"]) for row in rows} == {
        ("atout_france", "establishments", "country:FR"),
        ("classified_accommodation", "establishments", "region:53"),
        ("insee_melodi", "capacity", "region:53"),
    }


def test_every_mapped_channel_exists():
    known = {
        row["channel_code"]
        for row in csv.DictReader((PROJECT_DIR / "dbt/seeds/reference/channels.csv").open(encoding="utf-8"))
    }
    mapped = {
        row["channel_code"] for row in csv.DictReader(io.StringIO(dbt_sources.render_channel_map(load_inventory())))
    }
    assert mapped <= known
