"""Live logs in PostgreSQL are renamed, and deleted where they are simulated, for all who follow them."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from outgrown import event, keys, lake_keys, opened

from eventlogs.errors import EventLogError, UnknownLogError
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.whole_logs import delete_log, rename_log
from eventlogs.outgrown.lake import Lake
from eventlogs.outgrown.postgres_ledger import PostgresLedger
from eventlogs.prepared import prepare


@pytest.fixture
def two(postgres: str, tmp_path: Path) -> Iterator[tuple[PostgresLedger, PostgresLedger]]:
    """Lend two that follow one database, a live and a simulated log in it."""
    with opened(postgres, tmp_path, "one") as one, opened(postgres, tmp_path, "other") as other:
        one.create_log("live")
        one.create_log("played", simulated=True)
        one.append("live", [event(1)])
        one.append("played", [event(2, "T-1"), event(3, "T-1")])
        assert keys(one) == keys(other) == ["SH-01/1", "T-1/2", "T-1/3"]
        yield one, other


def names(ledger: PostgresLedger) -> list[str]:
    with ledger.reading() as connection:
        return [name for (name,) in connection.execute("SELECT name FROM log ORDER BY name").fetchall()]


def test_a_renamed_log_has_its_new_name_everywhere(two: tuple[PostgresLedger, PostgresLedger]) -> None:
    one, other = two
    rename_log(one, "live", "上海")
    assert names(one) == names(other) == ["played", "上海"]
    other.append("上海", [event(4)])
    assert keys(one) == ["SH-01/1", "T-1/2", "T-1/3", "SH-01/4"]
    with pytest.raises(EventLogError, match="already a log named played"):
        rename_log(other, "上海", "played")
    with pytest.raises(EventLogError, match="needs a name"):
        rename_log(other, "上海", " ")


def test_a_simulated_log_is_deleted_everywhere_and_the_rest_goes_on(
    two: tuple[PostgresLedger, PostgresLedger], tmp_path: Path, postgres: str
) -> None:
    one, other = two
    prepare(other, "played")
    one.drain()
    delete_log(one, "played")
    assert keys(one) == keys(other) == ["SH-01/1"]
    assert names(one) == names(other) == ["live"]
    assert lake_keys(Lake(postgres, str(tmp_path / "lake"))) == ["SH-01/1"]
    other.append("live", [event(4)])
    one.drain()
    assert keys(one) == keys(other) == ["SH-01/1", "SH-01/4"]
    with pytest.raises(UnknownLogError):
        other.append("played", [event(5)])
    with opened(postgres, tmp_path, "late") as late:  # who never saw it
        assert keys(late) == ["SH-01/1", "SH-01/4"]


def test_a_log_of_real_projects_is_never_deleted(
    two: tuple[PostgresLedger, PostgresLedger], postgres: str
) -> None:
    with pytest.raises(EventLogError, match="live log of real projects, which is never deleted"):
        delete_log(two[0], "live")
    with (
        psycopg.connect(postgres) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="append-only"),
    ):
        connection.execute("DELETE FROM event")


def test_on_one_machine_they_are_the_same_deeds(ledger: DuckDBLedger) -> None:
    ledger.create_log("played", simulated=True)
    rename_log(ledger, "played", "again")
    delete_log(ledger, "again")
    with ledger.reading() as connection:
        assert connection.execute("SELECT count(*) FROM log").fetchall() == [(0,)]
