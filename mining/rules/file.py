"""Rules as a user writes them in TOML, read and checked.

[[rule]]
name = "answered in time"
template = "response"
activity_a = "receive"                  # one activity or a list; left out: any, if `where_a` chooses
activity_b = ["answer", "refuse"]
within = "5 days"                       # and `after`: the least time between them
where_a = { channel = "letter", amount = { least = 100 } }
where_case = { city = ["上海", "天津"] }
same = ["resource"]                     # and `different`: what A and B must or must not share
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from eventlogs.errors import EventLogError
from eventlogs.language import say
from mining.rules.templates import TEMPLATES, Template

Scalar = str | int | float | bool
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_DURATION = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(second|minute|hour|day|week)s?\s*$")


class RuleRefusedError(EventLogError):
    """A rule file, or a rule in it, cannot be used."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What an attribute must be: one of `values`, or from `least` to `most`; `negated` turns it round."""

    attribute: str
    values: tuple[Scalar, ...] = ()
    least: float | None = None
    most: float | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule to check; `activity_a` and `activity_b` empty mean any activity."""

    name: str
    template: str
    activity_a: tuple[str, ...] = ()
    activity_b: tuple[str, ...] = ()
    n: int = 1
    within: timedelta | None = None
    after: timedelta | None = None
    where_a: tuple[Condition, ...] = ()
    where_b: tuple[Condition, ...] = ()
    where_case: tuple[Condition, ...] = ()
    same: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    source: str = ""
    may_be_unknown: bool = field(default=False)

    @property
    def kind(self) -> Template:
        """The template's value."""
        return TEMPLATES[self.template]

    @property
    def needs_events(self) -> bool:
        """Whether the rule looks at more of a case than its sequence of activities."""
        conditions = (self.where_a, self.where_b, self.where_case, self.same, self.different)
        duties = self.kind.activated_by == "pair"
        return duties or any(conditions) or self.within is not None or self.after is not None


def read_rules(file: Path) -> list[Rule]:
    """Return the rules of a TOML `file`."""
    try:
        content = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as fault:
        raise RuleRefusedError("{file}: cannot be read: {reason}", file=file, reason=fault) from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise RuleRefusedError("{file}: not TOML: {reason}", file=file, reason=fault) from fault
    tables = content.pop("rule", None)
    for key in content:
        raise RuleRefusedError(
            "{file}: unknown key '{key}'; a rule file holds [[rule]] tables and nothing else",
            file=file,
            key=key,
        )
    if not isinstance(tables, list) or not tables or not all(isinstance(it, dict) for it in tables):
        raise RuleRefusedError("{file}: there is no [[rule]] in it", file=file)
    rules = [_Reader(file, number, table).rule() for number, table in enumerate(tables, start=1)]
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise RuleRefusedError(
                "{file}: two rules are named '{rule}'; names must differ", file=file, rule=name
            )
    return rules


class _Reader:
    """One `[[rule]]` table of a file."""

    def __init__(self, file: Path, number: int, table: Mapping[str, Any]) -> None:
        self._file = file
        self._table = table
        self._name = str(table.get("name", number))

    def rule(self) -> Rule:
        kind = self._template()
        known = {field.name for field in fields(Rule)}
        for key in self._table.keys() - known:
            raise RuleRefusedError(
                "{file}: rule '{rule}' has an unknown key '{key}'; known are {known}",
                file=self._file,
                rule=self._name,
                key=key,
                known=", ".join(sorted(known)),
            )
        self._refuse_what_the_template_does_not_take(kind)
        rule = Rule(
            name=self._name,
            template=kind.name,
            activity_a=self._words("activity_a"),
            activity_b=self._words("activity_b"),
            n=self._count(),
            within=self._duration("within"),
            after=self._duration("after"),
            where_a=self._conditions("where_a"),
            where_b=self._conditions("where_b"),
            where_case=self._conditions("where_case"),
            same=self._words("same"),
            different=self._words("different"),
            source=str(self._table.get("source", "")),
            may_be_unknown=self._table.get("may_be_unknown", False) is True,
        )
        self._must(bool(rule.activity_a or rule.where_a), "activity_a", "", say("an activity"))
        if kind.takes_b:
            self._must(bool(rule.activity_b or rule.where_b), "activity_b", "", say("an activity"))
            alike = (rule.activity_a, rule.where_a) == (rule.activity_b, rule.where_b)
            self._must(
                not alike or kind.activated_by == "pair",
                "activity_b",
                rule.activity_b,
                say("another than activity_a"),
            )
        return rule

    def _template(self) -> Template:
        name = self._table.get("template")
        if not isinstance(name, str) or name not in TEMPLATES:
            near = get_close_matches(str(name), TEMPLATES, cutoff=0.5)
            self._must(False, "template", name, near[0] if near else ", ".join(TEMPLATES))
        return TEMPLATES[str(name)]

    def _refuse_what_the_template_does_not_take(self, kind: Template) -> None:
        of_events = kind.activated_by not in ("pair", "case")
        untaken = {
            "activity_b": kind.takes_b,
            "where_b": kind.takes_b,
            "same": of_events,
            "different": of_events,
            "n": kind.takes_n,
            "within": kind.takes_window,
            "after": kind.takes_window,
        }
        for key, taken in untaken.items():
            if key in self._table and not taken:
                raise RuleRefusedError(
                    "{file}: rule '{rule}': {template} takes no '{key}'; leave it out",
                    file=self._file,
                    rule=self._name,
                    template=kind.name,
                    key=key,
                )

    def _words(self, key: str) -> tuple[str, ...]:
        value = self._table.get(key, [])
        words = [value] if isinstance(value, str) else value
        right = isinstance(words, list) and all(isinstance(word, str) and word for word in words)
        self._must(right, key, value, say("a text or a list of texts"))
        return tuple(words)

    def _count(self) -> int:
        n = self._table.get("n", 1)
        self._must(
            isinstance(n, int) and not isinstance(n, bool) and n >= 1, "n", n, say("a whole number from 1")
        )
        return int(n)

    def _duration(self, key: str) -> timedelta | None:
        value = self._table.get(key)
        if value is None:
            return None
        match = _DURATION.match(value) if isinstance(value, str) else None
        self._must(match is not None, key, value, say('such as "5 days" or "2 hours"'))
        assert match is not None
        return timedelta(seconds=float(match[1]) * UNITS[match[2]])

    def _conditions(self, key: str) -> tuple[Condition, ...]:
        table = self._table.get(key, {})
        self._must(isinstance(table, dict), key, table, say('a table such as channel = "letter" in braces'))
        return tuple(self._condition(f"{key}.{name}", name, value) for name, value in table.items())

    def _condition(self, key: str, name: str, value: object) -> Condition:
        if isinstance(value, str | int | float | bool):
            return Condition(name, (value,))
        if isinstance(value, list):
            return Condition(name, self._scalars(key, value))
        right = say("a value, a list of values, or a table with `least`, `most` or `not`")
        self._must(isinstance(value, dict) and bool(value), key, value, right)
        assert isinstance(value, dict)
        if set(value) == {"not"}:
            unwanted = value["not"] if isinstance(value["not"], list) else [value["not"]]
            return Condition(name, self._scalars(key, unwanted), negated=True)
        bounds = {bound: value[bound] for bound in value}
        numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in bounds.values())
        self._must(bool(set(bounds) <= {"least", "most"} and numbers), key, value, right)
        return Condition(name, least=bounds.get("least"), most=bounds.get("most"))

    def _scalars(self, key: str, values: list[Any]) -> tuple[Scalar, ...]:
        right = bool(values) and all(isinstance(value, str | int | float | bool) for value in values)
        self._must(right, key, values, say("texts, numbers, true or false"))
        return tuple(values)

    def _must(self, holds: bool, key: str, value: object, right: str) -> None:
        if not holds:
            raise RuleRefusedError(
                "{file}: rule '{rule}': '{key}' is {value}; right would be: {right}",
                file=self._file,
                rule=self._name,
                key=key,
                value=repr(value),
                right=right,
            )
