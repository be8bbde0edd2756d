"""Derive maturity_weight_draws.csv: other weights that could have been published, around those of maturity_weights.csv.

Usage: python dbt/seeds/derive/weight_draws.py
"""

import csv
import random
from pathlib import Path

SEEDS = Path(__file__).parents[1] / "reference"
DRAWS, SEED = 500, 20261125
# A Dirichlet whose mean is the published weights; with this concentration .15 mostly becomes .07 to .25.
CONCENTRATION = 50.0


def main() -> None:
    """Write one line per draw and pillar; the weights of a draw sum to 1."""
    with (SEEDS / "maturity_weights.csv").open(encoding="utf-8", newline="") as file:
        weights = {row["pillar_code"]: float(row["weight"]) for row in csv.DictReader(file)}
    rng = random.Random(SEED)  # noqa: S311 - repeatable on purpose
    with (SEEDS / "maturity_weight_draws.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["draw_number", "pillar_code", "weight"])
        for draw in range(1, DRAWS + 1):
            gammas = {pillar: rng.gammavariate(CONCENTRATION * weight, 1.0) for pillar, weight in weights.items()}
            total = sum(gammas.values())
            writer.writerows([draw, pillar, f"{gamma / total:.6f}"] for pillar, gamma in gammas.items())


if __name__ == "__main__":
    main()
