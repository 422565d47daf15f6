"""What an exported table notes of itself, and how values stand in its cells, so that both can be read back.

A table has one kind of value per column. Our exports note the kinds where they disturb least: in the name
of a last, empty column of a CSV, on a hidden sheet of an Excel workbook, in the metadata of a Parquet file.
A column of mixed or nested values has typed JSON in its cells.

In a CSV, text that a spreadsheet would take for a formula (it starts with = + - @, a tab or a line end) gets
an apostrophe before it, and so does text that starts with one itself, and empty text; reading a file of our
own takes it away again. An Excel cell of text is never a formula; only the latter two get it there.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

import orjson

from eventlogs.attributes import Identifier, decode_value, encode_value
from eventlogs.events import Attribute

Kind = Literal["string", "integer", "float", "boolean", "time", "id", "json"]
Owner = Literal["column", "case", "event"]  # a column of the event table, or an attribute

NOTES = "retrofit:notes"
EXACT_TIME = "retrofit:time"  # the hidden column of a workbook with the times that its date cells round
_FORMULA = frozenset("=+-@\t\r\n")
_PLAIN: dict[frozenset[str], Kind] = {
    frozenset({kind}): kind for kind in ("string", "integer", "float", "boolean", "time", "id")
}


class Column(NamedTuple):
    """A column of an exported table."""

    header: str
    owner: Owner
    name: str
    kind: Kind


class TableNotes(NamedTuple):
    """The properties of the log and the columns of its table."""

    case_type: str
    timezone: str
    simulated: bool
    columns: tuple[Column, ...]

    def as_json(self) -> str:
        """Return the notes as JSON."""
        columns = [list(column) for column in self.columns]
        return orjson.dumps({"version": 1, **self._asdict(), "columns": columns}).decode()


def notes_from_json(text: str) -> TableNotes | None:
    """Return the notes that `as_json` wrote; None if the text is none of them."""
    try:
        note: dict[str, Any] = orjson.loads(text)
        columns = tuple(_column(*column) for column in note["columns"])
        ZoneInfo(note["timezone"])
        if not isinstance(note["case_type"], str):
            return None
        return TableNotes(note["case_type"], note["timezone"], bool(note["simulated"]), columns)
    except (LookupError, OSError, TypeError, ValueError):
        return None


def _column(header: Any, owner: Any, name: Any, kind: Any) -> Column:
    if not (isinstance(header, str) and isinstance(name, str)):
        raise TypeError(name)
    if owner not in get_args(Owner) or kind not in get_args(Kind):
        raise ValueError(owner)
    return Column(header, owner, name, kind)


def notes_in_header(header: Sequence[str]) -> TableNotes | None:
    """Return the notes in the name of a text table's last column."""
    name, _, json = header[-1].partition(" ") if header else ("", "", "")
    return notes_from_json(json) if name == NOTES else None


def kind_of(kinds: frozenset[str]) -> Kind:
    """Return the kind of a column whose values are of `kinds`."""
    return _PLAIN.get(kinds, "json")


def cell_of(value: Attribute, kind: Kind, *, neutral: bool) -> str:
    """Return a value as a cell's text; `neutral` so that no spreadsheet takes it for a formula."""
    if kind == "json":
        return _apostrophed(encode_value(value), neutral) if neutral else encode_value(value)
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _apostrophed(value, neutral)
        case datetime():
            return value.isoformat()
    return repr(value)


def value_of(cell: str, kind: Kind) -> Attribute:
    """Return the value of a cell that is not empty; raises `ValueError` where it is not of its kind."""
    match kind:
        case "integer":
            return int(cell)
        case "float":
            return float(cell)
        case "boolean":
            return (
                {"true": True, "false": False}[cell.lower()]
                if cell.lower() in ("true", "false")
                else _no(cell)
            )
        case "time":
            return datetime.fromisoformat(cell)
        case "json":
            return decode_value(cell.removeprefix("'"))
    text = cell.removeprefix("'")
    return Identifier(text) if kind == "id" else text


def _apostrophed(text: str, neutral: bool) -> str:
    if not text or text[0] == "'" or (neutral and text[0] in _FORMULA):
        return "'" + text
    return text


def _no(cell: str) -> Attribute:
    raise ValueError(cell)
