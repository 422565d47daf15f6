"""The order that the model of leadership expects, looked at before an act is recorded."""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from eventlogs.language import current_language
from eventlogs.vocabulary import terms, tool_of
from flows.history import CaseHistory


@dataclass(frozen=True)
class OrderRule:
    """One rule: what is right must not come first of its kind before what is left."""

    key: str
    strict: bool
    by: Literal["activity", "role", "tool"]
    left: tuple[str, ...]
    right: tuple[str, ...]
    source: dict[str, str]


@dataclass(frozen=True)
class Breach:
    """A rule that an act would break."""

    rule: str
    strict: bool
    text: str
    values: dict[str, object] = field(default_factory=dict)


@cache
def order_rules() -> tuple[OrderRule, ...]:
    """Return the rules of order, from the paper's sentences."""
    tables = tomllib.loads((files("flows") / "order_rules.toml").read_text("utf-8"))
    return tuple(
        OrderRule(
            key,
            table["kind"] == "strict",
            table["by"],
            tuple(table["left"]),
            tuple(table["right"]),
            {"zh": table["zh"], "en": table["en"]},
        )
        for key, table in tables.items()
    )


def breaches(history: CaseHistory, activity: str, role: str | None, on: date) -> list[Breach]:
    """Return the rules that an act would break if it happened now; those waived for the case are left out.

    Rules are about first occurrences: what has happened once may happen again at any time.
    """
    leave = {waiver.rule for waiver in history.waivers if waiver.until >= on}
    before = _happened(history)
    about = _kinds(activity, role)
    return [
        Breach(
            rule.key,
            rule.strict,
            "{left} comes before {right}: “{source}”",
            {
                "left": " / ".join(rule.left),
                "right": " / ".join(rule.right),
                "source": rule.source[current_language()],
            },
        )
        for rule in order_rules()
        if rule.key not in leave
        and about[rule.by] in rule.right
        and before[rule.by].isdisjoint((*rule.left, *rule.right))
    ]


def _kinds(activity: str, role: str | None) -> dict[str, str | None]:
    tool = tool_of(activity, role) if role and activity in terms("activities") else None
    return {"activity": activity, "role": role, "tool": tool}


def _happened(history: CaseHistory) -> dict[str, set[str | None]]:
    found: dict[str, set[str | None]] = {"activity": set(), "role": set(), "tool": set()}
    for done in (one for many in history.done.values() for one in many):
        for kind, value in _kinds(done.activity, done.role).items():
            found[kind].add(value)
    return found
