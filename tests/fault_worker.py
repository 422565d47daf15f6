"""Deeds that are killed at random in a process of their own, until one life comes to its end.

`python tests/fault_worker.py DEED FOLDER SEED` tells how many lives were killed.
"""

import io
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from killing import killed_at_random
from running import ran

import dashboards.report.told  # noqa: F401 - before a life begins, so that lives are not spent on it
import flows.simulation.play  # noqa: F401
import mining.comparison.log_comparison  # noqa: F401
from eventlogs.console import TerminalConsole
from eventlogs.events import Event
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.importing import import_log
from eventlogs.ledger.backup import back_up, restore
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.migrations import Migration, migrations

MONDAY = datetime(2025, 3, 3, tzinfo=UTC)
N_EVENTS = 120
NEXT = Migration(
    migrations()[-1].version + 1,
    "next.sql",
    "ALTER TABLE log ADD COLUMN colour VARCHAR; CREATE TABLE shade AS SELECT range AS n FROM range(200000)",
)
COPIES = 4
COHORT = "--projects 1 --seed 5 --cities harbin"


def an_event(number: int) -> Event:
    """Return the event of a number."""
    return Event(f"k{number}", f"C{number % 3}", "visit", MONDAY + timedelta(hours=number))


def imports(folder: Path) -> None:
    """Import every file of the folder `files`, each as a log of its own."""
    with closing(DuckDBLedger(folder / "events.duckdb")) as ledger:
        for path in sorted((folder / "files").iterdir()):
            quiet = TerminalConsole(io.StringIO(), io.StringIO())
            import_log(ledger, path, path.name, ImportChoices(), quiet)


def migration(folder: Path) -> None:
    """Open several files of the schema of today with that of tomorrow."""
    for number in range(COPIES):
        file = folder / f"{number}.duckdb"
        if not file.exists():
            shutil.copyfile(folder / "old.duckdb", folder / "draft")
            (folder / "draft").replace(file)
        DuckDBLedger(file, [*migrations(), NEXT]).close()


def backups(folder: Path) -> None:
    """Make several backups of one log, and restore the last."""
    with closing(DuckDBLedger(folder / "old.duckdb")) as ledger:
        for number in range(COPIES):
            if not (folder / f"backup {number}.duckdb").exists():
                back_up(ledger, folder / f"backup {number}.duckdb")
        restore(ledger, folder / f"backup {COPIES - 1}.duckdb")


def simulation(folder: Path) -> None:
    """Play a small cohort by acts."""
    status, _, err = ran(f"simulate {COHORT}", folder)
    if status:
        raise RuntimeError(err)


def report(folder: Path) -> None:
    """Write a report of the log there is."""
    status, _, err = ran(f"report simulated -o {folder / 'report.html'}", folder)
    if status:
        raise RuntimeError(err)


DEEDS: Mapping[str, Callable[[Path], None]] = {
    "imports": imports,
    "migration": migration,
    "backups": backups,
    "simulation": simulation,
    "report": report,
}


if __name__ == "__main__":
    died = killed_at_random(lambda: DEEDS[sys.argv[1]](Path(sys.argv[2])), int(sys.argv[3]))
    sys.stdout.write(f"{died}\n")
