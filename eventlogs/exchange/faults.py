"""Rows and elements that are no events: the first refuses the file, or they are set aside with reasons."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eventlogs.errors import ImportRefusedError
from eventlogs.language import Language, current_language, say, say_in

# Each sentence names file, place, column and value, and what would be right.
NO_MOMENT = (
    "{file}, {unit} {place}: {value} in {column} is no date and time; write it like 2024-05-01T09:30:00+08:00"
)
NO_WHOLE_NUMBER = "{file}, {unit} {place}: {value} in {column} is no whole number; write it like 6 or -6"
NO_NUMBER = "{file}, {unit} {place}: {value} in {column} is no number; write it like 6.5"
NO_BOOLEAN = "{file}, {unit} {place}: {value} in {column} is neither true nor false; write one of these"
NO_ACTIVITY = "{file}, {unit} {place}: the event has no {column}; every event needs one to name its activity"
NO_CASE = "{file}, {unit} {place}: the event has no {column}; every event needs one to name its case"

NO_RESULT = (
    "{file}, {unit} {place}: the formula in {column} has no stored result; open the file in Excel or WPS, "
    "save it there, and import it again"
)


class RowFaultError(ImportRefusedError):
    """One row or element of a file is no event."""

    def __init__(
        self, text: str, /, *, place: int, column: str = "", value: str = "", **values: object
    ) -> None:
        self.place, self.column, self.value = place, column, value
        shown = value if len(value) <= 80 else value[:77] + "…"
        super().__init__(text, place=place, column=column, value=repr(shown), **values)


@dataclass
class Faults:
    """What becomes of faulty rows: without `rejects` the first refuses the file, else they go there."""

    file: Path
    unit: str  # `line` of an XML file, `row` of a table, `place` in others; said in the reader's language
    rejects: Path | None = None
    found: list[tuple[int | str, str, str, str, tuple[str, ...]]] = field(default_factory=list)
    columns: tuple[str, ...] = ()  # of the rows that are set aside, where they are rows of a table
    held_back: RowFaultError | None = None  # what refuses the file unless an earlier row does
    language: Language = field(default_factory=current_language)  # rows are met in threads that know of none

    @property
    def unit_said(self) -> str:
        """The unit in the reader's language."""
        return say_in(self.language, self.unit)

    def meet(
        self,
        text: str,
        *,
        place: int,
        column: str = "",
        value: str = "",
        row: tuple[str, ...] = (),
        **values: object,
    ) -> None:
        """Refuse the file, or set one row aside."""
        fault = self._fault(text, place=place, column=column, value=value, **values)
        if self.rejects is None:
            raise min(fault, self.held_back or fault, key=lambda it: it.place)
        reason = say_in(self.language, fault.text, **fault.values)
        self.found.append((place, column, value, reason, row))

    def hold_back(self, text: str, *, place: int, **values: object) -> None:
        """Keep the fault of a row that is met before earlier ones can be looked at."""
        self.held_back = self.held_back or self._fault(text, place=place, **values)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look at the rows inside the block; what was held back comes before what is wrong with no row."""
        try:
            yield
        except RowFaultError:
            raise
        except ImportRefusedError:
            if self.held_back is None:
                raise
        if self.held_back is not None:
            raise self.held_back

    def _fault(self, text: str, **values: Any) -> RowFaultError:
        return RowFaultError(text, file=self.file, unit=self.unit_said, **values)

    def set_aside(self, place: str, error: ImportRefusedError) -> None:
        """Set aside what was refused at a place, with the sentence that refuses it."""
        column = str(error.values.get("attribute") or error.values.get("member") or "")
        value = str(error.values.get("value", ""))
        self.found.append((place, column, value, say(error.text, **error.values), ()))

    def write(self) -> None:
        """Write the reject file, if anything was set aside."""
        if self.rejects is None or not self.found:
            return
        try:
            with self.rejects.open("w", encoding="utf-8-sig", newline="") as file:
                rows = csv.writer(file)
                rows.writerow([say(self.unit), say("column"), say("value"), say("reason"), *self.columns])
                rows.writerows([*fault[:4], *fault[4]] for fault in sorted(self.found, key=_row))
        except OSError as error:
            raise ImportRefusedError(
                "the reject file {file} cannot be written: {reason}; name another with --rejects FILE",
                file=self.rejects,
                reason=error,
            ) from error


def _row(fault: tuple[int | str, str, str, str, tuple[str, ...]]) -> int:
    """Return the row of a fault; those at places with names keep the order in which they were met."""
    return fault[0] if isinstance(fault[0], int) else 0
