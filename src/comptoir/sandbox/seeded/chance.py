"""Repeatable chance: the same parts always give the same stream of draws, on any machine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def chance(*parts: object) -> Random:
    """Return the random stream named by the parts (a world's seed first)."""
    return Random("|".join(map(str, parts)))  # noqa: S311 - repeatable on purpose, nothing secret


def weighted(rng: Random, choices: Sequence[tuple[T, float]]) -> T:
    """Draw one of ``(value, weight)``."""
    at = rng.random() * sum(weight for _, weight in choices)
    for value, weight in choices:
        at -= weight
        if at < 0:
            return value
    return choices[-1][0]


def count(rng: Random, mean: float) -> int:
    """Draw a Poisson count of the given mean (normal approximation above 50)."""
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, drawn = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        drawn += 1
    return drawn


def heavy_tail(rng: Random, shape: float, scale: float, ceiling: int) -> int:
    """Draw a count most often near zero and rarely huge (Pareto, cut at ``ceiling``)."""
    return min(ceiling, int(scale * (rng.paretovariate(shape) - 1)))
