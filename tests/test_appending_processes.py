"""Several processes append to one ledger at once and are killed: every acknowledged event is there, once."""

import random
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from eventlogs.data_directory import open_beside, open_ledger
from eventlogs.ledger.verification import verification
from eventlogs.owner.notice import read_notice
from eventlogs.storage import Ledger
from eventlogs.storage_settings import SharedLedger, write_shared_ledger

APPENDERS, KILLS = 3, 12
APPENDING = textwrap.dedent("""
    import sys
    from datetime import datetime, timedelta, UTC
    from pathlib import Path
    from eventlogs.data_directory import open_beside
    from eventlogs.events import Event, ObjectLink

    name, number = sys.argv[2], int(sys.argv[3])

    def event(number):
        occurred_at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        household = ObjectLink(f"H-{number % 50}", "household")
        return Event(f"{name}-{number}", f"C{number % 4}", "visit", occurred_at, objects=(household,))

    ledger = open_beside(Path(sys.argv[1]))
    for size in (1, 2, 1, 20, 1, 3) * 10_000:
        ledger.append("live", [event(it) for it in range(number, number + size)])
        number += size
        print(number, flush=True)
""")
OWNING = "from dashboards.cli import main; main()"


@dataclass(frozen=True)
class Place:
    """A data directory into which several processes can append, and its owner's process if it has one."""

    data: Path
    owner: "subprocess.Popen[bytes] | None" = None

    def kill_owner(self) -> None:
        if self.owner is not None:
            self.owner.kill()
            self.owner.wait()


@pytest.fixture(params=["through the owner", "in PostgreSQL"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "in PostgreSQL":
        write_shared_ledger(tmp_path, SharedLedger(request.getfixturevalue("postgres")))
        yield Place(tmp_path)
        return
    up = ["--data", str(tmp_path), "up", "--no-prefect", "--port", "0"]
    owned = Place(tmp_path, subprocess.Popen([sys.executable, "-c", OWNING, *up]))
    try:
        until = time.monotonic() + 30
        while read_notice(tmp_path) is None:
            assert time.monotonic() < until
            time.sleep(0.05)
        yield owned
    finally:
        owned.kill_owner()


def test_no_event_is_lost_or_doubled_when_appending_processes_are_killed(place: Place) -> None:
    dice = random.Random(20250303)
    with closing(open_beside(place.data)) as ledger:
        ledger.create_log("live")
        followed = Follower(ledger)
        appenders = [Appender(place.data, f"P{number}") for number in range(APPENDERS)]
        for appender in appenders:
            appender.start()
        for kill in range(KILLS):
            time.sleep(dice.random() * 0.3)
            appenders[kill % APPENDERS].kill_and_restart(back=dice.randrange(5))
            followed.follow()
        for appender in appenders:
            appender.kill()
        followed.follow()
        followed.keys_are_each_once()
        acknowledged = {f"{it.name}-{number}" for it in appenders for number in range(it.acknowledged)}
        assert len(acknowledged) > KILLS
        recorded = {event.event.key for case in range(4) for event in ledger.case("live", f"C{case}")}
        assert acknowledged <= recorded
        assert recorded == set(followed.keys)
    place.kill_owner()
    with closing(open_ledger(place.data)) as ledger, ledger.reading() as connection:
        counts = connection.execute("SELECT count(*), count(DISTINCT event_key) FROM event").fetchall()
        assert counts == [(len(recorded), len(recorded))]
        assert verification(connection).intact


class Appender:
    """A process that appends one event after another and tells what was acknowledged."""

    def __init__(self, data: Path, name: str) -> None:
        self.name = name
        self.acknowledged = 0
        self._data = data

    def start(self, number: int = 0) -> None:
        command = [sys.executable, "-c", APPENDING, str(self._data), self.name, str(number)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def kill(self) -> None:
        assert self._process.stdout is not None
        told = [self._process.stdout.readline()]  # so that it has been at work
        self._process.kill()
        told += self._process.stdout.readlines()
        self._process.wait()
        whole = [int(line) for line in told if line.endswith("\n")]
        self.acknowledged = max([self.acknowledged, *whole])

    def kill_and_restart(self, back: int) -> None:
        """Kill the process, and let another begin a few events before the last acknowledged one."""
        self.kill()
        self.start(max(0, self.acknowledged - back))


class Follower:
    """A reader that remembers only how far it has come."""

    def __init__(self, ledger: Ledger) -> None:
        self.keys: list[str] = []
        self._ledger = ledger
        self._seq = 0

    def follow(self) -> None:
        while new := self._ledger.since(self._seq, limit=200):
            self.keys += [it.event.key for it in new]
            self._seq = new[-1].seq

    def keys_are_each_once(self) -> None:
        assert len(self.keys) == len(set(self.keys))
