"""What each person began, in order: the work in which batches and causes of waiting are looked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.performance.spans import spans
from mining.performance.waiting_inference import Work

_CASES = "SELECT case_no, case_id FROM trace"
_ACTIVITIES = "SELECT code, name FROM activity_code"


@dataclass(frozen=True, slots=True)
class OwnWork:
    """A piece of work of one person, with the names of its case and its activity."""

    case_id: str
    activity: str
    work: Work


def begun_work(prepared: PreparedLog) -> Iterator[list[OwnWork]]:
    """Yield the work of each person, by start; the log prepared with all transitions."""
    with spans(prepared) as connection:
        begun = connection.execute(
            sql("performance/begun_instances", "mining"), {"attribute": None}
        ).fetchall()
        cases = dict(connection.execute(_CASES).fetchall())
        names = dict(connection.execute(_ACTIVITIES).fetchall())
    for _, rows in groupby(begun, key=lambda row: row[0]):
        yield [OwnWork(cases[row[7]], names[row[1]], Work(row[1], row[3], row[4], row[5])) for row in rows]
