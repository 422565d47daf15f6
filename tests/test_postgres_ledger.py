"""What is particular to the outgrown size: late commits, the lake, and the file that follows."""

import random
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import psycopg
import pytest

from eventlogs import local_copy
from eventlogs.data_directory import open_ledger
from eventlogs.duckdb_ledger import DuckDBLedger
from eventlogs.errors import EventLogError, SchemaError
from eventlogs.events import Event, ObjectLink
from eventlogs.extensions import ExtensionMissingError, extension_file, load_extensions
from eventlogs.lake import DrainBusyError, Lake, LakeUnusableError
from eventlogs.migrations import SCHEMA, Migration, migrations
from eventlogs.postgres_append import append
from eventlogs.postgres_connections import Connections, PostgresUnreachableError, migrate_postgres
from eventlogs.postgres_ledger import PostgresLedger
from eventlogs.shared_verification import ledger_verification
from eventlogs.storage_settings import SharedLedger, write_shared_ledger
from eventlogs.verification import verification

MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
CONTENT = "SELECT * FROM event ORDER BY seq"


def event(number: int, case_id: str = "SH-01") -> Event:
    occurred_at = MONDAY + timedelta(hours=number)
    household = ObjectLink(f"H-{number % 5}", "household", "voter")
    return Event(f"{case_id}/{number}", case_id, "visit", occurred_at, objects=(household,))


@pytest.fixture
def ledger(postgres: str, tmp_path: Path) -> Iterator[PostgresLedger]:
    """Lend a ledger with a lake."""
    with opened(postgres, tmp_path, "reader") as ledger:
        ledger.create_log("live")
        yield ledger


@contextmanager
def opened(postgres: str, tmp_path: Path, name: str) -> Iterator[PostgresLedger]:
    data = tmp_path / name
    data.mkdir()
    write_shared_ledger(data, SharedLedger(postgres, str(tmp_path / "lake")))
    with closing(open_ledger(data)) as ledger:
        assert isinstance(ledger, PostgresLedger)
        yield ledger


@contextmanager
def late(postgres: str, number: int) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Lend a transaction that has appended an event of another case and is not committed."""
    with closing(Connections(postgres).new()) as connection:
        connection.execute("BEGIN")
        append(connection, "live", [event(number, "late")], None)
        yield connection


def keys(ledger: PostgresLedger) -> list[str]:
    with ledger.reading() as connection:
        return [key for (key,) in connection.execute("SELECT event_key FROM event ORDER BY seq").fetchall()]


def lake_keys(ledger_lake: Lake) -> list[str]:
    with ledger_lake.attached() as connection:
        found = connection.execute("SELECT event_key FROM lake.event ORDER BY seq").fetchall()
    return [key for (key,) in found]


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
    assert [it.event for it in ledger.since(0)] == [event(1)]


def test_a_reader_has_the_same_rows_from_the_lake_as_from_postgresql(
    ledger: PostgresLedger, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for case in range(4):
        ledger.append("live", [event(number, f"C{case}") for number in range(60)])
        ledger.drain()
    ledger.append("live", [event(number, "not drained") for number in range(10)])
    with ledger.reading() as connection:
        expected = connection.execute(CONTENT).fetchall()
    monkeypatch.setattr(local_copy, "LAKE_WORTH", 0)
    monkeypatch.setattr(local_copy, "BATCH", 70)
    with opened(postgres, tmp_path, "another reader") as another, another.reading() as connection:
        assert connection.execute(CONTENT).fetchall() == expected
        assert verification(connection).intact
        assert connection.execute("SELECT count(*) FROM object").fetchall() == [(10,)]
    assert len(expected) == 250


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


def test_one_drain_works_at_a_time(ledger: PostgresLedger, postgres: str) -> None:
    with psycopg.connect(postgres) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('retrofit drain', 0))")
        with pytest.raises(DrainBusyError):
            ledger.drain()
    assert ledger.drain() == 0


def test_of_two_drains_that_overlap_all_the_same_one_fails_whole(
    ledger: PostgresLedger, postgres: str, tmp_path: Path
) -> None:
    """A killed drain's commit may still be under way when the next has got its lock."""
    lake = Lake(postgres, str(tmp_path / "lake"))
    ledger.append("live", [event(1)])
    ledger.drain()
    ledger.append("live", [event(2)])
    with lake.attached() as slow:
        slow.begin()
        slow.execute("INSERT INTO lake.event (seq, event_key) SELECT max(seq) + 1, 'doubled' FROM lake.event")
        ledger.drain()
        with pytest.raises(duckdb.Error, match=r"conflict|retr"):
            slow.commit()
    assert lake_keys(lake) == [event(1).key, event(2).key]


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


def test_a_lake_that_cannot_be_written_is_named(postgres: str, tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("no directory")
    with opened(postgres, tmp_path, "reader") as ledger:
        ledger.create_log("live")
        ledger.append("live", [event(number) for number in range(200)])
        with pytest.raises(LakeUnusableError, match=str(tmp_path / "lake")):
            ledger.drain()
        assert len(keys(ledger)) == 200


def test_text_that_postgresql_cannot_hold_is_refused(ledger: PostgresLedger) -> None:
    with pytest.raises(EventLogError, match="cannot be kept"):
        ledger.append("live", [Event("k", "a\0b", "visit", MONDAY)])
    assert ledger.since(0) == []


def test_extensions_are_loaded_from_their_packages_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with duckdb.connect() as connection:
        load_extensions(connection, "postgres", "ducklake")
        settings = "SELECT current_setting('autoinstall_known_extensions')"
        assert connection.execute(settings).fetchall() == [(False,)]
    with pytest.raises(ExtensionMissingError, match="duckdb-extension-quack=="):
        extension_file("quack")
    monkeypatch.setattr(duckdb, "__version__", "9.9.9")
    with pytest.raises(ExtensionMissingError, match=r"DuckDB is 9\.9\.9 but the package"):
        extension_file("postgres")


DRAINING = textwrap.dedent("""
    import sys
    from pathlib import Path
    from eventlogs.lake import Lake
    from eventlogs.postgres_connections import Connections

    address, directory = sys.argv[1:]
    print("ready", flush=True)
    while True:
        Lake(address, directory).drain(Connections(address))
        print("drained", flush=True)
""")


def test_a_drain_killed_at_any_moment_loses_and_doubles_nothing(
    ledger: PostgresLedger, postgres: str, tmp_path: Path
) -> None:
    dice = random.Random(20250303)
    directory = str(tmp_path / "lake")
    n_events = 0
    for _ in range(8):
        draining = subprocess.Popen(
            [sys.executable, "-c", DRAINING, postgres, directory], stdout=subprocess.PIPE
        )
        assert draining.stdout is not None
        draining.stdout.readline()
        until = time.monotonic() + dice.random() * 1.2
        while time.monotonic() < until:
            size = dice.choice([1, 3, 150])  # small ones stay in the catalogue, large ones become a file
            ledger.append("live", [event(n_events + it, f"C{it % 7}") for it in range(size)])
            n_events += size
        draining.kill()
        draining.communicate()
    wait_for_the_lock(ledger)
    found = lake_keys(Lake(postgres, directory))
    assert len(found) == len(set(found)) == n_events
    assert found == keys(ledger)


def wait_for_the_lock(ledger: PostgresLedger) -> None:
    """Drain as soon as the server has noticed that the process before is gone."""
    until = time.monotonic() + 30
    while True:
        try:
            ledger.drain()
        except (DrainBusyError, LakeUnusableError):
            assert time.monotonic() < until
            time.sleep(0.1)
        else:
            return
