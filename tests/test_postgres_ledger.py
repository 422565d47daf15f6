"""What is particular to the outgrown size: late commits and the file that follows."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

import duckdb
import psycopg
import pytest
from outgrown import MONDAY, event, keys, lake_keys, late, opened

from eventlogs.errors import EventLogError, SchemaError
from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.migrations import SCHEMA, Migration, migrations
from eventlogs.ledger.shared_verification import ledger_verification
from eventlogs.ledger.verification import verification
from eventlogs.outgrown.lake import Lake
from eventlogs.outgrown.postgres_append import append
from eventlogs.outgrown.postgres_connections import Connections, PostgresUnreachableError, migrate_postgres
from eventlogs.outgrown.postgres_ledger import PostgresLedger


@pytest.fixture
def ledger(postgres: str, tmp_path: Path) -> Iterator[PostgresLedger]:
    """Lend a ledger with a lake."""
    with opened(postgres, tmp_path, "reader") as ledger:
        ledger.create_log("live")
        yield ledger


def test_what_commits_late_is_never_skipped(ledger: PostgresLedger, postgres: str, tmp_path: Path) -> None:
    lake = Lake(postgres, str(tmp_path / "lake"))
    ledger.append("live", [event(1)])
    with late(postgres, 2) as transaction:
        ledger.append("live", [event(3)])
        assert [it.event for it in ledger.case("live", "SH-01")] == [event(1), event(3)]
        seen = ledger.since(0)
        ledger.drain()
        assert [it.event for it in seen] == [event(1)]
        assert keys(ledger) == lake_keys(lake) == [event(1).key]
        transaction.execute("COMMIT")
    ledger.drain()
    assert [it.event for it in ledger.since(seen[-1].seq)] == [event(2, "late"), event(3)]
    assert keys(ledger) == lake_keys(lake) == ["SH-01/1", "late/2", "SH-01/3"]


def test_numbers_are_drawn_in_the_order_of_transactions(ledger: PostgresLedger, postgres: str) -> None:
    with closing(Connections(postgres).new()) as early:
        early.execute("BEGIN")
        early.execute("SELECT pg_current_xact_id()")
        with pytest.raises(psycopg.errors.RaiseException, match="before anything is written"):
            append(early, "live", [event(1)], None)
    with late(postgres, 2) as one, late_in_another_case(postgres, 3) as other:
        other.execute("COMMIT")
        assert ledger.since(0) == []
        one.execute("COMMIT")
    assert [it.event.key for it in ledger.since(0)] == ["late/2", "other/3"]


@contextmanager
def late_in_another_case(postgres: str, number: int) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with closing(Connections(postgres).new()) as connection:
        connection.execute("BEGIN")
        other = Event(f"other/{number}", "other", "visit", MONDAY)
        append(connection, "live", [other], None)
        yield connection


def test_an_abandoned_append_holds_nobody_up(ledger: PostgresLedger, postgres: str) -> None:
    with late(postgres, 2):
        ledger.append("live", [event(1)])
    until = monotonic() + 20  # the server learns of the lost connection a moment later
    while not ledger.since(0) and monotonic() < until:
        sleep(0.02)
    assert [it.event for it in ledger.since(0)] == [event(1)]


def test_both_sizes_have_the_same_tables_and_views(ledger: PostgresLedger, tmp_path: Path) -> None:
    names = "SELECT table_name FROM information_schema.tables ORDER BY table_name"
    with (
        closing(DuckDBLedger(tmp_path / "small.duckdb")) as small,
        small.reading() as one,
        ledger.reading() as other,
    ):
        assert one.execute(names).fetchall() == other.execute(names).fetchall()


def test_a_case_has_the_same_chain_in_both_sizes(ledger: PostgresLedger, tmp_path: Path) -> None:
    """The hash is over number and time of recording too, so the rows are moved, not recorded again."""
    ledger.append("live", [event(number) for number in range(5)])
    with (
        ledger.reading() as connection,
        closing(DuckDBLedger(tmp_path / "small.duckdb")) as small,
        small.writing() as other,
    ):
        for table in ("log", "event", "recorded_key", "case_head", "object"):
            other.from_arrow(connection.table(table).to_arrow_table()).insert_into(table)
        assert verification(other).intact
        assert verification(other).logs[0].digest == verification(connection).logs[0].digest


def test_imported_and_live_logs_stand_side_by_side(
    ledger: PostgresLedger, postgres: str, tmp_path: Path
) -> None:
    ledger.append("live", [event(1)])
    with ledger.writing() as connection:
        log_id = connection.execute("SELECT nextval('log_number')").fetchall()[0][0]
        add_imported(connection, log_id, "receipt")
    ledger.append("live", [event(2)])
    assert keys(ledger) == [event(1).key, event(2).key]
    with opened(postgres, tmp_path, "another reader") as another:  # who cannot know what was imported here
        another.create_log("receipt")
    with ledger.reading() as connection:
        logs = connection.execute("SELECT name, kind FROM log ORDER BY name").fetchall()
    assert logs == [("live", "live"), ("receipt", "live"), ("receipt (imported)", "imported")]


def add_imported(connection: duckdb.DuckDBPyConnection, log_id: int, name: str) -> None:
    connection.execute(
        "INSERT INTO log (log_id, name, kind, case_type, simulated, timezone, created_at) "
        "VALUES ($1, $2, 'imported', 'case', false, 'UTC', current_timestamp)",
        [log_id, name],
    )


def test_a_writer_may_read_beside_its_writing(ledger: PostgresLedger) -> None:
    ledger.append("live", [event(1)])
    with ledger.writing() as connection:
        connection.execute("INSERT INTO object VALUES (1, 'a', 'b', '{}')")
        with closing(Connections(ledger.address).new()) as other:
            append(other, "live", [event(2)], None)  # what is appended meanwhile waits for the next read
        assert keys(ledger) == [event(1).key]
    assert keys(ledger) == [event(1).key, event(2).key]


def test_live_logs_are_not_deleted_in_one_readers_file(ledger: PostgresLedger) -> None:
    ledger.append("live", [event(1)])
    with pytest.raises(EventLogError, match="live logs stand in PostgreSQL"), ledger.writing() as connection:
        connection.execute("DELETE FROM log")
    assert keys(ledger) == [event(1).key]


def test_recorded_events_cannot_be_changed(ledger: PostgresLedger, postgres: str) -> None:
    ledger.append("live", [event(1)])
    for deed in ("UPDATE event SET actor = 'x'", "DELETE FROM event", "TRUNCATE event"):
        with (
            psycopg.connect(postgres) as connection,
            pytest.raises(psycopg.errors.RaiseException, match="append-only"),
        ):
            connection.execute(deed)


@pytest.mark.parametrize(
    ("tampering", "what"),
    [
        ("SELECT 1", None),
        ("UPDATE event SET actor = 'another' WHERE event_key = 'SH-01/2'", "event SH-01/2"),
        (
            "DELETE FROM event WHERE event_key = 'SH-01/4'",
            "event SH-01/4 (number 1000000000005) was recorded",
        ),
        ("DELETE FROM event WHERE event_key = 'SH-01/0'", "event SH-01/1"),
    ],
)
def test_verifying_reads_postgresql_itself(
    ledger: PostgresLedger, postgres: str, tampering: str, what: str | None
) -> None:
    ledger.append("live", [event(number) for number in range(5)])
    assert len(keys(ledger)) == 5
    with psycopg.connect(postgres, autocommit=True) as intruder:
        intruder.execute("ALTER TABLE event DISABLE TRIGGER append_only")
        intruder.execute(tampering.encode())
    found = ledger_verification(ledger)
    assert found.intact == (what is None)
    assert (what or "") in found.as_text()


def test_a_newer_engines_database_is_refused(postgres: str) -> None:
    wanted = migrations(SCHEMA / "postgres")
    newer = [*wanted, Migration(wanted[-1].version + 1, "later", "CREATE TABLE later (n integer)")]
    migrate_postgres(Connections(postgres), newer)
    with pytest.raises(SchemaError, match="newer engine"):
        migrate_postgres(Connections(postgres))


def test_a_server_out_of_reach_is_named_without_its_password() -> None:
    connections = Connections("postgresql://staff:secret@127.0.0.1:1/retrofit")
    with pytest.raises(PostgresUnreachableError) as refused:
        migrate_postgres(connections)
    assert "127.0.0.1" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_lost_connection_is_made_again(ledger: PostgresLedger, postgres: str) -> None:
    ledger.append("live", [event(1)])
    with psycopg.connect(postgres, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert keys(ledger) == [event(1).key]
    assert ledger.append("live", [event(1), event(2)]).new == (event(2).key,)


def test_text_that_postgresql_cannot_hold_is_refused(ledger: PostgresLedger) -> None:
    with pytest.raises(EventLogError, match="cannot be kept"):
        ledger.append("live", [Event("k", "a\0b", "visit", MONDAY)])
    assert ledger.since(0) == []
