"""How long is too long, worked out beforehand from the waits of a log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from played_logs import Step, Trace
from scipy.integrate import quad
from scipy.stats import norm
from scipy.stats import t as student
from stalled_logs import DAY, DRAW, WISH, ended, found

from mining.stalls.limits import Strata, largest_chance, stall_limits

NOW = 20_000  # days after the start of the log
MICROSECONDS = 86400e6  # of a day


@dataclass
class Expected:
    """What a stratum of waits, in days, tells of the cases that have been idle for some days."""

    waits: Sequence[float]
    idle: Sequence[float]

    def quantile(self, share: float) -> float:
        return float(np.quantile(self.waits, share)) * MICROSECONDS

    @property
    def slow(self) -> float:
        return max(self.quantile(0.95), MICROSECONDS)

    @property
    def limit(self) -> float:
        median = self.quantile(0.5)
        wider = (np.log(self.quantile(share) / median) / norm.ppf(share) for share in (0.75, 0.9, 0.95))
        known = (
            len(self.waits),
            median,
            max(1e-6, *wider),
            max(self.waits) * MICROSECONDS,
            max(self.quantile(0.99), MICROSECONDS),
        )
        strata = Strata(*(np.array([float(one)]) for one in known))
        chances = strata.chances(np.array(self.idle) * MICROSECONDS)
        return float(strata.limits(largest_chance(chances, stall_limits().false_alarms))[0])


@pytest.mark.parametrize(
    "waits",
    [
        [10.0] * 25 + [40.0] * 15,  # the upper quarter tells how widely waits are spread
        [10.0] * 34 + [200.0] * 5 + [210.0],  # the upper tenth
        [10.0] * 37 + [500.0, 600.0, 900.0],  # the upper twentieth
        [10.0] * 40,
        [0.1] * 30 + [0.2] * 10,
        [0.1] * 36 + [2.0, 2.5, 3.0, 30.0],
        [round(one) for one in np.geomspace(10, 300, 40)],
    ],
)
def test_limits_are_those_of_the_waits_and_of_the_running_cases_without_a_hold(
    tmp_path: Path, waits: list[float]
) -> None:
    cases: dict[str, Trace] = {
        f"good {n}": [Step(WISH, 0), Step(DRAW, wait * DAY), ended("completed", wait + 1)]
        for n, wait in enumerate(waits)
    }
    slow = Expected(waits, []).slow / MICROSECONDS
    idle = [NOW - 1.0, NOW - 2.0, slow + 0.1, slow - 0.1, 0.5]
    cases |= {f"idle {n}": [Step(WISH, (NOW - days) * DAY)] for n, days in enumerate(idle)}
    cases |= {
        f"over {word}": [Step(WISH, 0, attributes={"outcome": word})] for word in ("vote_lost", "shelved")
    }
    cases["held"] = [Step(WISH, 0), Step("project", DAY, lifecycle="suspend")]
    cases["resumed"] = [
        Step(WISH, 0),
        *(
            Step("project", (NOW - day) * DAY, lifecycle=turn)
            for turn, day in (("suspend", 9), ("resume", 0.2))
        ),
    ]
    expected = Expected(waits, [*idle, 0.2])
    known = found(tmp_path, cases, day=NOW)
    (late,) = (case for case in known.cases if case.case_id == "idle 0")
    assert late.normal is not None
    assert (late.normal.stratum, late.normal.n) == ("step", 40)
    assert late.normal.median == timedelta(days=float(np.median(waits)))
    assert late.normal.limit / timedelta(microseconds=1) == pytest.approx(expected.limit, rel=1e-6)
    beyond = [days for days in idle if days * MICROSECONDS > expected.limit]
    told = {case.case_id for case in known.cases if case.state == "running"}
    assert told == {"held"} | {f"idle {idle.index(days)}" for days in beyond}
    assert [case.case_id for case in known.watched] == ([] if slow + 0.1 in beyond else ["idle 2"])
    assert [case.slow / timedelta(days=1) for case in known.watched] == pytest.approx(
        [slow] * len(known.watched)
    )


def chance(known: Sequence[float], idle: float) -> float:
    """Return the chance by a stratum's number, median, spread, longest and least, found by an integral."""
    n, median, spread, longest, least = known
    if idle <= least:
        return 1.0
    score = norm.isf(student.sf(np.log(idle / median) / spread / np.sqrt(1 + 1 / n), n - 1))
    # of all the time that is waited, what is left of waits that last for longer
    left, _ = quad(lambda u: (np.exp(spread * u) - np.exp(spread * score)) * norm.pdf(u), score, score + 30)
    rarer = (longest / idle) ** 2 / n if idle > longest else 1.0
    return float(min(left / np.exp(spread**2 / 2), rarer))


@pytest.mark.parametrize("n", [8.0, 300.0])
@pytest.mark.parametrize("spread", [0.3, 1.2])
@pytest.mark.parametrize(("longest", "least"), [(1e9, 0.5), (15.0, 12.0)])
def test_chances_are_those_of_waits_met_in_their_midst(
    n: float, spread: float, longest: float, least: float
) -> None:
    known = (n, 5.0, spread, longest, least)
    strata = Strata(*(np.array([one]) for one in known))
    for idle in (1.0, 4.0, 6.0, 12.0, 14.0, 15.0, 16.0, 40.0, 400.0):
        assert strata.chances(np.array([idle]))[0] == pytest.approx(chance(known, idle), rel=1e-4, abs=1e-12)
    for rare in (0.2, 0.001):
        (limit,) = strata.limits(rare)
        beside = chance(known, limit * 0.999), chance(known, limit * 1.001)
        assert beside[0] >= rare >= beside[1]


@pytest.mark.parametrize(
    ("chances", "largest"),
    [
        ([], 0.5),
        ([0.5], 0.5),
        ([0.6], 0.5),
        ([0.9, 0.2, 0.8, 0.7], 0.125),
        ([0.9, 0.125, 0.8, 0.7], 0.125),
        ([0.3, 0.25, 0.9, 0.8], 0.125),
        ([0.25, 0.9, 0.25, 0.8], 0.25),
        ([0.3, 0.9, 0.3, 0.3], 0.375),
        ([0.5, 0.5, 0.5, 0.5], 0.5),
        ([0.1, 0.1, 0.9, 0.9], 0.25),
        ([0.1, 0.1, 0.1, 0.9], 0.375),
    ],
)
def test_as_many_are_told_of_as_have_chances_within_their_share_of_the_level(
    chances: list[float], largest: float
) -> None:
    assert largest_chance(np.array(chances), 0.5) == largest


def test_where_nothing_is_known_of_the_spread_long_waits_get_rarer_as_by_pareto_s_law() -> None:
    strata = Strata(*(np.array([one]) for one in (100.0, 1.0, 1e3, 10.0, 1.0)))
    idle = np.array([0.9, 1.0, 10.0, 20.0, 100.0])
    assert strata.chances(idle) == pytest.approx([1, 1, 1, 1 / 400, 1 / 10_000])
    assert strata.limits(1 / 10_000)[0] == pytest.approx(100)


def test_a_limit_is_a_day_at_least_and_a_hundred_years_at_most() -> None:
    strata = Strata(*(np.array([one]) for one in (1e9, MICROSECONDS, 50.0, 1e300, MICROSECONDS)))
    assert strata.limits(1.0)[0] == pytest.approx(MICROSECONDS)
    assert strata.limits(0.0)[0] == pytest.approx(100 * 365.25 * MICROSECONDS)


@pytest.mark.parametrize(("n_running", "stratum", "n"), [(4, "step", 25), (9, "all steps", 25)])
def test_the_more_cases_run_the_more_waits_a_step_must_have_to_judge_by(
    tmp_path: Path, n_running: int, stratum: str, n: int
) -> None:
    cases: dict[str, Trace] = {
        f"good {one}": [Step(WISH, 0), Step(DRAW, 5 * DAY, attributes={"outcome": "completed"})]
        for one in range(25)
    }
    cases |= {f"idle {one}": [Step(WISH, 0)] for one in range(n_running)}
    normal = {case.normal for case in found(tmp_path, cases, day=NOW).cases}
    assert {(one.stratum, one.n) for one in normal if one} == {(stratum, n)}
