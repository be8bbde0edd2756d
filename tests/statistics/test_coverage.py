"""Every interval covers the truth in at least 93 % of the replicates of every case fixed beforehand."""

from __future__ import annotations

import re

import draws
import pytest
from interval_coverage import FAMILIES, LEAST_SHOWN, simulate, summary

from comptoir.settings import PROJECT_DIR

DOCUMENT = (PROJECT_DIR / "docs/explanation/intervals.md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_every_case_is_covered(family):
    table = simulate(family)
    shown = table[table["shown"] >= LEAST_SHOWN]
    low = shown[shown["coverage"] < draws.CASES["least_coverage"]]
    assert low[["case_id", "coverage"]].to_dict("records") == []
    # What is withheld is not counted as covered, and the page says how much that is.
    seen = summary(table)
    stated = re.search(rf"^\| `{family}` \|(.*)\|$", DOCUMENT, re.MULTILINE).group(1).split("|")
    cases, withheld, *coverages = (float(each) for each in stated[-5:])
    assert (cases, withheld) == (seen["cases"], seen["withheld"])
    assert coverages == pytest.approx([seen["least"], seen["median"], seen["most"]], abs=0.005)
