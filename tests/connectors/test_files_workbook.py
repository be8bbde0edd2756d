"""Workbooks: merged headers, several sheets."""

import io

import pytest
import xlsxwriter

from comptoir.connectors.files.grid import FileRefused, ReadOptions
from comptoir.connectors.files.table import read_table


def _values(data, options=None, expected=frozenset()):
    return [row.values for row in read_table(data, options, expected).rows]


def _xlsx(sheets, merged=()):
    """A workbook of texts and numbers."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
            for ref in merged:
                sheet.merge_range(ref, rows[0][ord(ref[0]) - ord("A")])
    return buffer.getvalue()


def test_merged_headers_and_several_sheets_of_a_workbook():
    merged = _xlsx(
        {
            "F": [
                ["Commune", "Hôtels", "", "Campings", ""],
                ["", "nuitées", "€", "nuitées", "€"],
                ["Brest", 12, 1.5, 3, 0],
            ]
        },
        merged=("B1:C1", "D1:E1"),
    )
    assert _values(merged) == [
        {"Commune": "Brest", "Hôtels nuitées": "12", "Hôtels €": "1.5", "Campings nuitées": "3", "Campings €": "0"}
    ]
    alike = _xlsx({"jan": [["a", "b"], ["x", 1]], "fev": [["a", "b"], ["y", 2]], "vide": []})
    assert [row["a"] for row in _values(alike)] == ["x", "y"]
    differing = _xlsx({"Lisez-moi": [["note", "sur"], ["ce", "fichier"]], "Data": [["site", "total"], ["x", 1]]})
    with pytest.raises(FileRefused, match="2 sheets"):
        read_table(differing)
    assert _values(differing, expected=frozenset({"site", "total"})) == [{"site": "x", "total": "1"}]
    assert _values(differing, ReadOptions(sheet="2")) == _values(differing, ReadOptions(sheet="Data"))
