"""All markings that a net can reach, and the steps between them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mining.nets.petri_net import PetriNet

SILENT = -1
BLOCK = 512  # markings looked at together
Numbers = NDArray[np.int32]


@dataclass(frozen=True)
class ReachabilityGraph:
    """The reachable markings of a net, numbered from 0 (the initial one).

    Step `i` leads from `sources[i]` to `targets[i]` and shows `labels[step_labels[i]]`, or nothing where
    that is `SILENT`. `final` is None where the final marking is not among the markings. `complete` is
    false where there were more than the cap and the rest was left out.
    """

    labels: tuple[str, ...]
    n_markings: int
    sources: Numbers
    targets: Numbers
    step_labels: Numbers
    final: int | None
    complete: bool


def reachability_graph(net: PetriNet, *, max_markings: int) -> ReachabilityGraph:
    """Explore `net` breadth first until nothing new is found or `max_markings` is exceeded."""
    place = {name: number for number, name in enumerate(net.places)}
    takes, change = _matrices(net, place)
    step_label = np.array([_label_number(net, step.label) for step in net.transitions], np.int32)
    initial = _marking(net.initial, place)
    numbers = {initial.tobytes(): 0}
    frontier = initial[None, :]
    first = 0
    found: list[tuple[Numbers, Numbers, Numbers]] = []
    while len(frontier) and len(numbers) <= max_markings:
        at, step = _enabled(frontier, takes)
        reached = frontier[at] + change[step]
        before = len(numbers)
        targets = [numbers.setdefault(marking.tobytes(), len(numbers)) for marking in reached]
        found.append(((at + first).astype(np.int32), np.array(targets, np.int32), step_label[step]))
        first = before
        fresh = np.array(targets, np.int64)
        places_of_fresh, rows = np.unique(fresh[fresh >= before], return_index=True)
        frontier = reached[np.nonzero(fresh >= before)[0][rows]] if len(places_of_fresh) else reached[:0]
    sources, targets_, labels = (np.concatenate(part) for part in zip(*found, strict=True))
    return ReachabilityGraph(
        net.labels,
        len(numbers),
        sources,
        targets_,
        labels,
        numbers.get(_marking(net.final, place).tobytes()),
        complete=not len(frontier),
    )


def _enabled(frontier: Numbers, takes: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which marking enables which step, a block of markings at a time."""
    found = []
    for first in range(0, len(frontier), BLOCK):
        block = frontier[first : first + BLOCK]
        at, step = np.nonzero((block[:, None, :] >= takes[None, :, :]).all(axis=2))
        found.append((at + first, step))
    ats, steps = zip(*found, strict=True)
    return np.concatenate(ats), np.concatenate(steps)


def _label_number(net: PetriNet, label: str | None) -> int:
    return SILENT if label is None else net.labels.index(label)


def _marking(tokens: Mapping[str, int], place: dict[str, int]) -> Numbers:
    marking = np.zeros(len(place), np.int32)
    for name, number in tokens.items():
        marking[place[name]] = number
    return marking


def _matrices(net: PetriNet, place: dict[str, int]) -> tuple[Numbers, Numbers]:
    takes = np.zeros((len(net.transitions), len(place)), np.int32)
    change = np.zeros_like(takes)
    for row, step in enumerate(net.transitions):
        for name, weight in step.takes.items():
            takes[row, place[name]] += weight
            change[row, place[name]] -= weight
        for name, weight in step.gives.items():
            change[row, place[name]] += weight
    return takes, change
