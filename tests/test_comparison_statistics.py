"""Every statistic of a comparison against a library or a definition by hand."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from compared_cohorts import USUAL, Habit, cohort
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
from lifelines.utils import median_survival_times
from scipy.stats import fisher_exact, mannwhitneyu

from mining.comparison.control_flow import Languages
from mining.comparison.counting import steps_of
from mining.comparison.edit_distance import edit_distances
from mining.comparison.figures import median_estimate, share_estimate
from mining.comparison.frequencies import Shares, fisher, frequency_tests
from mining.comparison.lasting import Race, mean_until_won, time_tests
from mining.comparison.profiles import Counts, Histogram, seconds_of
from mining.comparison.waiting import waiting_tests
from mining.outlook.survival import incidence

traces = st.lists(st.lists(st.integers(0, 4), max_size=70), min_size=1, max_size=6)


def edits(one: list[int], other: list[int]) -> int:
    row = list(range(len(other) + 1))
    for n, code in enumerate(one, start=1):
        before, row = row, [n]
        for m, against in enumerate(other, start=1):
            row.append(min(before[m] + 1, row[-1] + 1, before[m - 1] + (code != against)))
    return row[-1]


@given(traces)
@settings(max_examples=60, deadline=None)
def test_the_edit_distance_is_that_of_the_definition(found: list[list[int]]) -> None:
    by_hand = [[edits(one, other) / max(len(one), len(other), 1) for other in found] for one in found]
    assert np.allclose(edit_distances(found), by_hand)


def test_traces_of_more_than_64_events_are_compared_as_exactly() -> None:
    rng = np.random.default_rng(4)
    long = [rng.integers(0, 3, n).tolist() for n in (63, 64, 65, 90, 130)]
    by_hand = [[edits(one, other) / max(len(one), len(other)) for other in long] for one in long]
    assert np.allclose(edit_distances(long), by_hand)


@given(st.lists(st.tuples(*[st.integers(0, 12)] * 4), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_the_exact_test_is_fishers(tables: list[tuple[int, int, int, int]]) -> None:
    a, b, c, d = (np.array(column) for column in zip(*tables, strict=True))
    expected = [fisher_exact([[one[0], one[1]], [one[2], one[3]]]).pvalue for one in tables]
    assert np.allclose(fisher(a, a + b, c + d, a + c), expected)


def test_a_subject_that_too_few_show_is_not_tested() -> None:
    shares = Shares((("rare",), ("usual",)), np.array([[[1, 9], [2, 3]]]), np.full((1, 2, 2), 12))
    tests = frequency_tests(shares, min_cases=5)
    assert [tests.subjects[n] for n in tests.subject] == [("usual",)]
    assert tests.effect == pytest.approx([0.5])


def test_in_layers_a_difference_that_the_mix_makes_goes_away() -> None:
    # in both layers the groups are alike, but one group has most of the layer where it is frequent
    with_it = np.array([[[90], [9]], [[1], [10]]])
    cases = np.array([[[100], [10]], [[10], [100]]])
    mixed = frequency_tests(Shares((("x",),), with_it.sum(axis=0)[None], cases.sum(axis=0)[None]), 5)
    alike = frequency_tests(Shares((("x",),), with_it, cases), 5)
    assert mixed.p_value[0] < 1e-10
    assert alike.p_value[0] > 0.5
    assert alike.effect[0] == pytest.approx(0, abs=1e-12)


def waited(seconds: np.ndarray) -> Counts:
    steps, n = np.unique(steps_of(seconds), return_counts=True)
    return Counts(
        cases=len(seconds), waits={("a", "b"): Histogram(dict(zip(steps.tolist(), n.tolist(), strict=True)))}
    )


@given(st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_the_rank_test_is_that_of_mann_and_whitney(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = rng.exponential(1e5, rng.integers(5, 40)), rng.exponential(2e5, rng.integers(5, 40))
    tests = waiting_tests([[waited(one), waited(other)]], min_cases=5)
    expected = mannwhitneyu(steps_of(one), steps_of(other), method="asymptotic")
    assert tests.p_value[0] == pytest.approx(expected.pvalue)
    assert tests.effect[0] == pytest.approx(expected.statistic / len(one) / len(other) - 0.5)


def raced(rng: np.random.Generator, n: int, slowness: float) -> tuple[Counts, np.ndarray, np.ndarray]:
    steps = steps_of(rng.exponential(1e6 * slowness, n))
    causes = rng.choice(3, n, p=[0.2, 0.5, 0.3])
    states = {0: "open", 1: "completed", 2: "failed"}
    lasting = {}
    for cause, state in states.items():
        found, counts = np.unique(steps[causes == cause], return_counts=True)
        lasting[state] = Histogram(dict(zip(found.tolist(), counts.tolist(), strict=True)))
    return Counts(cases=n, lasting=lasting), np.array([seconds_of(step) for step in steps]), causes  # type: ignore[arg-type]


def test_the_test_of_times_is_the_log_rank_test() -> None:
    rng = np.random.default_rng(3)
    one, times, causes = raced(rng, 300, 1.0)
    other, other_times, other_causes = raced(rng, 280, 1.3)
    tests = time_tests(Race.of([[one, other]], "completed"), 5, seed=1)
    expected = logrank_test(times, other_times, causes == 1, other_causes == 1)
    assert tests.p_value[0] == pytest.approx(expected.p_value)


def test_the_mean_time_is_the_area_over_the_curve_of_aalen_and_johansen() -> None:
    counts, times, causes = raced(np.random.default_rng(5), 200, 1.0)
    horizon = 1.5e6
    area = horizon - incidence(times, causes, 2).mean_lost(1, horizon)
    assert mean_until_won(Race.of([[counts]], "completed"), horizon) == pytest.approx([area])


def test_the_median_duration_and_its_interval_are_those_of_lifelines() -> None:
    rng = np.random.default_rng(2)
    for n in (5, 20, 80, 300):
        seconds, ended = np.round(rng.exponential(100, n)), rng.random(n) < 0.7
        fitter = KaplanMeierFitter().fit(seconds, ended)
        low, high = median_survival_times(fitter.confidence_interval_).iloc[0].tolist()
        found = median_estimate(seconds, ended)
        assert found.value == fitter.median_survival_time_
        assert (found.low, found.high or math.inf) == (low, high)


def test_the_interval_of_a_share_is_wilsons() -> None:
    z, n, share = NormalDist().inv_cdf(0.975), 30, 0.3
    found = share_estimate(9, 30)
    bounds = [
        (share + z**2 / (2 * n) + sign * z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)))
        / (1 + z**2 / n)
        for sign in (-1, 1)
    ]
    assert [found.low, found.high] == pytest.approx(bounds)


def test_the_distance_of_two_languages_is_that_of_pm4py() -> None:
    from pm4py.algo.evaluation.earth_mover_distance.variants import pyemd

    groups = cohort(6, {"a": USUAL, "b": Habit({"vote": 0.5})}, 30)
    languages = Languages([[group.counts for group in groups]], seed=1)
    shares = [{trace: n / group.cases for trace, n in group.counts.traces.items()} for group in groups]
    found = languages.pair(0, 1, 99, min_cases=5)
    assert found is not None
    assert found.distance == pytest.approx(pyemd.apply(*shares), abs=1e-9)


def test_equal_languages_are_no_farther_apart_than_by_chance() -> None:
    (group,) = cohort(8, {"a": USUAL}, 40)
    found = Languages([[group.counts, group.counts]], seed=1).pair(0, 1, 199, min_cases=5)
    assert found is not None
    assert (found.distance, found.p_value) == (0, 1)
    assert found.by_chance > 0.05
