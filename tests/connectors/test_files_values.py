"""French numbers, dates, periods and codes become what the contract wants, or stay as they are."""

import re

import pytest

from comptoir.connectors.files.grid import plain_name
from comptoir.connectors.files.periods import period
from comptoir.connectors.files.values import date, moment, month, number, rewriter
from comptoir.inventory.schema import FieldSpec


@pytest.mark.parametrize(
    ("text", "decimal", "is_whole", "expected"),
    [
        ("1 234,50 €", None, False, "1234.50"),
        ("1\u202f234", None, True, "1234"),
        ("1,234,567", None, True, "1234567"),
        ("1.234,5", None, False, "1234.5"),
        ("1.234", ",", True, "1234"),
        ("1,234", ".", True, "1234"),
        ("62,0", None, True, "62"),
        ("007", None, True, "7"),
        ("-0,5", None, False, "-0.5"),
        ("06 39 98 00 01", None, True, "06 39 98 00 01"),
        ("3 à 4", None, True, "3 à 4"),
        ("1,2,3", None, False, "1,2,3"),
    ],
)
def test_french_numbers(text, decimal, is_whole, expected):
    assert number(text, decimal, is_whole=is_whole) == expected


def test_french_dates_and_periods():
    assert [date(text) for text in ("31/12/2026", "1.2.2026", "2026-02-01 00:00:00", "31/02/2026", "hier")] == [
        "2026-12-31", "2026-02-01", "2026-02-01", "31/02/2026", "hier"]  # fmt: skip
    assert moment("31/12/2026 8h05") == "2026-12-31 08:05:00"
    assert {month(t) for t in ("juillet 2026", "juil. 2026", "07/2026", "202607", "1/7/2026", "2026-07-31")} == {
        "2026-07"
    }
    assert {month(t) for t in ("juin 2026", "JUIN 2026")} == {"2026-06"}
    assert month("13/2026") == "13/2026"
    shown = {
        text: period(text) for text in ("2026", "T3 2026", "3e trimestre 2026", "juillet 2026", "14/07/2026", "été")
    }
    assert [known and known.code for known in shown.values()] == [
        "2026", "2026-T3", "2026-T3", "2026-07", "2026-07-14", None]  # fmt: skip


def test_a_code_that_lost_its_zero_gets_it_back():
    code = rewriter(
        FieldSpec.model_validate({"type": "text", "treatment": "code", "pattern": "^[0-9][0-9AB][0-9]{3}$"})
    )
    assert [code(text) for text in ("1004", "01004", "2A004", "104", "-")] == ["01004", "01004", "2A004", "104", "-"]
    assert plain_name("CAPACITÉ D'ACCUEIL (PERSONNES)") == "capacite_d_accueil_personnes"
    assert re.fullmatch(r"\w+", plain_name("N° d’œuvre"))
