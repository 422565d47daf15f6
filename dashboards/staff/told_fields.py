"""What was entered for a step, told as lines, a title and what stands there, and lists as tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dashboards.staff.form_fields import Field, Row
from dashboards.tables import Column, Table
from eventlogs.language import say


@dataclass(frozen=True)
class Line:
    """One field as it was filled in; one with rows has them as a table, too."""

    title: str
    text: str
    table: Table | None = None


def told_fields(fields: Iterable[Field]) -> tuple[Line, ...]:
    """Return the fields that hold something."""
    lines = [Line(one.title, _text(one), _table(one)) for one in fields]
    return tuple(line for line in lines if line.text)


def _table(one: Field) -> Table | None:
    if one.kind != "rows" or not one.rows:
        return None
    columns = [Column(each.title) for each in one.rows[0].fields]
    rows = [[_cell(row, each) for each in row.fields] for row in one.rows]
    return Table(one.last, one.title, columns, rows)


def _cell(row: Row, one: Field) -> str:
    """Return a cell; what a row is about stands there as it is, since its columns tell the rest."""
    return str(one.value) if one in row.identity else _text(one)


def _text(one: Field) -> str:
    if one.kind in {"rows", "group"}:
        return "\n".join(line for line in map(_row, one.rows) if line)
    if isinstance(one.value, list):
        return say(", ").join(_word(one, value) for value in one.value)
    return "" if one.value is None else _word(one, one.value)


def _row(row: Row) -> str:
    return " · ".join(text for one in row.fields if (text := _text(one)))


def _word(one: Field, value: Any) -> str:
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    titles = {choice.value: choice.title for choice in one.choices}
    return titles.get(str(value), str(value))
