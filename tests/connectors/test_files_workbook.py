"""Workbooks: merged headers, several sheets."""

import io
import zipfile

import pytest

from comptoir.connectors.files.grid import FileRefused, ReadOptions
from comptoir.connectors.files.table import read_table


def _values(data, options=None, expected=frozenset()):
    return [row.values for row in read_table(data, options, expected).rows]


def _xlsx(sheets, merged=()):
    """A workbook of texts and numbers, by hand: no library here writes one."""
    names = list(sheets)
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as book:
        entries = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(names, 1))
        book.writestr("xl/workbook.xml", f'<workbook {main} xmlns:r="{office}"><sheets>{entries}</sheets></workbook>')
        links = "".join(
            f'<Relationship Id="r{i}" Type="{office}/worksheet" Target="worksheets/s{i}.xml"/>'
            for i in range(1, len(names) + 1)
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}/relationships">{links}</Relationships>'
        )
        root = f'<Relationship Id="w" Type="{office}/officeDocument" Target="xl/workbook.xml"/>'
        book.writestr("_rels/.rels", f'<Relationships xmlns="{package}/relationships">{root}</Relationships>')
        book.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')
        for i, name in enumerate(names, 1):
            rows = ""
            for r, row in enumerate(sheets[name], 1):
                cells = ""
                for c, value in enumerate(row):
                    at = f"{chr(65 + c)}{r}"
                    if isinstance(value, str):
                        cells += f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>' if value else ""
                    else:
                        cells += f'<c r="{at}"><v>{value}</v></c>'
                rows += f'<row r="{r}">{cells}</row>'
            spans = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
            tail = f'<mergeCells count="{len(merged)}">{spans}</mergeCells>' if merged else ""
            book.writestr(
                f"xl/worksheets/s{i}.xml", f"<worksheet {main}><sheetData>{rows}</sheetData>{tail}</worksheet>"
            )
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
