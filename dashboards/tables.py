"""Tables as pages show them and as they are taken away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Value = str | int | float | bool | date | datetime | None
Kind = Literal["text", "number", "cases", "decimal", "share", "span", "day", "moment"]


@dataclass(frozen=True)
class Column:
    """One column: its title in the reader's language, and how its values are written.

    `span` is in seconds; `cases` is a number of cases, each of which leads to these cases. `choices` are the
    words that a spreadsheet offers for its cells, in a file that people fill in.
    """

    title: str
    kind: Kind = "text"
    choices: Sequence[str] = ()

    @property
    def is_number(self) -> bool:
        """Whether its values stand at the right."""
        return self.kind in {"number", "cases", "decimal", "share", "span"}


@dataclass(frozen=True)
class Table:
    """One table.

    `links` holds for each row the address of what its first cell names, or nothing; `counted` holds the
    addresses of the cases that a column's numbers count, by the column's place.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    links: Sequence[str | None] = ()
    counted: Mapping[int, Sequence[str | None]] = field(default_factory=dict)

    def cases_address(self, row: int, column: int) -> str | None:
        """Return where the cases are that a cell counts; None for one that counts none."""
        addresses = self.counted.get(column)
        return addresses[row] if addresses and self.rows[row][column] else None


@dataclass(frozen=True)
class Picture:
    """A drawing to take away, as SVG."""

    name: str
    title: str
    svg: str
