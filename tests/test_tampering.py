"""Every trace that tampering leaves in a log is told once, in order, and nothing else is."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from exchanged_logs import MadeEvent, make_log
from small_store import MONDAY, event, verified

from eventlogs.events import ObjectChange, ObjectLink
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.verification import LogVerification, objects_digest


@pytest.fixture
def ledger(ledger: DuckDBLedger) -> DuckDBLedger:
    ledger.create_log("live")
    return ledger


def tamper(ledger: DuckDBLedger, *statements: str) -> LogVerification:
    with ledger.writing() as connection:
        for statement in statements:
            connection.execute(statement)
    return verified(ledger, "live").logs[0]


def filled(ledger: DuckDBLedger) -> None:
    ledger.create_log("other")
    for n in range(4):
        ledger.append("live", [event(f"{case}{n}", case) for case in "AB"])
        ledger.append("other", [event(f"{case}{n}", case, actor="wu") for case in "AB"])


def places(found: LogVerification) -> list[tuple[str | None, str | None, str]]:
    return [(one.case_id, one.event_key, one.what) for one in found.faults]


def test_each_fault_is_told_once_the_first_of_the_log_first(ledger: DuckDBLedger) -> None:
    filled(ledger)
    found = tamper(
        ledger,
        "UPDATE event SET actor = 'x' WHERE log_id = 1 AND event_key IN ('A1', 'B3')",
        "DELETE FROM event WHERE log_id = 1 AND event_key = 'B1'",
        "DELETE FROM recorded_key WHERE log_id = 1 AND event_key = 'A3'",
    )
    assert places(found) == [
        ("A", "A1", "changed"),
        (None, "B1", "missing"),
        ("B", "B2", "changed"),  # the event before it is gone
        ("A", "A3", "added"),
        ("B", "B3", "changed"),
    ]
    assert [it.intact for it in verified(ledger).logs] == [False, True]
    assert not verified(ledger).intact
    assert verified(ledger, "other").intact
    assert verified(ledger, "other").exit_status == 0


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("DELETE FROM event WHERE log_id = 1 AND event_key = 'A3'", ("A", None, "end missing")),
        ("UPDATE case_head SET seq = seq - 1 WHERE log_id = 1 AND case_id = 'A'", ("A", None, "end missing")),
        (
            "UPDATE case_head SET chain_hash = 'x'::BLOB WHERE log_id = 1 AND case_id = 'A'",
            ("A", None, "end missing"),
        ),
        ("INSERT INTO case_head SELECT 1, 'C', 99, 'x'::BLOB", ("C", None, "end missing")),
        ("DELETE FROM case_head WHERE log_id = 1 AND case_id = 'B'", ("B", None, "end added")),
        ("INSERT INTO recorded_key VALUES (1, 'C0', 99)", (None, "C0", "missing")),
        ("UPDATE recorded_key SET seq = 99 WHERE log_id = 1 AND event_key = 'B2'", ("B", "B2", "added")),
    ],
)
def test_a_case_s_end_and_every_key_are_accounted_for(
    ledger: DuckDBLedger, statement: str, fault: tuple[str | None, str | None, str]
) -> None:
    filled(ledger)
    found = tamper(ledger, statement)
    assert fault in places(found)
    assert len(found.faults) <= 2
    assert (found.events, found.cases) == (8 - statement.startswith("DELETE FROM event"), 2)
    assert [it.intact for it in verified(ledger).logs] == [False, True]


def test_faults_of_one_place_are_told_with_what_was_changed_first(ledger: DuckDBLedger) -> None:
    filled(ledger)
    found = tamper(
        ledger,
        "UPDATE event SET actor = 'x' WHERE log_id = 1 AND event_key = 'A3'",
        "DELETE FROM recorded_key WHERE log_id = 1 AND event_key = 'A3'",
        "UPDATE case_head SET chain_hash = 'x'::BLOB WHERE log_id = 1 AND case_id = 'A'",
    )
    assert places(found) == [("A", "A3", "changed"), ("A", "A3", "added"), ("A", None, "end missing")]


def test_every_copy_of_an_event_beside_the_first_is_a_fault(ledger: DuckDBLedger) -> None:
    filled(ledger)
    copied = "INSERT INTO event FROM event WHERE log_id = 1 AND event_key = 'A3' LIMIT 1"
    assert places(tamper(ledger, copied, copied)) == 2 * [("A", "A3", "changed")]


def test_no_more_faults_are_told_than_can_be_read(ledger: DuckDBLedger) -> None:
    ledger.append("live", [event(f"{n}", f"case {n}") for n in range(15)])
    assert len(tamper(ledger, "UPDATE event SET actor = 'x'").faults) == 10


def test_the_digest_is_made_of_the_heads_in_the_order_of_cases(ledger: DuckDBLedger) -> None:
    ledger.append("live", [event("1", "城"), event("2", "A"), event("3", "城")])
    ledger.create_log("other")
    ledger.append("other", [event("1", "B")])
    digest = sha256()
    for case in ("A", "城"):
        head = ledger.head("live", case)
        digest.update(f"{len(case.encode())}:{case},{head.seq},".encode() + head.chain_hash)
    assert verified(ledger).logs[0].digest == digest.hexdigest()
    assert verified(ledger).as_text().startswith("live: all 3 events of 2 cases are what was recorded")


def test_objects_of_several_kinds_of_fault_are_each_told_once(ledger: DuckDBLedger) -> None:
    link = (ObjectLink("H", "house"), ObjectLink("I", "house"))
    ledger.append("live", [event("1", objects=link, changes=(ObjectChange("H", "floor", 1),))])
    ledger.append("live", [event("2", objects=link, changes=(ObjectChange("I", "floor", 2),))])
    ledger.create_log("other")
    ledger.append("other", [event("1", objects=(ObjectLink("H", "firm"),))])
    assert verified(ledger).intact
    found = tamper(
        ledger,
        "UPDATE object SET attributes = '{}', object_type = 'firm' WHERE log_id = 1 AND object_id = 'H'",
        "DELETE FROM object_change WHERE object_id = 'I'",
        "DELETE FROM object WHERE log_id = 1 AND object_id = 'A'",
    )
    assert [(one.object_id, one.what) for one in found.faults] == [
        ("A", "object"),
        ("H", "object"),
        ("I", "object"),
    ]
    assert [it.intact for it in verified(ledger).logs] == [False, True]


def test_the_objects_of_an_imported_log_are_held_to_their_digest_whatever_their_order(
    ledger: DuckDBLedger,
) -> None:
    moment = MONDAY + timedelta(hours=1)
    make_log(ledger, [MadeEvent(it, "visit", moment) for it in "AB"], {"A": {"city": "x"}, "B": {}})
    ledger.append("live", [event("k", "A", changes=(ObjectChange("A", "city", "z"),))])
    assert verified(ledger).intact
    with ledger.writing() as connection:
        kept = connection.execute(
            "SELECT * FROM object JOIN log USING (log_id) WHERE name = 'made'"
        ).fetchall()
        assert kept
        connection.execute("CREATE TEMP TABLE turned AS SELECT * FROM object ORDER BY object_id DESC")
        connection.execute("DELETE FROM object")
        connection.execute("INSERT INTO object SELECT * FROM turned")
    assert verified(ledger).intact


def test_the_digest_of_objects_is_made_of_them_their_values_and_relations(ledger: DuckDBLedger) -> None:
    for name, city in (("other", "y"), ("made", "x")):
        make_log(ledger, [MadeEvent("A", "visit", MONDAY)], {"A": {"city": city}, "B": {}}, name=name)
    with ledger.writing() as connection:
        related = "INSERT INTO object_object VALUES ($1, 'A', 'B', 'near ' || $1)"
        changed = "INSERT INTO object_change VALUES ($1, 'B', 'floor', $1::VARCHAR, $2, NULL)"
        for number in (2, 2, 3, 3):  # the same twice is another thing than once
            connection.execute(related, [number])
            connection.execute(changed, [number, MONDAY])
        moment = int(MONDAY.timestamp() * 1_000_000)
        said = [
            '["object","A","case","{\\"city\\":\\"x\\"}"]',
            '["object","B","case","{}"]',
            *2 * [f'["change","B","floor","3",{moment},null]'],
            *2 * ['["relation","A","B","near 3"]'],
        ]
        hashes = "".join(sorted(sha256(one.encode()).hexdigest() for one in said))
        assert objects_digest(connection, 3) == sha256(hashes.encode()).hexdigest()
        assert objects_digest(connection, 1) == sha256(b"").hexdigest()


def test_the_digest_of_an_imported_log_begins_with_that_of_its_objects(ledger: DuckDBLedger) -> None:
    make_log(ledger, [MadeEvent("A", "visit", MONDAY)], {"A": {"city": "x"}})
    head = ledger.head("made", "A")
    with ledger.reading() as connection:
        digest = sha256(objects_digest(connection, 2).encode())
    digest.update(f"1:A,{head.seq},".encode() + head.chain_hash)
    assert verified(ledger, "made").logs[0].digest == digest.hexdigest()


def test_a_store_without_logs_is_intact_and_says_so(tmp_path: Path) -> None:
    empty = DuckDBLedger(tmp_path / "empty.duckdb")
    assert verified(empty).intact
    assert verified(empty).as_text() == "there is no log yet"
    empty.close()
