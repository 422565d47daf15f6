"""Columns of plain moments are read as a whole, with the result of the careful way, or not at all."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventlogs.exchange.tables.iso_columns import IsoColumns, moments_of
from eventlogs.exchange.tables.moments import TimeColumn

WAYS: list[Callable[[datetime], str]] = [
    lambda it: it.isoformat(),
    lambda it: it.isoformat(" ", "minutes"),
    lambda it: it.isoformat("T", "milliseconds"),
    lambda it: it.date().isoformat(),
    lambda it: it.isoformat(" ", "seconds") + "Z",
    lambda it: it.isoformat() + "+08:00",
    lambda it: it.isoformat(" ", "minutes") + "-0330",
    lambda it: it.isoformat() + "+08",
]


def careful(texts: list[str]) -> list[tuple[datetime | None, int | None]]:
    """Return time and offset of each text by the SQL that looks at each value."""
    connection = duckdb.connect()
    connection.execute((files("eventlogs.exchange") / "sql" / "table" / "moments.sql").read_text("utf-8"))
    connection.register("cell", pa.table({"c0": pa.array(texts)}))
    times = TimeColumn("c0", "iso")
    return connection.execute(f"SELECT {times.wall}, {times.offset} FROM cell").fetchall()  # noqa: S608


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 1, 1)), min_size=1),  # noqa: DTZ001
    st.sampled_from(WAYS),
)
def test_what_is_read_as_a_whole_is_what_the_careful_way_reads(
    moments: list[datetime], way: Callable[[datetime], str]
) -> None:
    texts = [way(moment) for moment in moments]
    found = moments_of(pa.array(texts))
    assert found is not None
    values, zoned = found
    expected = [wall - timedelta(minutes=offset or 0) for wall, offset in careful(texts) if wall is not None]
    assert values.to_pylist() == expected
    assert zoned == any(text.endswith(("Z", "+08:00", "-0330", "+08")) for text in texts)


@pytest.mark.parametrize(
    "odd",
    ["2021-02-30", "2021-01-01 10", "2021-01-01 10+08", "2021-01-01T24:00", " 2021-01-01", "2021-1-1", "x",
     "2021-01-01 10:00Z", "2021年1月1日", "20210101", "2021-01-01 10:00:00.1234567"],
)  # fmt: skip
def test_one_odd_value_leaves_the_column_to_the_careful_way(odd: str) -> None:
    assert moments_of(pa.array(["2021-01-01 09:00", odd])) is None


def test_a_column_that_turns_odd_later_is_none() -> None:
    first = pa.table({"c0": ["2021-01-01", ""], "c1": ["a", "b"], "c2": ["", "2021-01-01T10:00Z"]})
    columns = IsoColumns(first)
    assert columns.names == ["c0", "c2"]
    for name in columns.names:
        columns.read(name, first[name].combine_chunks())
    assert columns.zoned == {"c0": False, "c2": True}
    assert columns.read("c0", pa.array(["2021-01-02", "soon"])).null_count == 2
    columns.read("c2", pa.array(["2021-01-01 10:00"]))  # names no zone where others do
    assert columns.zoned == {}


def test_no_value_stays_none() -> None:
    found = moments_of(pa.array(["", "2021-01-01T00:00Z"]))
    assert found is not None
    assert found[0].to_pylist() == [None, datetime(2021, 1, 1, tzinfo=UTC).replace(tzinfo=None)]
