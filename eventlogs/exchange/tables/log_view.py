"""A log as a table: a row an event in recorded order, a column an attribute, case attributes on every row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, cast

import numpy as np
import pyarrow as pa

from eventlogs.attributes import decode, encode_value
from eventlogs.events import Attribute
from eventlogs.exchange.losses import Losses
from eventlogs.exchange.residents import Residents
from eventlogs.exchange.stored_log import StoredLog
from eventlogs.exchange.tables.notes import EXACT_TIME, NOTES, Column, TableNotes, kind_of
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

_LISTS = ("objects", "changes")


class Held(NamedTuple):
    """A column of some rows: different values, and which of them each row has; None or null is an empty cell.

    The times of events are texts of Arrow, in ISO 8601 with the offset of the log's zone.
    """

    values: Sequence[Attribute] | pa.StringArray
    places: pa.Array


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
        if self.log.has_own_keys:
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

    def batches(self) -> Iterator[list[Held]]:
        """Yield the columns of some rows, the rows in recorded order."""
        self._tell_what_is_left_out()
        for events in self.log.event_batches("events_with_cases", "log_id", "case_type", "timezone"):
            if not len(events):
                continue
            attributes = {
                "case": _Members(events["case_attributes"].fill_null("{}"), self.log.residents),
                "event": _Members(events["attributes"], self.log.residents),
            }
            yield [
                self._own(events[it.name], it) if it.owner == "column" else attributes[it.owner].held(it)
                for it in self.columns
            ]

    def _own(self, values: pa.Array, column: Column) -> Held:
        """Return a column of the event table."""
        if column.name in _LISTS:
            held = [_json_of(maps) for maps in self.log.residents.named(column.name, values.to_pylist())]
            return Held(held, pa.array(np.arange(len(held))))
        coded = values.dictionary_encode()
        if column.name == "occurred_at":
            return Held(coded.dictionary, coded.indices)
        different = self.log.residents.named(column.name, coded.dictionary.to_pylist())
        if column.kind == "json":
            different = [Json(text) if text != "{}" else None for text in different]
        return Held(different, coded.indices)

    def _tell_what_is_left_out(self) -> None:
        given = {"log_id": self.log.log_id, "case_type": self.log.case_type}
        counts = self.log.connection.execute(_LEFT_OUT, given).fetchall()[0]
        for sentence, n in zip(_SENTENCES, counts, strict=True):
            self.losses.add(sentence, n)


class _Members:
    """The attributes of some rows, each different object of them taken apart once."""

    def __init__(self, texts: pa.StringArray, residents: Residents) -> None:
        coded = texts.dictionary_encode()
        objects = residents.named("attributes", coded.dictionary.to_pylist())
        self._places = coded.indices
        self._objects = [decode(text) if text != "{}" else {} for text in objects]

    def held(self, column: Column) -> Held:
        """Return one attribute."""
        name, kind = column.name, column.kind
        values = [it.get(name) for it in self._objects]
        if kind == "json":
            present = [name in it for it in self._objects]
            values = [
                Json(encode_value(it)) if has else None for it, has in zip(values, present, strict=True)
            ]
        return Held(values, self._places)


class Json(str):
    """Typed JSON, which stands in a cell as it is."""

    __slots__ = ()


def _json_of(maps: list[dict[str, str]]) -> Attribute:
    return Json(encode_value(cast(Attribute, maps))) if maps else None


def _unused(name: str, taken: set[str]) -> str:
    number, candidate = 2, name or "?"
    while candidate in taken:
        candidate, number = f"{name} ({number})", number + 1
    taken.add(candidate)
    return candidate
