"""How every case stands: the table `norm_case`, with its group and its city.

By the last recorded outcome; without one by an activity that ends a case; otherwise it is running. A log
that shows neither anywhere can be given the ends that its traces suggest (`suppose_endings`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from eventlogs.case_attributes import UnknownAttributeError
from eventlogs.cities import known_city
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from eventlogs.vocabulary import Outcome, terms
from eventlogs.words import own_activities
from mining.cases.log_events import choose_log_events
from mining.normative.model import Ending

Connection = duckdb.DuckDBPyConnection

ENDINGS = {"success": "completed", "failure": "failed", "halt": "halted"}
ENDING_TABLES = ("norm_ending", "norm_ending_activity", "norm_city", "norm_case")
USUAL_END = 0.5  # an activity after which at least this share of its cases ends is an end
VALUES = "SELECT code, json_extract_string(value, '$') FROM attribute_value WHERE attribute = $attribute"
_TABLES = """
    CREATE OR REPLACE TEMP TABLE norm_ending (word VARCHAR, ending VARCHAR);
    CREATE OR REPLACE TEMP TABLE norm_ending_activity (activity INTEGER, ending VARCHAR);
    CREATE OR REPLACE TEMP TABLE norm_city (code INTEGER, city VARCHAR);
"""
_ENDING_ACTIVITIES = """
    INSERT INTO norm_ending_activity SELECT code, $state FROM activity_code
    WHERE name IN (SELECT unnest($names::VARCHAR[]))
"""
_INSERT = "INSERT INTO {table} SELECT {columns}"
_TELLS_ENDS = """
    SELECT EXISTS (FROM norm_case WHERE state <> 'running')
        OR EXISTS (FROM norm_ending_activity)
        OR EXISTS (FROM activity_code WHERE list_contains($words::VARCHAR[], name))
"""


@dataclass(frozen=True)
class CaseAttributes:
    """Numbers of the case attributes that matter, None where the log has none."""

    city: int | None
    by: int | None

    @classmethod
    def of(cls, prepared: PreparedLog, by: str | None) -> "CaseAttributes":
        """Code the attributes; `by` must be there."""
        try:
            city: int | None = prepared.attribute("city")
        except UnknownAttributeError:
            city = None
        return cls(city, None if by is None else prepared.attribute(by))


@contextmanager
def standing_cases(
    prepared: PreparedLog, ending: Ending, attributes: CaseAttributes, *, suppose: bool = True
) -> Iterator[tuple[Connection, bool]]:
    """Lend a connection on which `norm_case` tells how each case stands; True if ends are supposed.

    Without `suppose` they never are.
    """
    with prepared.reading() as connection:
        fill_cases(connection, prepared, ending, attributes)
        yield connection, suppose and suppose_endings(connection)


def fill_cases(
    connection: Connection, prepared: PreparedLog, ending: Ending, attributes: CaseAttributes
) -> None:
    """Make `norm_case`, one row per case."""
    connection.execute(_TABLES)
    choose_log_events(connection, prepared.choice.log_id)
    outcomes = [(key, one.ending) for key, one in terms("outcomes").items() if isinstance(one, Outcome)]
    words = [(word, ENDINGS[kind]) for word, kind in outcomes]
    words += ENDINGS.items()
    words += [(state, state) for state in ENDINGS.values() if state not in dict(words)]
    insert_rows(connection, "norm_ending", [*words, ("running", "running")])
    for state, activities in (("completed", ending.success), ("failed", ending.failure)):
        connection.execute(_ENDING_ACTIVITIES, {"state": state, "names": list(activities)})
    if attributes.city is not None:
        values = connection.execute(VALUES, {"attribute": attributes.city}).fetchall()
        insert_rows(connection, "norm_city", [(code, city_key(value)) for code, value in values])
    connection.execute(
        sql("conformance/cases", "mining"),
        {"log_id": prepared.choice.log_id, "city": attributes.city, "by": attributes.by},
    )


def suppose_endings(connection: Connection) -> bool:
    """Let cases have ended by the activities that usually end them, if the log tells of no end at all.

    A log in the words of the vocabulary would tell of one; its cases all run. Return whether it was done.
    """
    words = {"words": sorted(own_activities())}
    if connection.execute(_TELLS_ENDS, words).fetchall()[0][0]:
        return False
    connection.execute(sql("cases/supposed_endings", "mining"), {"share": USUAL_END})
    return True


def city_key(word: str) -> str:
    """Return our key of a city, whichever way it is written; another city's word as it is.

    >>> city_key("上海市"), city_key("Tianjin"), city_key("Utrecht")
    ('shanghai', 'tianjin', 'Utrecht')
    """
    return known_city(word) or word


def insert_rows(connection: Connection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows into a small table in one statement: row by row each takes as long as all together."""
    if rows:
        columns = {f"column_{number}": list(column) for number, column in enumerate(zip(*rows, strict=True))}
        listed = ", ".join(f"unnest(${name})" for name in columns)
        connection.execute(_INSERT.format(table=table, columns=listed), columns)
