"""What became of rules on a log: how often each was tested, kept and broken, where, and by which events."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Deviation:
    """An event that broke a rule; without position and activity where something is missing."""

    case_id: str
    position: int | None
    activity: str | None
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What became of one rule on a log.

    An activation is an event, or a case, that tests the rule; it is fulfilled or violated. A case is
    satisfied if all its activations are fulfilled, violated if one is not, vacuous if it has none.
    """

    rule: str
    template: str
    cases: int
    activations: int
    fulfilments: int
    violations: int
    satisfied_cases: int
    violated_cases: int
    vacuous_cases: int
    deviations: tuple[Deviation, ...]


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What became of some rules on a log."""

    log: str
    timezone: str
    cases: int
    rules: tuple[RuleOutcome, ...]

    def as_text(self) -> str:
        """Return a table of the rules, and the first deviating events of each."""
        from mining.rules.text import rule_text

        return rule_text(self)
