"""Events are sealed into their cases' chains alike in this process and in one of their own."""

import os
import signal
from datetime import UTC, datetime
from itertools import chain
from time import monotonic, sleep

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.sealing import Sealer
from eventlogs.ledger.chain import chained
from eventlogs.ledger.rows import Row, arrow_table

MONDAY = datetime(2024, 3, 4, 9, tzinfo=UTC)
LINK = {"object_id": "甲", "object_type": "household", "qualifier": ""}

Batch = list[tuple[str, bool]]  # of each event its case, and whether it is linked to an object
batches = st.lists(st.lists(st.tuples(st.sampled_from("ABC"), st.booleans()), max_size=5), max_size=4)


def rows_of(some: list[Batch]) -> list[list[Row]]:
    numbers = iter(range(1, 1000))
    return [
        [
            Row(number, 1, f"{number}", case, "签约", "complete", None, None, None, MONDAY, MONDAY, "{}",
                "{}", [LINK] if linked else [], [], None, None, b"")
            for (case, linked), number in zip(batch, numbers, strict=False)
        ]
        for batch in some
    ]  # fmt: skip


def table(batch: list[Row]) -> pa.Table:
    return arrow_table(batch).drop_columns("chain_hash")


def sealed(some: list[list[Row]], many: int) -> list[bytes]:
    sealer = Sealer(many)
    tables = [done for batch in some if batch for done in sealer.add(table(batch))]
    return [link for done in [*tables, *sealer.rest()] for link in done["chain_hash"].to_pylist()]


@settings(max_examples=15, deadline=None)
@given(batches, st.sampled_from([0, 4, 1000]))
def test_where_events_are_sealed_makes_no_difference(some: list[Batch], many: int) -> None:
    rows = rows_of(some)
    assert sealed(rows, many) == [row.chain_hash for row in chained(chain.from_iterable(rows), {})]


def test_a_sealing_process_that_is_killed_refuses_the_import() -> None:
    sealer = Sealer(0)
    batch = table(rows_of([[("A", False)]])[0])
    assert list(sealer.add(batch)) == []
    [child] = children_once(there=True)
    os.kill(child, signal.SIGKILL)
    with pytest.raises(ImportRefusedError, match="ended from outside"):
        [*sealer.add(batch), *sealer.add(batch), *sealer.rest()]


def test_no_process_stays_behind_an_import_given_up() -> None:
    sealer = Sealer(0)
    assert list(sealer.add(table(rows_of([[("A", False)]])[0]))) == []
    assert children_once(there=True)
    del sealer
    assert children_once(there=False) == []


def children_once(*, there: bool) -> list[int]:
    deadline = monotonic() + 20
    while bool(found := children()) is not there and monotonic() < deadline:
        sleep(0.05)
    return found


def children() -> list[int]:
    own = os.getpid()
    with os.popen(f"ps -ww -o pid=,args= --ppid {own}") as told:
        return [int(line.split()[0]) for line in told if "sealing_process" in line]
