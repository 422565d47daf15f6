"""The events of a log are brought into the order of case, moment and place, however they come."""

from random import Random

import duckdb
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from trace_rows import Row, of_rows, rows_of

from eventlogs.sequences import SomeSequences
from eventlogs.shape import MICROSECOND, Shape
from eventlogs.sql_files import sql
from eventlogs.trace_columns import TraceEvents

BEFORE_ALL = -(2**63) + 1  # where an event without a time stands that none in its case comes before
moments = st.one_of(st.integers(0, 4), st.just(BEFORE_ALL), st.integers(1_700_000_000_000_000, 1 << 51))


@given(st.lists(st.tuples(st.integers(0, 3), moments), max_size=12), st.randoms())
def test_events_come_by_case_then_moment_then_place(pairs: list[tuple[int, int]], dice: Random) -> None:
    rows = [Row(case_no, moment, place) for place, (case_no, moment) in enumerate(pairs)]
    by_case = sorted(rows, key=lambda row: row.case_no)
    in_time = sorted(rows, key=lambda row: row.moment)
    mixed = list(rows)
    dice.shuffle(mixed)
    for given_as in (rows, by_case, in_time, mixed):
        assert rows_of(of_rows(given_as).ordered()) == sorted(rows)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=6), max_size=6), st.data())
def test_sums_of_cases_are_those_that_the_database_makes(cases: list[list[int]], data: st.DataObject) -> None:
    case_no = np.array([number for number, case in enumerate(cases) for _ in case], np.int32)
    activity = np.array([code for case in cases for code in case], np.int32)
    n = len(case_no)
    untimed = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), bool)
    moment, none = np.arange(n, dtype=np.int64), np.zeros(n, np.int32)
    events = TraceEvents(case_no, moment, moment, untimed, activity, none, none, none)
    with duckdb.connect() as connection:
        connection.register("rows", events.as_table(Shape(64, 64, MICROSECOND)))
        connection.execute("CREATE TABLE trace_event AS FROM rows")
        connection.execute("CREATE TABLE compiled_case AS SELECT DISTINCT case_no FROM trace_event")
        connection.execute(sql("prepared/case_hashes"))
        made = connection.execute("FROM case_hash ORDER BY case_no").to_arrow_table()
        edges = connection.execute("SELECT edge FROM trace_event").fetchnumpy()["edge"]
    assert events.as_cases().to_pylist() == made.to_pylist()
    sums = events.as_cases()
    gone = SomeSequences(sums["case_no"].to_numpy(), sums["n_events"].to_numpy(), activity)
    assert gone.edges(64).tolist() == np.asarray(edges).tolist()
