"""Replicates of the cases of coverage_cases.yml: what a month's sums would be, and the truth behind them.

Each function yields one frame per case; ``case_id`` names it, ``truth`` is what an interval should cover.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from scipy import stats

CASES = yaml.safe_load((Path(__file__).parent / "coverage_cases.yml").read_text(encoding="utf-8"))
MEAN_RATE = 0.02
SEED = 0
STARS = np.arange(1, 6)
J_SHAPE = np.array([0.08, 0.05, 0.10, 0.22, 0.55])  # mean 4.11


def _tables(family: str) -> Iterator[dict[str, Any]]:
    """The family's table and, where there is one, that of the cases held out."""
    yield {"replicates": CASES["replicates"], **CASES[family]}
    if family in CASES["held_out"]:
        yield {"replicates": CASES["held_out"]["replicates"], **CASES["held_out"][family]}


def _name(*parts: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for part in parts for key, value in part.items())


def _generator(name: str) -> np.random.Generator:
    """A stream of its own per case, so that a case added or removed changes no other."""
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


# ---- shares and ratios


def shares() -> Iterator[pd.DataFrame]:
    """No draw: every count of successes with its probability."""
    (table,) = _tables("shares")
    for n, p in itertools.product(table["n"], table["p"]):
        successes = np.arange(n + 1)
        yield pd.DataFrame(
            {
                "case_id": _name({"n": n}, {"p": p}),
                "truth": p,
                "successes": successes,
                "n": n,
                "probability": stats.binom.pmf(successes, n, p),
            }
        )


def _sizes(kind: str, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Posts per author: replicates × authors."""
    few = rng.integers(1, 4, shape)
    match kind:
        case "one":
            return np.ones(shape, dtype=np.int64)
        case "two":
            return np.full(shape, 2)
        case "lognormal":
            return np.ceil(np.exp(1 + rng.standard_normal(shape))).astype(np.int64)
        case "zipf":
            return np.minimum(rng.zipf(2, shape), 500)
        case "prolific":
            return np.where(rng.random(shape) < 0.1, 50, few)
        case "geometric":
            return rng.geometric(0.2, shape)
        case "dominant":
            few[:, 0] = np.round(few[:, 1:].sum(1) / 2)
            return few
    raise ValueError(kind)


def _share_by_size(p: float, slope: float, size: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(np.log(p / (1 - p)) + slope * (np.log(size) - 1))))


def _true_share(p: float, author: dict[str, Any]) -> float:
    """E[N] / E[D] over the distribution of sizes."""
    slope = author.get("slope", 0)
    if not slope:
        return p
    size = np.arange(1, 100_000)
    if author["sizes"] == "geometric":
        mass = stats.geom.pmf(size, 0.2)
    else:
        mass = np.diff(stats.norm.cdf(np.log(size) - 1), prepend=0)
    return float((size * mass * _share_by_size(p, slope, size)).sum() / (size * mass).sum())


def _sums(case: str, truth: float, n: np.ndarray, d: np.ndarray, **more: np.ndarray) -> pd.DataFrame:
    """Sums over the clusters of each replicate; an extra array is summed under its name."""
    n, d = n.astype(float), d.astype(float)
    sums = {"n": n, "d": d, "nn": n * n, "nd": n * d, "dd": d * d, **more}
    return pd.DataFrame({"case_id": case, "truth": truth, **{name: each.sum(1) for name, each in sums.items()}})


def clustered_shares() -> Iterator[pd.DataFrame]:
    for table in _tables("clustered_shares"):
        for author, k, p in itertools.product(table["authors"], table["k"], table["p"]):
            name = _name(author, {"k": k}, {"p": p})
            rng = _generator(name)
            d = _sizes(author["sizes"], (table["replicates"], k), rng)
            own = _share_by_size(p, author.get("slope", 0), d)
            icc = author["icc"]
            if 0 < icc < 1:
                own = rng.beta(own * (1 - icc) / icc, (1 - own) * (1 - icc) / icc)
            n = (rng.random(d.shape) < own) * d if icc == 1 else rng.binomial(d, own)
            yield _sums(name, _true_share(p, author), n, d)


def net_shares() -> Iterator[pd.DataFrame]:
    for table in _tables("net_shares"):
        for author, k, (p, q) in itertools.product(table["authors"], table["k"], table["positive_negative"]):
            name = _name(author, {"k": k}, {"positive": p}, {"negative": q})
            rng = _generator(name)
            d = _sizes(author["sizes"], (table["replicates"], k), rng)
            icc = author["icc"]
            if icc == 1:
                u = rng.random(d.shape)
                plus, minus = (u < p) * d, (u > 1 - q) * d
            else:
                # Dirichlet by sticks: opinionated or not, then positive among the opinionated.
                scale = (1 - icc) / icc
                opinionated = rng.binomial(d, rng.beta((p + q) * scale, (1 - p - q) * scale, d.shape))
                positive = rng.beta(p * scale, q * scale, d.shape) if p and q else float(p > 0)
                plus = rng.binomial(opinionated, positive)
                minus = opinionated - plus
            yield _sums(name, p - q, plus - minus, d, opinionated=plus + minus)


def _rates(cluster: dict[str, Any], shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Of mean 1."""
    if "rate_gamma_cv" in cluster:
        squared = cluster["rate_gamma_cv"] ** 2
        return rng.gamma(1 / squared, squared, shape)
    if "rate_pareto" in cluster:
        return (1 + rng.pareto(cluster["rate_pareto"], shape)) * (1 - 1 / cluster["rate_pareto"])
    sd = cluster["rate_log_sd"]
    return np.exp(sd * rng.standard_normal(shape) - sd**2 / 2)


def _denominators(kind: str, shape: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Thousands of followers per cluster, and their mean."""
    if kind == "equal":
        return np.ones(shape), 1.0
    family, _, parameter = kind.partition("_")
    if family == "lognormal":
        sd = float(parameter)
        return np.exp(sd * rng.standard_normal(shape)), float(np.exp(sd**2 / 2))
    exponent = float(parameter)
    return 1 + rng.pareto(exponent, shape), exponent / (exponent - 1)


def ratios() -> Iterator[pd.DataFrame]:
    for table in _tables("ratios"):
        for cluster, k in itertools.product(table["clusters"], table["k"]):
            name = _name(cluster, {"k": k})
            rng = _generator(name)
            shape = (table["replicates"], k)
            d, mean_size = _denominators(cluster["denominators"], shape, rng)
            zero, slope = cluster.get("zero_share", 0), cluster.get("slope", 0)
            rate = MEAN_RATE / (1 - zero) * _rates(cluster, shape, rng) * (rng.random(shape) >= zero) * d**slope
            # E[D^(1 + slope)] / E[D] for a lognormal of log-sd 1; 1 without a slope.
            truth = MEAN_RATE * np.exp((1 + slope) ** 2 / 2 - 1 / 2)
            n = d * rate
            if "poisson_mean" in cluster:
                scale = cluster["poisson_mean"] / (MEAN_RATE * mean_size)
                n, truth = rng.poisson(n * scale), truth * scale
            yield _sums(name, truth, n, d)


# ---- ratings


def _tilted(means: np.ndarray) -> np.ndarray:
    """Probabilities of 1 to 5 stars with these means: the J shape, tilted exponentially."""
    tilt = np.linspace(-6, 8, 4001)
    mass = J_SHAPE * np.exp(np.outer(tilt, STARS - 3))
    mass /= mass.sum(1, keepdims=True)
    out = J_SHAPE * np.exp(np.interp(means, mass @ STARS, tilt)[..., None] * (STARS - 3))
    return out / out.sum(-1, keepdims=True)


def _reviews(kind: str, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Reviews per establishment: replicates × establishments."""
    match kind:
        case "ten":
            return np.full(shape, 10)
        case "few":
            return rng.integers(1, 6, shape)
        case "lognormal":
            return np.ceil(np.exp(2 + rng.standard_normal(shape))).astype(int)
        case "geometric":
            return rng.geometric(0.125, shape)
        case _:
            return _sizes(kind, shape, rng)


def ratings() -> Iterator[pd.DataFrame]:
    """One row per establishment; at least 400 groups and 4,000 establishments per case."""
    for table in _tables("ratings"):
        for reviews, between, count in itertools.product(
            table["reviews"], table["between_sd"], table["establishments"]
        ):
            name = _name({"reviews": reviews}, {"between": between}, {"establishments": count})
            rng = _generator(name)
            shape = (max(400, CASES["replicates"] // count), count)
            n = _reviews(reviews, shape, rng)
            truth = np.clip(4.1 + between * rng.standard_normal(shape), 1.5, 4.9)
            stars = rng.multinomial(n, _tilted(truth))
            total, squares = (stars * STARS).sum(-1), (stars * STARS**2).sum(-1)
            variance = np.maximum(squares - total**2 / n, 0) / np.where(n > 1, n - 1, np.nan)
            yield pd.DataFrame(
                {
                    "case_id": name,
                    "replicate": np.repeat(np.arange(shape[0]), count),
                    "truth": truth.ravel(),
                    "n": n.ravel(),
                    "mean": (total / n).ravel(),
                    "variance": variance.ravel(),
                }
            )


def mean_ratings() -> Iterator[pd.DataFrame]:
    (table,) = _tables("mean_ratings")
    normal = np.random.default_rng(0).standard_normal(1_000_000)
    for reviews, between, mean, count in itertools.product(
        table["reviews"], table["between_sd"], table["mean"], table["establishments"]
    ):
        name = _name({"reviews": reviews}, {"between": between}, {"mean": mean}, {"establishments": count})
        rng = _generator(name)
        shape = (table["replicates"], count)
        n = _reviews(reviews, shape, rng)
        own = np.clip(mean + between * rng.standard_normal(shape), 1.2, 4.95)
        stars = rng.multinomial(n, _tilted(own))
        truth = float(np.clip(mean + between * normal, 1.2, 4.95).mean())
        yield _sums(name, truth, (stars * STARS).sum(-1), n, opinionated=(stars * ((STARS - 3) / 2) ** 2).sum(-1))


# ---- durations


def _delays(kind: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Days, not rounded yet."""
    return 10 * np.exp(1.5 * rng.standard_normal(shape)) if kind == "lognormal" else rng.exponential(10, shape)


def _true_quantile(kind: str, share: float) -> float:
    """The smallest delay by which this share has ended."""
    if kind == "lognormal":
        return float(10 * np.exp(1.5 * stats.norm.ppf(share)))
    days = float(stats.expon.ppf(share, scale=10))
    return float(np.floor(days)) if kind == "rounded" else days


def _durations(name: str, kind: str, days: np.ndarray, ended: np.ndarray) -> pd.DataFrame:
    """One row per case of the territory's month."""
    return pd.DataFrame(
        {
            "case_id": name,
            "replicate": np.repeat(np.arange(days.shape[0]), days.shape[1]),
            "true_median": _true_quantile(kind, 0.5),
            "true_p90": _true_quantile(kind, 0.9),
            "days": (np.floor(days) if kind == "rounded" else days).ravel(),
            "has_ended": ended.ravel(),
        }
    )


def order_statistics() -> Iterator[pd.DataFrame]:
    (table,) = _tables("order_statistics")
    for kind, n in itertools.product(table["delays"], table["n"]):
        name = _name({"delays": kind}, {"n": n})
        days = _delays(kind, (table["replicates"], n), _generator(name))
        yield _durations(name, kind, days, np.ones(days.shape, dtype=bool))


def _latest_look(kind: str, censored_share: float) -> float:
    """Looked at uniformly from 0 to this day, that share of the cases is still open."""
    grid = 10 * np.logspace(-2, 4, 2001)
    reference = _delays(kind, (20_000,), np.random.default_rng(0))
    open_shares = [np.minimum(reference / latest, 1).mean() for latest in grid]
    return float(np.interp(-censored_share, -np.array(open_shares), grid))


def survival() -> Iterator[pd.DataFrame]:
    """Each case is looked at once, at a time of its own."""
    (table,) = _tables("survival")
    for kind, censored, n in itertools.product(table["delays"], table["censored_share"], table["n"]):
        name = _name({"delays": kind}, {"censored": censored}, {"n": n})
        rng = _generator(name)
        days = _delays(kind, (table["replicates"], n), rng)
        looked = _latest_look(kind, censored) * rng.random(days.shape) if censored else np.full(days.shape, np.inf)
        yield _durations(name, kind, np.minimum(days, looked), days <= looked)
