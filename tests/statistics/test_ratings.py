"""Shrunk ratings equal the formulas written out in numpy, and know what they cannot know."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sql_macros import frame, sql

SHRUNK = sql("shrunk_ratings('given', ['area', 'kind'], ['establishment'], 'reviews', 'stars', 'spread')")


def establishments(*ratings: list[int], area: str = "a") -> pd.DataFrame:
    """One row per establishment, from its ratings."""
    return pd.DataFrame(
        {
            "area": area,
            "kind": "hotel",
            "establishment": np.arange(len(ratings)),
            "reviews": [len(each) for each in ratings],
            "stars": [np.mean(each) for each in ratings],
            "spread": [np.var(each, ddof=1) if len(each) > 1 else np.nan for each in ratings],
        }
    )


def shrunk(given: pd.DataFrame) -> pd.DataFrame:
    return frame(SHRUNK, given=given).sort_values(["area", "establishment"], ignore_index=True)


def oracle(*ratings: list[int]) -> pd.DataFrame:
    """From the single ratings, where the macro has aggregates."""
    n = np.array([len(each) for each in ratings], float)
    mean = np.array([np.mean(each) for each in ratings])
    k, total = len(n), n.sum()
    within = sum(((np.array(each) - np.mean(each)) ** 2).sum() for each in ratings) / (total - k)
    pooled = np.concatenate(ratings).mean()
    scale = total - (n @ n) / total
    between = max(0, ((n * (mean - pooled) ** 2).sum() - (k - 1) * within) / scale)
    own = within / n
    precision = 1 / (between + own)
    centre = (precision * mean).sum() / precision.sum()
    weight = between * precision
    estimate = weight * mean + (1 - weight) * centre
    spread_of_squares = 2 * ((within + n * between) ** 2).sum() + 2 * (k - 1) ** 2 * within**2 / (total - k)
    high = between + np.sqrt(spread_of_squares) / scale
    error = np.sqrt(own * high / (own + high) + (1 - weight) ** 2 / (1 / (own + high)).sum())
    return pd.DataFrame(
        {
            "group_mean": centre,
            "within_variance": within,
            "between_variance": between,
            "weight_share": weight,
            "shrunk_mean": estimate,
            "shrunk_low": np.clip(estimate - 1.959963984540054 * error, 1, 5),
            "shrunk_high": np.clip(estimate + 1.959963984540054 * error, 1, 5),
        }
    )


def random_ratings(rng: np.random.Generator) -> list[list[int]]:
    between = rng.choice([0, 0.6])
    return [
        np.clip(np.round(rng.normal(mean, 1.1, int(rng.integers(1, 30)))), 1, 5).tolist()
        for mean in rng.normal(3.9, between, int(rng.integers(8, 60)))
    ]


def test_shrunk_ratings_equal_their_definition():
    rng = np.random.default_rng(8)
    groups = [random_ratings(rng) for _ in range(60)]
    ours = shrunk(pd.concat([establishments(*group, area=f"{i:02}") for i, group in enumerate(groups)]))
    theirs = pd.concat([oracle(*group) for group in groups], ignore_index=True)
    pd.testing.assert_frame_equal(ours[theirs.columns], theirs, check_exact=False, atol=1e-10, rtol=0)
    # Groups without any difference between their establishments occur, and others.
    assert 0.1 < (theirs["between_variance"] == 0).mean() < 0.9


def test_few_reviews_weigh_less():
    rows = shrunk(establishments([5, 5], [5, 4, 5, 3, 5] * 40, *([4, 3, 5, 4, 4, 5],) * 3, *([5, 3, 5, 2, 4, 3],) * 3))
    assert rows["weight_share"][0] < rows["weight_share"][1]
    assert rows["shrunk_mean"][0] < rows["shrunk_mean"][1]
    assert np.ptp(rows.loc[0, ["shrunk_low", "shrunk_high"]]) > np.ptp(rows.loc[1, ["shrunk_low", "shrunk_high"]])


@pytest.mark.parametrize(
    "ratings",
    [
        pytest.param([[4, 5, 3]] * 7, id="seven establishments"),
        pytest.param([[4], [5], [3], [4], [1], [5], [5], [2]], id="one review each"),
        pytest.param([[5, 5]] * 10, id="no two reviews differ"),
    ],
)
def test_what_cannot_be_known_is_null(ratings):
    rows = shrunk(establishments(*ratings))
    assert rows["n"].tolist() == [len(each) for each in ratings]
    unknown = rows[["between_variance", "weight_share", "shrunk_mean", "shrunk_low", "shrunk_high"]]
    assert unknown.isna().all(axis=None)


def test_establishments_without_a_rating_are_left_out():
    ratings = [[4, 5, 3], [5, 5, 4], [2, 3, 4], [4, 4, 5], [3, 5, 5], [4, 2, 4], [5, 4, 4], [5, 3, 3]]
    given = establishments(*ratings)
    unrated = given.iloc[[0]].assign(establishment=99, reviews=0, stars=np.nan, spread=np.nan)
    pd.testing.assert_frame_equal(shrunk(pd.concat([given, unrated])), shrunk(given))
