"""What the end-to-end tests compare: bytes of bronze, rows of marts."""

import hashlib
from pathlib import Path

import duckdb


def bronze_digests(var: Path) -> dict[str, str]:
    """SHA-256 of every bronze file, by its path in the lake."""
    root = var / "lake" / "bronze"
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.glob("*/*/night=*.parquet"))
    }


def mart_hashes(database: Path, tables: list[str] | None = None) -> dict[str, tuple[int, str]]:
    """Rows and ordered-row hash of every mart and reporting table or view."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema = 'main' order by 1"
        ).fetchall()
        hashes = {}
        for (name,) in names:
            if tables is not None and name.split(".")[1] not in tables:
                continue
            count, digest = connection.execute(
                "select count(*), md5(string_agg(line, chr(10) order by line)) "
                f"from (select cast(t as varchar) as line from {name} as t)"
            ).fetchone()
            hashes[name] = (count, digest)
    return hashes
