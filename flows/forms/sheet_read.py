"""What a file says for a form's list: its entries, and what is wrong in which row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eventlogs.language import current_language, say
from flows.errors import Fault


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in a row of the file; `place` is the form's field, where the row has one there."""

    row: int
    fault: Fault

    def __str__(self) -> str:
        """Return the sentence, in the current language."""
        return Fault("", self.fault.text, self.fault.values).in_language(current_language())

    def as_text(self) -> str:
        """Return the sentence with the row's number."""
        return say("Row {n}: {reason}", n=self.row, reason=self)


@dataclass(frozen=True, slots=True)
class SheetRead:
    """What a file says: an entry for each place of the list, its row, what is wrong, and who is left out.

    `of_list` is what is wrong with the list as a whole, such as a wrong sum; `n_signs` is how many cells had
    a sign of per cent.
    """

    field: str
    entries: Mapping[int, Mapping[str, Any]]
    rows: Mapping[int, int]
    faults: tuple[RowFault, ...]
    untold: tuple[str, ...]
    of_list: tuple[Fault, ...] = ()
    n_signs: int = 0

    def told(self) -> list[Mapping[str, Any]]:
        """Return the entries that the file has a row for, in the order of the list."""
        return [self.entries[place] for place in sorted(self.rows)]

    def whole(self) -> list[Mapping[str, Any]]:
        """Return all entries; those without a row are as they were proposed."""
        return [self.entries[place] for place in sorted(self.entries)]

    def with_faults(self, faults: Sequence[Fault]) -> "SheetRead":
        """Return the same with what the form's own checks found in its rows, where nothing was found yet."""
        known = {one.fault.place for one in self.faults}
        more = tuple(
            RowFault(self.rows[place], fault)
            for fault in faults
            if (place := self._place_of(fault)) in self.rows and fault.place not in known
        )
        found = sorted((*self.faults, *more), key=lambda one: one.row)
        of_list = tuple(fault for fault in faults if fault.place == self.field)
        return replace(self, faults=tuple(found), of_list=of_list)

    def _place_of(self, fault: Fault) -> int:
        name, _, rest = fault.place.partition(".")
        number = rest.partition(".")[0]
        return int(number) if name == self.field and number.isdecimal() else -1
