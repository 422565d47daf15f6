"""Columns in which every value is a moment in ISO 8601, read as columns while a table is set out.

Anything else, be it one odd value, is left to the SQL of `moments`, which looks at each value.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

WALL = pa.timestamp("us")
_DATED = re.compile(r"\d{4}-\d\d-\d\d")
_DATE_ONLY = 10  # characters


class IsoColumns:
    """Such columns of a table; `zoned` tells whether the values of each name their zone, all being read."""

    def __init__(self, batch: pa.RecordBatch | pa.Table) -> None:
        self.names = [name for name in batch.schema.names if _begins_dated(batch[name])]
        self._zoned: dict[str, set[bool]] = {name: set() for name in self.names}

    @property
    def zoned(self) -> dict[str, bool]:
        """The columns that are such to their end."""
        return {name: found.copy().pop() for name, found in self._zoned.items() if len(found) == 1}

    def read(self, name: str, texts: pa.StringArray) -> pa.TimestampArray:
        """Return the next values of a column, at UTC where they name a zone; no value for empty texts."""
        if name not in self._zoned:
            return pa.nulls(len(texts), WALL)
        found = moments_of(texts)
        if found is None:
            del self._zoned[name]
            return pa.nulls(len(texts), WALL)
        values, zoned = found
        if values.null_count < len(values):
            self._zoned[name].add(zoned)
        return values


def moments_of(texts: pa.StringArray) -> tuple[pa.TimestampArray, bool] | None:
    """Return texts as moments, and whether they name their zone; None if one is not plain ISO 8601."""
    given = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    plain = pc.or_(
        pc.equal(pc.utf8_slice_codeunits(given, 13, 14), ":"), pc.equal(pc.utf8_length(given), _DATE_ONLY)
    )
    if not pc.all(plain, min_count=0).as_py():
        return None
    for kind in (pa.timestamp("us", "UTC"), WALL):
        try:
            return given.cast(kind).cast(WALL), kind.tz is not None
        except pa.ArrowInvalid:
            continue
    return None


def _begins_dated(column: pa.Array | pa.ChunkedArray) -> bool:
    given = column.filter(pc.not_equal(column, ""))
    return bool(len(given) and _DATED.match(given[0].as_py()))
