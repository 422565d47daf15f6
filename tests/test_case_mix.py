"""A difference that is the mix of cases alone vanishes when the mix is held equal; a true one stays."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from compared_cohorts import USUAL as USUAL_HABIT
from compared_cohorts import case_of, profile_of
from lifelines import CoxPHFitter
from lifelines.statistics import proportional_hazard_test
from numpy.random import Generator
from played_logs import Step, record

from eventlogs.data_directory import open_ledger
from eventlogs.language import speaking
from eventlogs.prepared import prepare
from mining.comparison.adjusting import AdjustedDifference, Measure, adjusted
from mining.comparison.case_mix import Trait
from mining.comparison.comparing import Plan, compare
from mining.comparison.log_comparison import Choices, compare_sources
from mining.comparison.profiles import Counts, LayerKey, MixedCases, Profile
from mining.comparison.reading import read_profiles
from mining.comparison.regression import Design
from mining.comparison.speeds import speeds
from mining.normative.file import lift_model

FLOORS = Trait("floors", None)
COST = Trait("cost", (0.4, 0.6))
LOW_HOUSES, HIGH_HOUSES = (0.7, 0.2, 0.1), (0.1, 0.2, 0.7)
DAY = 86_400.0


def town(
    rng: Generator, name: str, n: int, floors: Sequence[float], *, better: float = 0.0, faster: float = 1.0
) -> Profile:
    """Return cases whose chance and speed of a good end hang on their floors and cost, and on their town."""
    kind = rng.choice(3, n, p=floors)
    cost = rng.random(n)
    chance = 0.75 - 0.25 * kind + 0.2 * (cost - 0.5) + better
    won = rng.random(n) < chance
    days = rng.exponential(200 / (faster * np.exp(-0.5 * kind)), n)
    watched = rng.uniform(200, 1200, n)
    states = np.where(days > watched, "open", np.where(won, "completed", "failed"))
    words = np.array(["5", "6", "7"])[kind]
    mixed = MixedCases(states, np.minimum(days, watched) * DAY, {}, (words, cost))
    layers: dict[LayerKey, Counts] = {
        (f"={word}",): Counts(cases=cases) for word, cases in Counter(words.tolist()).items()
    }
    plain = profile_of(name, [case_of(USUAL_HABIT, rng) for _ in range(5)])
    return replace(plain, figures=replace(plain.figures, cases=n), layers=layers, mixed=mixed)


def of_measure(profiles: Sequence[Profile], measure: Measure) -> AdjustedDifference:
    return next(one for one in adjusted(profiles, [FLOORS, COST], "completed", 5) if one.measure == measure)


def holds(difference: AdjustedDifference, truth: float) -> bool:
    low, high = difference.remains.low, difference.remains.high
    assert low is not None
    assert high is not None
    return low <= truth <= high


def test_a_difference_that_is_the_mix_of_cases_alone_vanishes() -> None:
    rng = np.random.default_rng(1)
    towns = [town(rng, "shanghai", 900, LOW_HOUSES), town(rng, "tianjin", 900, HIGH_HOUSES)]
    share, speed = of_measure(towns, "completed"), of_measure(towns, "time")
    assert share.plain.low is not None
    assert speed.plain.low is not None
    assert share.plain.low > 0.15
    assert speed.plain.low > 1.4
    assert holds(share, 0.0)
    assert holds(speed, 1.0)
    assert abs(share.remains.value or 1) < 0.08


def test_a_true_difference_stays_and_one_that_the_mix_hides_comes_to_light() -> None:
    rng = np.random.default_rng(2)
    hidden = [
        town(rng, "shanghai", 900, LOW_HOUSES),
        town(rng, "tianjin", 900, HIGH_HOUSES, better=0.25, faster=2.0),
    ]
    share, speed = of_measure(hidden, "completed"), of_measure(hidden, "time")
    assert abs(share.plain.value or 1) < 0.1
    assert share.remains.high is not None
    assert share.remains.high < -0.15
    assert speed.remains.high is not None
    assert speed.remains.high < 0.85
    alike = [town(rng, "shanghai", 900, LOW_HOUSES), town(rng, "tianjin", 900, LOW_HOUSES, better=-0.2)]
    stays = of_measure(alike, "completed")
    assert stays.remains.value == pytest.approx(stays.plain.value, abs=0.03)
    assert holds(stays, 0.2)


def test_the_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held, cohorts = 0, 150
    for seed in range(cohorts):
        rng = np.random.default_rng(1000 + seed)
        towns = [town(rng, "shanghai", 120, LOW_HOUSES), town(rng, "tianjin", 120, (0.3, 0.4, 0.3))]
        held += holds(of_measure(towns, "completed"), 0.0)
    assert 0.90 <= held / cohorts <= 0.99


def test_what_cannot_be_told_apart_is_not_told_and_said_why() -> None:
    rng = np.random.default_rng(3)
    few = of_measure([town(rng, "a", 20, LOW_HOUSES), town(rng, "b", 20, LOW_HOUSES)], "completed")
    assert (few.why_not, few.remains.value) == ("too_few", None)
    unlike = of_measure([town(rng, "a", 200, (1, 0, 0)), town(rng, "b", 200, (0.1, 0, 0.9))], "completed")
    assert unlike.why_not == "unlike"
    same = of_measure([town(rng, "a", 200, (1, 0, 0)), town(rng, "b", 200, (0, 0, 1))], "completed")
    assert same.why_not == "same"
    always = [town(rng, "a", 300, LOW_HOUSES, better=9), town(rng, "b", 300, LOW_HOUSES)]
    assert not [one for one in adjusted(always, [FLOORS, COST], "completed", 5) if one.measure == "completed"]


def test_one_plain_sentence_says_what_remains_of_a_difference() -> None:
    rng = np.random.default_rng(1)
    towns = [town(rng, "tianjin", 900, HIGH_HOUSES), town(rng, "shanghai", 900, LOW_HOUSES)]
    answer = compare(towns, Plan("city", ("made up",), traits=(FLOORS, COST), cross_check=False))
    share = next(one for one in answer.adjusted if one.measure == "completed")
    plain, remains = (100 * -(each.value or 0) for each in (share.plain, share.remains))
    with speaking("en"):
        told = " ".join(answer.as_text().split())
    assert (
        f"of the {plain:.1f} points that Shanghai has more than Tianjin, {remains:.1f} remain with equal"
        in told
    )
    with speaking("zh"):
        assert "上海比天津高" in answer.as_text()


def courses(seed: int, shape: float) -> AdjustedDifference:
    """Return the speeds of two towns whose hazards have one shape (1: the same at all times) and another."""
    rng = np.random.default_rng(seed)
    towns = [town(rng, "shanghai", 400, LOW_HOUSES), town(rng, "tianjin", 400, LOW_HOUSES)]
    mixed = towns[0].mixed
    assert mixed is not None
    days = 200 * rng.weibull(shape, 400)
    states = np.where(days > 900, "open", "completed")
    towns[0] = replace(towns[0], mixed=replace(mixed, states=states, seconds=np.minimum(days, 900) * DAY))
    return of_measure(towns, "time")


def test_a_ratio_that_changes_as_time_goes_on_is_told_and_a_steady_one_is_not_often() -> None:
    assert courses(1, 0.5).course == "shrinks"
    assert courses(2, 2.5).course == "grows"
    steady = [courses(seed, 1.0) for seed in range(20, 32)]
    assert sum(one.course != "steady" for one in steady) <= 3
    assert all(one.traits_p_value is not None for one in steady)


def test_the_test_of_proportional_hazards_is_that_of_lifelines() -> None:
    rng = np.random.default_rng(9)
    group, trait = rng.integers(0, 3, 500), rng.normal(size=(500, 1))
    days = rng.weibull(0.7 + 0.4 * group) * np.exp(-0.3 * trait[:, 0])
    won = rng.random(500) < 0.8
    found = speeds(days * DAY, won, Design(group.astype(np.int64), 3, trait))
    table = pd.DataFrame({"b": group == 1, "c": group == 2, "t": trait[:, 0]}).astype(float)
    table["days"], table["won"] = days, won
    fitted = CoxPHFitter().fit(table, "days", "won")
    known = proportional_hazard_test(fitted, table, time_transform="rank").p_value
    assert found is not None
    drifts = [found.drift(1, 0), found.drift(2, 0)]
    assert [one.p_value for one in drifts if one] == pytest.approx(known[:2].tolist(), rel=1e-3, abs=1e-9)
    assert found.traits_p_value == pytest.approx(known[2], rel=1e-3)


def test_the_answer_says_in_words_where_a_ratio_is_but_an_average() -> None:
    rng = np.random.default_rng(1)
    towns = [town(rng, name, 900, LOW_HOUSES) for name in ("shanghai", "tianjin")]
    mixed = towns[0].mixed
    assert mixed is not None
    days = 200 * rng.weibull(0.5, 900)
    states = np.where(days > 900, "open", "completed")
    towns[0] = replace(towns[0], mixed=replace(mixed, states=states, seconds=np.minimum(days, 900) * DAY))
    answer = compare(towns, Plan("city", ("made up",), traits=(FLOORS, COST), cross_check=False))
    with speaking("en"):
        told = " ".join(answer.as_text().split())
    assert "1 of 1 ratios of speeds change as time goes on and are averages" in told
    assert "] *" in told
    with speaking("zh"):
        assert "上海与天津之比随时间减小" in answer.as_text().replace("\n", "")


def test_layers_of_several_logs_are_of_like_cases_and_the_year_needs_no_attribute(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "data")
    for log, floors in (("north", (6, 7)), ("south", (5, 6))):
        cases = {
            f"{log}-{n}": [
                Step("raise_lift_wish", hours=24.0 * 300 * (n % 3), attributes={"floors": floors[n % 2]}),
                Step(
                    "case_closed", hours=24.0 * 300 * (n % 3) + 240 + n, attributes={"outcome": "completed"}
                ),
            ]
            for n in range(12)
        }
        record(ledger, log, cases)
    logs = [prepare(ledger, name) for name in ("north", "south")]
    answer = compare_sources(logs, [], lift_model(), Choices("city", adjust=("floors", "year")))
    assert answer.adjusted_for == ("floors", "year")
    traits = (Trait("floors", None), Trait("year", None))
    north, south = (read_profiles(log, lift_model(), None, traits).profiles[0] for log in logs)
    shared = north.layers.keys() & south.layers.keys()
    assert {key[0] for key in shared} == {"=6"}
    assert {key[1] for key in north.layers} == {"=2024", "=2025"}
    assert sum(counts.cases for counts in north.layers.values()) == 12
    ledger.close()


def test_of_very_many_groups_too_small_a_few_are_named_and_the_rest_counted() -> None:
    rng = np.random.default_rng(3)
    small = [profile_of(f"place {n}", [case_of(USUAL_HABIT, rng)]) for n in range(30)]
    large = [profile_of(name, [case_of(USUAL_HABIT, rng) for _ in range(9)]) for name in ("a", "b")]
    told = compare([*large, *small], Plan("place", ("made up",), cross_check=False)).as_text()
    assert "and 22 more groups have fewer than 5 cases" in " ".join(told.split())
    assert "place 29" not in told
