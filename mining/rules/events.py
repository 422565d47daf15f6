"""The events that a rule is about, chosen by activity, attributes and case for its query.

`rule_case` holds the cases in scope, `rule_a` and `rule_b` their events, each with its position, its
moment in microseconds, and what it shares (`same`) or must not share (`unlike`) with the other. All are
common table expressions, so that DuckDB plans a rule as one statement and writes nothing down.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import duckdb

from mining.rules.file import Condition, Rule, Scalar

Connection = duckdb.DuckDBPyConnection
PREPARED_ATTRIBUTES = {
    "role": "(SELECT name FROM role_code WHERE code = e.role)",
    "resource": "(SELECT name FROM actor_code WHERE code = e.actor)",
    "actor": "(SELECT name FROM actor_code WHERE code = e.actor)",
    "lifecycle": "(SELECT name FROM lifecycle_code WHERE code = e.lifecycle)",
}

_CASES = "rule_case AS (SELECT case_no, n_events FROM trace AS t{where})"
_EVENTS = """rule_{side} AS (
    SELECT e.case_no, e.pos, epoch_us(e.occurred_at) AS at, {same} AS same, {unlike} AS unlike
    FROM trace_event AS e JOIN rule_case USING (case_no) {recorded}
    WHERE {conditions}
)"""
_RECORDED = "JOIN log_event($log_id) AS recorded ON recorded.seq = e.seq"
_CASE_VALUE = """(
    SELECT json_extract_string(value, '$')
    FROM case_attribute JOIN attribute_value USING (attribute, code)
    WHERE attribute = {attribute} AND case_no = t.case_no
)"""


@dataclass(frozen=True, slots=True)
class ChosenEvents:
    """The common table expressions `rule_case`, `rule_a` and `rule_b`, and the values they name."""

    expressions: str
    parameters: dict[str, Any]


def chosen_events(
    connection: Connection, log_id: int, rule: Rule, case_attributes: Mapping[str, int]
) -> ChosenEvents:
    """Return the cases and events of `rule`.

    `case_attributes` are the numbers in `case_attribute` of all that `where_case` names.
    """
    words = _Words()
    parts = [
        _cases(words, rule.where_case, case_attributes),
        _side(connection, words, rule, "a", rule.activity_a, rule.where_a),
        _side(connection, words, rule, "b", rule.activity_b, rule.where_b),
    ]
    if any(_RECORDED in part for part in parts):
        words.parameters["log_id"] = log_id
    return ChosenEvents(",\n".join(parts), words.parameters)


@dataclass
class _Words:
    """SQL conditions and the values they name."""

    parameters: dict[str, Any] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def value(self, value: object) -> str:
        """Name a value; the result is used as `$name`."""
        name = f"v{next(self._numbers)}"
        self.parameters[name] = value
        return name

    def attribute(self, name: str) -> str:
        """Return the expression of an event's attribute as text."""
        if name in PREPARED_ATTRIBUTES:
            return PREPARED_ATTRIBUTES[name]
        if name == "tool":
            return "recorded.tool"
        return f"json_extract_string(recorded.attributes, ${self.value(_pointer(name))})"

    def condition(self, text: str, condition: Condition) -> str:
        """Return the test of a value given as text."""
        tests = []
        texts, numbers = _by_type(condition.values)
        if texts:
            tests.append(f"{text} IN (SELECT unnest(${self.value(texts)}::VARCHAR[]))")
        if numbers:
            tests.append(f"try_cast({text} AS DOUBLE) IN (SELECT unnest(${self.value(numbers)}::DOUBLE[]))")
        bounds = []
        if condition.least is not None:
            bounds.append(f"try_cast({text} AS DOUBLE) >= ${self.value(condition.least)}")
        if condition.most is not None:
            bounds.append(f"try_cast({text} AS DOUBLE) <= ${self.value(condition.most)}")
        if bounds:
            tests.append(" AND ".join(bounds))
        either = " OR ".join(f"({test})" for test in tests)
        return f"NOT coalesce({either}, false)" if condition.negated else f"({either})"


def _cases(words: _Words, conditions: Sequence[Condition], case_attributes: Mapping[str, int]) -> str:
    tests = [
        words.condition(_CASE_VALUE.format(attribute=case_attributes[one.attribute]), one)
        for one in conditions
    ]
    return _CASES.format(where=f" WHERE {' AND '.join(tests)}" if tests else "")


def _side(
    connection: Connection,
    words: _Words,
    rule: Rule,
    side: str,
    activities: Sequence[str],
    conditions: Sequence[Condition],
) -> str:
    tests = [words.condition(words.attribute(one.attribute), one) for one in conditions]
    if activities:
        tests.append(_is_one_of(connection, words, "e.activity", activities))
    same = ("resource",) if rule.kind.activated_by == "pair" else rule.same
    shared = _linked(words, same) or "''"
    unlike = _linked(words, rule.different) or f"'{side}'"
    asked = {*(one.attribute for one in conditions), *same, *rule.different}
    recorded = _RECORDED if asked - PREPARED_ATTRIBUTES.keys() else ""
    return _EVENTS.format(
        side=side, same=shared, unlike=unlike, recorded=recorded, conditions=" AND ".join(tests) or "false"
    )


def _linked(words: _Words, attributes: Sequence[str]) -> str:
    return " || chr(31) || ".join(words.attribute(name) for name in attributes)


def _is_one_of(connection: Connection, words: _Words, column: str, activities: Sequence[str]) -> str:
    """Return the test of a code; each named by itself, so that the scan leaves out what has none of them."""
    found = connection.execute(
        "SELECT code FROM activity_code WHERE name IN (SELECT unnest($names::VARCHAR[]))",
        {"names": list(activities)},
    ).fetchall()
    return f"{column} IN ({', '.join(f'${words.value(code)}' for (code,) in found)})" if found else "false"


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _by_type(values: Sequence[Scalar]) -> tuple[list[str], list[float]]:
    truths = ["true" if value else "false" for value in values if isinstance(value, bool)]
    texts = [value for value in values if isinstance(value, str)]
    numbers = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    return truths + texts, numbers
