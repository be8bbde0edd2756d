"""Bounds of ratios of sums, and Student's quantile."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sql_macros import frame, sql, value

RATIO = {side: sql("ratio_bound('n', 'd', 'nn', 'nd', 'dd', side)", side=side) for side in "-+"}


def ratios(*clusters: tuple[list[float], list[float]]) -> list[tuple[float | None, float | None]]:
    """Both bounds of each series of (numerators, denominators)."""
    rows = []
    for numerators, denominators in clusters:
        n, d = np.array(numerators, float), np.array(denominators, float)
        rows.append({"n": n.sum(), "d": d.sum(), "nn": n @ n, "nd": n @ d, "dd": d @ d})
    found = frame(f"select {RATIO['-']} as low, {RATIO['+']} as high from given", given=pd.DataFrame(rows))
    return [tuple(None if pd.isna(each) else each for each in row) for row in found.itertuples(index=False)]


def oracle(numerators: list[float], denominators: list[float]) -> tuple[float, float]:
    n, d = np.array(numerators, float), np.array(denominators, float)
    r, clusters = n.sum() / d.sum(), d.sum() ** 2 / (d @ d)
    error = math.sqrt(((n - r * d) ** 2).sum() * clusters / (clusters - 1)) / n.sum()
    deviation = stats.t.ppf(0.975, clusters - 1) * error
    return (
        r * math.exp(-deviation * (1 + error)),
        r * math.exp(deviation * (1 + 3 * max(error, 1 / math.sqrt(clusters)))),
    )


@pytest.mark.parametrize("degrees", [2, 2.5, 3, 4, 4.7, 6, 10, 29.3, 100, 1e4, 1e9])
def test_student_quantile_equals_scipy(degrees):
    assert value("student_quantile('degrees')", degrees=degrees) == pytest.approx(stats.t.ppf(0.975, degrees), abs=1e-5)


def test_student_quantile_is_not_made_up_where_it_is_not_good():
    assert value("student_quantile('degrees')", degrees=1.99) is None
    assert value("student_quantile('degrees')", degrees=None) is None


def random_clusters(rng: np.random.Generator) -> tuple[list[float], list[float]]:
    d = np.ceil(1000 * rng.lognormal(0, 1, int(rng.integers(5, 200))))
    return rng.poisson(d * 0.01 * rng.lognormal(0, 1, len(d))).tolist(), d.tolist()


def test_ratios_equal_their_definition():
    rng = np.random.default_rng(3)
    clusters = [random_clusters(rng) for _ in range(150)]
    compared = 0
    for (n, d), bounds in zip(clusters, ratios(*clusters), strict=True):
        if sum(d) ** 2 < 6 * sum(each * each for each in d):
            assert bounds == (None, None)
            continue
        compared += 1
        assert bounds == pytest.approx(oracle(n, d), rel=1e-5)
        assert bounds[0] < sum(n) / sum(d) < bounds[1]
    assert 100 < compared < 150


@pytest.mark.parametrize(
    ("numerators", "denominators", "expected"),
    [
        pytest.param([1, 2, 3, 4], [10] * 4, (None, None), id="four clusters"),
        pytest.param([1, 2, 3, 4, 5, 99], [10] * 5 + [900], (None, None), id="one cluster outweighs the others"),
        pytest.param([0] * 8, [10] * 8, (0, None), id="no interaction: no scale"),
        pytest.param([3] * 8, [10] * 8, (None, None), id="no difference: nothing to learn from"),
        pytest.param(
            [0.7 * 2 * i for i in range(1, 9)],
            [2 * i for i in range(1, 9)],
            (None, None),
            id="no difference but rounding",
        ),
        pytest.param([0] * 8, [0] * 8, (None, None), id="no denominator"),
    ],
)
def test_edges(numerators, denominators, expected):
    assert ratios((numerators, denominators)) == [expected]
