"""Waits are put down to the causes that were planted, recorded ones by their code, and their parts add up."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from running import ran

from eventlogs.events import Event
from eventlogs.language import speaking
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import prepare
from mining.spans import ALL
from mining.waiting_causes import waiting_causes
from mining.waiting_inference import Work, batches, latest_ends, parted

HOUR = timedelta(hours=1)
TUESDAY = datetime(2024, 3, 5, tzinfo=UTC)


def work(case: str, activity: str, ready: float, start: float, end: float, actor: str = "Li") -> list[Event]:
    """Return an offer, a start and a completion, in hours after `TUESDAY`."""
    return [
        Event(
            f"{case}/{activity}/{turn}",
            case,
            activity,
            TUESDAY + hours * HOUR,
            lifecycle=turn,
            actor=actor,
        )
        for turn, hours in (("schedule", ready), ("start", start), ("complete", end))
    ]


def inferred(ledger: DuckDBLedger, *works: list[Event]) -> dict[str, float]:
    ledger.create_log("log", simulated=True)
    ledger.append("log", [event for one in works for event in one])
    found = waiting_causes(prepare(ledger, "log", lifecycles=ALL)).whole.inferred
    return {one.cause: one.time / HOUR for one in found}


def test_waiting_behind_earlier_work_is_contention(ledger: DuckDBLedger) -> None:
    assert inferred(ledger, work("a", "x", 0, 0, 5), work("b", "y", 1, 5, 6)) == {"contention": 4}


def test_waiting_while_later_work_is_done_is_prioritisation(ledger: DuckDBLedger) -> None:
    found = inferred(ledger, work("a", "x", 2, 2, 5), work("b", "y", 1, 5, 6))
    assert found == {"extraneous": 1, "prioritisation": 3}


def test_work_done_together_when_the_last_is_ready_is_batching(ledger: DuckDBLedger) -> None:
    found = inferred(ledger, work("a", "x", 0, 6, 7), work("b", "x", 4, 7, 8), work("c", "x", 5, 8, 9))
    # until 5 a and b wait for c; then b waits 1 hour and c 2 for the others; the hour from 5 to 6 is nobody's
    assert found == {"batching": 5 + (1 + 1) + 2, "extraneous": 3}


def test_days_off_are_no_ones_fault(ledger: DuckDBLedger) -> None:
    friday = 24 * 3 + 6  # 14:00 in Shanghai
    found = inferred(ledger, work("a", "x", friday, friday + 72, friday + 73))
    assert found == {"unavailability": 48, "extraneous": 24}


def test_recorded_holds_are_told_by_their_cause_and_open_ones_counted(ledger: DuckDBLedger) -> None:
    ledger.create_log("log", simulated=True)
    turns = [("start", 0, None), ("suspend", 1, "money"), ("resume", 4, None), ("suspend", 5, "office")]
    ledger.append(
        "log",
        [
            Event(
                f"a/{n}",
                "a",
                "raise_funds",
                TUESDAY + hours * HOUR,
                lifecycle=turn,
                attributes={"cause": cause} if cause else {},
            )
            for n, (turn, hours, cause) in enumerate(turns)
        ],
    )
    found = waiting_causes(prepare(ledger, "log", lifecycles=ALL))
    assert [(one.cause, one.holds, one.open, one.time) for one in found.whole.recorded] == [
        ("money", 1, 0, 3 * HOUR),
        ("office", 1, 1, timedelta()),
    ]
    with speaking("zh"):
        assert "等待资金" in found.as_text()
        assert "无法推断其他原因" in found.as_text()


MOMENTS = st.integers(0, 60)


@given(st.lists(st.tuples(st.integers(0, 2), MOMENTS, MOMENTS, MOMENTS), min_size=1, max_size=12))
def test_the_parts_of_a_wait_add_up_to_it(told: list[tuple[int, int, int, int]]) -> None:
    works = sorted(
        (
            Work(activity, ready, ready + wait, ready + wait + service)
            for activity, ready, wait, service in told
        ),
        key=lambda one: one.started,
    )
    numbers, ends = batches(works), latest_ends(works)
    for place, one in enumerate(works):
        spent = parted(place, works, numbers, ends, lambda low, high: (high - low) // 2)
        assert sum(spent.values()) == one.started - (one.ready or 0)
        assert min(spent.values()) >= 0


def test_the_command_tells_groups_and_that_causes_are_inferred(ledger: DuckDBLedger, tmp_path: Path) -> None:
    assert inferred(ledger, work("a", "x", 0, 0, 5), work("b", "y", 1, 5, 6))
    ledger.close()
    status, out, _ = ran("mine waiting log --by actor --json", tmp_path)
    answer = json.loads(out)
    assert (status, answer["all_waits"], answer["groups"][0]["waits"]) == (0, 1, 1)
    assert "推断的等待原因" in ran("--lang zh mine waiting log", tmp_path)[1]
