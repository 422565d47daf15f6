"""A log's cases as a list: when each began and ended, how it stands, how it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from eventlogs.prepared import Connection, PreparedLog
from eventlogs.sql_files import sql
from mining.cases.case_endings import CaseAttributes, standing_cases
from mining.normative.file import read_model

Order = Literal["case", "start", "end", "duration", "events"]
ORDERS: tuple[Order, ...] = get_args(Order)

_ALL = 1 << 40
_WITH_ACTIVITY = """
    INSERT INTO wanted_case
    SELECT DISTINCT case_no
    FROM trace_event JOIN activity_code ON activity_code.code = trace_event.activity
    WHERE name IN (SELECT unnest($names::VARCHAR[]))
"""
_WITH_ID = (
    "INSERT INTO wanted_case SELECT case_no FROM trace WHERE case_id IN (SELECT unnest($ids::VARCHAR[]))"
)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case: `word` is its recorded outcome, `city` the vocabulary's key or the log's own word."""

    case_id: str
    city: str | None
    state: str
    word: str | None
    start: datetime | None
    end: datetime | None
    duration_seconds: float | None
    events: int
    last_activity: str


@dataclass(frozen=True, slots=True)
class CaseList:
    """Some of the cases that fit, of `fitting` in all."""

    fitting: int
    lines: tuple[CaseLine, ...]


def case_list(
    prepared: PreparedLog,
    *,
    any_of: Sequence[str] = (),
    case_ids: Sequence[str] | None = None,
    part_of_name: str = "",
    states: Sequence[str] = (),
    order: Order = "start",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = 50,
) -> CaseList:
    """Return the cases with any of some activities, among some case ids, with a part of their name.

    `states` narrow them to those that stand so. Those without what they are ordered by come last.
    """
    attributes = CaseAttributes.of(prepared, None)
    asked = {
        "part": part_of_name.casefold(),
        "states": list(states),
        "order": order,
        "sign": -1.0 if descending else 1.0,
        "offset": offset,
        "limit": _ALL if limit is None else limit,
    }
    with standing_cases(prepared, read_model(None).ending, attributes) as (connection, _):
        _want(connection, any_of, case_ids)
        found = connection.execute(sql("cases/list", "mining"), asked).fetchall()
    fitting = found[0][0] if found else 0
    return CaseList(fitting, tuple(CaseLine(*line) for _, *line in found))


def _want(connection: Connection, any_of: Sequence[str], case_ids: Sequence[str] | None) -> None:
    """Make `wanted_case`: the cases with an activity, or of some ids, or all."""
    connection.execute("CREATE OR REPLACE TEMP TABLE wanted_case (case_no INTEGER)")
    if any_of:
        connection.execute(_WITH_ACTIVITY, {"names": list(any_of)})
    elif case_ids is not None:
        connection.execute(_WITH_ID, {"ids": list(case_ids)})
    else:
        connection.execute("INSERT INTO wanted_case SELECT case_no FROM trace")
