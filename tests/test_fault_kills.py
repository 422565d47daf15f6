"""Imports, migrations, backups, simulations and reports survive kill -9 at any instruction."""

from contextlib import closing
from pathlib import Path

import pytest
from counted import Count
from exchanged_logs import MadeEvent, exported, ledger_in, make_log
from fault_worker import COHORT, COPIES, MONDAY, N_EVENTS, NEXT, an_event
from fuzz_files import KINDS
from killing import lives_of
from running import ran

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.migrations import migrations
from eventlogs.ledger.verification import verification

WORKER = Path(__file__).parent / "fault_worker.py"
COUNTS = """
    SELECT log.name, count(*), count(DISTINCT event_key), count(DISTINCT seq)
    FROM event JOIN log USING (log_id) GROUP BY log.name ORDER BY log.name
"""


def counts(ledger: DuckDBLedger) -> list[tuple[str, int, int, int]]:
    """Return each log with its events, their keys and places, having verified them."""
    with ledger.reading() as connection:
        assert verification(connection).intact
        return connection.execute(COUNTS).fetchall()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    with closing(DuckDBLedger(tmp_path / "old.duckdb")) as ledger:
        ledger.create_log("live")
        ledger.append("live", [an_event(number) for number in range(N_EVENTS)])
    return tmp_path


def test_imports_of_every_format_that_are_killed(tmp_path: Path, kill_seed: int, count: Count) -> None:
    (tmp_path / "files").mkdir()
    events = [MadeEvent(f"c{n % 5}", f"step {n % 3}", MONDAY, {"n": n}) for n in range(500)]
    with ledger_in(tmp_path / "files") as made:
        make_log(made, events)
        for kind in KINDS:
            exported(made, tmp_path / "files" / f"it.{kind}")
    (tmp_path / "files" / "events.duckdb").unlink()
    died = lives_of(WORKER, "imports", tmp_path, kill_seed)
    with closing(DuckDBLedger(tmp_path / "events.duckdb")) as ledger:
        assert counts(ledger) == [(f"it.{kind}", 500, 500, 500) for kind in sorted(KINDS)]
    count(fault="kill -9 while importing, all formats", times=died)


def test_migrations_that_are_killed(old: Path, kill_seed: int, count: Count) -> None:
    died = lives_of(WORKER, "migration", old, kill_seed)
    for number in range(COPIES):
        with closing(DuckDBLedger(old / f"{number}.duckdb", [*migrations(), NEXT])) as ledger:
            assert counts(ledger) == [("live", N_EVENTS, N_EVENTS, N_EVENTS)]
        kept = old / f"{number}.schema-{NEXT.version - 1:03}.duckdb"
        with closing(DuckDBLedger(kept)) as ledger:
            assert counts(ledger) == [("live", N_EVENTS, N_EVENTS, N_EVENTS)]
    count(fault="kill -9 while migrating the schema", times=died)


def test_backups_and_restores_that_are_killed(old: Path, kill_seed: int, count: Count) -> None:
    died = lives_of(WORKER, "backups", old, kill_seed)
    for file in (old / "old.duckdb", *old.glob("backup *.duckdb")):
        with closing(DuckDBLedger(file)) as ledger:
            assert counts(ledger) == [("live", N_EVENTS, N_EVENTS, N_EVENTS)]
    count(fault="kill -9 while backing up and restoring", times=died)


def test_a_simulation_and_a_report_that_are_killed(tmp_path: Path, kill_seed: int, count: Count) -> None:
    calm, data = tmp_path / "calm", tmp_path / "data"
    for folder in (calm, data):
        folder.mkdir()
    assert ran(f"simulate {COHORT}", calm)[0] == 0
    died = lives_of(WORKER, "simulation", data, kill_seed)
    logs = []
    for folder in (calm, data):
        with closing(DuckDBLedger(folder / "events.duckdb")) as ledger:
            counts(ledger)
            logs.append(sorted(it.event.key for it in ledger.since(0)))
    assert logs[0] == logs[1]
    count(fault="kill -9 while simulating", times=died)
    died = lives_of(WORKER, "report", data, kill_seed)
    assert (data / "report.html").read_text("utf-8").rstrip().endswith("</html>")
    assert [it.name for it in data.iterdir() if it.name.startswith(".report")] == []
    count(fault="kill -9 while writing a report", times=died)
