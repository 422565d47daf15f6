"""Which cases have not gone well, how long each has been idle, and what is normal: the tables `stall_...`.

The statements of `sql/stalls/` run here in their order; `norm_case` must stand (`mining.cases.case_endings`).
"""

from datetime import datetime, timedelta
from typing import Any

import duckdb

from eventlogs.sql_files import sql
from mining.cases.case_endings import CaseAttributes
from mining.normative.model import NormativeModel
from mining.stalls.limits import LEAST_WAITS, find_limits, hold_overdue_by, least_waits

Connection = duckdb.DuckDBPyConnection

HIGH = 0.99  # a limit is never below this quantile of the completed waits
FLOOR = timedelta(days=1)  # and never below a day
NEEDED = 0.8  # of the cases that came to a good end have done a needed activity
LEAST_COMPLETED = 5


def city_or(attributes: CaseAttributes) -> CaseAttributes:
    """Return the attributes with the city to group by where nothing else is asked for."""
    return attributes if attributes.by is not None else CaseAttributes(attributes.city, attributes.city)


def gate_of(model: NormativeModel | None) -> dict[str, str]:
    """Return the type of the objects that can shut a gate of a model, and the attribute that settles one."""
    gates = [rule.forbidden_while for rule in model.rules if rule.forbidden_while] if model else []
    if not gates:
        return {"gated_type": "", "resolved_by": "/"}
    return {"gated_type": gates[0].object_type, "resolved_by": "/" + gates[0].resolved_by}


def find_stalled(
    connection: Connection,
    log: dict[str, Any],
    now: datetime,
    case_id: str | None = None,
    *,
    grouped: bool,
    model: NormativeModel | None = None,
) -> None:
    """Fill the tables; `stall_reported` are the cases to tell of, or the one asked for.

    Without a `model` nothing is known of what can shut a gate.
    """

    def fill(name: str, **asked: object) -> None:
        connection.execute(sql(f"stalls/{name}", "mining"), asked)

    fill("words", **log)
    fill("turns", **log, **gate_of(model))
    fill("holds")
    connection.execute(sql("stalls/waits", "mining"))
    fill(
        "norms",
        high=HIGH,
        floor=FLOOR // timedelta(microseconds=1),
        least=least_waits(connection),
        least_of_all=LEAST_WAITS,
    )
    fill("last", now=now, only=case_id)
    fill("open_work")
    fill("needs")
    fill("judges", grouped=grouped, needed=NEEDED, least_good=LEAST_COMPLETED)
    find_limits(connection)
    fill("reported", overdue=hold_overdue_by(now), only=case_id)
