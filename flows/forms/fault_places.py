"""Where a fault is, in people's words: `ballots.11.choice` is row 12, household 602, choice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from pydantic import BaseModel

from eventlogs.language import current_language, say
from flows.errors import Fault


@dataclass(frozen=True)
class RowOfList:
    """A row of a list that was entered, and what in it is wrong, if that is told."""

    within: str
    number: int  # the first is 1
    title: str  # of what tells the row from others, such as the household
    mark: str
    rest: str  # the field in the row

    def __str__(self) -> str:
        """Say it as people count."""
        row = say("{within}, row {number}", within=self.within, number=self.number)
        if self.mark:
            title = say(self.title) if self.title else ""
            name = f"{title.lower()} {self.mark}" if current_language() == "en" else f"{title} {self.mark}"
            row = say("{row} ({mark})", row=row, mark=name.strip())
        return say("{row}, {field}", row=row, field=self.rest) if self.rest else row


def told_in_rows(faults: Sequence[Fault], model: type[BaseModel], data: Mapping[str, Any]) -> list[Fault]:
    """Return the faults, those in rows of lists told by the row's number and mark."""
    return [replace(fault, told=_row(fault.place.split("."), model, data)) for fault in faults]


def labels_of(place: str, model: type[BaseModel]) -> Mapping[str, str]:
    """Return the words of the choices of a field by their keys; nothing where it has none."""
    *path, last = [part for part in place.split(".") if not part.isdecimal()] or [""]
    of = _row_model(path, model) if path else model
    field = of.model_fields.get(last) if of else None
    extra = field.json_schema_extra if field else None
    labels = extra.get("labels") if isinstance(extra, dict) else None
    return {key: str(word) for key, word in labels.items()} if isinstance(labels, dict) else {}


def _row(path: list[str], model: type[BaseModel], data: Mapping[str, Any]) -> RowOfList | None:
    at = next((n for n, part in enumerate(path) if part.isdecimal()), None)
    if at is None:
        return None
    number = int(path[at])
    rows: Any = data
    for name in path[:at]:
        rows = rows.get(name) if isinstance(rows, Mapping) else None
    row = rows[number] if isinstance(rows, list | tuple) and number < len(rows) else None
    title, mark = _mark(_row_model(path[:at], model), row)
    return RowOfList(".".join(path[:at]), number + 1, title, mark, ".".join(path[at + 1 :]))


def _mark(of: type[BaseModel] | None, row: Any) -> tuple[str, str]:
    """Return title and value of the first field of a row, by which people know it."""
    if of is None:
        return "", row if isinstance(row, str) else ""
    name, known = next(iter(of.model_fields.items()))
    value = row.get(name) if isinstance(row, Mapping) else None
    return (str(known.title or name), str(value)) if isinstance(value, str | int) else ("", "")


def _row_model(path: list[str], model: type[BaseModel]) -> type[BaseModel] | None:
    """Return what the rows of a list are, if they have fields."""
    found: type[BaseModel] | None = model
    for name in path:
        known = found.model_fields.get(name) if found else None
        found = next(_models(known.annotation), None) if known else None
    return found


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
