"""How often the published intervals cover the truth, simulated through the very SQL macros.

Run ``python tests/statistics/interval_coverage.py``; ``--all`` shows every case, ``--seed 1`` draws other replicates.
"""

from __future__ import annotations

import argparse
import time

import draws
import pandas as pd
from sql_macros import frame, sql

LEAST_SHOWN = draws.CASES["least_shown"]

_BOUNDS = {
    "clustered_shares": "clustered_share_bound('n', 'd', 'nn', 'nd', 'dd', side)",
    "net_shares": "net_share_bound('n', 'opinionated', 'd', 'nn', 'nd', 'dd', side)",
    "mean_ratings": "mean_rating_bound('n', 'opinionated', 'd', 'nn', 'nd', 'dd', side)",
    "ratios": "ratio_bound('n', 'd', 'nn', 'nd', 'dd', side)",
}
# An upper bound of NULL beside a lower one means "no limit known". The margin is for decimals of the truth.
_COVERED = "low - 1e-12 <= truth and coalesce(truth <= high + 1e-12, true)"
_TABLE = f"""
select
    case_id,
    count(*) as replicates,
    count(low) as shown,
    avg(case when low is not null then cast({_COVERED} as integer) end) as coverage,
    median(high - low) as width
from bounds
group by case_id
"""


def simulate(family: str) -> pd.DataFrame:
    """One row per case: replicates, how many are shown, the share of these that covers, and the median width."""
    given = pd.concat(getattr(draws, family)(), ignore_index=True)
    if family == "shares":
        query = f"""
            select case_id, {LEAST_SHOWN} as replicates, {LEAST_SHOWN} as shown,
                sum(case when {_COVERED} then probability else 0 end) as coverage, median(high - low) as width
            from (
                select *, {sql("share_bound('successes', 'n', '-')")} as low,
                    {sql("share_bound('successes', 'n', '+')")} as high
                from given
            )
            group by case_id"""
        return frame(query, given=given)
    if family in _BOUNDS:
        low, high = (sql(_BOUNDS[family], side=side) for side in "-+")
        return frame(f"with bounds as (select *, {low} as low, {high} as high from given) {_TABLE}", given=given)
    given["series"] = given.groupby(["case_id", "replicate"], sort=False).ngroup()
    if family == "ratings":
        given["establishment"] = given.index
        shrunk = sql("shrunk_ratings('given', ['series'], ['establishment'], 'n', 'mean', 'variance')")
        bounds = f"""
            select case_id, truth, shrunk_low as low, shrunk_high as high
            from ({shrunk}) as shrunk inner join given using (series, establishment)"""
        return frame(f"with bounds as ({bounds}) {_TABLE}", given=given)
    macro = "kaplan_meier('given', ['series'], 'days', 'has_ended')"
    if family == "order_statistics":
        macro = "order_statistics('given', ['series'], 'days')"
    truths = given.drop_duplicates("series")[["series", "case_id", "true_median", "true_p90"]]
    bounds = " union all ".join(
        # Not reached: from the beginning, or without end.
        f"select case_id || ', {name}' as case_id, true_{name} as truth, "
        f"case when {name}_low is null then 0 else {name}_low end as low, {name}_high as high "
        "from found inner join truths using (series)"
        for name in ("median", "p90")
    )
    return frame(
        f"with found as ({sql(macro)}), bounds as ({bounds}) {_TABLE}",
        given=given[["series", "days", "has_ended"]],
        truths=truths,
    )


FAMILIES = ["shares", *_BOUNDS, "ratings", "order_statistics", "survival"]


def summary(table: pd.DataFrame) -> dict[str, float]:
    """Of a family: its cases, those withheld, and the least, median and greatest coverage of the others."""
    shown = table[table["shown"] >= LEAST_SHOWN]
    return {
        "cases": len(table),
        "withheld": len(table) - len(shown),
        "least": shown["coverage"].min(),
        "median": shown["coverage"].median(),
        "most": shown["coverage"].max(),
    }


def main() -> None:
    """The cases that are covered least, and a line per family."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every case, not the five that are covered least")
    parser.add_argument("--seed", type=int, default=0, help="other replicates of the same cases")
    arguments = parser.parse_args()
    draws.SEED = arguments.seed
    lines = []
    for family in FAMILIES:
        started = time.monotonic()
        table = simulate(family).sort_values("coverage", ignore_index=True)
        print(f"\n{family} ({time.monotonic() - started:.1f} s)")
        print(table.head(len(table) if arguments.all else 5).round(4).to_string(index=False))
        seen = summary(table)
        figures = [f"{each:.3f}" if isinstance(each, float) else str(each) for each in seen.values()]
        lines.append(f"| `{family}` | " + " | ".join(figures) + " |")
    print("\n| family | cases | withheld | least | median | most |\n|---|---|---|---|---|---|", *lines, sep="\n")


if __name__ == "__main__":
    main()
