"""What has happened in a project, in order: steps, holds, the days between, documents, remarks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards.staff.addresses import correction_address, project_address
from dashboards.staff.project_parts import step_address
from eventlogs.events import Event
from eventlogs.language import say
from flows.process.history import PROJECT, CaseHistory, effective, place_of
from flows.process.process import Process
from flows.process.processes import process_of
from flows.project.correcting import is_correctable
from flows.words import name_of, note_of, told_by

_TOLD = frozenset({"complete", "manualskip", "suspend", "resume", "withdraw"})


@dataclass(frozen=True)
class Moment:
    """One thing that happened, how many days after the one before, and where it is corrected if it can be."""

    at: datetime
    gap_days: int | None
    title: str
    what: str
    lifecycle: str
    actor: str | None
    role: str | None
    phase: str
    note: str | None
    address: str | None
    correction: str | None


@dataclass(frozen=True)
class DocumentKept:
    """A document that proves a step or was put beside it."""

    name: str
    step: str
    at: datetime
    digest: str | None
    address: str


@dataclass(frozen=True)
class Noted:
    """A remark beside a step."""

    at: datetime
    actor: str | None
    step: str
    text: str
    address: str


def timeline(history: CaseHistory) -> tuple[Moment, ...]:
    """Return what has happened, the latest last, with the days between."""
    process = process_of(history)
    told = [event for event in effective(history.events) if _is_told(event)]
    moments: list[Moment] = []
    before: datetime | None = None
    for event in sorted(told, key=lambda one: one.occurred_at):
        gap = None if before is None else (event.occurred_at - before) // timedelta(days=1)
        before = event.occurred_at
        moments.append(_moment(process, history, event, gap))
    return tuple(moments)


def _is_told(event: Event) -> bool:
    if event.activity == PROJECT:
        return True
    by_itself = event.lifecycle == "withdraw" and event.actor is None
    return event.lifecycle in _TOLD and not by_itself


def _moment(process: Process, history: CaseHistory, event: Event, gap: int | None) -> Moment:
    activity, occurrence = place_of(event)
    is_step = activity in process.steps
    return Moment(
        at=event.occurred_at,
        gap_days=gap,
        title=name_of(event.activity),
        what=told_by(event),
        lifecycle=event.lifecycle,
        actor=event.actor,
        role=event.role,
        phase=process.word(activity).phase if is_step else "",
        note=note_of(event) or None,
        address=step_address(history, activity, occurrence) if is_step else None,
        correction=correction_address(history.case_id, event.key) if is_correctable(event) else None,
    )


def documents(history: CaseHistory) -> Iterator[DocumentKept]:
    """Yield the documents that prove steps or stand beside them."""
    for event in effective(history.events):
        if name := event.evidence.get("document"):
            step, address = _beside(history, event)
            yield DocumentKept(name, step, event.occurred_at, event.evidence.get("sha256"), address)


def remarks(history: CaseHistory) -> Iterator[Noted]:
    """Yield what was remarked beside the steps."""
    for event in effective(history.events):
        if "comment" in event.attributes and not event.evidence.get("sha256"):
            step, address = _beside(history, event)
            yield Noted(event.occurred_at, event.actor, step, str(event.attributes["comment"]), address)


def _beside(history: CaseHistory, event: Event) -> tuple[str, str]:
    """Return what an event stands beside, in words, and where that is seen."""
    activity, occurrence = place_of(event)
    if activity == PROJECT:
        return say("the whole project"), project_address(history.case_id)
    return name_of(activity), step_address(history, activity, occurrence)
