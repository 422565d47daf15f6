"""What was entered for a step, told as lines: a title and what stands there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dashboards.staff.form_fields import Field, Row
from eventlogs.language import say


@dataclass(frozen=True)
class Line:
    """One field as it was filled in."""

    title: str
    text: str


def told_fields(fields: Iterable[Field]) -> tuple[Line, ...]:
    """Return the fields that hold something."""
    lines = [Line(one.title, _text(one)) for one in fields]
    return tuple(line for line in lines if line.text)


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
