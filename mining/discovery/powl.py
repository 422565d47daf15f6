"""A partially ordered workflow model: the parts of a process and what comes before what.

Source: Kourani and van Zelst, POWL: partially ordered workflow language (2023).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mining.normative.model import NormativeModel

Kind = Literal["activity", "silent", "choice", "loop", "order"]
_SIGNS = {"choice": "X", "loop": "*"}


@dataclass(frozen=True, slots=True)
class Powl:
    """One part of a model.

    An `activity`; nothing (`silent`); one of the parts (`choice`); the first part, and as often as the second
    is done the first again (`loop`); or all parts in an `order`, pairs of their places, closed transitively.
    """

    kind: Kind
    activity: str = ""
    parts: tuple["Powl", ...] = ()
    order: tuple[tuple[int, int], ...] = ()

    @property
    def direct_order(self) -> Iterator[tuple[int, int]]:
        """The pairs that no other part stands between."""
        for before, after in self.order:
            if not any(
                (before, n) in self.order and (n, after) in self.order for n in range(len(self.parts))
            ):
                yield before, after


def powl_text(model: Powl) -> str:
    """Return the model as pm4py writes and reads it, each part in the order written out.

    >>> powl_text(Powl("order", parts=(Powl("activity", "ask"), Powl("silent")), order=((0, 1),)))
    "PO=(nodes={ 'ask', tau }, order={ 'ask'-->tau })"
    """
    if model.kind == "activity":
        return f"'{model.activity}'"
    if model.kind == "silent":
        return "tau"
    parts = [powl_text(part) for part in model.parts]
    if model.kind == "order":
        pairs = ", ".join(f"{parts[before]}-->{parts[after]}" for before, after in model.order)
        return f"PO=(nodes={{ {', '.join(parts)} }}, order={{ {pairs} }})"
    return f"{_SIGNS[model.kind]} ( {', '.join(parts)} )"


def normative_powl(model: NormativeModel) -> Powl:
    """Return the roles of each chain one after another, the chains side by side; of first occurrences only.

    That an earlier role may act again along a feedback loop has no place in a partial order.
    """
    chains = [
        Powl(
            "order",
            parts=tuple(Powl("activity", role) for role in chain.roles),
            order=tuple((one, n) for n in range(len(chain.roles)) for one in range(n)),
        )
        for chain in model.chains
    ]
    return Powl("order", parts=tuple(chains))
