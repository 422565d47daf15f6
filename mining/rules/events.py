"""The events that a rule is about, chosen by activity, attributes and case into small tables for its query.

`rule_case` holds the cases in scope, `rule_a` and `rule_b` their events, each with its position, its
moment in microseconds, and what it shares (`same`) or must not share (`unlike`) with the other.
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

_VARIANT_CASES = """
    CREATE OR REPLACE TEMP TABLE rule_case AS
    SELECT variant AS case_no, n_events, n_cases FROM variant WHERE n_cases > 0
"""
_CASES = "CREATE OR REPLACE TEMP TABLE rule_case AS SELECT case_no, n_events, 1 AS n_cases FROM trace AS t"
_VARIANT_EVENTS = """
    CREATE OR REPLACE TEMP TABLE rule_{side} AS
    SELECT case_no, pos, NULL::BIGINT AS at, '' AS same, '{side}' AS unlike
    FROM rule_step WHERE activity IN (SELECT unnest($codes::INTEGER[]))
"""
_EVENTS = """
    CREATE OR REPLACE TEMP TABLE rule_{side} AS
    SELECT e.case_no, e.pos, epoch_us(e.occurred_at) AS at, {same} AS same, {unlike} AS unlike
    FROM trace_event AS e JOIN rule_case USING (case_no) {recorded}
    WHERE {conditions}
"""
_RECORDED = "JOIN log_event($log_id) AS recorded ON recorded.seq = e.seq"
_CASE_VALUE = """(
    SELECT json_extract_string(value, '$')
    FROM case_attribute JOIN attribute_value USING (attribute, code)
    WHERE attribute = {attribute} AND case_no = t.case_no
)"""


def choose_events(
    connection: Connection, log_id: int, rule: Rule, case_attributes: Mapping[str, int]
) -> None:
    """Fill `rule_case`, `rule_a` and `rule_b` for `rule`; on variants where the sequence alone decides.

    `case_attributes` are the numbers in `case_attribute` of all that `where_case` names.
    """
    if not rule.needs_events:
        connection.execute(_VARIANT_CASES)
        for side, activities in (("a", rule.activity_a), ("b", rule.activity_b)):
            connection.execute(_VARIANT_EVENTS.format(side=side), {"codes": _codes(connection, activities)})
        return
    _choose_cases(connection, rule.where_case, case_attributes)
    _choose_side(connection, log_id, rule, "a", rule.activity_a, rule.where_a)
    _choose_side(connection, log_id, rule, "b", rule.activity_b, rule.where_b)


@dataclass
class _Words:
    """SQL conditions and the values they name."""

    parameters: dict[str, Any] = field(default_factory=dict)
    uses_recorded: bool = False
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
        self.uses_recorded = True
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


def _choose_cases(
    connection: Connection, conditions: Sequence[Condition], case_attributes: Mapping[str, int]
) -> None:
    words = _Words()
    tests = [
        words.condition(_CASE_VALUE.format(attribute=case_attributes[one.attribute]), one)
        for one in conditions
    ]
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    connection.execute(_CASES + where, words.parameters)


def _choose_side(
    connection: Connection,
    log_id: int,
    rule: Rule,
    side: str,
    activities: Sequence[str],
    conditions: Sequence[Condition],
) -> None:
    words = _Words()
    tests = [words.condition(words.attribute(one.attribute), one) for one in conditions]
    if activities:
        tests.append(
            f"e.activity IN (SELECT unnest(${words.value(_codes(connection, activities))}::INTEGER[]))"
        )
    same = ("resource",) if rule.kind.activated_by == "pair" else rule.same
    shared = _linked(words, same) or "''"
    unlike = _linked(words, rule.different) or f"'{side}'"
    statement = _EVENTS.format(
        side=side,
        same=shared,
        unlike=unlike,
        recorded=_RECORDED if words.uses_recorded else "",
        conditions=" AND ".join(tests) or "false",
    )
    parameters = words.parameters | ({"log_id": log_id} if words.uses_recorded else {})
    connection.execute(statement, parameters)


def _linked(words: _Words, attributes: Sequence[str]) -> str:
    return " || chr(31) || ".join(words.attribute(name) for name in attributes)


def _codes(connection: Connection, activities: Sequence[str]) -> list[int]:
    found = connection.execute(
        "SELECT code FROM activity_code WHERE name IN (SELECT unnest($names::VARCHAR[]))",
        {"names": list(activities)},
    ).fetchall()
    return [code for (code,) in found]


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _by_type(values: Sequence[Scalar]) -> tuple[list[str], list[float]]:
    truths = ["true" if value else "false" for value in values if isinstance(value, bool)]
    texts = [value for value in values if isinstance(value, str)]
    numbers = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    return truths + texts, numbers
