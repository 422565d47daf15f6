"""The writing of the template's sheets: to be filled in, explained, and the mark."""

from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format

from eventlogs.exchange.tables.template import MARK, ROWS, TemplateColumn
from eventlogs.language import say
from eventlogs.vocabulary import terms

_WIDTH = 20  # characters
_FORMATS = {"moment": "yyyy-mm-dd hh:mm", "number": "0", "text": "@"}


def write_workbook(file: BinaryIO, columns: tuple[TemplateColumn, ...]) -> None:
    """Write the workbook."""
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    events, explained = (
        book.add_worksheet(say("Events to fill in")),
        book.add_worksheet(say("What belongs where")),
    )
    mark = book.add_worksheet(MARK)
    bold = book.add_format({"bold": True, "bg_color": "#DCEBE8", "border": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for place, column in enumerate(columns):
        _write_column(book, events, mark, place, column, bold)
    events.freeze_panes(1, 1)
    _explain(explained, columns, bold, wrapped)
    mark.very_hidden()
    events.activate()
    book.close()


def _write_column(
    book: xlsxwriter.Workbook,
    events: xlsxwriter.worksheet.Worksheet,
    mark: xlsxwriter.worksheet.Worksheet,
    place: int,
    column: TemplateColumn,
    bold: Format,
) -> None:
    cells = book.add_format({"num_format": _FORMATS[column.filling]})
    events.set_column(place, place, _WIDTH, cells)
    events.write_string(0, place, column.header, bold)
    events.write_comment(0, place, column.meaning)
    if column.kind is None:
        return
    labels = [term.label() for term in terms(column.kind).values()]
    for row, label in enumerate(labels):
        mark.write_string(row, place, label)
    letter = xlsxwriter.utility.xl_col_to_name(place)
    events.data_validation(
        1,
        place,
        ROWS,
        place,
        {
            "validate": "list",
            "source": f"='{MARK}'!${letter}$1:${letter}${len(labels)}",
            "error_type": "information",  # a word of one's own is let in
            "error_title": column.header,
            "error_message": column.meaning[:255],
        },
    )


def _explain(
    sheet: xlsxwriter.worksheet.Worksheet,
    columns: tuple[TemplateColumn, ...],
    bold: Format,
    wrapped: Format,
) -> None:
    for place, (title, width) in enumerate(
        ((say("Column"), 16), (say("Needed"), 10), (say("What belongs there"), 60), (say("Example"), 24))
    ):
        sheet.write_string(0, place, title, bold)
        sheet.set_column(place, place, width)
    for row, column in enumerate(columns, 1):
        sheet.write_string(row, 0, column.header, wrapped)
        sheet.write_string(row, 1, say("yes") if column.needed else "", wrapped)
        sheet.write_string(row, 2, column.meaning, wrapped)
        sheet.write(row, 3, column.example, wrapped)
    below = len(columns) + 2
    sheet.write_string(below, 0, say("An example row, as it would stand on the first sheet:"))
    for place, column in enumerate(columns):
        sheet.write_string(below + 1, place, column.header, bold)
        sheet.write(below + 2, place, column.example, wrapped)
