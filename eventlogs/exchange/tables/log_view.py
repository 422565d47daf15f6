"""A log as a table: a row an event in recorded order, a column an attribute, case attributes on every row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, cast

from eventlogs.attributes import decode, encode_value
from eventlogs.events import Attribute
from eventlogs.exchange.losses import Losses
from eventlogs.exchange.stored_log import CaseRow, StoredLog
from eventlogs.exchange.tables.notes import EXACT_TIME, NOTES, Column, Kind, TableNotes, kind_of
from eventlogs.language import sayable

CASE = "case:concept:name"
TIME = "time:timestamp"
_PREFIX = "case:"
_USED = """
    SELECT bool_or(lifecycle <> 'complete'), bool_or(actor IS NOT NULL), bool_or(role IS NOT NULL),
        bool_or(tool IS NOT NULL), bool_or(evidence::VARCHAR <> '{}'), bool_or(len(objects) > 0),
        bool_or(len(changes) > 0)
    FROM effective_event WHERE log_id = $log_id
"""
_OPTIONAL = (
    Column("lifecycle:transition", "column", "lifecycle", "string"),
    Column("org:resource", "column", "actor", "string"),
    Column("org:role", "column", "role", "string"),
    Column("retrofit:tool", "column", "tool", "string"),
    Column("retrofit:evidence", "column", "evidence", "json"),
    Column("retrofit:objects", "column", "objects", "json"),
    Column("retrofit:changes", "column", "changes", "json"),
)
_KEYS = (
    "SELECT EXISTS (FROM (SELECT event_key, row_number() OVER (ORDER BY seq) AS place FROM effective_event "
    "WHERE log_id = $log_id) WHERE event_key <> place::VARCHAR)"
)
_LEFT_OUT = """
    SELECT
        (SELECT count(*) FROM object WHERE log_id = $log_id AND object_type <> $case_type),
        (SELECT count(*) FROM object_change WHERE log_id = $log_id),
        (SELECT count(*) FROM object_object WHERE log_id = $log_id),
        (SELECT count(*) FROM object WHERE log_id = $log_id AND object_type = $case_type AND object_id NOT IN
            (SELECT case_id FROM effective_event WHERE log_id = $log_id))
"""
_SENTENCES = (
    sayable("{n} objects that are no cases are left out, as a table holds events only; OCEL 2.0 holds them"),
    sayable(
        "{n} later values of objects' attributes are left out, as a table holds events only; OCEL 2.0 "
        "holds them"
    ),
    sayable("{n} relations between objects are left out, as a table holds events only; OCEL 2.0 holds them"),
    sayable(
        "{n} cases without events are left out, as a table holds events only; XES and OCEL 2.0 hold them"
    ),
)

Row = list[Attribute]  # None where a cell is empty


@dataclass(frozen=True)
class TableExport:
    """What the table formats write."""

    log: StoredLog
    losses: Losses

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns, those of the event table first, then the attributes of cases and of events."""
        run = self.log.connection.execute
        used = run(_USED, {"log_id": self.log.log_id}).fetchall()[0]
        columns = [
            Column(CASE, "column", "case_id", "string"),
            Column("concept:name", "column", "activity", "string"),
            Column(TIME, "column", "occurred_at", "time"),
            *(column for column, is_used in zip(_OPTIONAL, used, strict=True) if is_used),
        ]
        if run(_KEYS, {"log_id": self.log.log_id}).fetchall()[0][0]:
            columns.append(Column("retrofit:key", "column", "event_key", "string"))
        taken = {column.header for column in columns} | {NOTES, EXACT_TIME}
        for owner, prefix in (("case", _PREFIX), ("event", "")):
            for name, kinds in self.log.kinds_of(cast(Any, owner)).items():
                header = _unused(prefix + name, taken)
                columns.append(Column(header, cast(Any, owner), name, kind_of(kinds)))
        return tuple(columns)

    @cached_property
    def notes(self) -> TableNotes:
        """What a reader of ours needs beyond the table."""
        return TableNotes(self.log.case_type, self.log.timezone, self.log.simulated, self.columns)

    def rows(self) -> Iterator[Row]:
        """Yield the rows; a missing value and an attribute that is not there are both None."""
        self._tell_what_is_left_out()
        places = {(column.owner, column.name): place for place, column in enumerate(self.columns)}
        kinds = {(column.owner, column.name): column.kind for column in self.columns}
        cases = _CaseCells(self.log, places, kinds)
        n = len(self.columns)
        values = [(it, _VALUES[name]) for (owner, name), it in places.items() if owner == "column"]
        for row in self.log.events("events_with_cases", "log_id", "case_type", "timezone"):
            cells: Row = [None] * n
            for place, value_of in values:
                cells[place] = value_of(row)
            for place, value in cases.of(row.case_id, row.case_attributes or "{}"):
                cells[place] = value
            if row.attributes != "{}":
                for name, value in decode(row.attributes).items():
                    cells[places["event", name]] = _held(value, kinds["event", name])
            yield cells

    def _tell_what_is_left_out(self) -> None:
        given = {"log_id": self.log.log_id, "case_type": self.log.case_type}
        counts = self.log.connection.execute(_LEFT_OUT, given).fetchall()[0]
        for sentence, n in zip(_SENTENCES, counts, strict=True):
            self.losses.add(sentence, n)


class _CaseCells:
    """The cells of a case's attributes, worked out once while its rows follow one another."""

    def __init__(
        self, log: StoredLog, places: dict[tuple[Any, str], int], kinds: dict[tuple[Any, str], Kind]
    ) -> None:
        self._places, self._kinds = places, kinds
        self._last: tuple[str, list[tuple[int, Attribute]]] = ("{}", [])

    def of(self, case_id: str, attributes: str) -> list[tuple[int, Attribute]]:
        """Return places and values of a case's attributes."""
        if self._last[0] != attributes:
            cells = [
                (self._places["case", name], _held(value, self._kinds["case", name]))
                for name, value in decode(attributes).items()
            ]
            self._last = (attributes, cells)
        return self._last[1]


class Json(str):
    """Typed JSON, which stands in a cell as it is."""

    __slots__ = ()


def _held(value: Attribute, kind: Kind) -> Attribute:
    return Json(encode_value(value)) if kind == "json" else value


def _json_of(maps: list[dict[str, str]]) -> Attribute:
    return Json(encode_value(cast(Attribute, maps))) if maps else None


# what an event holds in a column of its own
_VALUES: dict[str, Callable[[CaseRow], Attribute]] = {
    name: attrgetter(name)
    for name in ("case_id", "activity", "occurred_at", "lifecycle", "actor", "role", "tool", "event_key")
} | {
    "evidence": lambda row: Json(row.evidence) if row.evidence != "{}" else None,
    "objects": lambda row: _json_of(row.objects),
    "changes": lambda row: _json_of(row.changes),
}


def _unused(name: str, taken: set[str]) -> str:
    number, candidate = 2, name or "?"
    while candidate in taken:
        candidate, number = f"{name} ({number})", number + 1
    taken.add(candidate)
    return candidate
