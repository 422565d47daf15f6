"""The markings of a net that have been met, each with the steps it enables, found when first asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eventlogs.amounts import number_text
from mining.nets.petri_net import ModelRefusedError, PetriNet, Transition

Led = Mapping[int, int]  # markings by number, with the silent steps on the way
NEVER = 1 << 30
BITS = 16  # of a place's tokens in a packed marking
_PLACE = (1 << BITS) - 1


class TooManyMarkingsError(ModelRefusedError):
    """A model with more markings than are looked at."""


@dataclass(frozen=True, slots=True)
class _Step:
    label: str | None
    takes: tuple[tuple[int, int], ...]  # where in a packed marking, and how many tokens
    change: int


class KnownMarkings:
    """Markings numbered as they are met, from 0 (the initial one); of an endless net only those asked for.

    A marking is kept as one number with `BITS` bits for each place. Raises `TooManyMarkingsError` rather than
    know more than `limit` of them.
    """

    def __init__(self, net: PetriNet, limit: int) -> None:
        self._net = net
        self._limit = limit
        self._shift = {place: BITS * number for number, place in enumerate(net.places)}
        self._steps = [self._packed_step(step) for step in net.transitions]
        self._packed = [self._pack(net.initial)]
        self._numbers = {self._packed[0]: 0}
        self._silent: list[Sequence[int] | None] = [None]
        self._shown: list[Mapping[str, Sequence[int]]] = [{}]

    @property
    def final(self) -> int | None:
        """The number of the final marking; None as long as it has not been met."""
        return self._numbers.get(self._pack(self._net.final))

    def reached(self, led: Led) -> dict[int, int]:
        """Return all markings that silent steps lead to from those of `led`, each over the fewest steps."""
        reached, waiting, steps = dict(led), defaultdict[int, list[int]](list), 0
        for marking, before in led.items():
            waiting[before].append(marking)
        while waiting:
            one_more = steps + 1
            for marking in waiting.pop(steps, ()):
                if reached[marking] < steps:
                    continue
                for target in self._silent[marking] or self._expanded(marking):
                    if reached.get(target, NEVER) > one_more:
                        reached[target] = one_more
                        waiting[one_more].append(target)
            steps = one_more
        return reached

    def led_to(self, reached: Led, label: str) -> dict[int, int]:
        """Return the markings that steps shown as `label` lead to from those of `reached`."""
        led: dict[int, int] = {}
        for marking, steps in reached.items():
            for target in self._shown[marking].get(label, ()):
                if steps < led.get(target, NEVER):
                    led[target] = steps
        return led

    def labels(self, reached: Iterable[int]) -> frozenset[str]:
        """Return what the steps that the markings enable show."""
        return frozenset[str]().union(*(self._shown[marking] for marking in reached))

    def _expanded(self, marking: int) -> Sequence[int]:
        if self._silent[marking] is not None:
            return ()
        packed, silent = self._packed[marking], list[int]()
        shown: dict[str, list[int]] = defaultdict(list)
        for step in self._steps:
            if all((packed >> shift) & _PLACE >= weight for shift, weight in step.takes):
                after = self._number(packed + step.change)
                (silent if step.label is None else shown[step.label]).append(after)
        self._silent[marking], self._shown[marking] = silent, dict(shown)
        return silent

    def _number(self, packed: int) -> int:
        number = self._numbers.setdefault(packed, len(self._packed))
        if number == len(self._packed):
            if number >= self._limit:
                raise TooManyMarkingsError(
                    "more than {n} markings of the model would have to be looked at; its precision cannot be "
                    "measured",
                    n=number_text(number),
                )
            self._packed.append(packed)
            self._silent.append(None)
            self._shown.append({})
        return number

    def _packed_step(self, step: Transition) -> _Step:
        takes = tuple((self._shift[place], weight) for place, weight in step.takes.items())
        return _Step(step.label, takes, self._pack(step.gives) - self._pack(step.takes))

    def _pack(self, tokens: Mapping[str, int]) -> int:
        return sum(number << self._shift[place] for place, number in tokens.items())
