"""The events of a log are brought into the order of case, moment and place, however they come."""

from random import Random
from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from eventlogs.trace_columns import TraceEvents


class Row(NamedTuple):
    """What orders an event."""

    case_no: int
    moment: int
    place: int


def ordered(rows: list[Row]) -> list[Row]:
    case_no, moment, place = (np.array([row[nth] for row in rows], np.int64) for nth in range(3))
    none = np.zeros(len(rows), np.int32)
    events = TraceEvents(
        case_no.astype(np.int32), place, moment, none.astype(bool), *(none for _ in range(4))
    ).ordered()
    found = (events.case_no, events.moment, events.place)
    return [Row(*row) for row in zip(*(column.tolist() for column in found), strict=True)]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=12), st.randoms())
def test_events_come_by_case_then_moment_then_place(pairs: list[tuple[int, int]], dice: Random) -> None:
    rows = [Row(case_no, moment, place) for place, (case_no, moment) in enumerate(pairs)]
    by_case = sorted(rows, key=lambda row: row.case_no)
    in_time = sorted(rows, key=lambda row: row.moment)
    mixed = list(rows)
    dice.shuffle(mixed)
    for given_as in (rows, by_case, in_time, mixed):
        assert ordered(given_as) == sorted(rows)
