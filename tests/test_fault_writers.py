"""Eight writers at once, on both sizes of storage: nothing lost, nothing doubled, each one's order kept."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from counted import Count

from eventlogs.events import Event
from eventlogs.ledger.shared_verification import ledger_verification
from eventlogs.storage import Ledger

WRITERS = 8
MONDAY = datetime(2025, 3, 3, tzinfo=UTC)


def test_eight_writers_at_once_lose_and_double_nothing(
    either_ledger: Ledger, pytestconfig: pytest.Config, count: Count
) -> None:
    lasting = 60.0 if pytestconfig.getoption("--seeds") > 1 else 1.5  # seconds
    either_ledger.create_log("live")
    end = time.monotonic() + lasting

    def write(writer: int) -> int:
        number = 0
        while time.monotonic() < end:
            moment = MONDAY - timedelta(minutes=number)  # a clock that goes backwards
            sent = [Event(f"{writer}-{it}", f"C{writer % 3}", "visit", moment) for it in (number, number + 1)]
            either_ledger.append("live", sent)
            number += 1  # so that every second event is sent again
        return number + 1

    with ThreadPoolExecutor(WRITERS) as pool:
        acknowledged = list(pool.map(write, range(WRITERS)))
    keys, after = [], 0
    while recorded := either_ledger.since(after, limit=5_000):
        keys += [it.event.key for it in recorded]
        after = recorded[-1].seq
    assert len(keys) == len(set(keys)) == sum(acknowledged)
    for writer, n in enumerate(acknowledged):
        assert [key for key in keys if key.startswith(f"{writer}-")] == [f"{writer}-{it}" for it in range(n)]
    assert ledger_verification(either_ledger, "live").intact
    count(fault=f"events of eight writers at once in {type(either_ledger).__name__}", times=len(keys))
