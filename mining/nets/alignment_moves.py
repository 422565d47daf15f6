"""The moves of one cheapest alignment, found by walking back through the cost vectors of a trace."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mining.nets.alignment import Aligner
from mining.nets.petri_net import ModelRefusedError
from mining.nets.reachability import SILENT

Kind = Literal["synchronous", "log", "model", "silent"]


@dataclass(frozen=True, slots=True)
class Move:
    """One move: its kind and the activity it shows (None for a silent step)."""

    kind: Kind
    activity: str | None

    @property
    def cost(self) -> int:
        """1 for a log move or a visible model move, else 0."""
        return int(self.kind in ("log", "model"))


def moves(aligner: Aligner, trace: Sequence[str], *, whole: bool = True) -> list[Move]:
    """Return the moves of one cheapest alignment of `trace`, in order.

    Unless `whole`, the trace is unfinished and the model may stand anywhere at its end.

    Where several are as cheap, synchronous moves are taken as late as possible, then log moves.
    """
    return _WayBack(aligner, trace).moves(whole=whole)


class _WayBack:
    """The cost of every marking after every prefix of one trace."""

    def __init__(self, aligner: Aligner, trace: Sequence[str]) -> None:
        if not aligner.lists_markings:
            raise ModelRefusedError("the model has too many markings for its moves to be shown")
        self._graph = aligner.graph
        self._trace = trace
        self._label_of = {label: number for number, label in enumerate(self._graph.labels)}
        self._costs = aligner.prefix_costs(trace)
        self._into: dict[int, list[int]] = {}
        for step, target in enumerate(self._graph.targets.tolist()):
            self._into.setdefault(target, []).append(step)

    def moves(self, *, whole: bool) -> list[Move]:
        assert self._graph.final is not None
        position = len(self._trace)
        marking = self._graph.final if whole else int(self._costs[position].argmin())
        found: list[Move] = []
        while (position, marking) != (0, 0):
            position, marking, passed = self._back(position, marking)
            found.extend(passed)
        return found[::-1]

    def _back(self, position: int, marking: int) -> tuple[int, int, list[Move]]:
        """Go back over silent steps at no cost until a move that is not silent, and over that one."""
        reached: dict[int, int] = {marking: 0}
        waiting = [marking]
        for at in waiting:
            if (position, at) == (0, 0):
                return 0, 0, [Move("silent", None)] * reached[at]
            back = self._move_into(position, at)
            if back is not None:
                move, before, marking_before = back
                return before, marking_before, [Move("silent", None)] * reached[at] + [move]
            for step in self._into.get(at, []):
                source = int(self._graph.sources[step])
                silent = self._graph.step_labels[step] == SILENT
                if (
                    silent
                    and source not in reached
                    and self._cost(position, source) == self._cost(position, at)
                ):
                    reached[source] = reached[at] + 1
                    waiting.append(source)
        raise AssertionError(f"no move leads to marking {marking} after {position} events")

    def _move_into(self, position: int, marking: int) -> tuple[Move, int, int] | None:
        cost = self._cost(position, marking)
        if position:
            event = self._trace[position - 1]
            for step in self._into.get(marking, []):
                source = int(self._graph.sources[step])
                shows = self._graph.step_labels[step] == self._label_of.get(event, SILENT - 1)
                if shows and self._cost(position - 1, source) == cost:
                    return Move("synchronous", event), position - 1, source
            if self._cost(position - 1, marking) + 1 == cost:
                return Move("log", event), position - 1, marking
        for step in self._into.get(marking, []):
            source, label = int(self._graph.sources[step]), int(self._graph.step_labels[step])
            if label != SILENT and self._cost(position, source) + 1 == cost:
                return Move("model", self._graph.labels[label]), position, source
        return None

    def _cost(self, position: int, marking: int) -> int:
        return int(self._costs[position][marking])
