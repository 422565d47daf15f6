"""A file of work items: CSV or Excel, a row each, told by the names of its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eventlogs.errors import EventLogError
from flows.forms.row_files import lines_of
from flows.papers.sent_files import refuse_size, safe_name

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
    refuse_size(name, content)
    lines = lines_of(safe_name(name), content)
    heads = [head.strip() for head in lines[0]] if lines else []
    if "work_item" not in heads:
        raise EventLogError(
            "{name} has no column work_item; take the file of the ticked work items and fill it in",
            name=safe_name(name),
        )
    found = [_row(number, heads, line) for number, line in enumerate(lines[1:], 2)]
    asking = [row for row in found if row.work_item and (row.assign_to or row.entries)]
    if len(asking) > most:
        raise EventLogError("{name} has more than {most} rows; part it", name=safe_name(name), most=most)
    return asking


def _row(number: int, heads: Sequence[str], line: Sequence[str]) -> Row:
    cells = {head: cell.strip() for head, cell in zip(heads, line, strict=False)}
    entries = {
        head: [part.strip() for part in cell.split(_BETWEEN)]
        for head, cell in cells.items()
        if cell and head not in _OWN
    }
    return Row(number, cells["work_item"], cells.get("assign_to", ""), cells.get("reason", ""), entries)
