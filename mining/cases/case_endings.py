"""How every case stands: the table `norm_case`, with its group and its city.

By the last recorded outcome; without one by an activity that ends a case; otherwise it is running. Where a
log shows neither anywhere, ends are supposed (`mining.cases.supposed_ends`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import duckdb

from eventlogs.case_attributes import UnknownAttributeError
from eventlogs.cities import known_city
from eventlogs.compilation import in_schema
from eventlogs.prepared import PreparedLog, prepare
from eventlogs.sql_files import sql
from eventlogs.vocabulary import Outcome, terms
from mining.cases.log_events import choose_log_events
from mining.cases.supposed_ends import SupposedEnds, has_own_words, suppose_ends, whole_log
from mining.normative.model import Ending

Connection = duckdb.DuckDBPyConnection

ENDINGS = {"success": "completed", "failure": "failed", "halt": "halted"}
ENDING_TABLES = ("norm_ending", "norm_ending_activity", "norm_city", "norm_case", "supposed_case")
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
_CASES = "SELECT case_id FROM trace"
_STATES = """
    SELECT state, count(*) FROM norm_case JOIN trace USING (case_no)
    WHERE case_id IN (SELECT unnest($cases::VARCHAR[])) GROUP BY state
"""
_TELLS_ENDS = """
    SELECT EXISTS (FROM norm_case WHERE state <> 'running') OR EXISTS (FROM norm_ending_activity)
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
    prepared: PreparedLog, ending: Ending, attributes: CaseAttributes, now: datetime | None = None
) -> Iterator[tuple[Connection, SupposedEnds | None]]:
    """Lend a connection on which `norm_case` tells how each case stands, and what of that is supposed."""
    with prepared.reading() as connection:
        yield connection, fill_cases(connection, prepared, ending, attributes, now)


def supposed_ends(prepared: PreparedLog, ending: Ending) -> SupposedEnds | None:
    """Return how a log's cases are supposed to stand, whichever transitions it is prepared with.

    None for a log that tells of ends.
    """
    with prepared.reading() as connection:
        if has_own_words(connection, whole_log(prepared)):
            return None
        chosen = [case for (case,) in connection.execute(_CASES).fetchall()]
    usual = prepare(prepared.ledger, prepared.log.name, prepared.choice.object_type)
    with standing_cases(usual, ending, CaseAttributes(None, None)) as (connection, supposed):
        if supposed is None:
            return None
        counted = dict(connection.execute(_STATES, {"cases": chosen}).fetchall())
    states = {state: counted.get(state, 0) for state in ("ended", "silent", "running")}
    return replace(supposed, **states)


def fill_cases(
    connection: Connection,
    prepared: PreparedLog,
    ending: Ending,
    attributes: CaseAttributes,
    now: datetime | None = None,
) -> SupposedEnds | None:
    """Make `norm_case`, one row per case; return what is supposed where the log tells of no end.

    `now` is the moment from which cases are looked at, else what time it is for the log.
    """
    whole = whole_log(prepared)
    tells = has_own_words(connection, whole)
    if not tells and whole is not prepared:
        with in_schema(connection, whole.state.schema_name):
            _fill(connection, whole, ending, attributes)
            tells = connection.execute(_TELLS_ENDS).fetchall()[0][0]
    _fill(connection, prepared, ending, attributes)
    if whole is prepared:
        tells = tells or connection.execute(_TELLS_ENDS).fetchall()[0][0]
    return None if tells else suppose_ends(connection, prepared, now)


def _fill(connection: Connection, prepared: PreparedLog, ending: Ending, attributes: CaseAttributes) -> None:
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
