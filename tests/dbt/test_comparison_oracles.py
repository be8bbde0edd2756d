"""Maturity ranks, inequality and campaign effects against numpy: the models run on tables of simulated rows."""

from __future__ import annotations

import collections
import datetime as dt
import json

import duckdb
import numpy as np
import pytest
from scipy import optimize, signal, stats

from comptoir.settings import PROJECT_DIR
from comptoir.warehouse.build import dbt

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
SEEDS = PROJECT_DIR / "dbt" / "seeds" / "reference"
QUARTER = dt.date(2026, 7, 1)


def fill(warehouse, table: str, rows: list[dict]) -> None:
    """The rows of a mart, its other columns NULL, in place of what it holds."""
    path = warehouse.settings.var_dir / f"{table}.ndjson"
    path.write_text("\n".join(json.dumps(row, default=str) for row in rows))
    with duckdb.connect(str(warehouse.settings.warehouse_path)) as connection:
        types = dict(
            connection.execute(
                "select column_name, data_type from information_schema.columns where table_schema = 'main' "
                f"and table_name = '{table}'"
            ).fetchall()
        )
        columns = {name: types[name] for name in rows[0]}
        (kind,) = connection.execute(
            f"select table_type from information_schema.tables where table_schema = 'main' and table_name = '{table}'"
        ).fetchone()
        if kind == "VIEW":  # its rows are written by hand here
            shape = ", ".join(f"cast(null as {type_}) as {name}" for name, type_ in types.items())
            connection.execute(f"drop view main.{table}")
            connection.execute(f"create table main.{table} as select {shape} where false")
        connection.execute(f"delete from main.{table}")
        connection.execute(f"insert into main.{table} by name select * from read_json('{path}', columns = {columns})")


def run(warehouse, *models: str) -> None:
    outcome = dbt(["run", "--full-refresh", "--select", *models], warehouse.settings)
    assert {item.node.name: item.message for item in outcome.results if item.status != "success"} == {}
    assert outcome.exception is None


def seed(name: str) -> list[dict]:
    with duckdb.connect() as connection:
        return (
            connection.execute(f"select * from read_csv('{SEEDS / name}.csv', header = true)").df().to_dict("records")
        )


def competition_rank(scores: np.ndarray) -> np.ndarray:
    """1 for the highest; equals share the better rank."""
    return np.array([1 + int((scores > score).sum()) for score in scores])


def lower_quantile(values: np.ndarray, share: float) -> float:
    """The smallest value with at least that share of the values at or below it."""
    return float(np.sort(values)[max(int(np.ceil(share * len(values))) - 1, 0)])


# One of two indicators of these is known where anything is.
KNOWN_SHARES = collections.defaultdict(lambda: 1.0, conversation=0.5, timeliness=0.5)


@pytest.fixture(scope="module")
def maturity(empty_warehouse):
    """Random profiles of the EPCI of Bretagne in three strata, a fifth of the pillars unknown, and what comes of it."""
    empty_warehouse.reset()
    rng = np.random.default_rng(5)
    epci = [row[0] for row in empty_warehouse.query(
        "select territory_id from bridge_territory_ancestor where ancestor_id = 'region:53' and is_inside "
        "and territory_id like 'epci:%' order by 1"
    )]  # fmt: skip
    pillars = [row["pillar_code"] for row in seed("maturity_weights")]
    scores = np.where(
        rng.random((len(epci), len(pillars))) < 0.2, np.nan, rng.random((len(epci), len(pillars))).round(3)
    )
    strata = ["2" if number < 25 else "3" if number < 53 else "1" for number in range(len(epci))]
    fill(empty_warehouse, "fct_maturity", [
        {"territory_id": territory, "quarter_on": QUARTER, "pillar_code": pillar,
         "score": None if np.isnan(score) else score, "known_share": 0 if np.isnan(score) else KNOWN_SHARES[pillar],
         "known_indicators_count": 0 if np.isnan(score) else 1, "observations_count": 50,
         "null_reason": "not_observed" if np.isnan(score) else None, "last_month_on": QUARTER, "is_provisional": False}
        for territory, known in zip(epci, scores, strict=True) for pillar, score in zip(pillars, known, strict=True)
    ])  # fmt: skip
    fill(empty_warehouse, "dim_territory_stratum", [
        {"territory_id": territory, "territory_level": "epci", "stratum_code": stratum, "population_score": 0}
        for territory, stratum in zip(epci, strata, strict=True)
    ])  # fmt: skip
    run(empty_warehouse, "fct_maturity_composite", "fct_digital_inequality")
    return empty_warehouse, epci, pillars, scores, np.array(strata)


def test_a_composite_says_how_much_of_its_weight_is_known(maturity):
    warehouse, epci, pillars, scores, _ = maturity
    weights = np.array([row["weight"] for row in seed("maturity_weights")])
    known = ~np.isnan(scores)
    shares = known @ (weights * np.array([KNOWN_SHARES[pillar] for pillar in pillars]))
    found = warehouse.query(
        "select territory_id, known_share, known_indicators_count from fct_maturity_composite order by 1"
    )
    assert [row[0] for row in found] == epci
    assert [row[1] for row in found] == pytest.approx(list(shares), abs=2e-9)
    assert [row[2] for row in found] == list(known.sum(axis=1))


def composites(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    known = ~np.isnan(scores)
    return np.round((np.where(known, scores, 0) @ weights) / (known @ weights), 9)


def test_composite_rank_and_bands_equal_numpy(maturity):
    warehouse, epci, pillars, scores, strata = maturity
    weights = np.array([row["weight"] for row in seed("maturity_weights")])
    draws = {(row["draw_number"], row["pillar_code"]): row["weight"] for row in seed("maturity_weight_draws")}
    drawn = np.array([[draws[number, pillar] for pillar in pillars] for number in range(1, 501)])
    ranked = (~np.isnan(scores) @ weights) >= 0.6 - 1e-12
    got = {
        row[0]: row[1:]
        for row in warehouse.query(
            "select territory_id, score, score_low, score_high, rank, rank_low, rank_high, left_out_rank_low, "
            "left_out_rank_high, ranked_count, null_reason, rank_null_reason from fct_maturity_composite"
        )
    }
    assert len(got) == len(epci)
    assert 5 < (~ranked).sum() < len(epci) / 2, "some are left out"
    for stratum in ("1", "2", "3"):
        inside = np.flatnonzero((strata == stratum) & ranked)
        own = scores[inside]
        value = composites(own, weights)
        variants = np.array([composites(own, other) for other in drawn])
        ranks = np.array([competition_rank(row) for row in variants])
        left_out = np.array([
            competition_rank(composites(np.delete(own, j, axis=1), np.delete(weights, j))) for j in range(len(pillars))
        ])  # fmt: skip
        for position, at in enumerate(inside):
            found = got[epci[at]]
            band = [lower_quantile(variants[:, position], share) for share in (0.025, 0.975)]
            assert found[:3] == pytest.approx((value[position], *band), abs=2e-9)
            assert found[8] == len(inside)
            if len(inside) <= 8:
                assert found[3] is None
                assert found[10] == "no_peers"
                continue
            assert found[3] == competition_rank(value)[position]
            assert found[4:6] == tuple(lower_quantile(ranks[:, position], share) for share in (0.025, 0.975))
            assert found[6:8] == (left_out[:, position].min(), left_out[:, position].max())
    for at in np.flatnonzero(~ranked):
        assert got[epci[at]][0] is None
        assert got[epci[at]][9] == "too_few_pillars"


def test_gini_and_theil_of_goalpost_scores_equal_numpy(maturity):
    warehouse, epci, pillars, scores, _ = maturity
    got = {
        row[0]: row[1:]
        for row in warehouse.query(
            "select pillar_code, score_gini, score_theil, scored_epci_count, epci_count from fct_digital_inequality "
            "where territory_id = 'region:53'"
        )
    }
    weights = np.array([row["weight"] for row in seed("maturity_weights")])
    whole = composites(scores, weights)[(~np.isnan(scores) @ weights) >= 0.6 - 1e-12]
    columns = {pillar: scores[:, j][~np.isnan(scores[:, j])] for j, pillar in enumerate(pillars)} | {"composite": whole}
    for pillar, x in columns.items():
        gini = np.abs(x[:, None] - x[None, :]).sum() / (2 * len(x) ** 2 * x.mean())
        share = x / x.mean()
        theil = np.mean(np.where(share > 0, share * np.log(np.where(share > 0, share, 1)), 0))
        assert got[pillar] == pytest.approx((gini, theil, len(x), len(epci)), abs=2e-9)


# A campaign a row: name, how many, peers each, effect (share of the mean before), drift of the treated a month.
PLAN = [
    ("null", 300, 20, 0.0, 0.0),
    ("effect", 120, 25, 0.3, 0.0),
    ("detectable", 150, 20, None, 0.0),
    ("drift", 60, 20, 0.0, 0.06),
    ("few", 10, 18, 0.3, 0.0),
    ("enough", 10, 19, 0.3, 0.0),
    # of nothing: the territory was never observed
    ("unseen", 2, 20, 0.0, 0.0),
    # the campaign multiplies what there was, and its noise: the fewest peers, and half as many months before
    ("multiplied", 300, 19, 0.5, 0.0),
    ("halved", 100, 19, -0.5, 0.0),
]
PRE, POST, NOISE = 12, 3, 0.1
DETECTABLE = (stats.t.ppf(0.975, 19) + stats.t.ppf(0.8, 19)) * NOISE * np.sqrt(1 / PRE + 1 / POST) * np.sqrt(1 + 1 / 20)
MONTHS = [dt.date(2025 + (8 + m) // 12, (8 + m) % 12 + 1, 1) for m in range(PRE + POST)]


@pytest.fixture(scope="module")
def campaigns(empty_warehouse):
    """Simulated panels with a season that all share, and territories of all sizes."""
    empty_warehouse.reset()
    rng = np.random.default_rng(7)
    season = 1 + 0.4 * np.sin(2 * np.pi * np.arange(PRE + POST) / 12)
    dims, peers, months, panels = [], [], [], {}
    for kind, count, others, effect, drift in PLAN:
        for number in range(count):
            name = f"{kind}_{number}"
            units = [f"epci:{name}_{unit}" for unit in range(others + 1)]
            size = np.exp(rng.uniform(2, 8, others + 1))
            shape = season + rng.normal(0, NOISE, (others + 1, PRE + POST)) * season.mean()
            shape[0] += drift * np.arange(PRE + POST)
            if kind in ("multiplied", "halved"):
                shape[0, PRE:] *= 1 + effect
            else:
                shape[0, PRE:] += (DETECTABLE if effect is None else effect) * season[:PRE].mean()
            values = size[:, None] * shape
            panels[name] = values
            dims.append({
                "campaign_id": name, "name_fr": name, "territory_id": units[0], "starts_on": MONTHS[PRE],
                "ends_on": MONTHS[-1], "kpi_ids": ["requests"], "contaminated_ids": [f"epci:{name}_bad"],
                "pre_months_count": PRE,
            })  # fmt: skip
            # a contaminated peer, and one that lacks a month: neither may count
            values_of = {**dict(zip(units, values, strict=True)), f"epci:{name}_bad": values[0] * 9}
            values_of[f"epci:{name}_hole"] = values[1][:-1]
            peers += [
                {"territory_id": units[0], "peer_id": unit, "peer_rank": 1, "distance": 1}
                for unit in values_of
                if unit != units[0]
            ]
            months += [
                {"territory_id": unit, "month_on": month, "audience": "resident", "channel_code": "all",
                 "kpi_id": "requests", "value": value}
                for unit, row in values_of.items() if kind != "unseen" or unit != units[0]
                for month, value in zip(MONTHS, row, strict=False)
            ]  # fmt: skip
    fill(empty_warehouse, "dim_campaign", dims)
    fill(empty_warehouse, "bridge_territory_peer", peers)
    fill(empty_warehouse, "kpi_month", months)
    run(empty_warehouse, "campaign_unit", "fct_campaign_effect")
    names = (
        "campaign_id", "method_code", "not_causal_reason", "effect", "effect_low", "effect_high", "placebo_p",
        "pre_trend_p", "minimum_detectable_effect", "peers_count", "compared_with_code", "post_known_count",
    )  # fmt: skip
    got = {
        row[0]: dict(zip(names, row, strict=True))
        for row in empty_warehouse.query(f"select {', '.join(names)} from fct_campaign_effect")
    }
    return got, panels


def oracle(values: np.ndarray) -> dict[str, float]:
    """Difference-in-differences of the first row against the others, in units of each row's mean before."""
    scaled = values / values[:, :PRE].mean(axis=1, keepdims=True)
    change = scaled[:, PRE:].mean(axis=1) - 1
    slope = np.array([np.polyfit(np.arange(PRE), row[:PRE], 1)[0] for row in scaled])
    others, n = change[1:], len(change) - 1
    error = others.std(ddof=1) * np.sqrt(1 + 1 / n)
    effect, level = change[0] - others.mean(), 1 + others.mean()
    quantile = stats.t.ppf(0.975, n - 1)

    def believed(tau: float) -> float:
        """Over 0 where that effect is in the interval: the treated one's noise has grown with it."""
        return quantile * others.std(ddof=1) * np.hypot(max(1, 1 + tau / level), np.sqrt(1 / n)) - abs(effect - tau)

    def permutation_p(x: np.ndarray) -> float:
        distance = np.abs(x - x.mean())
        return float((distance >= distance[0] - 1e-12).mean())

    return {
        "effect": effect,
        "low": optimize.brentq(believed, effect - 9, effect),
        "high": optimize.brentq(believed, effect, effect + 9),
        "mde": (quantile + stats.t.ppf(0.8, n - 1)) * error,
        "placebo_p": permutation_p(change),
        "pre_trend_p": permutation_p(slope),
    }


COVERED = 0.93
SEASON = 1 + 0.4 * np.sin(2 * np.pi * np.arange(PRE + POST) / 12)
LEVEL = SEASON[PRE:].mean() / SEASON[:PRE].mean()  # what the peers come to, of their mean before


def coverage(campaigns, kind: str, truth: float) -> float:
    """Share of the causal effects whose interval holds the truth."""
    causal = [row for row in of(campaigns[0], kind) if row["not_causal_reason"] is None]
    return float(np.mean([row["effect_low"] <= truth <= row["effect_high"] for row in causal]))


def of(got: dict, kind: str) -> list[dict]:
    return [row for name, row in got.items() if name.startswith(f"{kind}_")]


def test_every_causal_effect_equals_numpy(campaigns):
    got, panels = campaigns
    causal = 0
    for name, values in panels.items():
        if name.startswith("unseen_"):
            continue
        row, expected = got[name], oracle(values)
        assert row["peers_count"] == len(values) - 1, "neither the contaminated nor the incomplete peer"
        assert row["pre_trend_p"] == pytest.approx(expected["pre_trend_p"], abs=1e-9)
        few, drifts = row["peers_count"] < 19, expected["pre_trend_p"] <= 0.1
        assert row["not_causal_reason"] == ("too_few_peers" if few else "pre_trend" if drifts else None)
        if few or drifts:
            assert row["method_code"] == "before_after_not_causal"
            assert (row["effect_low"], row["placebo_p"], row["minimum_detectable_effect"]) == (None, None, None)
            continue
        causal += 1
        assert row["effect"] == pytest.approx(expected["effect"], abs=1e-9)
        assert row["placebo_p"] == pytest.approx(expected["placebo_p"], abs=1e-9)
        assert row["effect_high"] == pytest.approx(expected["high"], rel=2e-5)
        assert row["effect_low"] == pytest.approx(expected["low"], rel=2e-5)
        assert row["minimum_detectable_effect"] == pytest.approx(expected["mde"], rel=2e-5)
    assert causal > 400


def test_without_an_effect_the_placebo_is_significant_as_often_as_it_should_be(campaigns):
    causal = [row for row in of(campaigns[0], "null") if row["not_causal_reason"] is None]
    rate = np.mean([row["placebo_p"] <= 0.05 for row in causal])
    # one in 21, and 260 campaigns: the 99.9 % interval of a binomial
    low, high = (bound / len(causal) for bound in stats.binom.interval(0.999, len(causal), 1 / 21))
    assert low <= rate <= high
    assert coverage(campaigns, "null", 0) >= COVERED


def test_a_true_effect_is_recovered(campaigns):
    causal = [row for row in of(campaigns[0], "effect") if row["not_causal_reason"] is None]
    effects = np.array([row["effect"] for row in causal])
    assert effects.mean() == pytest.approx(0.3, abs=4 * effects.std() / np.sqrt(len(effects)))
    assert coverage(campaigns, "effect", 0.3) >= COVERED
    # the power of being the most extreme of 21
    assert np.mean([row["placebo_p"] <= 0.05 for row in causal]) >= 0.9


def test_an_effect_that_multiplies_what_there_was_is_in_its_interval(campaigns):
    """A half more is a half more of the noise too: an interval of the peers' noise alone would hold four in five."""
    assert coverage(campaigns, "multiplied", 0.5 * LEVEL) >= COVERED
    assert coverage(campaigns, "halved", -0.5 * LEVEL) >= COVERED


# Every effect with every noise and every length, none left out: docs/explanation/intervals.md tells what was found. The
# truth of an effect that multiplies is that share of what the peers came to.
ADVERSARIAL = [
    (effect, noise, pre, post)
    for effect in (0.0, 0.3, 1.0, -0.5)
    for noise in ("normal", "lognormal", "heavy", "lasting", "counts of 5", "counts of 20")
    for pre, post in ((12, 3), (6, 1))
]


@pytest.mark.parametrize(("effect", "noise", "pre", "post"), ADVERSARIAL)
def test_at_least_93_percent_of_the_intervals_hold_the_truth(effect, noise, pre, post):
    """By numpy, that the models were found equal to above: the fewest peers, and as many campaigns as it takes."""
    rng, shape, peers = np.random.default_rng(31), (3000, 20, pre + post), 19
    season = 1 + 0.4 * np.sin(2 * np.pi * np.arange(pre + post) / 12)
    expected = np.broadcast_to(season, shape).copy()
    expected[:, 0, pre:] *= 1 + effect
    if noise.startswith("counts"):
        values = rng.poisson(float(noise.split()[-1]) * expected).astype(float)
    elif noise == "lasting":
        drawn = rng.normal(0, NOISE, shape)
        drawn[..., 0] /= np.sqrt(1 - 0.6**2)
        values = expected * (1 + signal.lfilter([1], [1, -0.6], drawn, axis=-1))
    else:
        drawn = 0.7 * rng.standard_t(4, shape) if noise == "heavy" else rng.normal(0, 1, shape)
        values = expected * (np.exp(0.3 * drawn) if noise == "lognormal" else 1 + NOISE * drawn)
    scaled = values / values[..., :pre].mean(axis=-1, keepdims=True)
    change, months = scaled[..., pre:].mean(axis=-1) - 1, np.arange(pre) - (pre - 1) / 2
    slope = scaled[..., :pre] @ months
    leaving = np.abs(slope - slope.mean(axis=1, keepdims=True))
    causal = (leaving >= leaving[:, :1] - 1e-12).mean(axis=1) > 0.1
    others, truth = change[:, 1:], effect * season[pre:].mean() / season[:pre].mean()
    grown = np.maximum(1, 1 + truth / (1 + others.mean(axis=1)))
    reach = stats.t.ppf(0.975, peers - 1) * others.std(axis=1, ddof=1) * np.sqrt(grown**2 + 1 / peers)
    assert causal.mean() > 0.8
    assert (np.abs(change[:, 0] - others.mean(axis=1) - truth) <= reach)[causal].mean() >= COVERED


def test_a_campaign_on_a_territory_that_was_never_observed_says_so(campaigns):
    rows = of(campaigns[0], "unseen")
    assert len(rows) == 2
    for row in rows:
        assert (row["method_code"], row["not_causal_reason"]) == ("before_after_not_causal", "not_observed")
        assert (row["effect"], row["effect_low"], row["compared_with_code"]) == (None, None, None)
        assert row["post_known_count"] == 0


def test_the_minimum_detectable_effect_is_detected_four_times_in_five(campaigns):
    causal = [row for row in of(campaigns[0], "detectable") if row["not_causal_reason"] is None]
    detected = np.mean([row["effect_low"] > 0 for row in causal])
    assert 0.68 <= detected <= 0.92
    assert np.median([row["minimum_detectable_effect"] for row in causal]) == pytest.approx(DETECTABLE, rel=0.1)


def test_a_territory_that_was_leaving_its_peers_is_not_called_causal(campaigns):
    drifting = of(campaigns[0], "drift")
    assert np.mean([row["not_causal_reason"] == "pre_trend" for row in drifting]) >= 0.9
    honest = of(campaigns[0], "null")
    assert np.mean([row["not_causal_reason"] == "pre_trend" for row in honest]) <= 0.16, "one in ten by chance"


def test_nineteen_peers_are_enough_and_eighteen_are_not(campaigns):
    assert {row["not_causal_reason"] for row in of(campaigns[0], "few")} == {"too_few_peers"}
    assert None in {row["not_causal_reason"] for row in of(campaigns[0], "enough")}
    assert min(row["placebo_p"] for row in of(campaigns[0], "enough") if row["placebo_p"]) >= 1 / 20 - 1e-9
