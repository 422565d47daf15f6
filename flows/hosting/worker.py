"""The worker inside the process that holds the ledger: due flow runs become threads of it, not processes.

A process for each run would take eight seconds to begin and could not open the ledger; a thread takes none.
"""

import asyncio
import logging
from contextlib import suppress
from contextvars import copy_context
from datetime import UTC, datetime
from functools import partial
from threading import Event, Thread
from time import monotonic
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import Abort, ObjectNotFound, PrefectException
from prefect.flow_engine import run_flow
from prefect.flows import Flow
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Pending
from prefect.utilities.engine import propose_state

from flows.hosting.deployments import POOL, flow_named
from flows.hosting.on_prefect import begin_again, one_line
from flows.hosting.outage import PREFECT

AT_ONCE = 4
LOOK_EVERY = 5.0  # seconds between two looks for due runs, unless woken
BEAT_EVERY = 30.0
LEAVE = 5.0  # seconds that runs under way get to end

_entrypoints: dict[UUID, str] = {}  # by deployment

logger = logging.getLogger(__name__)


class Worker:
    """Carries out the due flow runs of the work pool until `stopped` is set."""

    def __init__(self, name: str, stopped: Event) -> None:
        self.name = name
        self._stopped = stopped
        self._woken = asyncio.Event()
        self._running: set[UUID] = set()
        self._lost: set[UUID] = set()

    async def work(self) -> None:
        """Look for due runs again and again; a server that is away is waited for."""
        self._loop = asyncio.get_running_loop()
        beating = asyncio.create_task(self._beat())
        while not self._stopped.is_set():
            try:
                async with get_client() as client:
                    await self._look(client)
                PREFECT.over()
            except (httpx.HTTPError, PrefectException) as error:
                PREFECT.met(error)
            await self._pause(LOOK_EVERY)
        beating.cancel()
        until = monotonic() + LEAVE
        while self._running and monotonic() < until:
            await asyncio.sleep(0.05)

    def wake(self) -> None:
        """Look for due runs at once; to be called in the worker's own loop."""
        self._woken.set()

    async def _look(self, client: PrefectClient) -> None:
        for lost in list(self._lost):
            await begin_again(client, lost)
            self._lost.discard(lost)
        found = await client.get_scheduled_flow_runs_for_work_pool(POOL, scheduled_before=datetime.now(UTC))
        for run in (due.flow_run for due in found):
            if run.id not in self._running and len(self._running) < AT_ONCE:
                self._running.add(run.id)
                work = partial(copy_context().run, self._carry_out, run)
                # a daemon: an analysis of an hour must not keep the process that was told to stop
                Thread(target=work, name=run.name, daemon=True).start()

    def _carry_out(self, run: FlowRun) -> None:
        """Carry a flow run out in this thread."""
        try:
            with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
                asyncio.run(_carried_out(run, self.name))
        except (httpx.HTTPError, PrefectException) as error:
            logger.warning("the flow run %s lost its line to Prefect: %s", run.name, error)
            self._lost.add(run.id)
        finally:
            with suppress(RuntimeError):  # the loop has ended with the worker
                self._loop.call_soon_threadsafe(self._ended, run.id)

    def _ended(self, run: UUID) -> None:
        self._running.discard(run)
        self.wake()

    async def _pause(self, seconds: float) -> None:
        """Wait so long, or until woken or told to stop."""
        for _ in range(int(seconds * 10)):
            if self._woken.is_set() or self._stopped.is_set():
                break
            await asyncio.sleep(0.1)
        self._woken.clear()

    async def _beat(self) -> None:
        while True:
            try:
                async with get_client() as client:
                    await client.send_worker_heartbeat(POOL, self.name, heartbeat_interval_seconds=BEAT_EVERY)
            except (httpx.HTTPError, PrefectException) as error:
                PREFECT.met(error)
            await asyncio.sleep(BEAT_EVERY)


async def _carried_out(run: FlowRun, by: str) -> None:
    """Carry a flow run out, unless another worker has taken it or it must wait for its turn."""
    async with one_line() as context:  # the run asks through the same connections
        try:
            run.state = await propose_state(context.client, Pending(message=by), flow_run_id=run.id)
            named = await _flow_of(run, context.client)
        except (Abort, ObjectNotFound):
            return
        if run.state.is_pending():
            running = run_flow(named, flow_run=run, return_type="state")
            assert asyncio.iscoroutine(running)
            await running


async def _flow_of(run: FlowRun, client: PrefectClient) -> Flow[..., Any]:
    """Return the flow of a run, asking only once for each deployment."""
    assert run.deployment_id is not None
    if run.deployment_id not in _entrypoints:
        deployment = await client.read_deployment(run.deployment_id)
        _entrypoints[run.deployment_id] = deployment.entrypoint or ""
    return flow_named(_entrypoints[run.deployment_id])
