"""What every case did with every rule and every step: the tables `norm_status` and `norm_verdict`.

A case that has not come to something is never blamed for it: an order rule is tested by the event that
needs another before it, and a step that a running case has not reached is `not_reached`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from eventlogs.amounts import number_text
from eventlogs.language import say
from eventlogs.prepared import PreparedLog
from eventlogs.retrofit_types import types_without
from eventlogs.sql_files import sql
from eventlogs.words import value_label
from mining.cases.case_endings import CaseAttributes
from mining.cases.supposed_ends import SupposedEnds
from mining.normative.model import NormativeModel
from mining.normative.norm_tables import NormTables, NothingToCheckError

Connection = duckdb.DuckDBPyConnection

_HAS_WAIVERS = """
    SELECT EXISTS (FROM norm_waiver) OR EXISTS (
        FROM event WHERE log_id = $log_id AND contains(attributes::VARCHAR, 'waiver"')
    )
"""
_UNJUDGED = "SELECT retrofit, count(*) FROM unjudged_case GROUP BY retrofit ORDER BY retrofit"
_NONE_JUDGED = "SELECT NOT EXISTS (FROM trace ANTI JOIN unjudged_case USING (case_no))"
_JUDGED = "CREATE OR REPLACE TEMP VIEW judged_case AS FROM norm_case ANTI JOIN unjudged_case USING (case_no)"


class NoModelError(NothingToCheckError):
    """All cases of a log are of types of retrofit that a model is not about."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """How many cases of a type of retrofit are not judged, because the model is not about it."""

    retrofit: str
    cases: int

    def as_text(self) -> str:
        """Return that nothing is expected of them."""
        return say(
            "{n} cases are held against no model: there is none for this kind of project ({kind})",
            n=number_text(self.cases),
            kind=value_label("retrofit", self.retrofit),
        )


@dataclass(frozen=True)
class Judged:
    """A connection on which all verdicts stand ready, the names of its numbers, and supposed ends."""

    connection: Connection
    tables: NormTables
    group_names: dict[int, str]
    supposed: SupposedEnds | None


@contextmanager
def judged(prepared: PreparedLog, model: NormativeModel, by: str | None = None) -> Iterator[Judged]:
    """Judge every case of a log by `model`, grouped by the case attribute `by`, and lend the verdicts."""
    attributes = CaseAttributes.of(prepared, by)
    log_id = prepared.choice.log_id
    with prepared.reading() as connection:
        find_unjudged(connection, prepared, model)
        if connection.execute(_NONE_JUDGED).fetchall()[0][0]:
            raise _no_model(connection, prepared)
        tables = NormTables(connection, prepared, model)
        supposed = tables.fill(attributes)
        choose_judged(connection)
        connection.execute(sql("conformance/order_status", "mining"))
        for number, rule in enumerate(model.rules):
            if rule.forbidden_while is not None:
                gate = {
                    "rule_no": number,
                    "after_mark": tables.mark(rule.after),
                    "object_type": rule.forbidden_while.object_type,
                    "resolved_by": "/" + rule.forbidden_while.resolved_by,
                    "log_id": log_id,
                }
                connection.execute(sql("conformance/gate_status", "mining"), gate)
        if connection.execute(_HAS_WAIVERS, {"log_id": log_id}).fetchall()[0][0]:
            connection.execute(sql("conformance/waived", "mining"), {"log_id": log_id})
        connection.execute(sql("conformance/step_verdicts", "mining"))
        yield Judged(connection, tables, tables.group_names(attributes.by), supposed)


def find_unjudged(connection: Connection, prepared: PreparedLog, model: NormativeModel) -> None:
    """Make `unjudged_case`: a model is about the types of retrofit that name it."""
    choice = prepared.choice
    asked = {
        "log_id": choice.log_id,
        "object_type": choice.object_type,
        "others": types_without(model.key),
    }
    connection.execute(sql("conformance/unjudged_cases", "mining"), asked)


def choose_judged(connection: Connection) -> None:
    """Make `judged_case`: of `norm_case` those that are judged."""
    connection.execute(_JUDGED)


def unjudged(connection: Connection) -> tuple[Unjudged, ...]:
    """Return the types whose cases are not judged, and how many those are."""
    return tuple(Unjudged(*row) for row in connection.execute(_UNJUDGED).fetchall())


def _no_model(connection: Connection, prepared: PreparedLog) -> NoModelError:
    kinds = [value_label("retrofit", one.retrofit) for one in unjudged(connection)]
    return NoModelError(
        "there is no model for the kind of project that the log {log} holds ({kinds}); give one with --model",
        log=prepared.log.name,
        kinds=", ".join(kinds),
    )
