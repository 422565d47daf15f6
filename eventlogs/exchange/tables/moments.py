"""Columns of times in a staged table: the whole column decides how they are written, never one row."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import pyarrow as pa
import pyarrow.compute as pc

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.file_read import Note
from eventlogs.exchange.staging import MOMENT
from eventlogs.exchange.tables.stage import TableStage

DayOrder = Literal["ymd", "dmy", "mdy"]
_ISO = r"^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)?)?$"
_NUMBER = r"^\d{5,19}(\.\d+)?$"
_YEAR_LAST = r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
_SHAPES = """
    SELECT count(*), count(*) FILTER (regexp_matches(v, $iso)), count(*) FILTER (regexp_matches(v, $number)),
        count(*) FILTER (regexp_matches(time_digits(v), $year_last))
    FROM (SELECT trim(c0) AS v FROM cell) WHERE v <> ''
"""
_ORDERS = """
    SELECT count(*) FILTER (dmy <> mdy), min(place) FILTER (mdy IS NULL AND dmy IS NOT NULL),
        min(place) FILTER (dmy IS NULL AND mdy IS NOT NULL), arg_min(v, place) FILTER (dmy <> mdy)
    FROM (SELECT place, v, written_time(v, 'dmy') AS dmy, written_time(v, 'mdy') AS mdy
        FROM (SELECT place, trim(c0) AS v FROM cell) WHERE v <> '')
"""


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """How a column of the table `cell` writes times: in ISO 8601, in words and slashes, or as numbers.

    One that was read as a whole (`read`) names the zones of all its times, then at UTC, or of none.
    """

    column: str
    written: Literal["iso", "words", "numbers", "read"]
    day_order: DayOrder = "ymd"
    zoned: bool = False

    @property
    def wall(self) -> str:
        """The SQL of the time as written, whatever its zone; NULL where it is none."""
        if self.written == "read":
            return f"w{self.column[1:]}"
        if self.written == "iso":
            return f"TRY_CAST(regexp_replace(trim({self.column}), '(:.*)([Zz]|[+-].*)$', '\\1') AS TIMESTAMP)"
        if self.written == "numbers":
            return f"numbered_time(trim({self.column}))"
        return f"written_time({self.column}, '{self.day_order}')"

    @property
    def offset(self) -> str:
        """The SQL of the minutes that the time names as its distance to UTC; NULL where it names none."""
        if self.written == "read":
            return "0" if self.zoned else "NULL::INTEGER"
        if self.written == "numbers":
            return f"CASE WHEN is_since_1970(trim({self.column})) THEN 0 END"
        return f"zone_minutes(nullif(zone_text({self.column}), ''))"


def time_column(
    stage: TableStage, name: str, chosen: str | None, path: Path
) -> tuple[TimeColumn, list[Note]]:
    """Return how a column writes times, and what to tell about it."""
    column = stage.column(name)
    zoned = stage.zoned(name)
    if zoned is not None:
        return TimeColumn(column, "read", zoned=zoned), []
    shapes = {"iso": _ISO, "number": _NUMBER, "year_last": _YEAR_LAST}
    n, n_iso, n_numbers, n_year_last = stage.row(_SHAPES.replace("c0", column), shapes)
    if n_iso == n:
        return TimeColumn(column, "iso"), []
    if n_numbers * 2 > n:
        return TimeColumn(column, "numbers"), []
    if not n_year_last:
        return TimeColumn(column, "words"), []
    if chosen in ("dmy", "mdy"):
        return TimeColumn(column, "words", cast(DayOrder, chosen)), []
    order, example = _day_order(stage, name, path)
    if example is None:
        return TimeColumn(column, "words", order), []
    shown = (
        "{column}: {example} is read with the day first"
        if order == "dmy"
        else "{column}: {example} is read with the month first"
    )
    return TimeColumn(column, "words", order), [(shown, {"column": name, "example": example})]


def _day_order(stage: TableStage, name: str, path: Path) -> tuple[DayOrder, str | None]:
    """Return whether day or month comes first, and a value that could be read both ways."""
    n_differ, only_day, only_month, example = stage.row(_ORDERS.replace("c0", stage.column(name)))
    if only_day is not None and only_month is not None:
        raise ImportRefusedError(
            "{file}: {column} has the day first in row {day_row} and the month first in row {month_row}; "
            "write all dates like 2024-05-31",
            file=path,
            column=name,
            day_row=stage.source.row_number(only_day),
            month_row=stage.source.row_number(only_month),
        )
    if only_day is not None or only_month is not None or not n_differ:
        return ("mdy" if only_month is not None else "dmy"), example
    raise ImportRefusedError(
        "{file}: in {column} no date tells whether the day or the month comes first, as in {example}; "
        "say --date-order dmy or --date-order mdy",
        file=path,
        column=name,
        example=example,
    )


def moments(wall: pa.ChunkedArray, offset: pa.ChunkedArray, timezone: str) -> pa.ChunkedArray:
    """Return times as moments at UTC: those without an offset are in `timezone`."""
    naive = pc.assume_timezone(wall, timezone, ambiguous="earliest", nonexistent="latest").cast(MOMENT)
    if offset.null_count == len(offset):
        return naive
    shift = pc.multiply(pc.cast(offset, pa.int64()), 60_000_000).cast(pa.duration("us"))
    zoned = pc.assume_timezone(pc.subtract(wall, shift), "UTC")
    return pc.if_else(pc.is_valid(offset), zoned, naive)
