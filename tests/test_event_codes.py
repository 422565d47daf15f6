"""What an import hands to the compile is what the compile would read back from the ledger."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from exchanged_logs import MadeEvent, ledger_in, make_log
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventlogs.compilation import compile_afresh
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.verification import verification
from eventlogs.prepared import PreparedLog, prepare

MONDAY = datetime(2024, 3, 4, 9, tzinfo=UTC)
TABLES = (
    "activity_code",
    "role_code",
    "actor_code",
    "lifecycle_code",
    "trace_event",
    "trace",
    "variant",
    "shape",
)
COUNTS = """
    SELECT count(DISTINCT nullif(case_id, '')), count(*), count(DISTINCT activity),
        (SELECT count(*) FROM object WHERE object.log_id = log.log_id)
    FROM event JOIN log USING (log_id) WHERE name = 'made' GROUP BY log.log_id
"""

events = st.builds(
    MadeEvent,
    case_id=st.sampled_from(["B", "A", "", "丙"]),
    activity=st.sampled_from(["vote", "apply", 'say "yes"', "a\\b", "line\nend"]),
    occurred_at=st.integers(0, 4).map(lambda hours: MONDAY + timedelta(hours=hours)),
    lifecycle=st.sampled_from(["complete", "start"]),
    role=st.sampled_from([None, "witness", "office"]),
    actor=st.sampled_from([None, "李", "王"]),
)
pieces = st.lists(st.lists(events, max_size=4), max_size=6)
untimed = events.map(lambda it: MadeEvent(it.case_id, it.activity, None))
linked = events.map(lambda it: MadeEvent(it.case_id, it.activity, MONDAY, objects=[("B", "case", "")]))


@pytest.fixture(scope="module")
def small_batches() -> Iterator[None]:
    """Let an import work in batches of two events."""
    with patch("eventlogs.exchange.log_writer._BATCH", 2):
        yield


def tables(prepared: PreparedLog) -> dict[str, Any]:
    with prepared.reading() as connection:
        return {table: connection.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in TABLES}


def compiled_afresh(ledger: DuckDBLedger, prepared: PreparedLog) -> dict[str, Any]:
    with ledger.writing() as connection:
        compile_afresh(connection, prepared.state.schema_name, prepared.choice)
    return tables(prepared)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(events, min_size=1, max_size=12), st.lists(st.one_of(events, untimed, linked), max_size=2))
def test_an_import_prepares_its_log_as_a_fresh_compile_does(
    tmp_path_factory: Any, plain: list[MadeEvent], more: list[MadeEvent]
) -> None:
    folder: Path = tmp_path_factory.mktemp("codes")
    with ledger_in(folder) as ledger:
        written = make_log(ledger, plain + more)
        prepared = prepare(ledger, "made")
        assert tables(prepared) == compiled_afresh(ledger, prepared)
        with ledger.reading() as connection:
            assert verification(connection).intact
            counted = connection.execute(COUNTS).fetchall()[0]
        assert (written.cases, written.events, written.activities, written.objects) == counted


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces, st.lists(st.one_of(events, untimed), max_size=1))
def test_a_log_read_case_by_case_in_small_batches_is_prepared_in_the_order_of_its_cases(
    tmp_path_factory: Any, small_batches: None, in_turn: list[list[MadeEvent]], more: list[MadeEvent]
) -> None:
    """Cases come one after the other, but for the last event, which may be of an earlier one."""
    plain = [replace(it, case_id=f"case {number}") for number, own in enumerate(in_turn) for it in own]
    with ledger_in(tmp_path_factory.mktemp("by-case")) as ledger:
        late = [replace(it, case_id="case 1") for it in more]
        make_log(ledger, [*plain, *more, *late, *plain[-1:]] or [MadeEvent("A", "vote", MONDAY)], at_once=2)
        prepared = prepare(ledger, "made")
        with prepared.reading() as connection:
            standing = connection.execute("SELECT case_no, pos FROM trace_event").fetchall()
        assert standing == sorted(standing)
        assert tables(prepared) == compiled_afresh(ledger, prepared)
