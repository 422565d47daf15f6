"""What a flow run tells Prefect about itself: its name and tags, and its project's card."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import Any
from uuid import UUID

from prefect.artifacts import acreate_markdown_artifact
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.context import AsyncClientContext, FlowRunContext
from prefect.settings import PREFECT_API_URL
from prefect.states import AwaitingRetry, Crashed

from flows.worklist.live_logs import EVERY

_TRUSTS_NOBODY = SSLContext(PROTOCOL_TLS_CLIENT)

OURS = "retrofit"  # the tag of our deployments
_UNDER_WAY = FlowRunFilterState(
    type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING, StateType.CANCELLING])
)


def about(deed: str) -> Callable[[], str]:
    """Return what names a run by the log it is about, such as `sweep of {log}`."""

    def name() -> str:
        context = FlowRunContext.get()
        assert context is not None
        log = (context.parameters or {})["log"]
        return deed.format(log="every live log" if log == EVERY else log)

    return name


def one_line() -> AsyncClientContext:
    """Return a line to Prefect for all that a run asks; for plain HTTP it reads no certificates.

    Prefect's own clients read all the world's, 16 ms of processors each, whatever the address.
    """
    plain = PREFECT_API_URL.value().startswith("http://")
    return AsyncClientContext({"verify": _TRUSTS_NOBODY} if plain else None)


async def known_as(name: str, *tags: str) -> None:
    """Give the present run its name and more tags in one request; in none where it was made with them."""
    context = FlowRunContext.get()
    assert context is not None
    assert context.flow_run is not None
    run = context.flow_run
    if run.name != name or set(tags) - set(run.tags):
        async with get_client() as client:
            await client.update_flow_run(run.id, name=name, tags=sorted({*run.tags, *tags}))


async def show(key: str, markdown: str, description: str) -> None:
    """Put a new version of an artifact in the place of the last one."""
    await acreate_markdown_artifact(markdown, key=key, description=description)


async def end_lost_runs(older_than: timedelta) -> int:
    """End what has been running for longer than any of our runs takes, since its process is gone.

    What may be begun again is put back to be carried out; the rest is marked as crashed.
    """
    began_before = datetime.now(UTC) - older_than
    async with get_client() as client:
        running = await client.read_flow_runs(
            flow_run_filter=FlowRunFilter(state=_UNDER_WAY),
            deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=[OURS])),
        )
        lost = [run for run in running if (run.start_time or run.created or began_before) < began_before]
        for run in lost:
            await client.set_flow_run_state(run.id, _after_loss(run), force=True)
    return len(lost)


def _after_loss(run: FlowRun) -> State[None]:
    if may_begin_again(run):
        return AwaitingRetry(message="its process is gone; it is carried out again")
    return Crashed(message="its process is gone; what it left undone is made good")


def may_begin_again(run: FlowRun) -> bool:
    """Tell whether a run that was left half done may be carried out again: flows that retry may."""
    return run.run_count <= (run.empirical_policy.retries or 0)


async def begin_again(client: PrefectClient, run: UUID) -> None:
    """Put a run back that lost its line to the server, unless it has ended or may not be begun again."""
    left = await client.read_flow_run(run)
    if left.state and not left.state.is_final() and may_begin_again(left):
        lost: State[None] = AwaitingRetry(message="the line to Prefect broke; it is carried out again")
        await client.set_flow_run_state(run, lost, force=True)


def unless(*errors: type[BaseException]) -> Callable[..., Any]:
    """Return a condition for retrying: every failure but those."""

    async def retry(task: Any, run: Any, state: Any) -> bool:
        return not isinstance(await state.aresult(raise_on_failure=False), errors)

    return retry
