"""Cohorts of made-up groups, quick enough to compare by the hundred."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from mining.comparison.counting import steps_of
from mining.comparison.figures import share_estimate
from mining.comparison.profiles import (
    Counts,
    Estimate,
    Figures,
    Histogram,
    Pair,
    Profile,
    RuleTally,
    State,
    Trace,
    seconds_of,
)

DAY = 86_400.0
STEPS = ["wish", "meeting", "vote", "plan", "review", "build", "accept", "use"]
_NONE = Estimate(None, None, None, 0)


@dataclass(frozen=True)
class Habit:
    """How a group works: chances of leaving out, going back and failing, and how slow it is."""

    leaves_out: Mapping[str, float]
    goes_back: float = 0.2
    fails: float = 0.3
    slowness: float = 1.0
    breaks_rule: float = 0.2


USUAL = Habit({"plan": 0.3, "meeting": 0.1})


@dataclass(frozen=True)
class PlayedCase:
    """One case: its trace, its waits in seconds, how it stands, and whether it breaks the rule."""

    trace: Trace
    waits: tuple[float, ...]
    state: State
    breaks: bool


def case_of(habit: Habit, rng: Generator) -> PlayedCase:
    """Play one case."""
    trace: list[str] = []
    fails = rng.random() < habit.fails
    last = int(rng.integers(3, len(STEPS))) if fails else len(STEPS)
    for step in STEPS[:last]:
        if rng.random() >= habit.leaves_out.get(step, 0.02):
            trace.append(step)
            if rng.random() < habit.goes_back and len(trace) > 1:
                trace += [trace[-2], step]
    trace = trace or [STEPS[0]]
    waits = tuple((rng.exponential(20 * DAY * habit.slowness, len(trace) - 1)).tolist())
    state: State = "open" if rng.random() < 0.1 else "failed" if fails else "completed"
    return PlayedCase(tuple(trace), waits, state, bool(rng.random() < habit.breaks_rule))


def counts_of(cases: Sequence[PlayedCase]) -> Counts:
    """Count cases as the engine counts those of a log."""
    activities: Counter[str] = Counter()
    arcs: Counter[Pair] = Counter()
    waits: dict[Pair, Counter[int]] = {}
    lasting: dict[State, Counter[int]] = {}
    for case in cases:
        activities.update(set(case.trace))
        taken: dict[Pair, list[float]] = {}
        for arc, wait in zip(zip(case.trace, case.trace[1:], strict=False), case.waits, strict=True):
            taken.setdefault(arc, []).append(wait)
        arcs.update(list(taken))
        for arc, own in taken.items():
            waits.setdefault(arc, Counter())[_step(float(np.mean(own)))] += 1
        lasting.setdefault(case.state, Counter())[_step(sum(case.waits))] += 1
    return Counts(
        cases=len(cases),
        traces=Counter(case.trace for case in cases),
        activities=activities,
        arcs=arcs,
        waits={arc: Histogram(found) for arc, found in waits.items()},
        lasting={state: Histogram(found) for state, found in lasting.items()},
        rules={"R1": RuleTally(len(cases), sum(case.breaks for case in cases))},
    )


def profile_of(name: str, cases: Sequence[PlayedCase]) -> Profile:
    """Return the profile of a group of cases."""
    states = Counter(case.state for case in cases)
    ended = states["completed"] + states["failed"]
    figures = Figures(
        cases=len(cases),
        events=sum(len(case.trace) for case in cases),
        variants=len({case.trace for case in cases}),
        completed=states["completed"],
        failed=states["failed"],
        running=states["open"],
        otherwise=0,
        completed_share=share_estimate(states["completed"], ended),
        median_duration=_NONE,
        strict_deviations=share_estimate(sum(case.breaks for case in cases), len(cases)),
        fitness=_NONE,
        precision=_NONE,
    )
    counts = counts_of(cases)
    medians = {arc: seconds_of(sorted(one.cases)[len(one.cases) // 2]) for arc, one in counts.waits.items()}
    return Profile(name, "made up", figures, counts, medians)


def cohort(seed: int, habits: Mapping[str, Habit], n_cases: int) -> list[Profile]:
    """Return the profiles of groups that each work by their habit."""
    rng = np.random.default_rng(seed)
    return [profile_of(name, [case_of(habit, rng) for _ in range(n_cases)]) for name, habit in habits.items()]


def _step(seconds: float) -> int:
    return int(steps_of(np.array([seconds]))[0])
