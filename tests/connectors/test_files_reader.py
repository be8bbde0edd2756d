"""What people really send is read with every row accounted for, or refused with a reason that a clerk understands."""

import pandas as pd
import pytest

from comptoir.connectors.base import Malformed
from comptoir.connectors.files.grid import FileRefused, ReadOptions
from comptoir.connectors.files.table import read_table

RAGGED = r"line \d+: the line has \d+ cells and the header \d+"
REFUSED = {
    "bad.csv": RAGGED,
    "bad_skip_lines.csv": RAGGED,
    "join_a_short.csv": RAGGED,
    "test_extra_header.csv": RAGGED,
    "test_join_short_rows.csv": RAGGED,
    "csvkit/empty.csv": "is empty",
    "no_header_row.csv": "line 1: .*names of the columns",
    "no_header_row2.csv": "line 1: .*names of the columns",
    "no_header_row3.csv": "line 1: .*names of the columns",
    "README.txt": "no separator of columns",
    "VROUTFSJ.TXt": "no separator of columns",
    "sheets.xls": "sheets with different columns.*option 'sheet'",
    "sheets.xlsx": "sheets with different columns.*option 'sheet'",
}
# What pandas must be told to count the rows itself: encoding, separator, lines that are no rows.
ENCODINGS = {"test_latin1.csv": "latin-1", "test_utf16_big.csv": "utf-16", "test_utf16_little.csv": "utf-16"}
SEPARATORS = {"sniff_limit.csv": ";", "dummy.tsv": "\t", "event-notification-rpt-lastmonth.txt": "|",
              "frequentation-des-musees-de-france.csv": ";", "hebergements_classes.csv": ";"}  # fmt: skip
NO_ROWS = {"Datagov_FY10_EDU_recp_by_State.csv": (1, 2)}
LARGE = {
    "tourism/frequentation-des-musees-de-france.csv": 21_290,
    "tourism/hebergements_classes.csv": 21_205,
    "tourism/inside_airbnb_bordeaux_listings.csv": 9_471,
    "gru/paris_dans_ma_rue.csv": 10_000,
}


def _by_pandas(path):
    """Non-blank lines of cells, read by pandas with everything told to it."""
    if path.suffix in (".xls", ".xlsx"):
        frame = pd.read_excel(path, header=None, dtype=str, keep_default_na=False, engine="calamine")
    else:
        frame = pd.read_csv(
            path,
            header=None,
            names=range(120),
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            sep=SEPARATORS.get(path.name, ","),
            encoding=ENCODINGS.get(path.name, "utf-8-sig"),
        )
    lines = [[str(cell) for cell in line] for line in frame.values.tolist()]
    return [line for line in lines if any(cell.strip() for cell in line)]


def _reason(path):
    return next((REFUSED[end] for end in REFUSED if str(path).endswith(f"/{end}")), None)


def test_every_dirty_file_is_read_whole_or_refused_with_a_reason(real_data):
    files = sorted(path for path in (real_data / "dirty_csv").rglob("*") if path.is_file())
    assert len(files) == 85
    for path in files:
        if reason := _reason(path):
            with pytest.raises(FileRefused, match=reason):
                read_table(path.read_bytes())
            continue
        table = read_table(path.read_bytes())
        above, below = NO_ROWS.get(path.name, (0, 0))
        lines = _by_pandas(path)
        rows = lines[above + 1 : len(lines) - below]
        assert len(table.rows) == len(rows), f"{path.name}: {table.read_as}"
        assert f"{len(rows)} rows" in table.read_as
        if path.suffix in (".xls", ".xlsx"):
            continue  # pandas writes other texts for numbers and dates
        for row, cells in zip(table.rows, rows, strict=True):
            assert isinstance(row.values, dict)
            assert list(row.values.values()) == cells[: len(table.columns)], path.name


@pytest.mark.parametrize("name", LARGE)
def test_large_real_files_load_with_all_their_rows(real_data, name):
    path = real_data / name
    table = read_table(path.read_bytes())
    rows = _by_pandas(path)[1:]
    assert len(table.rows) == len(rows) == LARGE[name]
    width = len(table.columns)
    assert [list(row.values.values()) for row in table.rows] == [cells[:width] for cells in rows]


def _values(data, options=None, expected=frozenset()):
    return [row.values for row in read_table(data, options, expected).rows]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "mac_roman"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends(encoding, separator, line_end):
    lines = [("Commune", "Nuitées", "Observé à"), *[("Pléneuf", "12", "l'été"), ("Névez", "7", "où ça")] * 9]
    text = line_end.join(separator.join(line) for line in lines)
    assert _values(text.encode(encoding))[0] == {"Commune": "Pléneuf", "Nuitées": "12", "Observé à": "l'été"}


def test_decimal_commas_do_not_pass_for_separators():
    table = read_table(b"a;b;c\n1,5;2,25;3,0\n4,5;5,5;6,1\n")
    assert (table.columns, next(iter(table.rows)).values["b"]) == (("a", "b", "c"), "2,25")


def test_a_mark_inside_a_quoted_header_is_no_part_of_the_name():
    assert read_table('\ufeff\ufeff"Code","Nom"\n1,a\n'.encode()).columns == ("Code", "Nom")
    assert read_table('"\ufeffCode";"Nom"\n1;a\n'.encode()).columns == ("Code", "Nom")


def test_titles_above_and_disclaimers_below_are_no_rows():
    text = (
        "Fréquentation 2026;;\n\nsite;mois;total\nA;01;3\nB;01;4\nSource : les sites ; provisoire\n\n* données brutes\n"
    )
    table = read_table(text.encode("cp1252"))
    assert [row.line for row in table.rows] == [4, 5]
    assert "header on line 3" in table.read_as
    assert "2 lines of notes below" in table.read_as


@pytest.mark.parametrize("title", ["", "Taxe de séjour des hébergements de Brest en août 2026;;\n\n"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_a_table_of_one_row_is_no_text_because_of_the_note_below(title, separator):
    note = "* s : secret statistique (moins de trois déclarants dans le mois)"
    text = f"{title}Code INSEE de la commune;Mois de séjour;Nuitées\n29019;08/2026;3687\n{note}\n"
    (row,) = read_table(text.replace(";", separator).encode("cp1252")).rows
    assert list(row.values.values()) == ["29019", "08/2026", "3687"]


def test_columns_without_a_name_or_with_the_same_one_stay_apart():
    assert read_table(b"a;;a;b\n1;2;3;4\n").columns == ("a", "column 2", "a (2)", "b")
    assert _values(b"a;b\n1;2;3\n4;5;6\n")[1] == {"a": "4", "b": "5", "column 3": "6"}
    # An exported row number shifts every name by one.
    assert _values(b"x;y\n1;10;20\n2;11;21\n3;12;22\n")[0] == {"column 1": "1", "x": "10", "y": "20"}


def test_a_line_that_does_not_fit_is_set_aside_and_many_refuse_the_file():
    good = b"".join(b"%d;x;y\n" % at for at in range(30))
    table = read_table(b"a;b;c\n" + good + b"99;secret\n98;x;y\n")
    unfit = [row for row in table.rows if isinstance(row.values, Malformed)]
    assert [(row.line, row.values.error) for row in unfit] == [(32, "the line has 2 cells and the header 3")]
    with pytest.raises(FileRefused, match="line 32") as refusal:
        read_table(b"a;b;c\n" + good + b"99;secret\n" * 9)
    assert "secret" not in str(refusal.value)


def test_damaged_bytes_in_utf8_spoil_their_line_only():
    data = "".join(f"Plouézec;été {at}\n" for at in range(30)).encode()
    table = read_table("Commune;Mesuré\n".encode() + data + b"Pl\xe9rin;3\n")
    assert [isinstance(row.values, Malformed) for row in table.rows].count(True) == 1
    assert next(iter(table.rows)).values["Commune"] == "Plouézec"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (b'{"a": 1, "b": 2}', "JSON"),
        (b"PK\x03\x04 cut", "cut or damaged"),
        (b"\x1f\x8b\x08\x00 cut", "gzip"),
        (b'a;b\n1;"never closed\n2;3;4\n5;6\n', "line 2: a quotation mark"),
        (bytes(range(1, 32)) * 40, "not a text file"),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(data, reason):
    with pytest.raises(FileRefused, match=reason):
        read_table(data)


def test_options_take_the_place_of_guesses():
    cdr = b'"","0299001122","100"\n"","0299001133","101"\n'
    assert _values(cdr, ReadOptions(columns="account,src,dst"))[0]["src"] == "0299001122"
    grouped = b";2025;2026\nville;jan;jan\nBrest;1;2\n"
    assert _values(grouped, ReadOptions(header_row="1-2")) == [{"ville": "Brest", "2025 jan": "1", "2026 jan": "2"}]
    assert _values("a%b\né%2\n".encode("cp850"), ReadOptions(delimiter="%", encoding="cp850")) == [{"a": "é", "b": "2"}]
    with pytest.raises(FileRefused, match="header_row"):
        read_table(b"a;b\n1;2\n", ReadOptions(header_row="seven"))
    for line_end in (b"\n", b"\r"):
        assert _values(b"sep=;\na;b\n1;2\n".replace(b"\n", line_end)) == [{"a": "1", "b": "2"}]
    with pytest.raises(FileRefused, match="line 2: a quotation mark"):
        read_table(b'sep=;\n"a;b\n5\n')
    assert _values("a;b\n1;é\n".encode("utf-16-le"), ReadOptions(encoding="utf-16")) == [{"a": "1", "b": "é"}]


def test_expected_columns_tell_the_header_from_a_title():
    data = b"Bretagne;2026;v2\nCode INSEE;Mois;Total\n29019;01/2026;5\n"
    assert _values(data, expected=frozenset({"code_insee", "total"})) == [
        {"Code INSEE": "29019", "Mois": "01/2026", "Total": "5"}
    ]
