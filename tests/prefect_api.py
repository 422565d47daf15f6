"""A Prefect server of our own kind for tests, with its database in PostgreSQL, and what tests ask of it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import Artifact, FlowRun, StateType
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_HOME,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)
from prefect.states import Crashed
from psycopg.conninfo import conninfo_to_dict

from eventlogs.storage import Ledger
from flows.hosting.child import PrefectServer
from flows.hosting.deployments import make_pool
from flows.hosting.follower import Follower
from flows.hosting.mark import Mark
from flows.hosting.place import lending
from flows.hosting.prefect_senders import send_the_last, send_without_waiting
from flows.hosting.worker import Worker

ROOT = Path(__file__).parent.parent
NOBODY = "http://127.0.0.1:9"  # a proxy that leads nowhere
PATIENCE = 120.0  # seconds


@contextmanager
def running_prefect(data: Path, postgres: str) -> Iterator[PrefectServer]:
    """Lend a server, deployed to, that this process's Prefect asks."""
    parts = conninfo_to_dict(postgres)
    database = f"postgresql+asyncpg://{parts['user']}@/{parts['dbname']}?host={parts['host']}"
    server = PrefectServer(data, 0, database)
    server.start()
    try:
        assert server.wait_until_answering(Event())
        settings = {
            PREFECT_HOME: server.home,
            PREFECT_API_URL: server.url,
            PREFECT_API_AUTH_STRING: server.password(),
            PREFECT_LOGGING_TO_API_ENABLED: False,
        }
        with temporary_settings(settings):
            send_without_waiting()
            asyncio.run(_make_pool())
            deployed(server)
            yield server
            asyncio.run(send_the_last())
    finally:
        server.stop()


async def _make_pool() -> None:
    async with get_client() as client:
        await make_pool(client)


def deployed(server: PrefectServer) -> None:
    """Deploy as people do, with nobody to ask and no way to another host."""
    nowhere = {"HTTP_PROXY": NOBODY, "HTTPS_PROXY": NOBODY, "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
        cwd=ROOT,
        env=os.environ | server.client_settings() | nowhere,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@dataclass(frozen=True)
class Carried:
    """A ledger whose acts are followed and whose flow runs are carried out, while a question is asked."""

    ledger: Ledger
    data: Path

    @property
    def mark(self) -> Mark:
        return Mark(self.data / "followed")

    def named(self, name: str) -> FlowRun:
        """Return the ended run of that name."""
        return self._carrying(lambda runs: [run for run in runs if run.name == name])

    def run(self, deployment: str, **parameters: object) -> FlowRun:
        """Return the ended run of a deployment."""
        asked = asyncio.run(asked_for(deployment, **parameters))
        return self._carrying(lambda runs: [run for run in runs if run.id == asked.id])

    def _carrying(self, wanted: Callable[[list[FlowRun]], list[FlowRun]]) -> FlowRun:
        async def carry() -> FlowRun:
            stopped = Event()
            worker = Worker("test", stopped)
            follower = Follower(self.ledger, self.mark, stopped, worker.wake)
            working = asyncio.gather(worker.work(), follower.follow())
            try:
                return await asyncio.wait_for(ended(), PATIENCE)
            finally:
                stopped.set()
                await working

        async def ended() -> FlowRun:
            while True:
                with suppress(httpx.HTTPError):  # a test may break the line
                    found = [run for run in wanted(await runs()) if run.state and run.state.is_final()]
                    if found:
                        return found[0]
                await asyncio.sleep(0.1)

        with lending(self.ledger, self.data):
            return asyncio.run(carry())


async def runs() -> list[FlowRun]:
    """Return the flow runs there are, but for those planned for later."""
    planned = FlowRunFilterState(type=FlowRunFilterStateType(not_any_=[StateType.SCHEDULED]))
    async with get_client() as client:
        return await client.read_flow_runs(flow_run_filter=FlowRunFilter(state=planned), limit=200)


async def asked_for(deployment: str, **parameters: object) -> FlowRun:
    """Ask for a run of a deployment."""
    async with get_client() as client:
        known = await client.read_deployment_by_name(deployment)
        return await client.create_flow_run_from_deployment(known.id, parameters=parameters)


async def artifacts(key: str) -> list[Artifact]:
    """Return the versions of an artifact."""
    async with get_client() as client:
        wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key]))
        return await client.read_artifacts(artifact_filter=wanted)


async def clock_stopped() -> None:
    """Let nothing begin by the clock, and end what a killed host has left under way.

    Of what the clock begins only one run at a time is let in, and a dead one holds its place for minutes.
    """
    async with get_client() as client:
        for one in await client.read_deployments():
            for schedule in one.schedules:
                await client.update_deployment_schedule(one.id, schedule.id, active=False)
        for run in await runs():
            if run.state is None or not run.state.is_final():
                await client.set_flow_run_state(run.id, Crashed(), force=True)
