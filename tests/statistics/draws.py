"""Replicates of the cases of coverage_cases.yml: what a month's sufficient statistics would be, and the truth behind them."""

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
REPLICATES = CASES["replicates"]
MEAN_RATE = 0.02


def _case(*parts: Any) -> str:
    """The name of a case: what distinguishes it, in the order of the table."""
    named = [
        " ".join(f"{key} {value}" for key, value in part.items()) if isinstance(part, dict) else str(part)
        for part in parts
    ]
    return ", ".join(named)


def _generator(name: str) -> np.random.Generator:
    """A stream of its own per case, so that a case added or removed changes no other."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def sizes(kind: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Posts per author."""
    match kind:
        case "one":
            return np.ones(shape, dtype=np.int64)
        case "lognormal":
            return np.ceil(np.exp(1 + rng.standard_normal(shape))).astype(np.int64)
        case "zipf":
            return np.minimum(rng.zipf(2, shape), 500)
        case "prolific":
            return np.where(rng.random(shape) < 0.1, 50, rng.integers(1, 4, shape))
    raise ValueError(kind)


def _by_size(p: float, slope: float, size: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(np.log(p / (1 - p)) + slope * (np.log(size) - 1))))


def _true_share(p: float, author: dict[str, Any]) -> float:
    """E[N] / E[D] over the distribution of sizes."""
    slope = author.get("slope", 0)
    if not slope:
        return p
    size = np.arange(1, 100_000)
    mass = np.diff(stats.norm.cdf(np.log(np.arange(0 + 1e-300, 100_000)) - 1))
    return float((size * mass * _by_size(p, slope, size)).sum() / (size * mass).sum())


def _sums(case: str, truth: Any, n: np.ndarray, d: np.ndarray, **more: np.ndarray) -> pd.DataFrame:
    """Sufficient statistics of replicates × clusters; an extra array is summed under its name."""
    n, d = n.astype(float), d.astype(float)
    return pd.DataFrame(
        {
            "case_id": case,
            "truth": truth,
            "k": n.shape[1],
            "n": n.sum(1),
            "d": d.sum(1),
            "nn": (n * n).sum(1),
            "nd": (n * d).sum(1),
            "dd": (d * d).sum(1),
            **{name: values.astype(float).sum(1) for name, values in more.items()},
        }
    )


def clustered_shares() -> Iterator[pd.DataFrame]:
    table = CASES["clustered_shares"]
    for author, k, p in itertools.product(table["authors"], table["k"], table["p"]):
        name = _case(author, {"k": k}, {"p": p})
        rng = _generator(name)
        d = sizes(author["sizes"], (REPLICATES, k), rng)
        own = _by_size(p, author.get("slope", 0), d)
        icc = author["icc"]
        if 0 < icc < 1:
            own = rng.beta(own * (1 - icc) / icc, (1 - own) * (1 - icc) / icc)
        n = (rng.random(d.shape) < own) * d if icc == 1 else rng.binomial(d, own)
        yield _sums(name, _true_share(p, author), n, d)


def net_shares() -> Iterator[pd.DataFrame]:
    table = CASES["net_shares"]
    for author, k, (positive, negative) in itertools.product(table["authors"], table["k"], table["positive_negative"]):
        name = _case(author, {"k": k}, {"positive": positive}, {"negative": negative})
        rng = _generator(name)
        d = sizes(author["sizes"], (REPLICATES, k), rng)
        icc = author["icc"]
        p = np.full(d.shape, positive, dtype=float)
        q = np.full(d.shape, negative, dtype=float)
        if icc < 1:
            scale = (1 - icc) / icc
            # Dirichlet by stick breaking: opinionated or not, then positive among the opinionated.
            opinionated = rng.beta((positive + negative) * scale, (1 - positive - negative) * scale, d.shape)
            share = (
                rng.beta(positive * scale, negative * scale, d.shape) if positive and negative else float(positive > 0)
            )
            p, q = opinionated * share, opinionated * (1 - share)
            plus = rng.binomial(d, p)
            minus = rng.binomial(d - plus, np.minimum(1, q / np.maximum(1 - p, 1e-12)))
        else:
            u = rng.random(d.shape)
            plus, minus = (u < p) * d, (u > 1 - q) * d
        yield _sums(name, positive - negative, plus - minus, d, opinionated=plus + minus)


def ratios() -> Iterator[pd.DataFrame]:
    table = CASES["ratios"]
    for cluster, k in itertools.product(table["clusters"], table["k"]):
        name = _case(cluster, {"k": k})
        rng = _generator(name)
        shape = (REPLICATES, k)
        kind = cluster["denominators"]
        if kind == "equal":
            d, mean_size = np.full(shape, 1000.0), 1000.0
        elif kind.startswith("lognormal_"):
            sd = float(kind.removeprefix("lognormal_"))
            d, mean_size = 1000 * np.exp(sd * rng.standard_normal(shape)), 1000 * np.exp(sd**2 / 2)
        else:
            exponent = float(kind.removeprefix("pareto_"))
            d, mean_size = 1000 * (1 + rng.pareto(exponent, shape)), 1000 * exponent / (exponent - 1)
        sd, zero, slope = cluster["rate_log_sd"], cluster.get("zero_share", 0), cluster.get("slope", 0)
        rate = MEAN_RATE / (1 - zero) * np.exp(sd * rng.standard_normal(shape) - sd**2 / 2)
        rate = np.where(rng.random(shape) < zero, 0, rate)
        truth = MEAN_RATE
        if slope:
            rate = rate * (d / 1000) ** slope
            # Log-sd 1: E[D^(1 + slope)] / E[D], in thousands.
            truth = MEAN_RATE * np.exp((1 + slope) ** 2 / 2 - 1 / 2)
        n = d * rate
        if "poisson_mean" in cluster:
            scale = cluster["poisson_mean"] / (MEAN_RATE * mean_size)
            n, truth = rng.poisson(n * scale), truth * scale
        yield _sums(name, truth, n, d)


STARS = np.arange(1, 6)
J_SHAPE = np.array([0.08, 0.05, 0.10, 0.22, 0.55])  # mean 4.11


def _tilted(means: np.ndarray) -> np.ndarray:
    """Probabilities of 1 to 5 stars with these means: the J shape, tilted exponentially."""
    tilt = np.linspace(-6, 8, 4001)
    mass = J_SHAPE * np.exp(np.outer(tilt, STARS - 3))
    mass /= mass.sum(1, keepdims=True)
    theta = np.interp(means, mass @ STARS, tilt)
    out = J_SHAPE * np.exp(theta[..., None] * (STARS - 3))
    return out / out.sum(-1, keepdims=True)


def ratings() -> Iterator[pd.DataFrame]:
    """One row per establishment; 4,000 establishments or more per case, in groups."""
    table = CASES["ratings"]
    for reviews, between, count in itertools.product(
        table["reviews"], table["between_sd"], table["establishments"]
    ):
        name = _case({"reviews": reviews}, {"between": between}, {"establishments": count})
        rng = _generator(name)
        groups = max(400, REPLICATES // count)
        shape = (groups, count)
        match reviews:
            case "ten":
                n = np.full(shape, 10)
            case "few":
                n = rng.integers(1, 6, shape)
            case "lognormal":
                n = np.ceil(np.exp(2 + rng.standard_normal(shape))).astype(int)
        truth = np.clip(4.1 + between * rng.standard_normal(shape), 1.5, 4.9)
        stars = rng.multinomial(n, _tilted(truth))
        total, squares = (stars * STARS).sum(-1), (stars * STARS**2).sum(-1)
        mean = total / n
        variance = np.where(n > 1, (squares - n * mean**2) / np.maximum(n - 1, 1), np.nan)
        yield pd.DataFrame(
            {
                "case_id": name,
                "replicate": np.repeat(np.arange(groups), count),
                "truth": truth.ravel(),
                "n": n.ravel(),
                "mean": mean.ravel(),
                "variance": np.maximum(variance, 0).ravel(),
            }
        )
