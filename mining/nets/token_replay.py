"""Token-based replay: how many tokens a net lacks and leaves over when it is made to follow a log.

Source: van der Aalst, Process Mining (2016), 8.2. Silent steps are fired where a shortest sequence of them
enables the event, and at the end to reach the final marking. Activities that the net does not know are
passed over, as pm4py does, and counted.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from mining.nets.markings import Marking, fire, frozen
from mining.nets.petri_net import PetriNet, Transition
from mining.nets.traces import Traces

_Steps = tuple[str, ...]

MAX_SILENT_MARKINGS = 5_000  # how far silent steps are looked through before a token counts as missing


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens counted along one or many replays."""

    produced: int = 0
    consumed: int = 0
    missing: int = 0
    remaining: int = 0

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(
            self.produced + other.produced,
            self.consumed + other.consumed,
            self.missing + other.missing,
            self.remaining + other.remaining,
        )

    def __mul__(self, times: int) -> "Tokens":
        return Tokens(
            self.produced * times, self.consumed * times, self.missing * times, self.remaining * times
        )

    @property
    def fitness(self) -> float:
        """The mean of the shares of tokens that were not missing and not left over, 0 to 1."""
        if not self.consumed or not self.produced:
            return 1.0
        return 0.5 * (1 - self.missing / self.consumed) + 0.5 * (1 - self.remaining / self.produced)


@dataclass(frozen=True)
class ReplayedTraces:
    """The tokens of each distinct trace.

    Over all cases: how many events the model does not know, and how often each step was fired.
    """

    traces: Traces
    tokens: tuple[Tokens, ...]
    n_unknown_events: int
    fired: Mapping[str, int]

    @property
    def total(self) -> Tokens:
        """The tokens of all cases together."""
        counted = (tokens * int(n) for tokens, n in zip(self.tokens, self.traces.counts, strict=True))
        return sum(counted, Tokens())

    @property
    def n_fitting_cases(self) -> int:
        """How many cases lack no token and leave none over."""
        return int(self.traces.counts[self._fits].sum()) if self.tokens else 0

    @property
    def average_trace_fitness(self) -> float | None:
        """The mean fitness of the cases; None without cases."""
        if not self.tokens:
            return None
        return float(np.average([tokens.fitness for tokens in self.tokens], weights=self.traces.counts))

    @property
    def _fits(self) -> NDArray[np.bool_]:
        return np.array([tokens.missing == tokens.remaining == 0 for tokens in self.tokens])


class OutOfTimeError(Exception):
    """A replay that took longer than it was given."""


def replay(net: PetriNet, traces: Traces, *, until: float = inf) -> ReplayedTraces:
    """Return the tokens that `net` produces, consumes, lacks and leaves over on each distinct trace.

    Raises `OutOfTimeError` when the monotonic clock shows `until`.
    """
    player = _Player(net)
    unknown = ~np.isin(np.array(traces.activities, object), list(net.labels))
    times = np.repeat(traces.counts, traces.lengths)
    n_unknown = int(times[unknown[traces.codes]].sum()) if len(traces.codes) else 0
    tokens: list[Tokens] = []
    fired: Counter[str] = Counter()
    for number, n in enumerate(traces.counts.tolist()):
        if monotonic() > until:
            raise OutOfTimeError
        counted, steps = player.play(traces.trace(number))
        tokens.append(counted)
        for step, times_fired in steps.items():
            fired[step] += n * times_fired
    return ReplayedTraces(traces, tuple(tokens), n_unknown, fired)


class _Player:
    """Plays traces on a net and remembers what each marking does with each event."""

    def __init__(self, net: PetriNet) -> None:
        self._silent = [step for step in net.transitions if step.label is None]
        self._free = {number for number, step in enumerate(self._silent) if not step.takes}
        self._silent_at: dict[str, list[int]] = {}
        for number, step in enumerate(self._silent):
            for place in step.takes:
                self._silent_at.setdefault(place, []).append(number)
        self._steps: dict[str, list[Transition]] = {}
        for step in net.transitions:
            if step.label is not None:
                self._steps.setdefault(step.label, []).append(step)
        self._initial = frozen(dict(net.initial))
        self._final = dict(net.final)
        self._known: dict[tuple[Marking, str], tuple[Marking, Tokens, _Steps]] = {}
        self._ends: dict[Marking, tuple[Tokens, _Steps]] = {}

    def play(self, trace: tuple[str, ...]) -> tuple[Tokens, Counter[str]]:
        """Return the tokens of one trace, and how often each step was fired."""
        marking, tokens = self._initial, Tokens(produced=sum(n for _, n in self._initial))
        fired: Counter[str] = Counter()
        for activity in trace:
            if activity not in self._steps:
                continue
            if (marking, activity) not in self._known:
                self._known[marking, activity] = self._follow(marking, self._steps[activity])
            marking, counted, passed = self._known[marking, activity]
            tokens += counted
            fired.update(passed)
        if marking not in self._ends:
            self._ends[marking] = self._end(marking)
        counted, passed = self._ends[marking]
        fired.update(passed)
        return tokens + counted, fired

    def _follow(self, marking: Marking, steps: list[Transition]) -> tuple[Marking, Tokens, _Steps]:
        found = self._silently(marking, lambda tokens: any(_enabled(step, tokens) for step in steps))
        marking, counted, passed = found or (marking, Tokens(), ())
        tokens = dict(marking)
        step = min(steps, key=lambda step: _lacking(step, tokens))
        missing = _lacking(step, tokens)
        for place, weight in step.takes.items():
            tokens[place] = max(tokens.get(place, 0), weight)
        return fire(tokens, step), counted + _passed(step) + Tokens(missing=missing), (*passed, step.name)

    def _end(self, marking: Marking) -> tuple[Tokens, _Steps]:
        final = frozen(self._final)
        found = self._silently(marking, lambda tokens: frozen(tokens) == final) or self._silently(
            marking, lambda tokens: all(tokens.get(p, 0) >= n for p, n in self._final.items())
        )
        marking, counted, passed = found or (marking, Tokens(), ())
        tokens = dict(marking)
        missing = sum(max(0, n - tokens.get(place, 0)) for place, n in self._final.items())
        remaining = sum(max(0, n - self._final.get(place, 0)) for place, n in tokens.items())
        counted += Tokens(consumed=sum(self._final.values()), missing=missing, remaining=remaining)
        return counted, passed

    def _silently(
        self, marking: Marking, reached: Callable[[dict[str, int]], bool]
    ) -> tuple[Marking, Tokens, _Steps] | None:
        """Return the nearest marking over silent steps where `reached` holds, tokens and steps till there."""
        came_by: dict[Marking, tuple[Marking, Transition] | None] = {marking: None}
        waiting = deque([marking])
        while waiting and len(came_by) <= MAX_SILENT_MARKINGS:
            marking = waiting.popleft()
            tokens = dict(marking)
            if reached(tokens):
                return _told(marking, came_by)
            near = sorted(self._free.union(*(self._silent_at.get(place, ()) for place in tokens)))
            for step in (self._silent[number] for number in near):
                if _enabled(step, tokens) and (after := fire(tokens, step)) not in came_by:
                    came_by[after] = (marking, step)
                    waiting.append(after)
        return None


def _told(
    marking: Marking, came_by: Mapping[Marking, tuple[Marking, Transition] | None]
) -> tuple[Marking, Tokens, _Steps]:
    """Return a marking with the tokens and steps by which it was come to."""
    steps, place = [], came_by[marking]
    while place is not None:
        before, step = place
        steps.append(step)
        place = came_by[before]
    steps.reverse()
    return marking, sum(map(_passed, steps), Tokens()), tuple(step.name for step in steps)


def _enabled(step: Transition, tokens: dict[str, int]) -> bool:
    return all(tokens.get(place, 0) >= weight for place, weight in step.takes.items())


def _lacking(step: Transition, tokens: dict[str, int]) -> int:
    return sum(max(0, weight - tokens.get(place, 0)) for place, weight in step.takes.items())


def _passed(step: Transition) -> Tokens:
    return Tokens(produced=sum(step.gives.values()), consumed=sum(step.takes.values()))
