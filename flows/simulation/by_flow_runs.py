"""The play carried by Prefect: after every act a run of `advance`, as after every act of staff.

A few runs are under way at a time, each at another project; a project's next act waits for the run of its
last. A run takes the simulated moment for now, so the events are those of a play without Prefect.
"""

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from eventlogs.errors import EventLogError
from eventlogs.storage import Ledger
from flows.acts import ENGINE
from flows.advance import Advance
from flows.hosting.place import lending
from flows.hosting.played_time import played_at
from flows.hosting.worker import AT_ONCE
from flows.orchestration import advance

QUIET = ("prefect", "httpx")  # what a run says is on Prefect's page


@dataclass
class FlowRuns:
    """The flow runs of a play: one for each act that was told, in a thread of its own."""

    log: str
    pool: ThreadPoolExecutor
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
            work = partial(copy_context().run, _carried_on, self.log, made.case_id, by_people[-1], moment)
            self._under_way[made.case_id] = self.pool.submit(work)

    def end(self) -> None:
        """Wait for all runs."""
        for case_id in list(self._under_way):
            self.before(case_id)


@contextmanager
def flow_runs(ledger: Ledger, data: Path, log: str) -> Iterator[FlowRuns]:
    """Lend the runs of a play on the Prefect API that this process asks."""
    levels = {name: logging.getLogger(name).level for name in QUIET}
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        with (
            temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
            lending(ledger, data),
            ThreadPoolExecutor(AT_ONCE, "play") as pool,
        ):
            runs = FlowRuns(log, pool)
            yield runs
            runs.end()
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _carried_on(log: str, case_id: str, activity: str, moment: datetime) -> None:
    async def state() -> tuple[bool, str]:
        ended = await advance(case=case_id, step=activity, log=log, return_state=True)
        return ended.is_completed(), f"{ended.name}: {ended.message}"

    with played_at(moment):
        completed, told = asyncio.run(state())
    if not completed:
        raise EventLogError(
            "the flow run after {activity} in {case} has failed: {told}",
            activity=activity,
            case=case_id,
            told=told,
        )
