"""A normative model laid beside a prepared log, in small tables that the queries of `sql/conformance/` join.

A *mark* is what an event is recognised by: its activity, its role, its tool, or the chain of its role. An
event without a role has the usual one of its activity; its tool follows from activity and role.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import duckdb

from eventlogs.errors import EventLogError
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.cases.case_endings import VALUES, CaseAttributes, fill_cases, insert_rows
from mining.cases.supposed_ends import SupposedEnds
from mining.normative.model import Mark, NormativeModel
from mining.normative.performances import recorded_pairs, recorded_tools, usual_performance

Connection = duckdb.DuckDBPyConnection

WITHDRAWING = ["withdraw", "manualskip", "autoskip", "ate_abort", "pi_abort", "abort"]
_WITHDRAWN = """
    SELECT DISTINCT activity, role FROM log_event($log_id)
    WHERE list_contains($lifecycles, lifecycle)
"""
_TABLES = """
    CREATE OR REPLACE TEMP TABLE norm_pair (activity INTEGER, role INTEGER, mark INTEGER);
    CREATE OR REPLACE TEMP TABLE norm_withdrawn_word (activity VARCHAR, role VARCHAR, mark INTEGER);
    CREATE OR REPLACE TEMP TABLE norm_step (chain_no INTEGER, step_no INTEGER, mark INTEGER);
    CREATE OR REPLACE TEMP TABLE norm_loop (loop_no INTEGER, source_mark INTEGER, target_mark INTEGER);
    CREATE OR REPLACE TEMP TABLE norm_person (person_no INTEGER, one_mark INTEGER, other_mark INTEGER);
    CREATE OR REPLACE TEMP TABLE norm_waiver (rule_no INTEGER, city VARCHAR, until_moment TIMESTAMPTZ);
    CREATE OR REPLACE TEMP TABLE norm_rule (
        rule_no INTEGER, rule_key VARCHAR, chain VARCHAR, strength VARCHAR,
        before_mark INTEGER, after_mark INTEGER, only_if_both BOOLEAN, cities VARCHAR[]
    )
"""


class NothingToCheckError(EventLogError):
    """No event of a log shows anything that a model speaks of."""


class NormTables:
    """The numbers of a model's marks, and the tables filled with them."""

    def __init__(self, connection: Connection, prepared: PreparedLog, model: NormativeModel) -> None:
        self._connection = connection
        self._log_id = prepared.choice.log_id
        self._prepared = prepared
        self._model = model
        self._marks: dict[Mark, int] = {}

    def fill(
        self, attributes: CaseAttributes, now: datetime | None = None, *, performed_only: bool = False
    ) -> SupposedEnds | None:
        """Fill all tables and find each mark's first event in each case; return what ends are supposed.

        With `performed_only` of the marks that are one role or tool alone; nothing can be judged then.
        """
        self._connection.execute(_TABLES)
        self._fill_model()
        self._fill_pairs(set(self.performed_marks()) if performed_only else None)
        if not performed_only:
            self._fill_withdrawn()
        supposed = fill_cases(self._connection, self._prepared, self._model.ending, attributes, now)
        self._connection.execute(sql("conformance/marks", "mining"))
        return supposed

    def mark(self, mark: Mark) -> int:
        """Return the number of a mark."""
        return self._marks.setdefault(mark, len(self._marks))

    def role_of_mark(self) -> dict[int, str]:
        """Return the chain roles by the numbers of their marks."""
        return {self.mark(Mark("role", (role,))): role for role in self._model.chain_of}

    def performed_marks(self) -> dict[int, Mark]:
        """Return the marks that are one role of a chain or one tool, by their numbers."""
        return {
            number: mark
            for mark, number in self._marks.items()
            if len(mark.keys) == 1 and (mark.layer == "tool" or mark.keys[0] in self._model.chain_of)
        }

    def group_names(self, by: int | None) -> dict[int, str]:
        """Return the values of the attribute that groups the cases by their codes."""
        if by is None:
            return {}
        return dict(self._connection.execute(VALUES, {"attribute": by}).fetchall())

    def _fill_model(self) -> None:
        model = self._model
        rule_numbers = {rule.key: number for number, rule in enumerate(model.rules)}
        self._insert(
            "norm_rule",
            [
                (
                    number,
                    rule.key,
                    rule.chain,
                    rule.strength,
                    None if rule.before is None else self.mark(rule.before),
                    self.mark(rule.after),
                    rule.only_if_both,
                    list(rule.cities),
                )
                for number, rule in enumerate(model.rules)
            ],
        )
        steps = [
            (chain_no, step_no, self._role(role))
            for chain_no, chain in enumerate(model.chains)
            for step_no, role in enumerate(chain.roles)
        ]
        self._insert("norm_step", steps)
        loops = [(n, self._role(loop.source), self._role(loop.target)) for n, loop in enumerate(model.loops)]
        self._insert("norm_loop", loops)
        persons = [(n, *map(self._role, same.roles)) for n, same in enumerate(model.same_persons)]
        self._insert("norm_person", persons)
        waivers = [
            (
                rule_numbers[waiver.rule],
                waiver.city,
                datetime.combine(waiver.until, time(), UTC) + timedelta(days=1),
            )
            for waiver in model.waivers
        ]
        self._insert("norm_waiver", waivers)

    def _fill_pairs(self, wanted: set[int] | None) -> None:
        own_tools = recorded_tools(self._connection, self._log_id)
        rows = []
        for activity_no, role_no, activity, own_role in recorded_pairs(self._connection):
            role, tool = self._performance(activity, own_role)
            tool = tool or own_tools.get((activity, own_role))
            shown = {
                "activity": activity,
                "role": role,
                "tool": tool,
                "chain": self._model.chain_of.get(role or ""),
            }
            rows += [
                (activity_no, role_no, number)
                for mark, number in self._marks.items()
                if shown[mark.layer] in mark.keys and (wanted is None or number in wanted)
            ]
        if not rows:
            raise NothingToCheckError(
                "no event of the log {log} has an activity, role or tool that the model '{model}' speaks of; "
                "import it with a mapping to the vocabulary, or give another model with --model",
                log=self._prepared.log.name,
                model=self._model.key,
            )
        self._insert("norm_pair", rows)

    def _fill_withdrawn(self) -> None:
        chosen = {"log_id": self._log_id, "lifecycles": WITHDRAWING}
        rows = []
        for activity, own_role in self._connection.execute(_WITHDRAWN, chosen).fetchall():
            role, _ = self._performance(activity, own_role)
            if role in self._model.chain_of:
                rows.append((activity, own_role, self._role(role)))
        self._insert("norm_withdrawn_word", rows)
        self._connection.execute(sql("conformance/withdrawn", "mining"), chosen)

    def _performance(self, activity: str, own_role: str | None) -> tuple[str | None, str | None]:
        """Return role and tool of an event with a known activity; its own role stands."""
        if activity in self._model.performances:
            role, tool = self._model.performances[activity]
            return (own_role or role), (tool if own_role in (None, role) else None)
        return usual_performance(activity, own_role)

    def _role(self, role: str) -> int:
        return self.mark(Mark("role", (role,)))

    def _insert(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        insert_rows(self._connection, table, rows)
