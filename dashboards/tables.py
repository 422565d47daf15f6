"""Tables as pages show them and as they are taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Value = str | int | float | bool | date | datetime | None
Kind = Literal["text", "number", "decimal", "share", "span", "day", "moment"]


@dataclass(frozen=True)
class Column:
    """One column: its title in the reader's language, and how its values are written (`span` in seconds)."""

    title: str
    kind: Kind = "text"

    @property
    def is_number(self) -> bool:
        """Whether its values stand at the right."""
        return self.kind in {"number", "decimal", "share", "span"}


@dataclass(frozen=True)
class Table:
    """One table; `links` holds for each row the address of what its first cell names, or nothing."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    links: Sequence[str | None] = ()
