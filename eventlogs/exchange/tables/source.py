"""A table file as its readers give it: a header, and batches of cells as text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

Kind = Literal["text", "int", "float", "bool", "moment", "json"]


@dataclass
class TableSource:
    """The header and the rows of one table; rows come once.

    A cell that is empty is null or "". `kinds` are those of columns that the file itself types; complete
    once the rows have been read. `first_row` is the number of the first row under the header, as a person
    counts; `left_out` are the numbers of rows that came in no batch.
    """

    columns: list[str]
    batches: Iterator[pa.RecordBatch]
    first_row: int = 2
    kinds: dict[str, Kind] = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)

    def row_number(self, place: int) -> int:
        """Return the number a person counts for the row that came at `place`, from 0."""
        number = place + self.first_row
        for left_out in self.left_out:
            if left_out > number:
                break
            number += 1
        return number
