"""Events find the part of their case, and none is lost where many are put aside in a file."""

import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trace_rows import Row, of_rows, rows_of

from eventlogs import parted_events, sequences
from eventlogs.errors import EventLogError
from eventlogs.parted_events import PartedEvents, width_of
from eventlogs.sequences import Sequences
from eventlogs.shape import MICROSECOND, SECOND
from eventlogs.spill_file import SpillFile

batches = st.lists(st.lists(st.integers(0, 50), max_size=9), max_size=6)


@pytest.fixture(scope="module", autouse=True, params=["few are held", "all are held"])
def held(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let parts be tiny, and everything but a few events be put aside, or nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parted_events, "_PART", 4)
        patch.setattr(parted_events, "_MOST_IN_PART", 8)
        patch.setattr(parted_events, "_LEAST_WIDTH", 2)
        if request.param == "few are held":
            patch.setattr(parted_events, "_MOST_HELD", 5)
            patch.setattr(sequences, "_MOST_HELD", 5)
        yield


@given(batches, st.one_of(st.none(), st.integers(1, 60)))
def test_parts_have_whole_cases_and_come_in_their_order(cases: list[list[int]], width: int | None) -> None:
    rows = [
        [Row(case_no, 1_000_000 * place, place) for place, case_no in enumerate(batch, 10 * nth)]
        for nth, batch in enumerate(cases)
    ]
    parted = PartedEvents(SpillFile(None), width)
    for batch in rows:
        parted.add(of_rows(batch))
    assert parted.wait_unit == SECOND
    parts = list(parted.parts())
    of_parts = [set(part.case_no.tolist()) for part in parts]
    assert sum(map(len, of_parts)) == len({row.case_no for batch in rows for row in batch})
    found = [row for part in parts for row in rows_of(part.ordered())]
    assert [row.case_no for row in found] == sorted(row.case_no for row in found)
    assert sorted(found) == sorted(row for batch in rows for row in batch)


@given(batches)
def test_a_part_is_as_large_as_was_meant_or_a_single_case(cases: list[list[int]]) -> None:
    parted = PartedEvents(SpillFile(None), 51)
    for batch in cases:
        parted.add(of_rows([Row(case_no, 0, 0) for case_no in batch]))
    for part in parted.parts():
        assert len(part) <= 8 or len(set(part.case_no.tolist())) == 1


def test_short_cases_after_long_ones_do_not_become_as_many_parts() -> None:
    parted = PartedEvents(SpillFile(None))
    parted.add(of_rows([Row(nth % 2, 0, nth) for nth in range(12)]))
    parted.add(of_rows([Row(case_no, 0, case_no) for case_no in range(2, 40)]))
    parts = [len(part) for part in parted.parts()]
    assert sum(parts) == 50
    assert len(parts) <= 20


def test_nothing_is_one_empty_part() -> None:
    assert [len(part) for part in PartedEvents(SpillFile(None)).parts()] == [0]


def test_a_fraction_of_a_second_is_not_lost() -> None:
    parted = PartedEvents(SpillFile(None))
    parted.add(of_rows([Row(0, 1, 0)]))
    assert parted.wait_unit == MICROSECOND


@pytest.mark.parametrize(("n_cases", "n_events", "width"), [(0, 0, 1), (10, 3, 10), (10, 8, 5), (3, 100, 1)])
def test_a_part_has_about_as_many_events_as_a_processor_can_keep(
    n_cases: int, n_events: int, width: int
) -> None:
    assert width_of(n_cases, n_events) == width


@given(st.lists(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=4), max_size=4), max_size=4))
def test_sequences_come_back_as_they_were_given(parts: list[list[list[int]]]) -> None:
    kept = Sequences(SpillFile(None))
    begins = accumulate(map(len, parts), initial=0)
    for begin, cases in zip(begins, parts, strict=False):
        numbers = np.arange(begin, begin + len(cases), dtype=np.int32)
        lengths = np.array([len(case) for case in cases], np.int32)
        kept.add(numbers, lengths, np.array([code for case in cases for code in case], np.int32))
    found = list(kept.parts())
    for cases, part in zip(parts, found, strict=True):
        assert [part.of(part.case_no[nth : nth + 1]).tolist() for nth in range(len(cases))] == cases
        assert part.of(part.case_no).tolist() == [code for case in cases for code in case]


def test_what_was_put_aside_leaves_no_file(tmp_path: Path) -> None:
    spill = SpillFile(tmp_path)
    first = spill.put([np.arange(3), np.array([True, False, True])])
    second = spill.put([np.zeros(0, np.int32)])
    assert (first.n_rows, second.n_rows) == (3, 0)
    assert [column.tolist() for column in spill.take(first)] == [[0, 1, 2], [True, False, True]]
    assert [column.tolist() for column in spill.take(second)] == [[]]
    del spill
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda dir: Path("/dev/full").open("r+b"))  # noqa: SIM115
    spill = SpillFile(tmp_path)
    with pytest.raises(EventLogError, match=f"the disk that holds {tmp_path} is full"):
        spill.put([np.arange(3)])


def traced(make: Callable[[], object]) -> int:
    """Return the bytes that what was made holds."""
    tracemalloc.start()
    try:
        made = make()
        assert made is not None
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("held", ["few are held"], indirect=True)
def test_long_logs_are_held_in_a_file() -> None:
    def parted(n_batches: int) -> PartedEvents:
        made = PartedEvents(SpillFile(None), 1_000)
        for nth in range(n_batches):
            made.add(of_rows([Row(nth % 7, row, row) for row in range(1_000)]))
        return made

    def gone(n_batches: int) -> Sequences:
        made = Sequences(SpillFile(None))
        for nth in range(n_batches):
            one = np.array([nth], np.int32)
            made.add(one, one + 1_000, np.ones(1_000, np.int32))
        return made

    assert traced(lambda: parted(100)) < 0.1 * 37 * 100_000  # bytes of the events
    assert traced(lambda: gone(100)) < 0.2 * 4 * 100_000
