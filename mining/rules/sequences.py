"""Rules about the sequence of activities alone, as comparisons of places.

All distinct traces lie one behind the other, and an event is its place there; a rule's events are ascending
places, found once for all rules. What each kind of rule forbids stands at the head of its query in
`sql/rules/`, which is asked instead where attributes or times decide.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mining.nets.traces import Traces
from mining.rules.file import Rule

Integers = NDArray[np.int64]
Marks = NDArray[np.bool_]
Side = Literal["a", "b"]

NOWHERE = -1  # the position of what should be there and is missing
AFTER_ALL = np.iinfo(np.int64).max
NO_PLACES: Integers = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a rule: the trace of each, ascending, and its position in it from 0, or `NOWHERE`."""

    traces: Integers
    positions: Integers

    def together_with(self, others: "Found") -> "Found":
        """Return the rows of both, in order."""
        traces = np.concatenate((self.traces, others.traces))
        positions = np.concatenate((self.positions, others.positions))
        order = np.lexsort((positions, traces))
        return Found(traces[order], positions[order])


class TraceSteps:
    """The events of distinct traces, asked for by their activities."""

    def __init__(self, traces: Traces) -> None:
        self.traces = traces

    @cached_property
    def trace_of(self) -> Integers:
        """The trace of each place."""
        return np.repeat(np.arange(len(self.traces)), self.traces.lengths)

    @cached_property
    def _by_activity(self) -> list[Integers]:
        """The places of each activity's events."""
        n = len(self.traces.activities)
        codes = self.traces.codes.astype(np.min_scalar_type(n))  # small numbers are sorted in linear time
        ends = np.cumsum(np.bincount(codes, minlength=n))
        return np.split(np.argsort(codes, kind="stable"), ends[:-1])

    def places(self, activities: Sequence[str]) -> Integers:
        """Return the places of events with one of the activities."""
        known = [code for code, name in enumerate(self.traces.activities) if name in activities]
        each = [self._by_activity[code] for code in known]
        return each[0] if len(each) == 1 else np.sort(np.concatenate([NO_PLACES, *each]))

    def first(self, places: Integers) -> Integers:
        """Return the place at which the trace of each begins."""
        return self.traces.starts[self.trace_of[places]]

    def end(self, places: Integers) -> Integers:
        """Return the place after the trace of each."""
        return self.traces.starts[self.trace_of[places] + 1]

    def found(self, places: Integers) -> Found:
        """Return events as rows."""
        return Found(self.trace_of[places], places - self.first(places))


def activating(steps: TraceSteps, rule: Rule) -> Found:
    """Return the events that test the rule; for a rule about whole cases each trace, nowhere."""
    match rule.kind.activated_by:
        case "case":
            return _whole(np.arange(len(steps.traces)))
        case "either":
            return steps.found(_joined([steps.places(rule.activity_a), steps.places(rule.activity_b)]))
        case side:
            return steps.found(steps.places(rule.activity_a if side == "a" else rule.activity_b))


def breaking(steps: TraceSteps, rule: Rule) -> Found:
    """Return what breaks the rule: events, or traces in which something is missing."""
    if judge := _OF_CASES.get(rule.template):
        return judge(steps, rule)
    asked = rule.template.removeprefix("not_")
    sides = {"a": steps.places(rule.activity_a), "b": steps.places(rule.activity_b)}
    wrong = []
    for side, has in _COUNTERPARTS[asked].items():
        own, other = sides[side], sides["b" if side == "a" else "a"]
        marks = has(steps, own, other)
        wrong.append(own[marks if asked != rule.template else ~marks])
    return steps.found(_joined(wrong))


def distinct(ascending: Integers) -> Integers:
    """Return numbers from 0 that ascend, each once."""
    return ascending[np.diff(ascending, prepend=-1) > 0]


def _joined(places: Sequence[Integers]) -> Integers:
    return distinct(np.sort(np.concatenate(places), kind="stable"))


def _later(steps: TraceSteps, own: Integers, other: Integers) -> Marks:
    return np.less(_next(own, other), steps.end(own))


def _later_before_again(steps: TraceSteps, own: Integers, other: Integers) -> Marks:
    return _later(steps, own, other) & np.less_equal(_next(own, other), _next(own, own))


def _right_after(steps: TraceSteps, own: Integers, other: Integers) -> Marks:
    return _later(steps, own, other) & np.equal(_next(own, other), own + 1)


def _earlier(steps: TraceSteps, own: Integers, other: Integers) -> Marks:
    return np.greater_equal(_previous(own, other), steps.first(own))


def _earlier_since_before(steps: TraceSteps, own: Integers, other: Integers) -> Marks:
    return _earlier(steps, own, other) & np.greater_equal(_previous(own, other), _previous(own, own))


def _right_before(steps: TraceSteps, own: Integers, other: Integers) -> Marks:
    return _earlier(steps, own, other) & np.equal(_previous(own, other), own - 1)


def _anywhere(steps: TraceSteps, own: Integers, other: Integers) -> Marks:
    return _has_one(steps, other)[steps.trace_of[own]]


def _next(own: Integers, other: Integers) -> Integers:
    """Return the place of the next of the others after each, or one after all traces."""
    return np.append(other, AFTER_ALL)[np.searchsorted(other, own, side="right")]


def _previous(own: Integers, other: Integers) -> Integers:
    """Return the place of the last of the others before each, or one before all traces."""
    return np.append(-1, other)[np.searchsorted(other, own)]


_Has = Callable[[TraceSteps, Integers, Integers], Marks]
# what an event of a side must have of the other side; of a rule whose name begins with "not", must not have
_COUNTERPARTS: Mapping[str, Mapping[Side, _Has]] = {
    "responded_existence": {"a": _anywhere},
    "response": {"a": _later},
    "alternate_response": {"a": _later_before_again},
    "chain_response": {"a": _right_after},
    "precedence": {"b": _earlier},
    "alternate_precedence": {"b": _earlier_since_before},
    "chain_precedence": {"b": _right_before},
    "coexistence": {"a": _anywhere, "b": _anywhere},
    "succession": {"a": _later, "b": _earlier},
    "alternate_succession": {"a": _later_before_again, "b": _earlier_since_before},
    "chain_succession": {"a": _right_after, "b": _right_before},
}


def _existence(steps: TraceSteps, rule: Rule) -> Found:
    return _whole(np.flatnonzero(_how_often(steps, rule) < rule.n))


def _absence(steps: TraceSteps, rule: Rule) -> Found:
    """Return each occurrence from the n-th on."""
    own = steps.places(rule.activity_a)
    earlier = np.arange(len(own)) - np.searchsorted(own, steps.first(own))
    return steps.found(own[earlier >= rule.n - 1])


def _exactly(steps: TraceSteps, rule: Rule) -> Found:
    own = steps.places(rule.activity_a)
    earlier = np.arange(len(own)) - np.searchsorted(own, steps.first(own))
    return steps.found(own[earlier >= rule.n]).together_with(_existence(steps, rule))


def _init(steps: TraceSteps, rule: Rule) -> Found:
    return _without(steps, rule, steps.traces.starts[:-1])


def _last(steps: TraceSteps, rule: Rule) -> Found:
    return _without(steps, rule, steps.traces.starts[1:] - 1)


def _without(steps: TraceSteps, rule: Rule, places: Integers) -> Found:
    return steps.found(np.setdiff1d(places, steps.places(rule.activity_a), assume_unique=True))


def _choice(steps: TraceSteps, rule: Rule) -> Found:
    has_neither = ~_has_one(steps, steps.places(rule.activity_a))
    has_neither &= ~_has_one(steps, steps.places(rule.activity_b))
    return _whole(np.flatnonzero(has_neither))


def _exclusive_choice(steps: TraceSteps, rule: Rule) -> Found:
    """Return the traces that have neither, and of those with both the events of the one begun later."""
    a, b = steps.places(rule.activity_a), steps.places(rule.activity_b)
    a_begins, b_begins = _begins(steps, a), _begins(steps, b)
    late = [a[(a_begins > b_begins)[steps.trace_of[a]]], b[(a_begins <= b_begins)[steps.trace_of[b]]]]
    return steps.found(_joined(late)).together_with(_choice(steps, rule))


def _how_often(steps: TraceSteps, rule: Rule) -> Integers:
    return np.bincount(steps.trace_of[steps.places(rule.activity_a)], minlength=len(steps.traces))


def _has_one(steps: TraceSteps, places: Integers) -> Marks:
    return _begins(steps, places) < steps.traces.starts[1:]


def _begins(steps: TraceSteps, places: Integers) -> Integers:
    """Return the first of the places in each trace; where there is none, one after the trace."""
    return np.append(places, AFTER_ALL)[np.searchsorted(places, steps.traces.starts[:-1])]


def _whole(traces: Integers) -> Found:
    return Found(traces, np.full(len(traces), NOWHERE))


_OF_CASES: Mapping[str, Callable[[TraceSteps, Rule], Found]] = {
    "existence": _existence,
    "absence": _absence,
    "exactly": _exactly,
    "init": _init,
    "last": _last,
    "choice": _choice,
    "exclusive_choice": _exclusive_choice,
}
