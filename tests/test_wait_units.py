"""Waits are kept in seconds where nothing is lost by it, and say the same in any unit."""

from datetime import UTC, datetime, timedelta

import pytest

from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import PreparedLog, prepare
from eventlogs.shape import shape_of
from mining.cases.as_of import as_of
from mining.discovery.directly_follows import Wait, waits, waits_by
from mining.discovery.process_map import Arc, process_map

START = datetime(1950, 1, 1, tzinfo=UTC)
SECONDS, MICROSECONDS = (1_000_000, "INTEGER"), (1, "BIGINT")
SIXTY_EIGHT_YEARS = timedelta(seconds=2**31 - 1)


def recorded(ledger: DuckDBLedger, *after: timedelta, case: str = "A") -> PreparedLog:
    """Record events of a case, so long after the start, and bring the prepared log up to date."""
    ledger.create_log("log")
    of_wuxi = {"city": "Wuxi"}
    ledger.append(
        "log",
        [
            Event(f"{case}/{it}", case, f"step {n}", START + it, attributes=of_wuxi)
            for n, it in enumerate(after)
        ],
    )
    return prepare(ledger, "log")


def unit_and_type(prepared: PreparedLog) -> tuple[int, str]:
    with prepared.reading() as connection:
        (told,) = connection.execute("SELECT DISTINCT typeof(waited) FROM trace_event").fetchall()
        return shape_of(connection).wait_unit, told[0]


def gaps(prepared: PreparedLog) -> list[timedelta | None]:
    with prepared.reading() as connection:
        found = connection.execute("SELECT wait FROM trace_event ORDER BY seq").fetchall()
    return [None if wait is None else timedelta(microseconds=wait) for (wait,) in found]


@pytest.mark.parametrize(
    ("last", "kept_in"),
    [
        (timedelta(seconds=1), SECONDS),
        (timedelta(microseconds=1_000_001), MICROSECONDS),
        (SIXTY_EIGHT_YEARS, SECONDS),
        (SIXTY_EIGHT_YEARS + timedelta(seconds=1), MICROSECONDS),
    ],
)
def test_waits_are_kept_in_seconds_where_all_are_whole_and_have_room(
    ledger: DuckDBLedger, last: timedelta, kept_in: tuple[int, str]
) -> None:
    prepared = recorded(ledger, timedelta(0), last)
    assert unit_and_type(prepared) == kept_in
    assert gaps(prepared) == [last, None]


@pytest.mark.parametrize("later", [timedelta(microseconds=1), SIXTY_EIGHT_YEARS + timedelta(seconds=1)])
def test_what_does_not_go_into_the_unit_makes_the_whole_log_change_it(
    ledger: DuckDBLedger, later: timedelta
) -> None:
    assert unit_and_type(recorded(ledger, timedelta(0), timedelta(minutes=1))) == SECONDS
    prepared = recorded(ledger, timedelta(0), later, case="B")
    assert unit_and_type(prepared) == MICROSECONDS
    assert gaps(prepared) == [timedelta(minutes=1), None, later, None]


def test_what_goes_into_the_unit_is_added_in_it(ledger: DuckDBLedger) -> None:
    recorded(ledger, timedelta(0), timedelta(microseconds=1))
    prepared = recorded(ledger, timedelta(0), timedelta(minutes=1), case="B")
    assert unit_and_type(prepared) == MICROSECONDS
    assert gaps(prepared) == [timedelta(microseconds=1), None, timedelta(minutes=1), None]


@pytest.mark.parametrize("shift", [timedelta(0), timedelta(microseconds=1)])
def test_questions_are_answered_in_seconds_whatever_the_unit(ledger: DuckDBLedger, shift: timedelta) -> None:
    recorded(ledger, shift, timedelta(seconds=10) + shift)
    prepared = recorded(ledger, shift, timedelta(seconds=30) + shift, case="B")
    pair = ("step 0", "step 1")
    assert waits(prepared) == {pair: Wait(20, 20)}
    assert waits_by(prepared, "city") == {"Wuxi": {pair: Wait(20, 20)}}
    assert process_map(prepared).arcs == (Arc(*pair, 2, 2, 20, 20, 28),)
    cut = as_of(prepared, START + timedelta(seconds=20))
    assert unit_and_type(cut) == unit_and_type(prepared)
    assert gaps(cut) == [timedelta(seconds=10), None, None]
