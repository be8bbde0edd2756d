"""What a text of any length takes in memory is the file as it was sent plus a constant."""

import gzip
import lzma
import tracemalloc
from types import SimpleNamespace

import pytest

from comptoir.connectors.base import KnownFiles, Page
from comptoir.connectors.files import drop, text
from comptoir.connectors.files.grid import FileRefused
from comptoir.connectors.files.table import read_table
from comptoir.inventory.schema import load_inventory

PACKERS = {"plain": bytes, "gzip": gzip.compress, "xz": lzma.compress}
# Each takes another way through the reader.
KINDS = {
    "ordinary": "S{};Musée de la mer;29019;Brest;août 2026;1 000;200;1 200;\r\n",
    "quotes that do not pair": 'S{};"Musée" de la mer;29019;Brest;août 2026;1 000;200;1 200;\r\n',
    "lines like notes": ";Musée de la mer;;;;;;;\r\n",
}
HEADER = "ID site;Nom du site;Code INSEE;Commune;Mois;Entrées payantes;Entrées gratuites;Total entrées;Observations\r\n"


def _folder(tmp_path, line, rows, pack, encoding):
    folder = tmp_path / str(rows)
    folder.mkdir()
    body = HEADER + "".join(line.format(at) for at in range(rows)) + "S;Fin;29019;Brest;août 2026;1;2;3;\r\n"
    (folder / "frequentation_sites_x.csv").write_bytes(pack(body.encode(encoding)))
    return folder


def _request(folder):
    source = load_inventory().source("attendance")
    return SimpleNamespace(
        own=source.streams["visits"],
        stream=load_inventory().stream("attendance", "visits"),
        base_url=str(folder),
        known_files=KnownFiles(),
        client=None,
    )


def _read(folder):
    """Rows, and the peak of memory less the bytes of the file."""
    size = sum(path.stat().st_size for path in folder.iterdir())
    tracemalloc.start()
    rows = 0
    last: Page | None = None
    for page in drop.fetch(_request(folder)):
        rows += len(page.records)
        last = page
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert last is not None
    assert last.file.rows == rows
    return rows, peak - size


@pytest.mark.parametrize(
    ("kind", "packing", "encoding"),
    [
        ("ordinary", "plain", "utf-8"),
        ("ordinary", "gzip", "cp1252"),
        ("ordinary", "xz", "utf-16"),
        ("quotes that do not pair", "plain", "utf-8"),
        ("lines like notes", "plain", "utf-8"),
    ],
)
def test_memory_does_not_grow_with_the_rows(tmp_path, monkeypatch, kind, packing, encoding):
    monkeypatch.setattr(drop, "RECORDS_PER_PAGE", 500)  # so that a short file has many pages
    few, many = 1_500, 15_000
    _read(_folder(tmp_path, KINDS[kind], 10, PACKERS[packing], encoding))  # what is loaded once is no row's
    peaks = {}
    for rows in (few, many):
        read, peaks[rows] = _read(_folder(tmp_path, KINDS[kind], rows, PACKERS[packing], encoding))
        assert read == rows + 1
    assert peaks[many] < 1.5 * peaks[few]


def test_a_line_that_never_ends_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(text, "MAX_LINE", 1000)
    with pytest.raises(FileRefused, match="line 3: the line has millions of characters"):
        read_table(b"a;b\n1;2\n" + b"x" * 2000)
