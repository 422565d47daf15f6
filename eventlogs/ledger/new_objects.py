"""The objects that appended events bring: those never seen before, and the values their attributes take.

Values that arrive with the event that brings an object are those it starts with.
"""

from typing import Any, NamedTuple

import duckdb
import orjson

from eventlogs.errors import EventLogError
from eventlogs.ledger.rows import FEW, Row, registered

KEPT_OBJECTS = 200_000

_KNOWN = """
    SELECT object_id, object_type FROM object
    WHERE log_id = $log_id AND object_id IN (SELECT unnest($ids))
"""
_ADD_OBJECTS = """
    INSERT INTO object SELECT $log_id, object_id, object_type, attributes FROM brought
"""
_ADD_CHANGE = "INSERT INTO object_change VALUES ($1, $2, $3, $4, $5, $6)"
_ADD_OBJECT = "INSERT INTO object VALUES ($1, $2, $3, $4)"
_ADD_CHANGES = """
    INSERT INTO object_change SELECT $log_id, object_id, name, value, changed_at, seq FROM changed
"""


class _Change(NamedTuple):
    object_id: str
    name: str
    value: str
    changed_at: Any
    seq: int


class ObjectRecorder:
    """Adds objects and changes of attributes inside the appender's transaction."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._types: dict[tuple[int, str], str] = {}

    def record(self, log_id: int, case_type: str, rows: list[Row]) -> None:
        """Add the objects that `rows` name first, cases included, and the changes of all they name."""
        known = self._known(log_id, rows)
        new: dict[str, tuple[str, dict[str, str]]] = {}
        changes: list[_Change] = []
        for row in rows:
            brought = _brought(row, case_type, known)
            new |= {object_id: (object_type, {}) for object_id, object_type in brought.items()}
            for change in row.changes:
                object_id, name, value = change["object_id"], change["name"], change["value"]
                if object_id in brought:
                    new[object_id][1][name] = value
                else:
                    changes.append(_Change(object_id, name, value, row.occurred_at, row.seq))
        self._add(log_id, new)
        self._add_changes(log_id, changes)

    def _known(self, log_id: int, rows: list[Row]) -> dict[str, str]:
        named = {row.case_id: None for row in rows}
        named |= {link["object_id"]: None for row in rows for link in row.objects}
        known = {name: kind for name in named if (kind := self._types.get((log_id, name)))}
        sought = [name for name in named if name not in known]
        if sought:
            found = self._cursor.execute(_KNOWN, {"log_id": log_id, "ids": sought}).fetchall()
            known |= dict(found)
            self._types |= {(log_id, object_id): kind for object_id, kind in found}
        return known

    def _add(self, log_id: int, new: dict[str, tuple[str, dict[str, str]]]) -> None:
        if len(self._types) > KEPT_OBJECTS:
            self._types.clear()
        if len(new) <= FEW:
            for object_id, (object_type, members) in new.items():
                self._cursor.execute(_ADD_OBJECT, [log_id, object_id, object_type, _joined(members)])
        else:
            brought = {
                "object_id": list(new),
                "object_type": [object_type for object_type, _ in new.values()],
                "attributes": [_joined(members) for _, members in new.values()],
            }
            with registered(self._cursor, "brought", brought):
                self._cursor.execute(_ADD_OBJECTS, {"log_id": log_id})
        self._types |= {(log_id, object_id): kind for object_id, (kind, _) in new.items()}

    def _add_changes(self, log_id: int, changes: list[_Change]) -> None:
        if len(changes) <= FEW:
            for change in changes:
                self._cursor.execute(_ADD_CHANGE, [log_id, *change])
            return
        columns = dict(zip(_Change._fields, map(list, zip(*changes, strict=True)), strict=True))
        with registered(self._cursor, "changed", columns):
            self._cursor.execute(_ADD_CHANGES, {"log_id": log_id})


def _brought(row: Row, case_type: str, known: dict[str, str]) -> dict[str, str]:
    """Return the objects that a row names first, by type, and add them to `known`."""
    brought: dict[str, str] = {}
    links = [(row.case_id, case_type), *((link["object_id"], link["object_type"]) for link in row.objects)]
    for object_id, object_type in links:
        kind = known.get(object_id)
        if kind is None:
            brought[object_id] = known[object_id] = object_type
        elif kind != object_type:
            raise EventLogError(
                "event {key} links object {object_id} as {object_type}, but it is known as {kind}; "
                "an object keeps its type",
                key=row.event_key,
                object_id=object_id,
                object_type=object_type,
                kind=kind,
            )
    return brought


def _joined(members: dict[str, str]) -> str:
    """Return a JSON object of values that are JSON already."""
    if not members:
        return "{}"
    return "{" + ",".join(f"{orjson.dumps(name).decode()}:{value}" for name, value in members.items()) + "}"
