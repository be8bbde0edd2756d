"""Kaplan-Meier equals lifelines; order statistics equal scipy's binomial ranks."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from scipy import stats
from sql_macros import frame, sql

KAPLAN_MEIER = sql("kaplan_meier('cases', ['series', 'place'], 'days', 'has_ended')")
ORDER_STATISTICS = sql("order_statistics('cases', ['series'], 'days')")
QUANTILES = ["median", "median_low", "median_high", "p90", "p90_low", "p90_high"]


def cases(*series: tuple[list[float], list[bool]]) -> pd.DataFrame:
    """One series of (durations, has it ended) per argument."""
    return pd.concat(
        [
            pd.DataFrame({"series": i, "place": "a", "days": days, "has_ended": ended})
            for i, (days, ended) in enumerate(series)
        ]
    )


def kaplan_meier(*series: tuple[list[float], list[bool]]) -> pd.DataFrame:
    return frame(KAPLAN_MEIER, cases=cases(*series)).sort_values("series", ignore_index=True)


def first_at_or_under(curve: pd.Series, level: float) -> float:
    """The first time at which a curve is down to a level, NaN when it never is."""
    reached = curve.index[curve.to_numpy() <= level + 1e-12]
    return float(reached[0]) if len(reached) else np.nan


def lifelines_quantiles(days: list[float], ended: list[bool]) -> list[float]:
    """As lifelines, but that the interval is undefined where the curve is 0; lifelines says (0, 0), as if certain."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = KaplanMeierFitter().fit(days, ended)
    curve = fit.survival_function_.iloc[:, 0]
    low, high = (fit.confidence_interval_.iloc[:, i].where(curve > 1e-12) for i in (0, 1))
    return [first_at_or_under(line, left) for left in (0.5, 0.1) for line in (curve, low, high)]


def random_series(rng: np.random.Generator) -> tuple[list[float], list[bool]]:
    """1 to 200 cases, with or without ties, zeros and censoring."""
    n = int(rng.integers(1, 201))
    days = rng.exponential(10, n) if rng.random() < 0.5 else rng.lognormal(1, 1.5, n)
    if rng.random() < 0.5:
        days = np.floor(days / rng.choice([1, 5]))
    return days.tolist(), (rng.random(n) >= rng.choice([0, 0.1, 0.4, 0.8, 1])).tolist()


def test_kaplan_meier_equals_lifelines_on_random_cases():
    rng = np.random.default_rng(22)
    series = [random_series(rng) for _ in range(200)]
    ours = kaplan_meier(*series)
    assert ours["n"].tolist() == [len(days) for days, _ in series]
    assert ours["event_count"].tolist() == [sum(ended) for _, ended in series]
    assert (ours["n"] == ours["event_count"] + ours["censored_count"]).all()
    theirs = np.array([lifelines_quantiles(*given) for given in series])
    np.testing.assert_allclose(ours[QUANTILES].to_numpy(float), theirs, rtol=0, atol=1e-9)
    # The comparison means something: every kind of answer occurs, and so does every kind of absence.
    assert (np.isnan(theirs).mean(axis=0) > 0.05).all()
    assert (~np.isnan(theirs)).sum(axis=0).min() > 50


def test_kaplan_meier_by_hand():
    # Freireich (1963), 6-MP arm, as in textbooks: median 23 weeks, from 13 on the log-log scale.
    weeks = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    row = kaplan_meier((weeks, [True] * 9 + [False] * 12)).iloc[0]
    assert (row["n"], row["event_count"], row["censored_count"]) == (21, 9, 12)
    assert (row["median"], row["median_low"]) == (23, 13)
    assert row[["median_high", "p90", "p90_high"]].isna().all()


@pytest.mark.parametrize(
    ("days", "ended", "expected"),
    [
        pytest.param([3.0, 5, 8], [False] * 3, [None] * 6, id="nothing has ended"),
        pytest.param([0.0] * 20, [True] * 20, [0, None, None, 0, None, None], id="all end at once"),
        pytest.param([4.0], [True], [4, None, None, 4, None, None], id="one case"),
        pytest.param([1.0, 2, 3, 4], [True] * 4, [2, 1, None, 4, 2, None], id="the curve is exactly one half"),
        pytest.param(
            [2.0, 2, 2, 9], [True, True, False, False], [2, 2, None, None, 2, None], id="ended and open together"
        ),
    ],
)
def test_kaplan_meier_edges(days, ended, expected):
    row = kaplan_meier((days, ended)).iloc[0]
    assert [None if pd.isna(row[name]) else row[name] for name in QUANTILES] == expected


def test_kaplan_meier_leaves_out_what_is_not_known():
    known = kaplan_meier(([1.0, 2, 3, 8, 9], [True, True, True, False, True]))
    with_unknown = kaplan_meier(([1.0, 2, 3, 8, 9, None, 4], [True, True, True, False, True, True, None]))
    pd.testing.assert_frame_equal(known, with_unknown)


def test_groups_do_not_mix():
    first, second = ([1.0, 2, 3, 4, 5, 6, 7], [True] * 7), ([10.0, 20, 30], [True, False, True])
    both = kaplan_meier(first, second)
    for i, alone in enumerate((first, second)):
        pd.testing.assert_frame_equal(
            both.drop(columns="series").iloc[[i]].reset_index(drop=True), kaplan_meier(alone).drop(columns="series")
        )


def test_without_censoring_both_queries_agree():
    rng = np.random.default_rng(5)
    series = [(np.floor(rng.exponential(20, int(rng.integers(2, 90)))).tolist(), None) for _ in range(100)]
    given = cases(*((days, [True] * len(days)) for days, _ in series))
    survival = frame(KAPLAN_MEIER, cases=given).sort_values("series", ignore_index=True)
    ranks = frame(ORDER_STATISTICS, cases=given).sort_values("series", ignore_index=True)
    for name in ("n", "median", "p90"):
        np.testing.assert_array_equal(survival[name], ranks[name])


def test_order_statistics_equal_the_binomial_ranks():
    rng = np.random.default_rng(7)
    sizes = [*range(1, 61), 100, 101, 999, 5000]
    given = pd.concat(
        [pd.DataFrame({"series": n, "days": rng.permutation(np.arange(1.0, n + 1))}) for n in sizes]
        + [pd.DataFrame({"series": sizes, "days": np.nan})]
    )
    ours = frame(ORDER_STATISTICS, cases=given).sort_values("series", ignore_index=True)
    assert ours["n"].tolist() == sizes
    for row in ours.itertuples():
        rank = np.arange(1, row.n + 1)
        for name, share in (("median", 0.5), ("p90", 0.9)):
            fewer = stats.binom.cdf(rank - 1, row.n, share)
            low, high = rank[fewer <= 0.025], rank[fewer >= 0.975]
            assert getattr(row, name) == np.ceil(share * row.n - 1e-9)
            np.testing.assert_equal(getattr(row, f"{name}_low"), float(low[-1]) if len(low) else np.nan)
            np.testing.assert_equal(getattr(row, f"{name}_high"), float(high[0]) if len(high) else np.nan)
    reached = ours.set_index("n")
    assert np.isnan(reached["median_high"][5]) and reached["median_high"][6] == 6
    assert np.isnan(reached["p90_high"][35]) and reached["p90_high"][36] == 36
