"""Bounds of shares: against scipy, against the definition written out in numpy, and where they are withheld."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sql_macros import frame, sql, value

Z, EDGE = stats.norm.ppf(0.975), stats.norm.ppf(0.96)
SUMS = ["n", "d", "nn", "nd", "dd", "opinionated"]


def bounds(macro: str, rows: pd.DataFrame) -> np.ndarray:
    """Both bounds of each row; ``macro`` is a call that names ``side``."""
    low, high = (sql(macro, side=side) for side in "-+")
    return frame(f"select {low} as low, {high} as high from given", given=rows).to_numpy(float)


def clustered(rows: pd.DataFrame) -> np.ndarray:
    return bounds("clustered_share_bound('n', 'd', 'nn', 'nd', 'dd', side)", rows)


def net(rows: pd.DataFrame) -> np.ndarray:
    return bounds("net_share_bound('n', 'opinionated', 'd', 'nn', 'nd', 'dd', side)", rows)


def sums(positive: list[int], posts: list[int], negative: list[int] | None = None) -> pd.DataFrame:
    """One row of sums over authors."""
    plus, d = np.array(positive, float), np.array(posts, float)
    minus = np.zeros_like(d) if negative is None else np.array(negative, float)
    n = plus - minus
    return pd.DataFrame([dict(zip(SUMS, (n.sum(), d.sum(), n @ n, n @ d, d @ d, (plus + minus).sum()), strict=True))])


def lower(share: float, n: float, successes: float) -> float:
    z = Z * (1 + 1 / n)
    wilson = (share + z * z / (2 * n) - z * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)) / (1 + z * z / n)
    poisson = 0.0
    if successes > 0:
        poisson = share * max(0, 1 - 1 / (9 * successes) - EDGE * math.sqrt((1 - share) / successes) / 3) ** 3
    return max(0, min(share, wilson, poisson))


def clustered_oracle(positive: list[int], posts: list[int], negative: list[int] | None = None) -> tuple[float, float]:
    """Author by author, where the macro has sums only; a neutral post is worth one half."""
    d = np.array(posts, float)
    plus = np.array(positive, float)
    if negative is None:
        return oracle(plus, d, None)
    minus = np.array(negative, float)
    return oracle(plus + (d - plus - minus) / 2, d, (plus + minus).sum())


def stars_oracle(establishments: list[list[int]]) -> tuple[float, float]:
    """Review by review: five stars are worth 1, one star 0."""
    plus = np.array([sum((stars - 1) / 4 for stars in each) for each in establishments])
    squares = sum(((stars - 3) / 2) ** 2 for each in establishments for stars in each)
    low, high = oracle(plus, np.array([len(each) for each in establishments], float), squares)
    return 1 + 4 * low, 1 + 4 * high


def oracle(plus: np.ndarray, d: np.ndarray, opinionated: float | None) -> tuple[float, float]:
    minus = d - plus
    p = plus.sum() / d.sum()
    kish = d.sum() ** 2 / (d @ d)
    if opinionated is None or min(p, 1 - p) == 0:
        spread = 1.0
    else:
        spread = (opinionated / d.sum() - (2 * p - 1) ** 2) / (1 - (2 * p - 1) ** 2)
    variance = p * (1 - p) * spread
    bearing = spread * min(each.sum() ** 2 / max(each @ each, 1e-300) for each in (plus, minus))
    rho = 1.0
    if variance > 0 and d @ d > d.sum():
        residuals = ((plus - p * d) ** 2).sum() * kish / (kish - 1)
        rho = np.clip((residuals / variance - d.sum()) / (d @ d - d.sum()), 0, 1)
    rho = (bearing * rho + 12) / (bearing + 12)
    narrowing = 1.0 if opinionated is None else (kish + 2) / (spread * kish + 2)
    worth = [
        each.sum() ** 2 / max(each.sum() + rho * (each @ each - each.sum()), 1e-300) * narrowing
        for each in (d, plus, minus)
    ]
    return lower(p, worth[0], worth[1]), 1 - lower(1 - p, worth[0], worth[2])


@pytest.mark.parametrize("side", ["-", "+"])
def test_without_observations_there_is_no_bound(side):
    assert value(f"share_bound('successes', 'n', '{side}')", successes=0.0, n=0.0) is None
    assert value(f"share_bound('successes', 'n', '{side}')", successes=None, n=None) is None


def least_exact_coverage(macro: str, sizes: list[int]) -> dict[int, float]:
    """Of each n: the probability that the interval covers p, for the p where it is least. No simulation."""
    samples = pd.DataFrame([{"successes": float(x), "n": float(n)} for n in sizes for x in range(n + 1)])
    samples[["low", "high"]] = bounds(f"{macro}('successes', 'n', side)", samples)
    grid = np.concatenate([np.geomspace(1e-4, 0.05, 400), np.linspace(0.05, 0.5, 1500)])
    shares = np.concatenate([grid, 1 - grid])[:, None]
    least = {}
    for n, group in samples.groupby("n"):
        covers = (group["low"].to_numpy() <= shares + 1e-12) & (shares <= group["high"].to_numpy() + 1e-12)
        least[int(n)] = (stats.binom.pmf(group["successes"].to_numpy(), n, shares) * covers).sum(1).min()
    return least


def test_shares_of_independent_observations_are_covered_whatever_the_share():
    least = least_exact_coverage("share_bound", [*range(6, 41), 50, 75, 100, 300])
    assert {n: covered for n, covered in least.items() if covered < 0.93} == {}


def test_posts_by_as_many_authors_are_independent():
    given = pd.concat([sums([1] * x + [0] * (n - x), [1] * n) for n in (6, 8, 30) for x in range(n + 1)])
    np.testing.assert_allclose(clustered(given), bounds("share_bound('n', 'd', side)", given), atol=1e-12)


def random_authors(rng: np.random.Generator) -> tuple[list[int], list[int], list[int]]:
    """Positive, negative and all posts of at least five authors."""
    posts = np.minimum(rng.zipf(1.8, int(rng.integers(5, 120))), 300)
    own = rng.dirichlet([0.3, 0.2, 0.5], len(posts))
    drawn = np.array([rng.multinomial(*pair) for pair in zip(posts, own, strict=True)])
    keep = rng.choice([[1, 1], [1, 0], [0, 1], [0, 0]], p=[0.7, 0.1, 0.1, 0.1])
    return (drawn[:, 0] * keep[0]).tolist(), (drawn[:, 1] * keep[1]).tolist(), posts.tolist()


def test_clustered_and_net_shares_equal_their_definition():
    rng = np.random.default_rng(9)
    authors = [random_authors(rng) for _ in range(300)]
    shares = clustered(pd.concat([sums(plus, posts) for plus, _, posts in authors]))
    nets = net(pd.concat([sums(plus, posts, minus) for plus, minus, posts in authors]))
    withheld = [sum(posts) ** 2 < 6 * sum(d * d for d in posts) for _, _, posts in authors]
    assert 20 < sum(withheld) < 280
    for (plus, minus, posts), share, balance, is_withheld in zip(authors, shares, nets, withheld, strict=True):
        if is_withheld:
            assert np.isnan(share).all() and np.isnan(balance).all()
            continue
        np.testing.assert_allclose(share, clustered_oracle(plus, posts), atol=1e-9)
        np.testing.assert_allclose(balance, 2 * np.array(clustered_oracle(plus, posts, minus)) - 1, atol=1e-9)
        assert 0 <= share[0] <= sum(plus) / sum(posts) <= share[1] <= 1
        assert -1 <= balance[0] <= (sum(plus) - sum(minus)) / sum(posts) <= balance[1] <= 1


def test_a_mean_of_stars_equals_its_definition_and_stays_within_the_stars():
    rng = np.random.default_rng(9)
    territories = [
        [rng.choice(range(1, 6), size, p=rng.dirichlet([0.4, 0.2, 0.3, 0.6, 2.0])).tolist() for size in sizes]
        for sizes in (rng.integers(1, 30, rng.integers(14, 40)) for _ in range(100))
    ]
    territories.append([[5, 5], [5], [5, 5, 5], [5, 5], [5], [5, 5], [5, 5]])
    rows = []
    for establishments in territories:
        n, d = (np.array([float(f(each)) for each in establishments]) for f in (sum, len))
        squares = sum((stars - 3) ** 2 / 4 for each in establishments for stars in each)
        rows.append((n.sum(), d.sum(), n @ n, n @ d, d @ d, squares))
    found = bounds(
        "mean_rating_bound('n', 'opinionated', 'd', 'nn', 'nd', 'dd', side)", pd.DataFrame(rows, columns=SUMS)
    )
    assert found == pytest.approx(np.array([stars_oracle(each) for each in territories]), abs=1e-9)
    assert ((found >= 1) & (found <= 5)).all()
    assert found[-1, 1] == 5
    few = pd.DataFrame([dict.fromkeys(SUMS, 1.0) | {"n": 16.0, "d": 4.0, "nn": 64.0, "nd": 16.0, "dd": 4.0}])
    assert np.isnan(bounds("mean_rating_bound('n', 'opinionated', 'd', 'nn', 'nd', 'dd', side)", few)).all()


def test_without_neutral_posts_a_net_share_is_a_share():
    plus, posts = [5, 0, 2, 1, 9, 0, 4, 4], [6, 3, 2, 8, 9, 1, 5, 4]
    minus = [d - n for n, d in zip(plus, posts, strict=True)]
    np.testing.assert_allclose(net(sums(plus, posts, minus)), 2 * clustered(sums(plus, posts)) - 1, atol=1e-12)


def test_neutral_posts_narrow_a_net_share():
    quiet = net(sums([1] * 4 + [0] * 36, [1] * 40, [0] * 36 + [1] * 4))[0]
    loud = net(sums([1] * 20 + [0] * 20, [1] * 40, [0] * 20 + [1] * 20))[0]
    assert np.ptp(quiet) < 0.6 * np.ptp(loud)
    # But nobody's opinion is not everybody's indifference.
    silent = net(sums([0] * 40, [1] * 40, [0] * 40))[0]
    assert silent[0] < -0.05 and silent[1] > 0.05


def test_a_prolific_author_counts_as_one_author():
    alone = clustered(sums([200] + [0] * 30, [200] + [5] * 30))
    spread_out = clustered(sums([8] * 25 + [0] * 30, [8] * 25 + [5] * 30))
    assert np.isnan(alone).all()  # 350 posts, but the worth of fewer than six authors
    assert np.ptp(spread_out[0]) < 0.4


def test_from_one_opinion_of_a_prolific_author_little_follows():
    """He wrote a third of all posts, all positive, no other is: if 10 % of authors are positive, that happens."""
    low, _ = clustered(sums([50] + [0] * 50, [50] + [2] * 50))[0]
    assert low < 0.1
