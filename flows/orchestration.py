"""Every flow and task: a few lines each around plain functions, so that what is decided needs no Prefect.

All flows are `async def`: a synchronous one waits a second for its heartbeat when it ends. Each run has a
thread and an event loop of its own, so the plain functions may block.
"""

import asyncio
from collections.abc import Awaitable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated, Any, TypeVar, cast

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.flows import FlowStateHook
from prefect.tasks import exponential_backoff
from pydantic import AwareDatetime, Field

from eventlogs.errors import EventLogError
from flows.forms.step_entries import AnyStep
from flows.hosting import on_prefect
from flows.hosting.place import place
from flows.hosting.played_time import played_moment
from flows.hosting.turns import alone_with
from flows.notices.due import Message
from flows.notices.errors import PerhapsDeliveredError
from flows.notices.failures import tell_of_failure
from flows.notices.outbox import send
from flows.notices.settings import notice_settings
from flows.notices.telling import waiting_messages
from flows.papers.making import make_papers
from flows.project import projects
from flows.project.acts import By
from flows.routines import housekeeping
from flows.routines.analysis import NIGHTLY, REPORT, analysed, analyses
from flows.routines.following import artifact_key, card_as_markdown, carried_on, run_name, run_tags
from flows.routines.sweeping import sweep as carry_on_what_was_left
from flows.routines.timers import Tick
from flows.routines.timers import tick as look_at_the_clock
from flows.worklist.live_logs import EVERY, for_each, logs_asked

T = TypeVar("T")
CaseId = Annotated[str, Field(pattern=r"^[^/\s]([^/]*[^/\s])?$", max_length=100, title="Project")]
LogName = Annotated[str, Field(pattern=r"^[^/\s][^/]*$", max_length=100, title="Log")]
StepName = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$", max_length=60, title="After which step")]
Actor = Annotated[str, Field(pattern=r"^\S(.*\S)?$", max_length=80, title="Who did it")]
AnalysisName = Annotated[str, Field(pattern=r"^[a-z][a-z_-]*$", max_length=60)]
FilePath = Annotated[str, Field(pattern=r"^\S.*\.[A-Za-z]+$", max_length=1000, title="File")]

TOLD: list[FlowStateHook[..., Any]] = [tell_of_failure]  # when a run has failed for good
BACKOFF = exponential_backoff(backoff_factor=10)  # 10, 20, 40, 80, 160 seconds


# not `flow_run_name`, which Prefect would set anew in every run, though whoever asks for one names it;
# with a storage for results, which there are none of, it does not ask the server for the usual one
@flow(
    name="advance",
    retries=2,
    retry_delay_seconds=5,
    persist_result=False,
    result_storage=Path(gettempdir()),
    on_failure=TOLD,
)
async def advance(case: CaseId, step: StepName = "looking", log: LogName = projects.LOG) -> None:
    """Carry a project on after an act, and renew its card."""
    with place() as here:
        async with alone_with(here.ledger, log, case):
            followed = carried_on(here.ledger, log, case, played_moment() or _now())
            pages = notice_settings(here.data).pages
            await on_prefect.known_as(run_name(log, case, step), *run_tags(log, case, followed.city))
            await on_prefect.show(artifact_key(log, case), card_as_markdown(followed.card, pages), case)
    if followed.papers_due and played_moment() is None:  # nobody reads the papers of a play
        await write_papers(log, case)


@task(
    task_run_name="papers of {case}",
    retries=5,
    retry_delay_seconds=BACKOFF,
    retry_jitter_factor=0.2,
    cache_policy=NO_CACHE,
    retry_condition_fn=on_prefect.unless(EventLogError),
)
async def write_papers(log: str, case: str) -> list[str]:
    """Make the papers that a project's steps ask for, each once, and put them beside the steps."""
    with place() as here:
        return make_papers(here.ledger, here.data, log, case, _now())


@flow(name="act", flow_run_name="{case}: {actor} records", on_failure=TOLD)
async def act(
    case: CaseId,
    what: AnyStep,
    actor: Actor,
    occurred_at: AwareDatetime | None = None,
    reason: str | None = None,
    log: LogName = projects.LOG,
) -> list[str]:
    """Record that a step happened, with its form; return the keys of the events."""
    by = By(actor, _now(), occurred_at, reason=reason)
    with place() as here:
        entered = what.entered.model_dump(mode="json", exclude_unset=True)
        made = projects.act(here.ledger, log, case, what.step, entered, by)
    return [event.key for event in made.recorded]


@flow(
    name="tick",
    flow_run_name=on_prefect.about("tick of {log}"),
    retries=2,
    retry_delay_seconds=30,
    on_failure=TOLD,
)
async def tick(log: LogName = EVERY) -> None:
    """End holds whose day has come, tell overdue work to the next role, pass on the work of those away."""
    with place() as here:
        looked = for_each(
            logs_asked(here.ledger, log), lambda one: look_at_the_clock(here.ledger, one, _now())
        )
    _log_all(looked)


@flow(
    name="sweep",
    flow_run_name=on_prefect.about("sweep of {log}"),
    retries=2,
    retry_delay_seconds=30,
    on_failure=TOLD,
)
async def sweep(log: LogName = EVERY) -> None:
    """Carry on every open project that was left behind, and end what dead processes left running."""
    with place() as here:
        swept = for_each(
            logs_asked(here.ledger, log),
            lambda one: carry_on_what_was_left(here.ledger, here.data, one, _now()),
        )
    _log_all(swept)
    await on_prefect.end_lost_runs(older_than=timedelta(hours=2))


def _log_all(looked: Iterable[Tick]) -> None:
    for one in looked:
        get_run_logger().info(one.as_text())


@flow(name="notify", flow_run_name=on_prefect.about("notices of {log}"), on_failure=TOLD)
async def notify(log: LogName = EVERY) -> None:
    """Tell people of overdue work and of projects that stand still, each matter once."""
    with place() as here:
        waiting = for_each(
            logs_asked(here.ledger, log),
            lambda one: (one, waiting_messages(here.ledger, here.data, one, _now())),
        )
    await _all_done(send_message(one, message) for one, messages in waiting for message in messages)


@task(
    task_run_name="{message.channel.name}",
    retries=5,
    retry_delay_seconds=BACKOFF,
    retry_jitter_factor=0.2,
    cache_policy=NO_CACHE,
    retry_condition_fn=on_prefect.unless(PerhapsDeliveredError),
)
async def send_message(log: str, message: Message) -> int:
    """Send one message; begun by another process, or told already, it is not sent."""
    with place() as here:
        return send(here.ledger, log, message, _now())


@flow(name="import", flow_run_name="import of {file}", on_failure=TOLD)
async def import_file(file: FilePath, name: LogName | None = None) -> str:
    """Import a file that lies on the machine of the worker, as a log; the same file twice changes nothing."""
    with place() as here:
        return housekeeping.import_file(here.ledger, Path(file), name).as_text()


@flow(name="nightly", flow_run_name=on_prefect.about("analyses of {log}"), on_failure=TOLD)
async def nightly(log: LogName = EVERY, only: list[AnalysisName] = []) -> list[str]:  # noqa: B006 read only
    """Carry out the analyses, or only those named, and keep what they found under the data directory."""
    return await _analysed(NIGHTLY, log, only)


@flow(name="report", flow_run_name=on_prefect.about("report on {log}"), on_failure=TOLD)
async def report(log: LogName = EVERY, only: list[AnalysisName] = []) -> list[str]:  # noqa: B006 read only
    """Write the reports."""
    return await _analysed(REPORT, log, only)


async def _analysed(kind: str, log: str, only: list[str]) -> list[str]:
    with place() as here:
        logs = logs_asked(here.ledger, log)
    made = await _all_done(analyse(kind, one.name, of) for of in logs for one in analyses(kind, only))
    return [file for files in made for file in files]


async def _all_done(deeds: Iterable[Awaitable[T]]) -> list[T]:
    """Do all, also where one fails; then raise what the first that failed raised."""
    made = await asyncio.gather(*deeds, return_exceptions=True)
    for one in made:
        if isinstance(one, BaseException):
            raise one
    return cast(list[T], made)


@task(
    task_run_name="{name}",
    retries=2,
    retry_delay_seconds=BACKOFF,
    retry_condition_fn=on_prefect.unless(EventLogError),  # a refusal is the same the next time
    cache_policy=NO_CACHE,
)
async def analyse(kind: str, name: str, log: str) -> list[str]:
    """Carry out one analysis and return its files."""
    with place() as here:
        (one,) = analyses(kind, [name])
        return [str(file) for file in analysed(one, here.ledger, here.data, log, _now())]


@flow(name="backup", flow_run_name="backup", retries=2, retry_delay_seconds=60, on_failure=TOLD)
async def backup(keep: Annotated[int, Field(ge=1, le=366)] = 14) -> str:
    """Write a verified copy of all logs beside them, and keep only the newest."""
    with place() as here:
        return housekeeping.back_up(here.ledger, here.data, _now(), keep=keep).as_text()


def _now() -> datetime:
    return datetime.now(UTC)
