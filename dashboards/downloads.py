"""A page's table as a file: CSV that Excel opens rightly in Chinese, or Excel itself."""

import csv
import io
from datetime import date, datetime
from urllib.parse import quote

from starlette.responses import Response

from dashboards.tables import Kind, Picture, Table, Value
from eventlogs.working_calendar import OFFICE_ZONE

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would carry out
_SECONDS_A_DAY = 86_400
_WRITTEN: dict[Kind, str] = {
    "number": "#,##0",
    "cases": "#,##0",
    "decimal": "#,##0.00",
    "share": "0.0%",
    "span": "0.0",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}


def download(table: Table, ending: str) -> Response:
    """Return a table as a file to keep, `ending` being `csv` or `xlsx`."""
    content, kind = (_csv(table), "text/csv; charset=utf-8") if ending == "csv" else (_excel(table), _XLSX)
    name = quote(f"{table.caption}.{ending}")
    headers = {
        "content-disposition": f"attachment; filename=\"{table.name}.{ending}\"; filename*=UTF-8''{name}"
    }
    return Response(content, headers=headers, media_type=kind)


def picture(drawn: Picture) -> Response:
    """Return a picture as an SVG file to keep."""
    name = quote(f"{drawn.title}.svg")
    headers = {"content-disposition": f"attachment; filename=\"{drawn.name}.svg\"; filename*=UTF-8''{name}"}
    return Response(drawn.svg, headers=headers, media_type="image/svg+xml")


def _csv(table: Table) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.title for column in table.columns])
    for row in table.rows:
        writer.writerow([_safe(_plain(value)) for value in row])
    return text.getvalue().encode("utf-8-sig")


def _plain(value: Value) -> Value:
    if isinstance(value, datetime):
        return f"{value.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M:%S}"
    return value


def _safe(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _excel(table: Table) -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "bottom": 1})
    styles = {kind: book.add_format({"num_format": written}) for kind, written in _WRITTEN.items()}
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.title, head)
        sheet.set_column(place, place, 18 if column.is_number else 28)
        if column.choices and table.rows:
            offered = {"validate": "list", "source": list(column.choices)}
            sheet.data_validation(1, place, len(table.rows), place, offered)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(table.rows, 1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _write(sheet, line, place, value, column.kind, styles.get(column.kind))
    book.close()
    return file.getvalue()


def _write(sheet: object, line: int, place: int, value: Value, kind: Kind, style: object) -> None:
    from xlsxwriter.worksheet import Worksheet

    assert isinstance(sheet, Worksheet)
    if isinstance(value, datetime):
        sheet.write_datetime(line, place, value.astimezone(OFFICE_ZONE).replace(tzinfo=None), style)
    elif isinstance(value, date):
        sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), style)  # noqa: DTZ001
    elif isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, place, value / _SECONDS_A_DAY if kind == "span" else value, style)
    elif value is not None:
        sheet.write_string(line, place, value)
