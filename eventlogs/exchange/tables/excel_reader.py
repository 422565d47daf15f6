"""Excel sheets as cells: the header is found under titles, dates stay dates and text stays text."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.faults import NO_RESULT, Faults
from eventlogs.exchange.file_read import Note
from eventlogs.exchange.tables.names import by_names
from eventlogs.exchange.tables.source import Kind, TableSource
from eventlogs.exchange.tables.workbook import NoResult, Workbook, opened_workbook, refuse_without_result

_ROWS = 10_000
_HEADER_WITHIN = 30  # rows
_Row = tuple[Any, ...]


@contextmanager
def excel_source(
    stream: BinaryIO, path: Path, choices: ImportChoices, faults: Faults, notes: list[Note]
) -> Iterator[TableSource]:
    """Lend a sheet: the one chosen, else the first that has rows."""
    with opened_workbook(stream, path) as book:
        yield _source(book, choices, faults, notes)


def _source(book: Workbook, choices: ImportChoices, faults: Faults, notes: list[Note]) -> TableSource:
    sheet = _sheet(book, choices.sheet, notes)
    rows = book.rows(sheet)
    first = list(islice(rows, _HEADER_WITHIN))
    place = _header(first)
    if place is None:
        raise ImportRefusedError(
            "{file}: the sheet {sheet} has no row of column names within its first {n} rows",
            file=book.path,
            sheet=sheet,
            n=_HEADER_WITHIN,
        )
    if place:
        notes.append(
            ("the column names are read from row {row} of {sheet}", {"row": place + 1, "sheet": sheet})
        )
    header = _trimmed(first[place])
    refuse_without_result(header, book.path)
    source = TableSource([_text(cell) for cell in header], iter(()), first_row=place + 2)
    source.batches = _Cells(source, faults).batches(chain(first[place + 1 :], rows))
    return source


class _Cells:
    """Turns rows into batches of text and finds out what kind of values each column has."""

    def __init__(self, source: TableSource, faults: Faults) -> None:
        self._source, self._faults = source, faults
        self._names = list(source.columns)  # as they stand in the file
        self._seen: list[set[type]] = [set() for _ in self._names]

    def batches(self, rows: Iterator[_Row]) -> Iterator[pa.RecordBatch]:
        """Yield the rows, but those in which a formula has no result; the kinds are known at the end."""
        names = [f"c{place}" for place in range(len(self._names))]
        whole = self._whole(rows)
        while stretch := list(islice(whole, _ROWS)):
            arrays = [
                pa.array([self._cell(place, row) for row in stretch], pa.string())
                for place in range(len(names))
            ]
            yield pa.RecordBatch.from_arrays(arrays, names=names)
        for name, seen in zip(self._source.columns, self._seen, strict=True):
            self._source.kinds[name] = _kind(seen)

    def _whole(self, rows: Iterator[_Row]) -> Iterator[_Row]:
        for number, row in enumerate(rows, self._source.first_row):
            lacking = next(
                (name for name, cell in zip(self._names, row, strict=False) if isinstance(cell, NoResult)),
                None,
            )
            if lacking is None:
                yield row
            else:
                self._leave_out(number, lacking, row)

    def _leave_out(self, number: int, column: str, row: _Row) -> None:
        self._source.left_out.append(number)
        if self._faults.rejects is None:
            self._faults.hold_back(NO_RESULT, place=number, column=column)
            return
        cells = tuple(_text(cell) for cell in row[: len(self._names)])
        self._faults.meet(NO_RESULT, place=number, column=column, row=cells)

    def _cell(self, place: int, row: _Row) -> str:
        cell = row[place] if place < len(row) else None
        if cell is None or cell == "":
            return ""
        self._seen[place].add(type(cell))
        return _text(cell)


def _kind(seen: set[type]) -> Kind:
    if seen and seen <= {dt.datetime, dt.date}:
        return "moment"
    if seen == {bool}:
        return "bool"
    if seen == {int}:
        return "int"
    if seen and seen <= {int, float}:
        return "float"
    return "text"


def _text(cell: object) -> str:
    if cell is None or isinstance(cell, NoResult):
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def _trimmed(row: _Row) -> _Row:
    """Return a row without the empty cells at its end."""
    width = max((place for place, cell in enumerate(row, 1) if cell not in (None, "")), default=0)
    return row[:width]


def _header(rows: list[_Row]) -> int | None:
    """Return the place of the header: the first row with names of an event log, else the first full one."""
    texts = [[_text(cell) for cell in _trimmed(row)] for row in rows]
    for place, names in enumerate(texts):
        if len({"case", "activity", "time"} & set(by_names(names))) >= 2:
            return place
    widest = max((sum(map(bool, names)) for names in texts), default=0)
    if widest < 2:
        return None
    return next(place for place, names in enumerate(texts) if sum(map(bool, names)) == widest)


def _sheet(book: Workbook, chosen: str | None, notes: list[Note]) -> str:
    if chosen is not None and chosen not in book.titles:
        raise ImportRefusedError(
            "{file} has no sheet {sheet}; it has: {sheets}",
            file=book.path,
            sheet=chosen,
            sheets=", ".join(book.titles),
        )
    if chosen is not None:
        return chosen
    for title in book.titles:
        if len(list(islice(book.rows(title), 2))) == 2:
            if len(book.titles) > 1:
                notes.append(
                    ("the sheet {sheet} is read; choose another with --sheet NAME", {"sheet": title})
                )
            return title
    raise ImportRefusedError("{file} has no sheet with rows in it", file=book.path)
