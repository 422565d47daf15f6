"""What a flow run asks of Prefect about itself: tags, its project's card, and its turn."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from prefect.artifacts import acreate_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.concurrency.asyncio import concurrency
from prefect.context import FlowRunContext
from prefect.states import Crashed

LEASE = 60.0  # seconds after which the turn of a run that died is free
PATIENCE = 180.0  # seconds that a run waits for its turn
OURS = "retrofit"  # the tag of our deployments
_UNDER_WAY = FlowRunFilterState(
    type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING, StateType.CANCELLING])
)
_limited: set[str] = set()


@asynccontextmanager
async def alone_with(case_id: str) -> AsyncIterator[None]:
    """Let at most one flow run be at a project, whichever worker it is on.

    The ledger refuses the second of two advances anyway; this spares the second the attempt.
    """
    name = turn_of(case_id)
    if name not in _limited:
        async with get_client() as client:
            await client.upsert_global_concurrency_limit_by_name(name, 1)
        _limited.add(name)
    async with concurrency(name, timeout_seconds=PATIENCE, lease_duration=LEASE):
        yield


def turn_of(case_id: str) -> str:
    """Return the name of a project's concurrency limit, which may not hold every letter."""
    plain = "".join(letter for letter in case_id if letter not in "/%&><")
    return f"project {plain}" if plain == case_id else f"project {sha256(case_id.encode()).hexdigest()[:16]}"


async def tag(*tags: str) -> None:
    """Add tags to the present run, unless it has them."""
    context = FlowRunContext.get()
    assert context is not None
    assert context.flow_run is not None
    present = set(context.flow_run.tags)
    if set(tags) - present:
        async with get_client() as client:
            await client.update_flow_run(context.flow_run.id, tags=sorted(present | set(tags)))


async def show(key: str, markdown: str, description: str) -> None:
    """Put a new version of an artifact in the place of the last one."""
    await acreate_markdown_artifact(markdown, key=key, description=description)


async def end_lost_runs(older_than: timedelta) -> int:
    """Mark as crashed what has been running for longer than any of our runs takes: its process is gone."""
    began_before = datetime.now(UTC) - older_than
    async with get_client() as client:
        running = await client.read_flow_runs(
            flow_run_filter=FlowRunFilter(state=_UNDER_WAY),
            deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=[OURS])),
        )
        lost = [run for run in running if (run.start_time or run.created or began_before) < began_before]
        gone: State[None] = Crashed(message="the process is gone; what it left undone is made good")
        await asyncio.gather(*(client.set_flow_run_state(run.id, gone, force=True) for run in lost))
    return len(lost)


def unless(*errors: type[BaseException]) -> Callable[..., Any]:
    """Return a condition for retrying: every failure but those."""

    async def retry(task: Any, run: Any, state: Any) -> bool:
        return not isinstance(await state.aresult(raise_on_failure=False), errors)

    return retry
