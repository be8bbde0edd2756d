"""Figures in words, the French way, in every format that the catalogue uses."""

import pytest

from comptoir.orchestration.summary import french_number
from comptoir.warehouse.catalogue import load_catalogue


@pytest.mark.parametrize(
    ("value", "value_format", "written"),
    [
        (1234.5, ",.1f", "1\u202f234,5"),
        (1234567, ",d", "1\u202f234\u202f567"),
        (0.857, ".0%", "86\u202f%"),
        (-0.0125, "+.1%", "−1,2\u202f%"),
        (0.25, "+.2f", "+0,25"),
        (0, ".3f", "0,000"),
    ],
)
def test_a_number_is_written_the_french_way(value, value_format, written):
    assert french_number(value, value_format) == written


@pytest.mark.parametrize("value_format", sorted({entry.value_format for entry in load_catalogue()}))
def test_every_format_of_the_catalogue_is_understood(value_format):
    assert french_number(0.5, value_format)
