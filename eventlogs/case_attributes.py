"""Attributes by which cases can be told apart, coded in the prepared log when first asked for.

An attribute of the case (its object) is taken where there is one of that name; else an attribute of its
events, or their `role`, `actor` or `lifecycle`: then a case has the first value among its events.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Literal

import duckdb

from eventlogs.choices import Choice
from eventlogs.errors import EventLogError
from eventlogs.sql_files import sql

Connection = duckdb.DuckDBPyConnection
Level = Literal["case", "event"]

MOST_NAMED = 30  # attributes in a refusal, those most like the one asked for first

_ALL_CASES = "CREATE OR REPLACE TEMP VIEW wanted_case AS SELECT case_no, case_id FROM trace"
_COMPILED_CASES = "CREATE OR REPLACE TEMP VIEW wanted_case AS SELECT case_no, case_id FROM compiled_case"
_FORGET_VALUES = """
    DELETE FROM case_attribute
    WHERE case_no IN (SELECT case_no FROM left_case UNION SELECT case_no FROM compiled_case)
"""
_ADD_CASES = """
    INSERT INTO case_attribute
    SELECT $attribute, case_no, coalesce(code, 0)
    FROM wanted_case
    LEFT JOIN found_value USING (case_no)
    LEFT JOIN (SELECT code, value FROM attribute_value WHERE attribute = $attribute) USING (value)
    ORDER BY case_no
"""
_HAS_ATTRIBUTES = """
    SELECT EXISTS (
        FROM duckdb_tables()
        WHERE database_name = current_database() AND schema_name = $schema AND table_name = 'attribute'
    )
"""
_KNOWN = "SELECT attribute, name, level FROM attribute ORDER BY attribute"
_ADD_ATTRIBUTE = "INSERT INTO attribute VALUES ($attribute, $name, $level)"
_CASE_NAMES = """
    SELECT DISTINCT unnest(json_keys(attributes)) AS name
    FROM main.object JOIN trace ON trace.case_id = object.object_id
    WHERE log_id = $log_id
    UNION
    SELECT name FROM main.object_change JOIN trace ON trace.case_id = object_change.object_id
    WHERE log_id = $log_id
    ORDER BY name
"""
_EVENT_NAMES = """
    SELECT DISTINCT unnest(json_keys(attributes)) AS name FROM main.event WHERE log_id = $log_id ORDER BY name
"""
_DOERS_TOLD = "SELECT count(role), count(actor) FROM main.event WHERE log_id = $log_id"


class UnknownAttributeError(EventLogError):
    """No case and no event of the log has such an attribute."""


def known_attribute(connection: Connection, name: str) -> int | None:
    """Return the number of an attribute that has been asked for before."""
    for attribute, known, _ in connection.execute(_KNOWN).fetchall():
        if known == name:
            return int(attribute)
    return None


def add_attribute(connection: Connection, choice: Choice, name: str) -> int:
    """Code the attribute `name` of every case and return its number."""
    connection.execute(_ALL_CASES)
    for level in ("case", "event"):
        _find_values(connection, choice, name, level)
        if connection.execute("SELECT EXISTS (FROM found_value)").fetchall()[0][0]:
            break
    else:
        raise _unknown(connection, choice, name)
    attribute: int = connection.execute("SELECT count(*) + 1 FROM attribute").fetchall()[0][0]
    connection.execute(_ADD_ATTRIBUTE, {"attribute": attribute, "name": name, "level": level})
    _code_values(connection, attribute)
    connection.execute(sql("prepared/arcs_by"), {"attribute": attribute})
    return attribute


def asked_attributes(connection: Connection, schema: str) -> list[tuple[int, str, Level]]:
    """Return number, name and level of the attributes asked for of a prepared log, made already or not."""
    if not connection.execute(_HAS_ATTRIBUTES, {"schema": schema}).fetchall()[0][0]:
        return []
    return connection.execute(f"FROM {schema}.attribute ORDER BY attribute").fetchall()


def restore_attributes(connection: Connection, asked: Sequence[tuple[int, str, Level]]) -> None:
    """List the attributes that were asked for before the tables were made anew."""
    for attribute, name, level in asked:
        connection.execute(_ADD_ATTRIBUTE, {"attribute": attribute, "name": name, "level": level})


def forget_values(connection: Connection) -> None:
    """Take out the values of the cases that left and of the compiled ones."""
    connection.execute(_FORGET_VALUES)


def code_attributes(connection: Connection, choice: Choice) -> None:
    """Code, for the compiled cases, every attribute that has been asked for."""
    connection.execute(_COMPILED_CASES)
    for attribute, name, level in connection.execute(_KNOWN).fetchall():
        _find_values(connection, choice, name, level)
        _code_values(connection, attribute)


def case_attribute_names(connection: Connection, log_id: int) -> list[str]:
    """Return the names of the attributes that cases have."""
    return [name for (name,) in connection.execute(_CASE_NAMES, {"log_id": log_id}).fetchall()]


def _find_values(connection: Connection, choice: Choice, name: str, level: Level) -> None:
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    parameters = {"log_id": choice.log_id, "name": name, "pointer": pointer}
    connection.execute(sql(f"prepared/{level}_values"), parameters)


def _code_values(connection: Connection, attribute: int) -> None:
    connection.execute(sql("prepared/coded_values"), {"attribute": attribute})
    connection.execute(_ADD_CASES, {"attribute": attribute})


def _unknown(connection: Connection, choice: Choice, name: str) -> UnknownAttributeError:
    names = case_attribute_names(connection, choice.log_id)
    of_events = connection.execute(_EVENT_NAMES, {"log_id": choice.log_id}).fetchall()
    names += [known for (known,) in of_events if known not in names]
    told = connection.execute(_DOERS_TOLD, {"log_id": choice.log_id}).fetchall()[0]
    doers = [word for word, n in zip(("role", "actor"), told, strict=True) if n]
    if len(names) > MOST_NAMED:
        close = get_close_matches(name, names, n=MOST_NAMED)
        return UnknownAttributeError(
            "no case and no event has an attribute {name}; there are {n}, among them: {names}",
            name=name,
            n=len(names) + len(doers),
            names=", ".join([*close, *(one for one in names if one not in close)][:MOST_NAMED]),
        )
    return UnknownAttributeError(
        "no case and no event has an attribute {name}; there are: {names}",
        name=name,
        names=", ".join([*names, *doers]),
    )
