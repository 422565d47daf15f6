"""Rules that look at attributes, persons or times, each asked of the events in one statement.

Every kind of rule is a query in `sql/rules/` that returns the wrong rows.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import duckdb

from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.cases.log_events import choose_log_events
from mining.rules.events import chosen_events
from mining.rules.file import Rule
from mining.rules.outcome import Deviation, RuleOutcome

Connection = duckdb.DuckDBPyConnection

_STATEMENT = """
    WITH {chosen},
    rule_activation AS ({activation}),
    rule_wrong AS (
        {broken}
    )
    SELECT * FROM (
        {outcome}
    )
"""
_ACTIVATIONS = {
    "case": "SELECT case_no, NULL::INTEGER AS pos FROM rule_case",
    "a": "SELECT case_no, pos FROM rule_a",
    "b": "SELECT case_no, pos FROM rule_b",
    "either": "SELECT case_no, pos FROM rule_a UNION SELECT case_no, pos FROM rule_b",
    "pair": """
        SELECT a.case_no, a.pos FROM rule_a AS a
        WHERE EXISTS (FROM rule_b AS b
                      WHERE b.case_no = a.case_no AND b.pos <> a.pos AND (b.same = a.same) IS NOT NULL)
        UNION
        SELECT b.case_no, b.pos FROM rule_b AS b
        WHERE EXISTS (FROM rule_a AS a
                      WHERE a.case_no = b.case_no AND b.pos <> a.pos AND (b.same = a.same) IS NOT NULL)
    """,
}


def outcomes_on_events(prepared: PreparedLog, rules: Sequence[Rule], n_deviations: int) -> list[RuleOutcome]:
    """Return what became of each rule, with its first deviating events by case and position."""
    if not rules:
        return []
    attributes = {
        condition.attribute: prepared.attribute(condition.attribute)
        for rule in rules
        for condition in rule.where_case
    }
    with prepared.reading() as connection:
        choose_log_events(connection, prepared.choice.log_id)
        connection.execute(sql("rule_checking/ties", "mining"))
        return [_outcome(connection, prepared, rule, attributes, n_deviations) for rule in rules]


def _outcome(
    connection: Connection,
    prepared: PreparedLog,
    rule: Rule,
    case_attributes: Mapping[str, int],
    n_deviations: int,
) -> RuleOutcome:
    chosen = chosen_events(connection, prepared.choice.log_id, rule, case_attributes)
    activated_by = rule.kind.activated_by
    broken = sql(f"rules/{rule.template}", "mining")
    limits = {"n": rule.n, "least": _microseconds(rule.after), "most": _microseconds(rule.within)}
    asked = {name: value for name, value in limits.items() if f"${name}" in broken}
    asked |= {"n_deviations": n_deviations}
    statement = _STATEMENT.format(
        chosen=chosen.expressions,
        activation=_ACTIVATIONS[activated_by],
        broken=broken,
        outcome=sql("rule_checking/outcome", "mining"),
    )
    found = connection.execute(statement, chosen.parameters | asked).fetchall()[0]
    cases, activations, broken_rows, violated_cases, vacuous_cases, deviations = found
    violations = violated_cases if activated_by == "case" else broken_rows
    return RuleOutcome(
        rule=rule.name,
        template=rule.template,
        cases=cases,
        activations=activations,
        fulfilments=activations - violations,
        violations=violations,
        satisfied_cases=cases - violated_cases - vacuous_cases,
        violated_cases=violated_cases,
        vacuous_cases=vacuous_cases,
        deviations=tuple(Deviation(**one) for one in deviations or ()),
    )


def _microseconds(duration: timedelta | None) -> int | None:
    return None if duration is None else round(duration / timedelta(microseconds=1))
