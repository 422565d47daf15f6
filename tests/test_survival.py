"""Curves of censored time against lifelines and against what one counts by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import restricted_mean_survival_time

from mining.outlook.survival import Floats, Ints, corrected, incidence, incidences, logrank


def waits(seed: int, n: int, n_causes: int, *, ties: bool) -> tuple[Floats, Ints]:
    rng = np.random.default_rng(seed)
    times = rng.lognormal(3, 1, n)
    return (np.ceil(times) if ties else times), rng.integers(0, n_causes + 1, n)


def test_by_hand_two_complete_one_fails_and_one_still_runs() -> None:
    curve = incidence(np.array([2.0, 1.0, 4.0, 3.0]), np.array([2, 1, 1, 0]), 2)
    assert curve.times.tolist() == [1, 2, 4]
    assert curve.at_risk.tolist() == [4, 3, 1]
    assert curve.shares.tolist() == pytest.approx(np.array([[0.25, 0.25, 0.75], [0, 0.25, 0.25]]))
    assert curve.open_after.tolist() == pytest.approx([0.75, 0.5, 0])
    assert (curve.share(1, 0.5), curve.share(1, 3.9), curve.median(1), curve.median(2)) == (0, 0.25, 4, None)
    assert curve.mean_open(4) == pytest.approx(1 + 0.75 + 2 * 0.5)
    assert curve.mean_lost(2, 4) == pytest.approx(2 * 0.25)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 300), ties=st.booleans())
def test_open_shares_are_those_of_lifelines(seed: int, n: int, *, ties: bool) -> None:
    times, causes = waits(seed, n, 1, ties=ties)
    fitted = KaplanMeierFitter().fit(times, causes)
    curve = incidence(times, causes, 1)
    theirs = fitted.survival_function_at_times(curve.times).to_numpy()
    assert np.abs(curve.open_after - theirs).max(initial=0) < 1e-12
    assert np.abs(1 - curve.shares[0] - theirs).max(initial=0) < 1e-12
    assert curve.mean_open(30) == pytest.approx(restricted_mean_survival_time(fitted, t=30), abs=1e-9)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("cause", [1, 2, 3])
def test_shares_by_cause_and_their_spread_are_those_of_lifelines(seed: int, cause: int) -> None:
    times, causes = waits(seed, 200, 3, ties=False)
    theirs = AalenJohansenFitter(calculate_variance=True).fit(times, causes, event_of_interest=cause)
    curve = incidence(times, causes, 3)
    at = curve.times[::7]
    found = theirs.cumulative_density_[f"CIF_{cause}"].reindex(at).to_numpy()
    assert np.abs([curve.share(cause, time) for time in at] - found).max() < 1e-12
    spread = np.sqrt(theirs.variance_.reindex(at).to_numpy())
    inside = np.isfinite(spread)
    assert np.array([curve._spread(cause, time) for time in at])[inside] == pytest.approx(
        spread[inside], abs=1e-6
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(4, 300), k=st.integers(2, 4), ties=st.booleans())
def test_the_log_rank_test_is_that_of_lifelines(seed: int, n: int, k: int, *, ties: bool) -> None:
    times, causes = waits(seed, n, 1, ties=ties)
    groups = np.random.default_rng(seed).integers(0, k, n)
    ours = logrank(times, causes == 1, groups)
    if ours is None or ours.freedom < len(set(groups)) - 1:
        return  # some groups were never at risk together; theirs divides by nothing there
    theirs = multivariate_logrank_test(times, groups, causes)
    assert ours.statistic == pytest.approx(theirs.test_statistic, rel=1e-6, abs=1e-9)
    assert ours.p_value == pytest.approx(theirs.p_value, rel=1e-6, abs=1e-9)


def test_shares_and_the_open_ones_add_up_to_all() -> None:
    times, causes = waits(9, 500, 3, ties=True)
    curve = incidence(times, causes, 3)
    assert curve.shares.sum(axis=0) + curve.open_after == pytest.approx(np.ones(len(curve.times)))
    assert sum(curve.mean_lost(cause, 60) for cause in (1, 2, 3)) + curve.mean_open(60) == pytest.approx(60)


def test_intervals_hold_the_share_and_stay_between_none_and_all() -> None:
    times, causes = waits(4, 60, 2, ties=False)
    curve = incidence(times, causes, 2)
    for time in (5.0, 20.0, 80.0):
        interval = curve.interval(1, time)
        assert interval is not None
        low, high = interval
        assert 0 <= low <= curve.share(1, time) <= high <= 1


def test_a_curve_at_which_all_have_ended_has_no_interval() -> None:
    for n in (3, 38, 39, 40):
        curve = incidence(np.arange(1.0, n + 1), np.ones(n, np.int64), 3)
        assert curve.share(1, n + 1.0) == pytest.approx(1)
        assert curve.interval(1, n + 1.0) is None


def test_many_curves_at_once_are_the_single_ones() -> None:
    times, causes = waits(5, 400, 2, ties=True)
    keys = np.random.default_rng(5).integers(0, 9, 400)
    order = np.lexsort((times, keys))
    many = dict(incidences(keys[order], times[order], causes[order], 2))
    assert sorted(many) == sorted(set(keys.tolist()))
    for key, curve in many.items():
        alone = incidence(times[keys == key], causes[keys == key], 2)
        assert (curve.shares == alone.shares).all()


def test_groups_of_one_process_seldom_differ_and_a_slower_one_is_found() -> None:
    rng = np.random.default_rng(3)
    chances = []
    for _ in range(400):
        times = rng.exponential(10, 60)
        tested = logrank(times, rng.random(60) < 0.8, rng.integers(0, 3, 60))
        chances.append(tested.p_value if tested else 1.0)
    assert 0.02 < np.mean(np.array(chances) < 0.05) < 0.09
    slower = logrank(
        np.r_[rng.exponential(10, 80), rng.exponential(30, 80)], np.ones(160, bool), np.repeat([0, 1], 80)
    )
    assert slower is not None
    assert slower.p_value < 1e-6


def test_one_group_or_no_end_is_not_tested() -> None:
    assert logrank(np.array([1.0, 2.0]), np.array([True, True]), np.array([0, 0])) is None
    assert logrank(np.array([1.0, 2.0]), np.array([False, False]), np.array([0, 1])) is None


def test_correction_never_lowers_a_chance_and_keeps_their_order() -> None:
    chances = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205]
    assert corrected(chances) == pytest.approx(
        [0.008, 0.032, 0.0672, 0.0672, 0.0672, 0.08, 0.0845714, 0.205], abs=1e-6
    )
