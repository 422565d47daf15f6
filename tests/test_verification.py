"""Verifying a log finds every change that somebody made to it behind the ledger's back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest
from exchanged_logs import MadeEvent, make_log
from hypothesis import given, settings
from hypothesis import strategies as st

from eventlogs.events import Event, ObjectChange, ObjectLink
from eventlogs.exchange.sealing import Sealer
from eventlogs.ledger.chain import CONTENT_HASH, content
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.rows import Row, arrow_table
from eventlogs.ledger.verification import Verification, verification

MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
moments = st.datetimes(timezones=st.just(UTC), min_value=datetime(1600, 1, 1), max_value=datetime(2200, 1, 1))  # noqa: DTZ001
rows = st.builds(
    Row,
    *(st.integers(1, 2**40), st.integers(1, 9), texts, texts, texts, texts),
    *(st.none() | texts, st.none() | texts, st.none() | texts, st.none() | moments, moments),
    *(st.sampled_from(["{}", '{"a":1.0,"b":"\\u001f"}', '{"städte":["上海"]}']), st.just("{}")),
    st.lists(st.builds(dict, object_id=texts, object_type=texts, qualifier=texts), max_size=2),
    st.lists(st.builds(dict, object_id=texts, name=texts, value=st.just('"x"')), max_size=2),
    *(st.none() | texts, st.none() | texts, st.just(b"")),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(rows, min_size=1, max_size=8))
def test_python_and_sql_hash_the_same_bytes(some: list[Row]) -> None:
    connection = duckdb.connect()
    connection.execute(CONTENT_HASH)
    connection.execute("SET TimeZone = 'Asia/Shanghai'")  # must not matter
    connection.register("batch", arrow_table(some))
    hashed = connection.execute("SELECT content_hash(batch) FROM batch").fetchall()
    assert hashed == [(sha256(content(row)).digest(),) for row in some]


CHANGES = {
    "seq": "seq + 100",
    "log_id": "log_id + 1",
    "event_key": "event_key || 'x'",
    "case_id": "'SH-02'",
    "activity": "'vote'",
    "lifecycle": "'start'",
    "role": "NULL",
    "tool": "'persuade'",
    "actor": "'P-2'",
    "occurred_at": "occurred_at + INTERVAL 1 MICROSECOND",
    "recorded_at": "recorded_at - INTERVAL 1 MICROSECOND",
    "attributes": """replace(attributes, '1', '1.0')""",
    "evidence": """'{"quote":"nein"}'""",
    "objects": "[]",
    "changes": "[{'object_id': 'H-601', 'name': 'wish', 'value': '\"for\"'}]",
    "correction": "'void'",
    "corrects": "'k0'",
    "chain_hash": "unhex(repeat('00', 32))",
}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[DuckDBLedger]:
    opened = DuckDBLedger(tmp_path / "events.duckdb")
    opened.create_log("live")
    opened.create_log("other")
    opened.append("live", [an_event(number) for number in range(5)])
    opened.append("live", [Event("other", "SH-02", "visit", MONDAY)])
    yield opened
    opened.close()


def an_event(number: int) -> Event:
    return Event(
        f"k{number}",
        "SH-01",
        "visit",
        MONDAY + timedelta(hours=number),
        role="staff",
        actor="P-1",
        attributes={"floor": 1},
        evidence={"quote": "ja"},
        objects=(ObjectLink("H-601", "household"),),
        changes=(ObjectChange("H-601", "wish", "against"),),
    )


def verified(ledger: DuckDBLedger, log: str | None = None) -> Verification:
    with ledger.reading() as connection:
        return verification(connection, log)


def tamper(ledger: DuckDBLedger, statement: str) -> None:
    with ledger.writing() as connection:
        connection.execute(statement)


def test_every_column_is_tried() -> None:
    assert set(CHANGES) == set(Row._fields)


@pytest.mark.parametrize("key", ["k0", "k2", "k4"])
@pytest.mark.parametrize("column", CHANGES)
def test_a_change_of_any_column_is_found(ledger: DuckDBLedger, column: str, key: str) -> None:
    assert verified(ledger).intact
    tamper(ledger, f"UPDATE event SET {column} = {CHANGES[column]} WHERE event_key = '{key}'")  # noqa: S608
    found = verified(ledger)
    assert not found.intact
    assert found.exit_status == 1
    fault = found.logs[0].faults[0]
    assert fault.log == "live"
    if column not in ("seq", "log_id", "case_id"):
        assert fault.seq == int(key[1]) + 1


def test_the_first_broken_link_is_named(ledger: DuckDBLedger) -> None:
    tamper(ledger, "UPDATE event SET actor = 'P-9' WHERE event_key IN ('k1', 'k3')")
    faults = verified(ledger, "live").logs[0].faults
    assert [(it.case_id, it.event_key, it.seq, it.what) for it in faults] == [
        ("SH-01", "k1", 2, "changed"),
        ("SH-01", "k3", 4, "changed"),
    ]
    assert "log live, case SH-01: event k1 (number 2)" in faults[0].as_text()


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM event WHERE event_key = 'k2'", "missing"),
        ("DELETE FROM event WHERE event_key = 'k4'", "end missing"),
        ("DELETE FROM event WHERE case_id = 'SH-02'", "end missing"),
        ("DELETE FROM recorded_key WHERE event_key = 'k2'", "added"),
        ("DELETE FROM case_head WHERE case_id = 'SH-02'", "end added"),
        ("INSERT INTO event SELECT * FROM event WHERE event_key = 'k4'", "changed"),
        (
            "INSERT INTO event SELECT * REPLACE ('k9' AS event_key, seq + 90 AS seq) FROM event LIMIT 1",
            "changed",
        ),
        ("UPDATE case_head SET chain_hash = unhex(repeat('00', 32))", "end missing"),
    ],
)
def test_removed_and_added_events_are_found(ledger: DuckDBLedger, statement: str, what: str) -> None:
    tamper(ledger, statement)
    assert what in [it.what for it in verified(ledger).logs[0].faults]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE object SET attributes = '{\"wish\":\"for\"}' WHERE object_id = 'H-601'",
        "UPDATE object SET attributes = '{}' WHERE object_id = 'H-601'",
        "UPDATE object SET object_type = 'firm' WHERE object_id = 'H-601'",
        "DELETE FROM object WHERE object_id = 'H-601'",
        "INSERT INTO object SELECT log_id, 'H-601', object_type, attributes FROM object LIMIT 1",
        "UPDATE object_change SET value = '\"for\"' WHERE object_id = 'H-601' AND seq = 3",
        "DELETE FROM object_change WHERE object_id = 'H-601' AND seq = 3",
        "INSERT INTO object FROM object WHERE object_id = 'H-601'",
        "INSERT INTO object_change FROM object_change WHERE object_id = 'H-601' AND seq = 3",
        "INSERT INTO object_change SELECT * REPLACE (NULL AS seq) FROM object_change LIMIT 1",
    ],
)
def test_objects_that_are_not_what_the_events_say_are_found(ledger: DuckDBLedger, statement: str) -> None:
    assert verified(ledger).intact
    tamper(ledger, statement)
    (fault,) = verified(ledger).logs[0].faults
    assert (fault.object_id, fault.what) == ("H-601", "object")
    assert fault.as_text() == "log live: object H-601 is not what the events say of it"


def test_attribute_values_of_every_kind_are_no_fault(ledger: DuckDBLedger) -> None:
    values: list[Any] = [
        1,
        1.0,
        1e16,
        -0.0,
        float("nan"),
        2**70,
        None,
        True,
        'é\x1f"',
        MONDAY,
        [1, {"$a.b": None}],
        {},
    ]
    household = (ObjectLink('H."7"', "household"),)
    for place in range(2):
        changes = [ObjectChange('H."7"', f'{name}."x"', value) for name, value in enumerate(values)]
        changes += [ObjectChange('H."7"', "twice", value) for value in (1, 2, 2)]
        event = Event(f"x{place}", "SH-03", "visit", MONDAY, objects=household, changes=tuple(changes))
        ledger.append("live", [event])
    assert verified(ledger).intact


def test_an_intact_log_is_not_blamed_for_another(ledger: DuckDBLedger) -> None:
    ledger.append("other", [an_event(0)])
    tamper(ledger, "UPDATE event SET actor = 'P-9' WHERE event_key = 'k1'")
    found = verified(ledger)
    assert [(it.log, it.intact) for it in found.logs] == [("live", False), ("other", True)]


def test_the_digest_stands_for_all_that_was_recorded(ledger: DuckDBLedger) -> None:
    before = verified(ledger, "live").logs[0]
    assert (before.cases, before.events) == (2, 6)
    assert verified(ledger, "live").logs[0].digest == before.digest
    ledger.append("live", [an_event(7)])
    assert verified(ledger, "live").logs[0].digest != before.digest


def imported(ledger: DuckDBLedger, cases: list[str]) -> None:
    """Import a log in two batches, as readers of files do."""
    moment = MONDAY
    sealer = Sealer()
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO log (log_id, name, kind, case_type, simulated, timezone, created_at) "
            "VALUES (90, 'receipt', 'imported', 'case', false, 'UTC', current_timestamp)"
        )
        for start in (0, len(cases) // 2):
            batch = cases[start : start + len(cases) // 2]
            some = [
                Row(1000 + start + place, 90, f"{start + place}", case, "a", "complete", None, None, None,
                    None, moment, "{}", "{}", [], [], None, None, b"")
                for place, case in enumerate(batch)
            ]  # fmt: skip
            table = arrow_table(some)
            assert not list(sealer.add(table.drop_columns("chain_hash")))
        for sealed in sealer.rest():
            connection.register("batch", sealed)
            connection.execute("INSERT INTO event BY NAME FROM batch")
        connection.register("head", sealer.heads())
        connection.execute("INSERT INTO case_head SELECT 90, case_id, seq, chain_hash FROM head")


def test_an_imported_log_is_verified_too(ledger: DuckDBLedger) -> None:
    imported(ledger, ["A", "B", "A", "A", "B", "C"])
    assert verified(ledger, "receipt").intact
    tamper(ledger, "UPDATE event SET activity = 'b' WHERE seq = 1002")
    (fault,) = verified(ledger, "receipt").logs[0].faults
    assert (fault.case_id, fault.event_key, fault.what) == ("A", "2", "changed")


def test_an_imported_log_that_lacks_its_end_is_found(ledger: DuckDBLedger) -> None:
    imported(ledger, ["A", "B", "A", "A", "B", "C"])
    tamper(ledger, "DELETE FROM event WHERE seq = 1005")
    (fault,) = verified(ledger, "receipt").logs[0].faults
    assert (fault.case_id, fault.what) == ("C", "end missing")


@pytest.mark.parametrize(
    "change",
    [
        """UPDATE object SET attributes = '{"city":"Dalian"}' WHERE object_id = 'A'""",
        "DELETE FROM object WHERE object_id = 'B'",
        "INSERT INTO object_object SELECT log_id, 'A', 'B', 'x' FROM log",
        """INSERT INTO object_change SELECT log_id, 'A', 'floors', '7', now(), NULL FROM log""",
    ],
)
def test_changed_objects_of_an_imported_log_are_found(ledger: DuckDBLedger, change: str) -> None:
    make_log(ledger, [MadeEvent(it, "visit", MONDAY) for it in "AB"], {"A": {"city": "Harbin"}})
    before = verified(ledger, "made")
    assert before.intact
    tamper(ledger, change)
    after = verified(ledger, "made")
    assert [fault.what for fault in after.logs[0].faults] == ["objects"]
    assert "its objects, their values or relations are not what was imported" in after.as_text()
