"""The cost of one alignment by searching for it, for nets with too many markings to list."""

from collections import deque
from collections.abc import Sequence
from time import monotonic

from mining.petri_net import ModelRefusedError, PetriNet, Transition

Marking = tuple[tuple[str, int], ...]
State = tuple[Marking, int]
LOOK_AT_THE_CLOCK_EVERY = 1_000


def search_cost(net: PetriNet, trace: Sequence[str], until: float) -> int | None:
    """Return the cheapest cost of aligning `trace`, or None if it is not found before the moment `until`.

    A breadth-first search in order of cost over (marking, position); `until` is of the monotonic clock.
    """
    goal = (frozen(dict(net.final)), len(trace))
    start = (frozen(dict(net.initial)), 0)
    queue: deque[tuple[int, State]] = deque([(0, start)])
    settled: set[State] = set()
    while queue:
        cost, state = queue.popleft()
        if state in settled:
            continue
        if len(settled) % LOOK_AT_THE_CLOCK_EVERY == 0 and monotonic() > until:
            return None
        if state == goal:
            return cost
        settled.add(state)
        _add_moves(net, trace, cost, state, queue)
    raise ModelRefusedError("the model's final marking can never be reached; mend the model")


def _add_moves(
    net: PetriNet, trace: Sequence[str], cost: int, state: State, queue: deque[tuple[int, State]]
) -> None:
    marking, position = state
    expected = trace[position] if position < len(trace) else None
    if expected is not None:
        queue.append((cost + 1, (marking, position + 1)))
    tokens = dict(marking)
    for step in net.transitions:
        if not all(tokens.get(place, 0) >= weight for place, weight in step.takes.items()):
            continue
        after = fire(tokens, step)
        if step.label is None:
            queue.appendleft((cost, (after, position)))
            continue
        queue.append((cost + 1, (after, position)))
        if step.label == expected:
            queue.appendleft((cost, (after, position + 1)))


def fire(tokens: dict[str, int], step: Transition) -> Marking:
    """Return the marking after an enabled `step`."""
    after = dict(tokens)
    for place, weight in step.takes.items():
        after[place] -= weight
    for place, weight in step.gives.items():
        after[place] = after.get(place, 0) + weight
    return frozen(after)


def frozen(tokens: dict[str, int]) -> Marking:
    """Return a marking as a value that can be compared and looked up."""
    return tuple(sorted((place, number) for place, number in tokens.items() if number))
