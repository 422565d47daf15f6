"""A log written as an Excel workbook: one sheet of events with real dates, and a hidden one of notes."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from eventlogs.errors import EventLogError
from eventlogs.events import Attribute
from eventlogs.exchange.json_columns import json_floats
from eventlogs.exchange.losses import Losses
from eventlogs.exchange.tables.log_view import Held, Json, TableExport
from eventlogs.exchange.tables.notes import EXACT_TIME, NOTES, Column, cell_of
from eventlogs.exchange.xes.text import unholdable
from eventlogs.language import sayable

SHEET = "events"
_ROWS = 1_048_576  # that a sheet can have, its header included
_COLUMNS = 16_384
_TEXT = 32_767  # characters that a cell can hold
_EXACT = 2**53  # whole numbers beyond it are no exact Excel numbers
_FIRST_YEAR = 1900
_WALL = len("2024-03-04T17:30:15.000000")  # of a time in ISO 8601 what is before its zone
_DAY = 86_400_000_000  # microseconds
_EPOCH = -25_569 * _DAY  # day 0 of Excel, 1899-12-30, since 1970
_LEAP = 61  # the first day after a 29 February 1900 that Excel takes to have been
_CUT = sayable("{n} texts are longer than the 32,767 characters of an Excel cell and are cut")
_ODD = sayable("{n} names hold control characters, which a table cannot hold safely; U+FFFD stands for them")


class _RowsSheet(Worksheet):  # type: ignore[misc]
    """A sheet that is given many rows at once; the library's calls for each cell take ten times as long."""

    def write_rows(self, first: int, n_rows: int, xml: str) -> None:
        """Write rows, as they stand in the sheet's file, behind all others."""
        self._write_single_row(first)  # the row before, which the library holds back
        self.fh.write(xml)
        self.dim_rowmax = first + n_rows - 1

    def text_of(self, text: str) -> str:
        """Return what a cell of text holds, as the library writes it."""
        text = self._escape_control_characters(text)
        space = ' xml:space="preserve"' if text != text.strip() else ""
        return f' t="inlineStr"><is><t{space}>{self._escape_data(text)}</t></is></c>'


def write_excel(export: TableExport, file: BinaryIO, advance: Callable[[int], None]) -> None:
    """Write a workbook row by row; a log that does not fit a sheet is refused."""
    n_rows, n_columns = export.log.n_events + 1, len(export.columns) + 1
    if n_rows > _ROWS or n_columns > _COLUMNS:
        raise EventLogError(
            "{n} events with {columns} columns do not fit an Excel sheet "
            "(1,048,575 rows, 16,384 columns); export to .csv or .parquet",
            n=n_rows - 1,
            columns=n_columns,
        )
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet(SHEET, worksheet_class=_RowsSheet)
    date = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
    for place, column in enumerate(export.columns):
        sheet.write_string(0, place, column.header, book.add_format({"bold": True}))
    sheet.write_string(0, n_columns - 1, EXACT_TIME)
    sheet.set_column(0, n_columns - 2, 18)
    sheet.set_column(n_columns - 1, n_columns - 1, None, None, {"hidden": True})
    sheet.freeze_panes(1, 0)
    cells = _Cells(sheet, f' s="{date._get_xf_index()}"', export.losses)
    written = 1
    for columns in export.batches():
        n = len(columns[0].places)
        sheet.write_rows(written, n, cells.rows(written, columns, export.columns))
        written += n
        advance(n)
    _write_notes(book, export.notes.as_json())
    book.close()


def _write_notes(book: xlsxwriter.Workbook, notes: str) -> None:
    sheet = book.add_worksheet(NOTES.replace(":", " "))
    for row, part in enumerate(_parts(notes)):
        sheet.write_string(row, 0, part)
    sheet.very_hidden()


def _parts(text: str) -> Iterator[str]:
    for start in range(0, len(text), _TEXT):
        yield text[start : start + _TEXT]


class _Cells:
    """Writes values as the cells a person expects: numbers, dates, yes and no, text."""

    def __init__(self, sheet: _RowsSheet, date: str, losses: Losses) -> None:
        self._sheet, self._date, self._losses = sheet, date, losses

    def rows(self, first: int, columns: list[Held], noted: Sequence[Column]) -> str:
        """Return rows from number `first` on, counted from 0, as they stand in the sheet's file."""
        numbers = pa.array(np.arange(first + 1, first + 1 + len(columns[0].places))).cast(pa.string())
        parts: list[Any] = ['<row r="', numbers, '">']
        texts = None
        for place, (held, column) in enumerate(zip(columns, noted, strict=True)):
            if isinstance(held.values, pa.Array):
                texts = held.values.take(held.places)
                cells = self._moments(texts)
            else:
                cells = self._cells(held, column)
            parts.append(_cell_of(place, numbers, cells))
        exact = pc.binary_join_element_wise(' t="inlineStr"><is><t>', texts, "</t></is></c>", "")
        parts += [_cell_of(len(columns), numbers, exact), "</row>"]
        joined = pc.binary_join_element_wise(*parts, "")
        ends = np.frombuffer(joined.buffers()[1], np.int32, len(joined) + 1)
        return bytes(memoryview(joined.buffers()[2])[: ends[-1]]).decode()

    def _cells(self, held: Held, column: Column) -> pa.StringArray:
        """Return what stands in a column's cells, null where one is empty."""
        for lost, sentence in ((_is_cut, _CUT), (_is_odd, _ODD)):
            where = [place for place, value in enumerate(held.values) if lost(value, column)]
            if where:
                self._losses.add(
                    sentence, int(np.isin(held.places.to_numpy(zero_copy_only=False), where).sum())
                )
        made = [None if value is None else self._cell(value, column) for value in held.values]
        return pa.array(made, pa.string()).take(held.places)

    def _cell(self, value: Attribute, column: Column) -> str:
        if isinstance(value, bool):
            return f' t="b"><v>{value:d}</v></c>'
        if isinstance(value, int | float) and abs(value) <= _EXACT:
            return f"><v>{value!r}</v></c>"  # every digit; the library's sixteen are too few for some
        return self._sheet.text_of(_text(value, column)[:_TEXT])

    def _moments(self, texts: pa.StringArray) -> pa.StringArray:
        """Return times in the log's zone as dates of Excel, in text where Excel has no such date."""
        walls = pc.utf8_slice_codeunits(texts, 0, _WALL).cast(pa.timestamp("us"))
        micros = (walls.cast(pa.int64()).fill_null(0).to_numpy() - _EPOCH).astype(np.int64)
        days, rest = np.divmod(micros, _DAY)
        serial = days - (days < _LEAP) + (rest // 1_000_000 + rest % 1_000_000 / 1e6) / 86_400
        numbers = json_floats(pa.array(serial))
        dates = pc.binary_join_element_wise(f"{self._date}><v>", numbers, "</v></c>", "")
        early = pc.less(walls, pa.scalar(datetime(_FIRST_YEAR, 1, 1), pa.timestamp("us")))  # noqa: DTZ001
        written = pc.binary_join_element_wise(' t="inlineStr"><is><t>', texts, "</t></is></c>", "")
        return pc.if_else(early, written, dates)


def _cell_of(place: int, numbers: pa.StringArray, cells: pa.StringArray) -> pa.StringArray:
    """Return cells with their places; nothing for empty ones."""
    return pc.binary_join_element_wise(f'<c r="{xl_col_to_name(place)}', numbers, '"', cells, "").fill_null(
        ""
    )


def _text(value: Attribute, column: Column) -> str:
    if isinstance(value, Json):
        return str(value)
    if isinstance(value, str) and column.owner == "column" and unholdable(value):
        value = "".join("\ufffd" if unholdable(sign) else sign for sign in value)
    return cell_of(value, column.kind, neutral=False)


def _is_cut(value: Attribute, column: Column) -> bool:
    return isinstance(value, str) and len(value) >= _TEXT and len(_text(value, column)) > _TEXT


def _is_odd(value: Attribute, column: Column) -> bool:
    odd = isinstance(value, str) and not isinstance(value, Json) and column.owner == "column"
    return odd and unholdable(cast(str, value))
