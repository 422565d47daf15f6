"""What is expected of a project: chains of roles, order rules with their sources, loops and non-orders.

The model of the seed paper stands in `normative/lift.toml`. Another kind of project has another file of
the same shape (`normative_file.py` reads and checks it).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from eventlogs.language import current_language

Strength = Literal["strict", "gate", "soft", "regulatory"]
Layer = Literal["activity", "role", "tool", "chain"]
STRENGTHS: tuple[Strength, ...] = get_args(Strength)
LAYERS: tuple[Layer, ...] = get_args(Layer)
BOTH = "both"


@dataclass(frozen=True, slots=True)
class Mark:
    """What an event is recognised by: its activity, role or tool, or the chain of its role."""

    layer: Layer
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """A moment's condition: no object of the type may be open, that is without a `resolved_by` attribute."""

    object_type: str
    resolved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """A statement with the sentence it rests on, in both languages."""

    key: str
    zh: str
    en: str

    @property
    def sentence(self) -> str:
        """The sentence in the current language."""
        return self.zh if current_language() == "zh" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRule(Sourced):
    """The first `after` comes only after the first `before`, or only while a gate is open.

    With `only_if_both` a case without `before` does not test it. `cities` are those in which it holds,
    none meaning everywhere. `place` says where in the source the sentence stands.
    """

    strength: Strength
    chain: str
    after: Mark
    before: Mark | None = None
    forbidden_while: Gate | None = None
    only_if_both: bool = False
    cities: tuple[str, ...] = ()
    place: str = ""
    confidence: str = ""
    note_zh: str = ""
    note_en: str = ""

    @property
    def note(self) -> str:
        """The reservation about the rule, in the current language."""
        return self.note_zh if current_language() == "zh" else self.note_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain(Sourced):
    """Roles in the order in which a project first comes to them."""

    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop(Sourced):
    """A return from one role of a chain to an earlier one, which is allowed and expected."""

    chain: str
    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoOrder(Sourced):
    """Two things between which no order is claimed."""

    between: tuple[Mark, Mark]


@dataclass(frozen=True, slots=True, kw_only=True)
class SamePerson(Sourced):
    """Two roles that one person may hold."""

    roles: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Waiver:
    """A city's leave to break a rule until a day."""

    rule: str
    city: str
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class Ending:
    """Activities by which a case without a recorded outcome is seen to have ended, well or not."""

    success: tuple[str, ...] = ()
    failure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NormativeModel(Sourced):
    """All that is expected of one kind of project; `performances` gives role and tool of own activities."""

    source: str
    doi: str
    chains: tuple[Chain, ...]
    rules: tuple[OrderRule, ...]
    loops: tuple[Loop, ...] = ()
    no_orders: tuple[NoOrder, ...] = ()
    same_persons: tuple[SamePerson, ...] = ()
    ending: Ending = Ending()
    waivers: tuple[Waiver, ...] = ()
    performances: Mapping[str, tuple[str, str | None]]

    @property
    def chain_of(self) -> dict[str, str]:
        """The chain of each role."""
        return {role: chain.key for chain in self.chains for role in chain.roles}

    def rule(self, key: str) -> OrderRule:
        """Return one rule."""
        return next(rule for rule in self.rules if rule.key == key)
