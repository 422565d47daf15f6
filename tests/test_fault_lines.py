"""Lines to the owner and to PostgreSQL that break at any byte: it is said, nothing is lost or doubled."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from pathlib import Path
from random import Random
from typing import TypeVar
from urllib.parse import urlencode

import pytest
from counted import Count
from fuzzing import is_one_sentence
from outgrown import event, lake_keys, opened
from psycopg.conninfo import conninfo_to_dict
from relay import Relay, relay
from stage import stage

from eventlogs.console import TerminalConsole
from eventlogs.data_directory import FILE
from eventlogs.errors import EventLogError
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.shared_verification import ledger_verification
from eventlogs.owner.client import OwnerClient, run_command
from eventlogs.owner.notice import Owner
from eventlogs.owner.server import OwnerServer
from eventlogs.storage import Ledger

T = TypeVar("T")
N_EVENTS = 12


@dataclass
class Cut:
    """A line that is cut again and again while something is done over it."""

    line: Relay
    dice: Random
    n: int = 0

    def over(self, deed: Callable[[], T], longest: int) -> T:
        """Do it again after each cut, which comes within so many bytes, until it comes to its end."""
        while True:
            self.line.mend()
            self.line.breaks_after = self.dice.randrange(1, longest)
            try:
                return deed()
            except EventLogError as error:
                is_one_sentence(error)
                if not self.line.broken:
                    raise
                self.n += 1
                longest *= 2
            finally:
                self.line.mend()


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[DuckDBLedger, Owner]]:
    """Lend a ledger that this process holds, and its owner's notice."""
    with closing(DuckDBLedger(tmp_path / FILE)) as ledger:
        server = OwnerServer(ledger, tmp_path, stage)
        server.start()
        yield ledger, server.owner
        server.stop()


def append_all(cut: Cut, ledger: Ledger | OwnerClient, longest: int) -> None:
    """Append events two at a time, each of them twice, over a line that is cut."""
    for number in range(N_EVENTS):
        cut.over(partial(ledger.append, "live", [event(number), event(number + 1)]), longest)


def kept(ledger: Ledger) -> list[str]:
    """Return the keys that a ledger holds, having verified them."""
    assert ledger_verification(ledger, "live").intact
    return [it.event.key for it in ledger.since(0)]


def test_a_line_to_the_owner_that_breaks_anywhere_loses_and_doubles_nothing(
    held: tuple[DuckDBLedger, Owner], kill_seed: int, count: Count
) -> None:
    ledger, owner = held
    ledger.create_log("live")
    with relay(owner.port) as line:
        cut, client = Cut(line, Random(kill_seed)), OwnerClient(replace(owner, port=line.port))
        append_all(cut, client, 1_500)
        assert kept(ledger) == [event(number).key for number in range(N_EVENTS + 1)]
        count(fault="line to the owner broken while appending", times=cut.n)
        cut.n = 0
        for _ in range(4):
            assert cut.over(lambda: client.since(0), 6_000) == ledger.since(0)
            answer = cut.over(lambda: client.query("SELECT event_key FROM event ORDER BY seq"), 1_500)
            assert answer.column(0).to_pylist() == kept(ledger)
        count(fault="line to the owner broken while reading", times=cut.n)


def test_a_command_whose_line_to_the_owner_breaks_is_done_whole_or_not_at_all(
    held: tuple[DuckDBLedger, Owner], kill_seed: int, count: Count
) -> None:
    ledger, owner = held
    with relay(owner.port) as line:
        cut = Cut(line, Random(kill_seed))

        def filled() -> None:
            err = StringIO()
            status = run_command(
                replace(owner, port=line.port), ("fill", "3"), "en", TerminalConsole(StringIO(), err)
            )
            if status:
                assert status == 1
                said = err.getvalue().splitlines()[-1]
                assert "went away before it had answered" in said, said
                raise EventLogError("中断 {said}", said=said)

        for _ in range(6):
            cut.over(filled, 1_000)
            with ledger.reading() as connection:
                assert connection.execute("SELECT count(*) % 3 FROM object_object").fetchall() == [(0,)]
    count(fault="line to the owner broken while it carries out a command", times=cut.n)


@pytest.fixture
def line(postgres: str) -> Iterator[Relay]:
    """Lend a line to the PostgreSQL server."""
    parts = conninfo_to_dict(postgres)
    with relay(Path(str(parts["host"])) / f".s.PGSQL.{parts.get('port') or 5432}") as line:
        yield line


def test_a_line_to_postgresql_that_breaks_anywhere_loses_and_doubles_nothing(
    postgres: str, line: Relay, tmp_path: Path, kill_seed: int, count: Count
) -> None:
    parts = conninfo_to_dict(postgres) | {"host": "127.0.0.1", "port": line.port}
    address = f"postgresql://?{urlencode(parts)}"
    cut = Cut(line, Random(kill_seed))
    expected = [event(number).key for number in range(N_EVENTS + 1)]
    with opened(address, tmp_path, "far") as far, opened(postgres, tmp_path, "near") as near:
        far.create_log("live")
        append_all(cut, far, 4_000)
        assert kept(near) == expected
        count(fault="line to PostgreSQL broken while appending", times=cut.n)
        cut.n = 0

        def followed() -> list[str]:
            with far.reading() as connection:
                return [
                    key
                    for (key,) in connection.execute("SELECT event_key FROM event ORDER BY seq").fetchall()
                ]

        assert cut.over(followed, 8_000) == expected
        assert cut.over(lambda: far.since(0), 8_000) == near.since(0)
        count(fault="line to PostgreSQL broken while a file follows it", times=cut.n)
        cut.n = 0
        cut.over(far.drain, 1_700_000)  # as much as one drain sends to and fro
        assert near.lake is not None
        assert lake_keys(near.lake) == expected
        count(fault="line to PostgreSQL broken while the lake is drained", times=cut.n)
