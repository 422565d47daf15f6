"""A file of work items: CSV or Excel, a row each, told by the names of its columns."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO

from dashboards.access.uploads import checked_upload
from eventlogs.errors import EventLogError

_OWN = ("work_item", "project", "step", "assign_to", "reason")
_BETWEEN = ";"  # several values in one cell


@dataclass(frozen=True, slots=True)
class Row:
    """What one row asks: to assign its work item, or to complete it with entries, or both."""

    number: int
    work_item: str
    assign_to: str
    reason: str
    entries: Mapping[str, Sequence[str]]


def rows_of(name: str, content: bytes, most: int) -> list[Row]:
    """Return the rows of a file that ask for something.

    Raises `EventLogError` for a file that is no CSV or Excel, or has no column work_item, or too many rows.
    """
    upload = checked_upload(name, content)
    if upload.kind not in {"txt", "xlsx"}:
        raise EventLogError("{name} is neither CSV nor Excel", name=upload.name)
    lines = list(_excel(content) if upload.kind == "xlsx" else _csv(content))
    heads = [head.strip() for head in lines[0]] if lines else []
    if "work_item" not in heads:
        raise EventLogError(
            "{name} has no column work_item; take the file of the ticked work items and fill it in",
            name=upload.name,
        )
    found = [_row(number, heads, line) for number, line in enumerate(lines[1:], 2)]
    asking = [row for row in found if row.work_item and (row.assign_to or row.entries)]
    if len(asking) > most:
        raise EventLogError("{name} has more than {most} rows; part it", name=upload.name, most=most)
    return asking


def _row(number: int, heads: Sequence[str], line: Sequence[str]) -> Row:
    cells = {head: cell.strip() for head, cell in zip(heads, line, strict=False)}
    entries = {
        head: [part.strip() for part in cell.split(_BETWEEN)]
        for head, cell in cells.items()
        if cell and head not in _OWN
    }
    return Row(number, cells["work_item"], cells.get("assign_to", ""), cells.get("reason", ""), entries)


def _csv(content: bytes) -> Iterator[list[str]]:
    return iter(csv.reader(StringIO(content.decode("utf-8-sig"))))


def _excel(content: bytes) -> Iterator[list[str]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        lines = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    except (KeyError, ValueError, IndexError) as error:
        raise EventLogError("the Excel file is damaged and cannot be read") from error
    return iter(lines)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
