"""Rules checked on a log: how often each was tested, kept and broken, in which cases, and by which events.

Every kind of rule is a query in `sql/rules/` that returns the wrong rows. A rule about the sequence of
activities alone is checked once per distinct trace and counted by its cases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

import duckdb

from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.cases.log_events import choose_log_events
from mining.rules.events import ChosenEvents, chosen_events
from mining.rules.file import Rule, RuleRefusedError

Connection = duckdb.DuckDBPyConnection

_PAIRED = """
    CREATE OR REPLACE TEMP MACRO timely(earlier, later, least, most) AS
        (least IS NULL OR later - earlier >= least) AND (most IS NULL OR later - earlier <= most);
    CREATE OR REPLACE TEMP MACRO apart(one, other, least, most) AS
        (least IS NULL OR abs(other - one) >= least) AND (most IS NULL OR abs(other - one) <= most);
    CREATE OR REPLACE TEMP MACRO linked(same_a, same_b, unlike_a, unlike_b) AS
        same_b = same_a AND unlike_b <> unlike_a
"""
# Where the sequence alone decides, every A goes with every B: joins compare only cases and positions.
_ALL_PAIRED = """
    CREATE OR REPLACE TEMP MACRO timely(earlier, later, least, most) AS true;
    CREATE OR REPLACE TEMP MACRO apart(one, other, least, most) AS true;
    CREATE OR REPLACE TEMP MACRO linked(same_a, same_b, unlike_a, unlike_b) AS true
"""
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


def check_rules(prepared: PreparedLog, rules: Sequence[Rule], *, n_deviations: int = 20) -> RuleReport:
    """Check `rules` on a prepared log and name up to `n_deviations` deviating events of each."""
    attributes = {
        condition.attribute: prepared.attribute(condition.attribute)
        for rule in rules
        for condition in rule.where_case
    }
    with prepared.reading() as connection:
        _must_know_activities(connection, rules)
        choose_log_events(connection, prepared.choice.log_id)
        if not all(rule.needs_events for rule in rules):
            connection.execute(sql("rule_checking/variants", "mining"))
        outcomes = []
        for rule in rules:
            connection.execute(_PAIRED if rule.needs_events else _ALL_PAIRED)
            chosen = chosen_events(connection, prepared.choice.log_id, rule, attributes)
            outcomes.append(_outcome(connection, rule, chosen, n_deviations))
        n_cases: int = connection.execute("SELECT count(*) FROM trace").fetchall()[0][0]
    return RuleReport(prepared.log.name, prepared.log.timezone, n_cases, tuple(outcomes))


def _outcome(connection: Connection, rule: Rule, chosen: ChosenEvents, n_deviations: int) -> RuleOutcome:
    activated_by = rule.kind.activated_by
    broken = sql(f"rules/{rule.template}", "mining")
    limits = {"n": rule.n, "least": _microseconds(rule.after), "most": _microseconds(rule.within)}
    asked = {name: value for name, value in limits.items() if f"${name}" in broken}
    asked |= {"on_variants": not rule.needs_events, "n_deviations": n_deviations}
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


def _must_know_activities(connection: Connection, rules: Sequence[Rule]) -> None:
    known = [
        name for (name,) in connection.execute("SELECT name FROM activity_code ORDER BY name").fetchall()
    ]
    for rule in rules:
        for activity in (*rule.activity_a, *rule.activity_b):
            if activity not in known and not rule.may_be_unknown:
                near = get_close_matches(activity, known, n=1, cutoff=0.6)
                raise RuleRefusedError(
                    "rule '{rule}': activity '{activity}' is not in the log; known are {known} "
                    "(if it may be missing, say may_be_unknown = true)",
                    rule=rule.name,
                    activity=activity,
                    known=", ".join(near or known),
                )
