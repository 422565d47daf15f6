"""The play carried by Prefect: after every act a run of `advance`, as after every act of staff.

The play goes on meanwhile; a project's next act waits for the run of its last. One run is under way at a
time: beside another Prefect's server on SQLite refuses some of the new ones, and its client then waits for
seconds. A run takes the simulated moment for now, so the events are those of a play without Prefect. All runs
go through one line to Prefect in one event loop: a loop, a client and a line for each took half their work.
"""

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.context import SyncClientContext
from prefect.flow_engine import run_flow_async
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from eventlogs.errors import EventLogError
from eventlogs.storage import Ledger
from flows.hosting.on_prefect import one_line
from flows.hosting.place import lending
from flows.hosting.played_time import played_at
from flows.orchestration import advance
from flows.project.acts import ENGINE
from flows.project.advance import Advance
from flows.routines.following import run_name, run_tags

SIMULATED = "simulated"  # the tag of all runs of plays
QUIET = ("prefect", "httpx")  # what a run says is on Prefect's page


@dataclass(frozen=True)
class Act:
    """What a person did in a project, at which simulated moment."""

    case_id: str
    city: str
    activity: str
    moment: datetime


@dataclass
class FlowRuns:
    """The flow runs of a play: one for each act that was told."""

    log: str
    line: "Line"
    n_asked: int = 0
    _under_way: dict[str, "Future[None]"] = field(default_factory=dict)

    def before(self, case_id: str) -> None:
        """Wait until the run of a project's last act has ended, and raise what it failed of."""
        if run := self._under_way.pop(case_id, None):
            run.result()

    def after(self, made: Advance, moment: datetime) -> None:
        """Carry a project on by a flow run at the moment of a person's act."""
        by_people = [event.activity for event in made.recorded if event.actor not in (None, ENGINE)]
        if by_people:
            self.n_asked += 1
            act = Act(made.case_id, str(made.history.facts.get("city")), by_people[-1], moment)
            self._under_way[made.case_id] = self.line.follow(self.log, act)

    def end(self) -> None:
        """Wait for all runs."""
        for case_id in list(self._under_way):
            self.before(case_id)


@contextmanager
def flow_runs(ledger: Ledger, data: Path, log: str) -> Iterator[FlowRuns]:
    """Lend the runs of a play on the Prefect API that this process asks."""
    with (
        _quiet(),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
        lending(ledger, data),
        _line() as line,
    ):
        runs = FlowRuns(log, line)
        yield runs
        runs.end()


@dataclass(frozen=True)
class Line:
    """One line to Prefect, in an event loop of its own."""

    client: PrefectClient
    loop: asyncio.AbstractEventLoop
    context: Context
    turn: asyncio.Lock

    def follow(self, log: str, act: Act) -> "Future[None]":
        """Begin the run that follows an act; to be called from another thread."""
        ended: Future[None] = Future()

        def begin() -> None:
            task = self.loop.create_task(self._follow(log, act), context=self.context.copy())
            task.add_done_callback(partial(_told_to, ended))

        self.loop.call_soon_threadsafe(begin)
        return ended

    async def _follow(self, log: str, act: Act) -> None:
        async with self.turn:
            run = await self.client.create_flow_run(
                advance,
                name=run_name(log, act.case_id, act.activity),
                parameters={"case": act.case_id, "step": act.activity, "log": log},
                tags=[*run_tags(log, act.case_id, act.city), SIMULATED],
            )
            with played_at(act.moment):
                ended = await run_flow_async(advance, run, run.parameters, return_type="state")
        assert isinstance(ended, State)
        if not ended.is_completed():
            raise EventLogError(
                "the flow run after {activity} in {case} has failed: {told}",
                activity=act.activity,
                case=act.case_id,
                told=f"{ended.name}: {ended.message}",
            )


@contextmanager
def _line() -> Iterator[Line]:
    opened: Future[Line] = Future()
    over = Event()

    async def serve() -> None:
        async with one_line() as context:
            loop = asyncio.get_running_loop()
            opened.set_result(Line(context.client, loop, copy_context(), asyncio.Lock()))
            await asyncio.to_thread(over.wait)

    with SyncClientContext(), ThreadPoolExecutor(1, "play") as thread:
        serving = thread.submit(copy_context().run, asyncio.run, serve())
        serving.add_done_callback(lambda done: _told_to(opened, done))
        try:
            yield opened.result()
        finally:
            over.set()
            serving.result()


def _told_to(waiting: "Future[Any]", ended: "asyncio.Future[None] | Future[None]") -> None:
    """Let those who wait know that something has ended, or what it failed of."""
    if waiting.done():
        return
    if error := ended.exception():
        waiting.set_exception(error)
    else:
        waiting.set_result(None)


@contextmanager
def _quiet() -> Iterator[None]:
    levels = {name: logging.getLogger(name).level for name in QUIET}
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
