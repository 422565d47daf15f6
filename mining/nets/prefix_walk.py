"""Where the prefixes of traces lead in a model, looking at no more of its markings than they need.

A prefix that the model can follow leads to markings, each over some silent steps; a state of the walk is
where an event has just led, with how many more silent steps than the fewest. Nets whose markings are too
many to be listed, or endless, can be walked all the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from time import monotonic

from mining.nets.known_markings import KnownMarkings, Led, TooManyMarkingsError
from mining.nets.petri_net import PetriNet
from mining.nets.traces import Traces

DEAD = -1  # the state of a prefix that the model cannot follow
START = 0
MAX_MARKINGS = 300_000  # that are looked at in all


@dataclass(frozen=True, slots=True)
class Seen:
    """What a state allows: the activities that can be next after the fewest silent steps, and an end."""

    allowed: frozenset[str]
    can_end: bool


_NOTHING = Seen(frozenset(), can_end=False)


class PrefixWalk:
    """The states that prefixes lead to, each found once; raises `TooManyMarkingsError` if too many."""

    def __init__(self, net: PetriNet, max_markings: int = MAX_MARKINGS) -> None:
        self._markings = KnownMarkings(net, max_markings)
        self._led: list[Led] = [{0: 0}]
        self._states = {frozenset({(0, 0)}): START}
        self._after: dict[tuple[int, str], int] = {}
        self._seen: dict[int, Seen] = {DEAD: _NOTHING}

    def follow(self, state: int, activities: Iterable[str]) -> dict[str, int]:
        """Return the state that each of `activities` leads to, `DEAD` where the model does not allow it."""
        asked = list(activities)
        if state == DEAD:
            return dict.fromkeys(asked, DEAD)
        unknown = [activity for activity in asked if (state, activity) not in self._after]
        if unknown:
            self._look(state, unknown)
        return {activity: self._after[state, activity] for activity in asked}

    def seen(self, state: int) -> Seen:
        """Return what a state allows."""
        if state not in self._seen:
            self._look(state, ())
        return self._seen[state]

    def _look(self, state: int, activities: Iterable[str]) -> None:
        reached = self._markings.reached(self._led[state])
        for activity in activities:
            self._after[state, activity] = self._state(self._markings.led_to(reached, activity))
        if state not in self._seen:
            fewest = {marking: 0 for marking, steps in self._led[state].items() if not steps}
            behind = reached if len(fewest) == len(self._led[state]) else self._markings.reached(fewest)
            self._seen[state] = Seen(self._markings.labels(behind), self._markings.final in reached)

    def _state(self, led: dict[int, int]) -> int:
        if not led:
            return DEAD
        fewest = min(led.values())
        less = {marking: steps - fewest for marking, steps in led.items()}
        state = self._states.setdefault(frozenset(less.items()), len(self._led))
        if state == len(self._led):
            self._led.append(less)
        return state


def fitting(net: PetriNet, traces: Traces, until: float = inf) -> list[bool]:
    """Return of each distinct trace whether it is found to be a run of the model from begin to end.

    What would take beyond `until`, a moment of the monotonic clock, or `MAX_MARKINGS` is not found.
    """
    walk, found = PrefixWalk(net), [False] * len(traces)
    try:
        for number in range(len(traces)):
            if monotonic() > until:
                break
            found[number] = walk.seen(_end(walk, traces.trace(number))).can_end
    except TooManyMarkingsError:
        pass  # what has been found stands
    return found


def _end(walk: PrefixWalk, trace: Iterable[str]) -> int:
    state = START
    for activity in trace:
        state = walk.follow(state, (activity,))[activity]
    return state
