"""A log's cases as a list: when each began and ended, how it stands, how it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.case_endings import ENDING_TABLES, CaseAttributes, fill_cases, suppose_endings
from mining.normative_file import read_model

Order = Literal["case", "start", "end", "duration", "events"]
ORDERS: tuple[Order, ...] = get_args(Order)


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
    order: Order = "start",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = 50,
) -> CaseList:
    """Return the cases with any of some activities, among some case ids, with a part of their name.

    Those without what they are ordered by come last.
    """
    attributes = CaseAttributes.of(prepared, None)
    asked = {
        "any_of": list(any_of),
        "case_ids": None if case_ids is None else list(case_ids),
        "part": part_of_name.casefold(),
        "order": order,
        "descending": descending,
        "offset": offset,
        "limit": limit,
    }
    with prepared.reading() as connection:
        fill_cases(connection, prepared, read_model(None).ending, attributes)
        try:
            suppose_endings(connection)
            found = connection.execute(sql("case_list", "mining"), asked).fetchall()
        finally:
            for name in ENDING_TABLES:
                connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
    fitting = found[0][0] if found else 0
    return CaseList(fitting, tuple(CaseLine(*line) for _, *line in found if line[0] is not None))
