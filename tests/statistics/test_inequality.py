"""Gini and Theil equal their textbook definitions, and goalposts score what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sql_macros import frame, sql, value

MEASURES = f"""
select
    series,
    {sql("gini('x', 'x_rank')")} as gini,
    {sql("theil('x')")} as theil,
    {sql("gini_weighted('x', 'people', 'people_up_to')")} as gini_weighted,
    {sql("theil_weighted('x', 'people')")} as theil_weighted
from (
    select
        *,
        case when x is not null then row_number() over (partition by series order by x) end as x_rank,
        sum(people) over (partition by series order by x rows unbounded preceding) as people_up_to
    from territories
)
group by series
order by series
"""


def measures(*series: tuple[list[float | None], list[float]]) -> pd.DataFrame:
    """Measures of one series of (values, populations) per argument."""
    return frame(
        MEASURES,
        territories=pd.concat(
            [pd.DataFrame({"series": i, "x": values, "people": people}) for i, (values, people) in enumerate(series)]
        ).astype({"x": float}),
    )


def gini_oracle(x: np.ndarray, people: np.ndarray) -> float:
    """Mean absolute difference between two people drawn at random, over twice the mean."""
    share = people / people.sum()
    return float((share[:, None] * share[None, :] * np.abs(x[:, None] - x[None, :])).sum() / (2 * (share * x).sum()))


def theil_oracle(x: np.ndarray, people: np.ndarray) -> float:
    share = people / people.sum()
    relative = x / (share * x).sum()
    return float((share * relative * np.log(np.where(relative > 0, relative, 1))).sum())


def random_series(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Scores or counts, some 0, some equal; populations as unequal as those of communes."""
    n = int(rng.integers(1, 400))
    x = rng.random(n) if rng.random() < 0.5 else np.floor(rng.lognormal(3, 2, n))
    x[rng.random(n) < rng.choice([0, 0.3])] = 0
    x[0] = 1
    return x, np.ceil(rng.lognormal(6, 1.5, n))


def test_gini_and_theil_equal_their_definitions():
    rng = np.random.default_rng(4)
    series = [random_series(rng) for _ in range(150)]
    ours = measures(*((x.tolist(), people.tolist()) for x, people in series))
    for row, (x, people) in zip(ours.itertuples(), series, strict=True):
        alike = np.ones_like(people)
        assert row.gini == pytest.approx(gini_oracle(x, alike), abs=1e-12)
        assert row.theil == pytest.approx(theil_oracle(x, alike), abs=1e-12)
        assert row.gini_weighted == pytest.approx(gini_oracle(x, people), abs=1e-12)
        assert row.theil_weighted == pytest.approx(theil_oracle(x, people), abs=1e-12)


def test_weights_are_people():
    repeated = measures(([5.0] * 3 + [1.0] * 2 + [0.0], [1] * 6)).iloc[0]
    weighted = measures(([5.0, 1.0, 0.0], [3, 2, 1])).iloc[0]
    assert weighted["gini_weighted"] == pytest.approx(repeated["gini"], abs=1e-12)
    assert weighted["theil_weighted"] == pytest.approx(repeated["theil"], abs=1e-12)


@pytest.mark.parametrize(
    ("x", "gini", "theil"),
    [
        pytest.param([3.0] * 5, 0, 0, id="equal"),
        pytest.param([0.0, 0, 0, 8], 0.75, np.log(4), id="one holds all"),
        pytest.param(
            [None, 1.0, 3.0, None], 0.25, 0.25 * np.log(0.5) + 0.75 * np.log(1.5), id="unreported is left out"
        ),
        pytest.param([0.0, 0, 0], None, None, id="nothing to share"),
        pytest.param([None, None], None, None, id="nothing reported"),
        pytest.param([-1.0, 4], None, None, id="negative"),
    ],
)
def test_edges(x, gini, theil):
    row = measures((x, [1] * len(x))).iloc[0]
    for measure, expected in (("gini", gini), ("theil", theil)):
        for name in (measure, f"{measure}_weighted"):
            assert pd.isna(row[name]) if expected is None else row[name] == pytest.approx(expected, abs=1e-12), name


@pytest.mark.parametrize(
    ("given", "low", "high", "expected"),
    [
        (5, 0, 10, 0.5),
        (-3, 0, 10, 0),
        (12, 0, 10, 1),
        (2, 10, 0, 0.8),  # better when smaller
        (11, 10, 0, 0),
        (None, 0, 10, None),
    ],
)
def test_goalpost_score(given, low, high, expected):
    assert value(f"goalpost_score('x', {low}, {high})", x=given) == expected
