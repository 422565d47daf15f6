"""Groups' profiles as they may leave the office: nothing in them rests on fewer than `k` cases.

Of traces, activities, arcs and rules that fewer than `k` cases show, or that all but fewer than `k` show,
no count is told; activities and arcs among them are named only where their words are told anyway. Waits
and times are told in steps so wide that each holds `k` cases: on a scale twice, four times, … as coarse as
a log's own, its first and last steps taken together; if too few steps are left, not at all. How many
cases completed, failed and run is told whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from eventlogs.vocabulary import Kind as Words
from eventlogs.vocabulary import terms
from mining.comparison.profiles import Counts, Histogram, Kind, Profile, State, Subject

_VOCABULARY: tuple[Words, ...] = ("activities", "roles", "tools")
FEWEST_STEPS = 3
WIDEST = 1 << 12  # steps; more than the whole scale


@dataclass(frozen=True, slots=True)
class KeptBack:
    """What a bundle does not tell of a group, counted."""

    cases_of_rare_traces: int
    activities: int
    arcs: int
    waits: int
    rules: int
    coarse_waits: int
    coarse_times: bool


def suppressed(profiles: Sequence[Profile], k: int) -> list[tuple[Profile, KeptBack]]:
    """Return the profiles without what rests on fewer than `k` cases, and what was left out of each."""
    told = [_told(profile, k) for profile in profiles]
    words = {word for kind in _VOCABULARY for word in terms(kind)}
    words |= {activity for profile in told for activity in profile.counts.activities}
    known = frozenset(words)
    return [
        (
            replace(one, counts=_naming(profile.counts, one.counts, known)),
            _kept_back(profile.counts, one.counts),
        )
        for profile, one in zip(profiles, told, strict=True)
    ]


def _told(profile: Profile, k: int) -> Profile:
    counts = profile.counts
    widened = {arc: _widened(one, k) for arc, one in counts.waits.items() if one.total >= k}
    waits = {arc: one for arc, one in widened.items() if not one.coarse or len(one.cases) >= FEWEST_STEPS}
    told = Counts(
        cases=counts.cases,
        traces={trace: n for trace, n in counts.traces.items() if n >= k},
        activities={name: n for name, n in counts.activities.items() if _frequent(n, counts.cases, k)},
        arcs={arc: n for arc, n in counts.arcs.items() if _frequent(n, counts.cases, k)},
        waits=waits,
        lasting=_widened_together(counts.lasting, k),
        rules={
            rule: tally for rule, tally in counts.rules.items() if _tellable(tally.tested, tally.broken, k)
        },
    )
    medians = {arc: median for arc, median in profile.median_waits.items() if arc in waits}
    return replace(profile, counts=told, median_waits=medians, layers={})


def _naming(counts: Counts, told: Counts, known: frozenset[str]) -> Counts:
    """Return what is told with the names of what is not, as far as their words are known."""
    withheld: dict[Kind, frozenset[Subject]] = {
        "activities": frozenset((name,) for name in counts.activities.keys() - told.activities.keys()),
        "arcs": frozenset(counts.arcs.keys() - told.arcs.keys()),
        "rules": frozenset((rule,) for rule in counts.rules.keys() - told.rules.keys()),
    }
    named: dict[Kind, frozenset[Subject]] = {
        kind: frozenset(one for one in subjects if kind == "rules" or known.issuperset(one))
        for kind, subjects in withheld.items()
    }
    return replace(told, withheld=named, known=None if named == withheld else known)


def _kept_back(counts: Counts, told: Counts) -> KeptBack:
    return KeptBack(
        cases_of_rare_traces=told.hidden_cases - counts.hidden_cases,
        activities=len(counts.activities) - len(told.activities),
        arcs=len(counts.arcs) - len(told.arcs),
        waits=len(counts.waits) - len(told.waits),
        rules=len(counts.rules) - len(told.rules),
        coarse_waits=sum(one.coarse for one in told.waits.values()),
        coarse_times=any(one.coarse for one in told.lasting.values()),
    )


def _frequent(n: int, cases: int, k: int) -> bool:
    """Tell whether neither those who show something nor those who lack it are few."""
    return n >= k and (n == cases or cases - n >= k)


def _tellable(tested: int, broken: int, k: int) -> bool:
    return tested >= k and (broken in (0, tested) or min(broken, tested - broken) >= k)


def _widened(histogram: Histogram, k: int) -> Histogram:
    """Return a histogram of which every step holds no case or at least `k`."""
    if all(n >= k for n in histogram.cases.values()):
        return histogram
    return Histogram(_wide_steps(histogram.cases, k), coarse=True)


def _widened_together(lasting: Mapping[State, Histogram], k: int) -> dict[State, Histogram]:
    """Return the times of all states on steps that together hold at least `k` cases each."""
    together: dict[int, int] = {}
    for histogram in lasting.values():
        for step, n in histogram.cases.items():
            together[step] = together.get(step, 0) + n
    if all(n >= k for n in together.values()):
        return dict(lasting)
    edges = sorted(_wide_steps(together, k))
    if len(edges) < FEWEST_STEPS:
        return {}
    return {
        state: Histogram(
            {
                edge: sum(histogram.cases.get(step, 0) for step in steps)
                for edge, steps in _parted(together, edges)
            },
            coarse=True,
        )
        for state, histogram in lasting.items()
    }


def _parted(steps: Mapping[int, int], edges: list[int]) -> list[tuple[int, list[int]]]:
    """Return for each edge the steps it stands for."""
    lows = [-1, *edges[:-1]]
    last = edges[-1]
    return [
        (edge, [step for step in steps if low < step and (step <= edge or edge == last)])
        for low, edge in zip(lows, edges, strict=True)
    ]


def _wide_steps(cases: Mapping[int, int], k: int) -> dict[int, int]:
    """Return the cases on the finest of the coarser scales on which no step holds fewer than `k`."""
    width = 1
    while True:
        wide: dict[int, int] = {}
        for step, n in sorted(cases.items()):
            edge = -(-step // width) * width
            wide[edge] = wide.get(edge, 0) + n
        found = _ends_joined(wide, k)
        if width >= WIDEST or all(n >= k for n in found.values()):
            return found
        width *= 2


def _ends_joined(cases: Mapping[int, int], k: int) -> dict[int, int]:
    """Return the cases with the first steps taken together until they hold `k`, and the last ones too."""
    rows = sorted(cases.items())
    while len(rows) > 1 and rows[0][1] < k:
        (_, first), (edge, second) = rows[:2]
        rows[:2] = [(edge, first + second)]
    while len(rows) > 1 and rows[-1][1] < k:
        (edge, last_but_one), (_, last) = rows[-2:]
        rows[-2:] = [(edge, last_but_one + last)]
    return dict(rows)
