"""What a person has done."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from eventlogs.sql_files import sql


@dataclass(frozen=True)
class DoneRow:
    """One step that somebody completed, or declared unnecessary."""

    work_item: str
    project: str
    name: str | None
    city: str | None
    district: str | None
    activity: str
    lifecycle: str
    role: str | None
    occurred_at: datetime


def done_work(
    connection: duckdb.DuckDBPyConnection, log: str, person: str, limit: int = 100
) -> list[DoneRow]:
    """Return the latest steps that `person` did in the projects of a log."""
    values = {"log": log, "person": person, "limit": limit}
    return [DoneRow(*row) for row in connection.execute(sql("done_work", "flows"), values).fetchall()]
