"""What every case did with every rule and every step: the tables `norm_status` and `norm_verdict`.

A case that has not come to something is never blamed for it: an order rule is tested by the event that
needs another before it, and a step that a running case has not reached is `not_reached`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.cases.case_endings import CaseAttributes
from mining.normative.model import NormativeModel
from mining.normative.norm_tables import NormTables

Connection = duckdb.DuckDBPyConnection

_HAS_WAIVERS = """
    SELECT EXISTS (FROM norm_waiver) OR EXISTS (
        FROM event WHERE log_id = $log_id AND contains(attributes::VARCHAR, 'waiver"')
    )
"""


@dataclass(frozen=True)
class Judged:
    """A connection on which all verdicts stand ready, and the names of its numbers."""

    connection: Connection
    tables: NormTables
    group_names: dict[int, str | None]


@contextmanager
def judged(prepared: PreparedLog, model: NormativeModel, by: str | None = None) -> Iterator[Judged]:
    """Judge every case of a log by `model`, grouped by the case attribute `by`, and lend the verdicts."""
    attributes = CaseAttributes.of(prepared, by)
    log_id = prepared.choice.log_id
    with prepared.reading() as connection:
        tables = NormTables(connection, prepared, model)
        tables.fill(attributes)
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
        yield Judged(connection, tables, tables.group_names(attributes.by))
