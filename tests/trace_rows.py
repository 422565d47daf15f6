"""Events of which only what orders them is told."""

from typing import NamedTuple

import numpy as np

from eventlogs.trace_columns import TraceEvents


class Row(NamedTuple):
    """What orders an event."""

    case_no: int
    moment: int
    place: int


def of_rows(rows: list[Row]) -> TraceEvents:
    case_no, moment, place = (np.array([row[nth] for row in rows], np.int64) for nth in range(3))
    none = np.zeros(len(rows), np.int32)
    return TraceEvents(case_no.astype(np.int32), place, moment, none.astype(bool), *(none for _ in range(4)))


def rows_of(events: TraceEvents) -> list[Row]:
    found = (events.case_no, events.moment, events.place)
    return [Row(*row) for row in zip(*(column.tolist() for column in found), strict=True)]
