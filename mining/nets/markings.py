"""Markings of a net as plain values, and how a step changes them."""

from mining.nets.petri_net import Transition

Marking = tuple[tuple[str, int], ...]


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
