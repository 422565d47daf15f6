"""Odd files of every exchange format are read or refused in a sentence, and leave nothing half-written."""

import io
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from counted import Count
from exchanged_logs import MadeEvent, exported, ledger_in, make_log
from fuzz_files import KINDS, odd_file
from fuzzing import fuzzed
from running import ran

from eventlogs.console import TerminalConsole
from eventlogs.errors import EventLogError
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.importing import import_log
from eventlogs.exchange.mapping import with_mapping
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.verification import verification

AT_A_TIME = 250  # imports into one ledger, so that what it holds does not slow the next
OF_THEM_BY_COMMAND = 50  # of which one is given to the command instead
HELD = """
    SELECT (SELECT count(*) FROM log), (SELECT count(*) FROM event), (SELECT count(*) FROM object),
        (SELECT count(*) FROM event_object), (SELECT count(*) FROM case_head),
        (SELECT count(*) FROM duckdb_tables())
"""
MACROS = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE NOT internal ORDER BY ALL"  # 12 ms


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return a small valid file of each format."""
    folder = tmp_path_factory.mktemp("valid")
    events = [
        MadeEvent(
            f"c{number % 2}",
            f"step {number % 3}",
            datetime(2024, 1, 1 + number, tzinfo=UTC),
            {"n": number, "share": 0.5, "done": True, "note": "好", "at": datetime(2024, 2, 1, tzinfo=UTC)},
            role="street_office",
            actor="wang",
            objects=[(f"h{number % 2}", "household", "of")],
        )
        for number in range(5)
    ]
    with ledger_in(folder) as ledger:
        make_log(ledger, events, {"c0": {"city": "shanghai", "floors": 6}})
        for kind in KINDS:
            exported(ledger, folder / f"valid.{kind}")
    return {kind: (folder / f"valid.{kind}").read_bytes() for kind in KINDS}


def choices(dice: Random) -> ImportChoices:
    """Return mostly no choices, now and then odd ones."""
    if dice.random() < 0.8:
        return ImportChoices()
    given = dice.choice(("case", "activity", "time", "role", "start_time", "timezone", "classifier", "sheet"))
    words = ("case", "time", "无", "concept:name", "UTC", "Mars/Olympus")
    said: dict[str, Any] = {given: dice.choice(words)}
    return ImportChoices(**said)


@pytest.mark.parametrize("kind", KINDS)
def test_an_odd_file_is_read_or_refused(
    kind: str, valid: dict[str, bytes], tmp_path: Path, n_inputs: int, count: Count
) -> None:
    path, rejects = tmp_path / f"odd.{kind}", tmp_path / "odd.rejects.csv"
    with fuzzed(f"import of {kind}", n_inputs, count, at_least_refused=0.1) as run:
        all_dice = run.dice()
        while some := list(islice(all_dice, AT_A_TIME)):
            with closing(in_memory()) as ledger:
                path.write_bytes(valid[kind])
                imported(ledger, path, "valid")
                usual_macros, before = rows(ledger, MACROS), rows(ledger, HELD)
                for number, dice in enumerate(some):
                    data = odd_file(kind, valid[kind], dice)
                    path.write_bytes(data)
                    aside = rejects if dice.random() < 0.3 else None
                    with run.input(data):
                        if number % OF_THEM_BY_COMMAND == 0:
                            command_ends_in_a_sentence(path, f"log {run.n_tried}", tmp_path)
                            continue
                        try:
                            imported(ledger, path, f"log {number}", choices(dice), aside)
                        except BaseException:
                            assert rows(ledger, HELD) == before
                            raise
                        before = rows(ledger, HELD)
                assert rows(ledger, MACROS) == usual_macros
                with ledger.reading() as connection:
                    assert verification(connection).intact


def command_ends_in_a_sentence(path: Path, name: str, data: Path) -> None:
    """Give a file to `retrofit log import`; raise the sentence in which it is refused."""
    status, out, err = ran(f"log import {path} --log '{name}'", data)
    assert status in (0, 1), err
    assert "Traceback" not in out + err
    if status:
        *narrated, said = err.splitlines()
        assert (out, len(narrated) <= 1) == ("", True), err
        raise EventLogError("拒绝 {said}", said=said)


def in_memory() -> DuckDBLedger:
    """Return a ledger in memory; for files of a few lines a second thread costs more than it helps."""
    ledger = DuckDBLedger(Path(":memory:"))
    with ledger.writing() as connection:
        connection.execute("SET GLOBAL threads = 1")
    return ledger


def imported(
    ledger: DuckDBLedger,
    path: Path,
    name: str,
    chosen: ImportChoices = ImportChoices(),  # noqa: B008 - frozen
    rejects: Path | None = None,
) -> None:
    """Import a file, silently."""
    silent = TerminalConsole(io.StringIO(), io.StringIO())
    import_log(ledger, path, name, with_mapping(chosen, None), silent, rejects=rejects)


def rows(ledger: DuckDBLedger, sql: str) -> list[tuple[Any, ...]]:
    """Return what the ledger answers."""
    with ledger.reading() as connection:
        return connection.execute(sql).fetchall()
