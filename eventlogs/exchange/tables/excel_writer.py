"""A log written as an Excel workbook: one sheet of events with real dates, and a hidden one of notes."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import BinaryIO, cast

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from eventlogs.errors import EventLogError
from eventlogs.events import Attribute
from eventlogs.exchange.losses import Losses
from eventlogs.exchange.tables.log_view import TIME, Json, TableExport
from eventlogs.exchange.tables.notes import EXACT_TIME, NOTES, Column, cell_of
from eventlogs.exchange.xes.text import unholdable
from eventlogs.language import sayable

SHEET = "events"
_ROWS = 1_048_576  # that a sheet can have, its header included
_COLUMNS = 16_384
_TEXT = 32_767  # characters that a cell can hold
_EXACT = 2**53  # whole numbers beyond it are no exact Excel numbers
_FIRST_YEAR = 1900
_CUT = sayable("{n} texts are longer than the 32,767 characters of an Excel cell and are cut")
_ODD = sayable("{n} names hold control characters, which a table cannot hold safely; U+FFFD stands for them")


class _ExactSheet(Worksheet):  # type: ignore[misc]
    """A sheet that writes every digit of a number; the library writes sixteen, and some need seventeen."""

    def _xml_number_element(self, number: float, attributes: list[tuple[str, str]] | None = None) -> None:
        marks = "".join(f' {key}="{value}"' for key, value in attributes or ())
        self.fh.write(f"<c{marks}><v>{number!r}</v></c>")


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
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "nan_inf_to_errors": True})
    sheet = book.add_worksheet(SHEET, worksheet_class=_ExactSheet)
    cells = _Cells(sheet, book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"}), export.losses)
    for place, column in enumerate(export.columns):
        sheet.write_string(0, place, column.header, book.add_format({"bold": True}))
    sheet.write_string(0, n_columns - 1, EXACT_TIME)
    sheet.set_column(0, n_columns - 2, 18)
    sheet.set_column(n_columns - 1, n_columns - 1, None, None, {"hidden": True})
    sheet.freeze_panes(1, 0)
    time = next(place for place, column in enumerate(export.columns) if column.header == TIME)
    for number, row in enumerate(export.rows(), 1):
        for place, (value, column) in enumerate(zip(row, export.columns, strict=True)):
            if value is not None:
                cells.write(number, place, value, column)
        if row[time] is not None:
            sheet.write_string(number, n_columns - 1, str(row[time]))
        advance(1)
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

    def __init__(self, sheet: Worksheet, date: Format, losses: Losses) -> None:
        self._sheet, self._date, self._losses = sheet, date, losses

    def write(self, row: int, place: int, value: Attribute, column: Column) -> None:
        """Write one value."""
        if column.owner == "column" and column.kind == "time":
            self._write_moment(row, place, cast(str, value))
        elif isinstance(value, bool):
            self._sheet.write_boolean(row, place, value)
        elif isinstance(value, int | float) and abs(value) <= _EXACT:
            self._sheet.write_number(row, place, value)
        else:
            self._write_text(row, place, self._text(value, column))

    def _write_moment(self, row: int, place: int, moment: str) -> None:
        local = datetime.fromisoformat(moment).replace(tzinfo=None)
        if local.year >= _FIRST_YEAR:
            self._sheet.write_datetime(row, place, local, self._date)
        else:
            self._sheet.write_string(row, place, moment)

    def _text(self, value: Attribute, column: Column) -> str:
        if isinstance(value, Json):
            return str(value)
        if isinstance(value, str) and column.owner == "column" and unholdable(value):
            self._losses.add(_ODD)
            value = "".join("\ufffd" if unholdable(sign) else sign for sign in value)
        return cell_of(value, column.kind, neutral=False)

    def _write_text(self, row: int, place: int, text: str) -> None:
        if len(text) > _TEXT:
            self._losses.add(_CUT)
            text = text[:_TEXT]
        self._sheet.write_string(row, place, text)
