"""Rows of a table that was exported from here, on their way back into a log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.log_writer import LogWriter
from eventlogs.exchange.remembered import Remembered
from eventlogs.exchange.tables.notes import TableNotes
from eventlogs.exchange.tables.own_cells import TYPES, said, said_by, typed
from eventlogs.exchange.tables.own_columns import case_attributes, events_of

_BATCH = 5_000  # rows


@dataclass
class OwnRows:
    """Rows on their way into the log, with the cases they name."""

    path: Path
    notes: TableNotes
    writer: LogWriter
    _events: list[dict[str, object]] = field(default_factory=list)
    _cases: dict[str, str] = field(default_factory=dict)  # those met row by row, with their attributes
    _written: set[str] = field(default_factory=set)  # those met in columns

    def __post_init__(self) -> None:
        self._known = [Remembered(partial(said_by, column=it)) for it in self.notes.columns]

    def add(self, number: int, cells: Sequence[Any]) -> None:
        """Put one row in; cells are text, or values where the format has types."""
        event: dict[str, object] = {}
        members: dict[str, list[str]] = {"event": [], "case": []}
        for column, known, cell in zip(self.notes.columns, self._known, cells, strict=True):
            if cell is None or cell == "":
                continue
            try:
                says = known[cell] if isinstance(cell, str) else said(typed(cell, column), column)
            except (ValueError, OverflowError):
                raise self._refusal(number, column.header, str(cell)) from None
            if column.owner == "column":
                event[column.name] = says
            else:
                members[column.owner].append(cast(str, says))
        event["attributes"] = "{" + ",".join(members["event"]) + "}"
        case_id = str(event.setdefault("case_id", ""))
        if case_id and case_id not in self._cases and case_id not in self._written:
            self._cases[case_id] = "{" + ",".join(members["case"]) + "}"
        if "activity" not in event:
            raise self._refusal(number, "concept:name", "")
        self._events.append(event)
        if len(self._events) >= _BATCH:
            self._flush()

    def add_columns(self, columns: Sequence[pa.StringArray]) -> None:
        """Put many rows in whose cells are text, before any others.

        Raises `NotPlainError`, having put nothing in.
        """
        events = events_of(columns, self.notes)
        coded = events["case_id"].combine_chunks().dictionary_encode()
        names = coded.dictionary.to_pylist()
        new = [code for code, name in enumerate(names) if name and name not in self._written]
        firsts = pa.array(np.unique(coded.indices.to_numpy(), return_index=True)[1][np.array(new, int)])
        attributes = case_attributes([column.take(firsts) for column in columns], self.notes)
        self._written.update(names[code] for code in new)
        self.writer.add_events(events)
        self._add_cases([names[code] for code in new], attributes)

    def finish(self) -> None:
        """Write what waits, then the cases."""
        self._flush()
        self._add_cases(list(self._cases), pa.array(self._cases.values(), pa.string()))

    def _add_cases(self, ids: list[str], attributes: pa.StringArray) -> None:
        types = pa.repeat(pa.scalar(self.writer.case_type), len(ids))
        columns = [pa.array(ids, pa.string()), types, attributes]
        self.writer.add_objects(pa.table(columns, ["object_id", "object_type", "attributes"]))

    def _flush(self) -> None:
        names = dict.fromkeys(name for event in self._events for name in event)
        columns = {
            name: pa.array([event.get(name) for event in self._events], TYPES.get(name, pa.string()))
            for name in names
        }
        if columns:
            self.writer.add_events(pa.table(columns))
        self._events.clear()

    def _refusal(self, number: int, column: str, cell: str) -> ImportRefusedError:
        return ImportRefusedError(
            "{file}, row {row}, column {column}: {value} is not what was exported there; mend it, or "
            "take the column or sheet retrofit:notes out of the file to have its columns guessed instead",
            file=self.path.name,
            row=number,
            column=column,
            value=repr(cell),
        )
