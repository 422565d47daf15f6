"""At most one flow run is at a project at a time, in one process and among hosts."""

import asyncio
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest

from eventlogs.data_directory import open_file
from eventlogs.errors import EventLogError
from eventlogs.outgrown.postgres_ledger import PostgresLedger
from eventlogs.storage import Ledger
from flows.hosting.turns import alone_with

LOG = "projects"


class Inside:
    """Who is inside at the same time."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def for_a_while(self, ledger: Ledger, case_id: str) -> None:
        async with alone_with(ledger, LOG, case_id):
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0.02)
            self.now -= 1


def most_at_once(ledger: Ledger, *case_ids: str) -> int:
    inside = Inside()

    async def all_at_once() -> None:
        await asyncio.gather(*(inside.for_a_while(ledger, case_id) for case_id in case_ids))

    asyncio.run(all_at_once())
    return inside.most


def meet(ledger: Ledger, *case_ids: str) -> None:
    """Let a run at each project go on only when all of them are inside."""

    async def until_all_are_inside(met: asyncio.Barrier, case_id: str) -> None:
        async with alone_with(ledger, LOG, case_id):
            await met.wait()

    async def all_at_once() -> None:
        met = asyncio.Barrier(len(case_ids))
        async with asyncio.timeout(60):
            await asyncio.gather(*(until_all_are_inside(met, case_id) for case_id in case_ids))

    asyncio.run(all_at_once())


def test_one_run_is_at_a_project(either_ledger: Ledger) -> None:
    assert most_at_once(either_ledger, "p-1", "p-1", "p-1") == 1


def test_several_runs_are_at_several_projects_at_once(either_ledger: Ledger) -> None:
    meet(either_ledger, "p-1", "p-2", "p-3")


def test_a_turn_is_given_back_when_the_run_fails(either_ledger: Ledger) -> None:
    async def failing() -> None:
        async with alone_with(either_ledger, LOG, "p-1"):
            raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        asyncio.run(failing())
    assert most_at_once(either_ledger, "p-1") == 1


def test_two_hosts_take_turns(postgres: str, tmp_path: Path) -> None:
    order: list[str] = []
    inside, leave = Event(), Event()
    with closing(PostgresLedger(postgres, partial(open_file, tmp_path))) as here, closing(
        PostgresLedger(postgres, partial(open_file, tmp_path))
    ) as there:  # fmt: skip

        def hold() -> None:
            with there.alone_with("projects/p-1", 10):
                inside.set()
                leave.wait()
                order.append("there")

        async def wait() -> None:
            async with alone_with(here, LOG, "p-1"):
                order.append("here")

        holding = Thread(target=hold)
        holding.start()
        inside.wait()
        with pytest.raises(EventLogError, match="has been at projects/p-1 for too long"):
            here.alone_with("projects/p-1", 0.1).__enter__()
        waiting = Thread(target=lambda: asyncio.run(wait()))
        waiting.start()
        leave.set()
        holding.join()
        waiting.join()
    assert order == ["there", "here"]
