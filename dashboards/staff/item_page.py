"""The page of one step: seen, filled in, counted while it is filled in, and recorded."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import allowed, project_seen
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.page import Page, show
from dashboards.refusal import as_sentence
from dashboards.sent_form import SentForm, sent_form
from dashboards.staff.addresses import project_address
from dashboards.staff.form_reading import data_of
from dashboards.staff.item_form import faults_by_place, item_fields
from dashboards.staff.item_view import Act, Attempt, ItemPage, item_page
from dashboards.staff.recorded_words import recorded_words
from dashboards.staff.row_upload import looked_at
from dashboards.staff.so_far import SoFar, so_far
from dashboards.templating import moment_text
from dashboards.told import gone_to
from eventlogs.errors import EventLogError
from eventlogs.language import say
from eventlogs.told_times import told_moment
from eventlogs.vocabulary import label
from eventlogs.working_calendar import office_moment
from flows.errors import FaultsError, GateClosedError, OrderWarningError
from flows.process.history import CaseHistory, place_of
from flows.process.processes import policy_of, process_of
from flows.project import projects
from flows.project.acts import ENGINE, By
from flows.worklist import worklist
from flows.worklist.listing import utc_now

router = APIRouter()
Reader = Annotated[Visitor, Depends(allowed("staff", "auditor"))]
Staff = Annotated[Visitor, Depends(allowed("staff"))]
Sent = Annotated[SentForm, Depends(sent_form)]


@router.get("/todo/{project}/{activity}/{occurrence}")
def item(request: Request, project: str, activity: str, occurrence: int, visitor: Reader) -> Response:
    """Show a work item with its form."""
    engine: Engine = request.app.state.engine
    history = project_seen(visitor, engine.ledger, engine.log, project)
    if (activity, occurrence) not in history.items:
        raise HTTPException(404)
    return show(request, _page(engine, history, activity, occurrence, visitor), visitor)


@router.get("/todo/{project}/{activity}/{occurrence}/changed")
def changed(
    request: Request, project: str, activity: str, occurrence: int, visitor: Reader, seen: int = 0
) -> Response:
    """Say what somebody else has done to a work item since a page showed it."""
    engine: Engine = request.app.state.engine
    history = project_seen(visitor, engine.ledger, engine.log, project)
    if (activity, occurrence) not in history.items:
        raise HTTPException(404)
    others = [
        f"{moment_text(event.occurred_at)} {event.actor or ENGINE}: {label('lifecycle', event.lifecycle)}"
        for event in history.events[seen:]
        if place_of(event) == (activity, occurrence) and event.actor != visitor.name
    ]
    return show(request, ChangedPart(others, history.items[activity, occurrence].is_open), visitor)


@router.get("/projects/{project}/acts/{activity}")
def unasked(request: Request, project: str, activity: str, visitor: Reader) -> Response:
    """Show the form of a step that may be recorded though nobody was asked for it."""
    engine: Engine = request.app.state.engine
    history = project_seen(visitor, engine.ledger, engine.log, project)
    if activity not in process_of(history).steps:
        raise HTTPException(404)
    return show(request, _page(engine, history, activity, None, visitor), visitor)


@router.post("/todo/{project}/{activity}/{occurrence}")
def complete(
    request: Request, project: str, activity: str, occurrence: int, visitor: Staff, sent: Sent
) -> Response:
    """Record that a work item is done."""
    return _record(request, project, activity, occurrence, visitor, sent)


@router.post("/projects/{project}/acts/{activity}")
def act(request: Request, project: str, activity: str, visitor: Staff, sent: Sent) -> Response:
    """Record a step that nobody was asked for."""
    return _record(request, project, activity, None, visitor, sent)


@router.post("/todo/{project}/{activity}/{occurrence}/rows")
def rows(
    request: Request, project: str, activity: str, occurrence: int, visitor: Staff, sent: Sent
) -> Response:
    """Fill in the form of a work item from a file and show it; records nothing."""
    return _from_file(request, project, activity, occurrence, visitor, sent)


@router.post("/projects/{project}/acts/{activity}/rows")
def act_rows(request: Request, project: str, activity: str, visitor: Staff, sent: Sent) -> Response:
    """Fill in the form of a step that nobody was asked for from a file and show it; records nothing."""
    return _from_file(request, project, activity, None, visitor, sent)


@router.post("/projects/{project}/so-far/{activity}")
def count(request: Request, project: str, activity: str, visitor: Staff, sent: Sent) -> Response:
    """Answer with what a form, as it is filled in now, comes to; records nothing."""
    engine: Engine = request.app.state.engine
    history = project_seen(visitor, engine.ledger, engine.log, project)
    if activity not in process_of(history).steps:
        raise HTTPException(404)
    own, _ = item_fields(history, activity, None, {})
    found = so_far(activity, policy_of(history), data_of(own, sent.fields))
    return show(request, SoFarPart(found), visitor)


@dataclass(frozen=True)
class SoFarPart(Page):
    """What a form comes to as it is filled in now."""

    template: ClassVar[str] = "staff/_so_far.html"

    so_far: SoFar | None


@dataclass(frozen=True)
class ChangedPart(Page):
    """What others did to a work item while its page was open."""

    template: ClassVar[str] = "staff/_changed.html"

    deeds: list[str]
    is_open: bool


def _page(
    engine: Engine,
    history: CaseHistory,
    activity: str,
    occurrence: int | None,
    visitor: Visitor,
    attempt: Attempt | None = None,
) -> ItemPage:
    return item_page(
        engine.ledger, engine.log, history, activity, occurrence, visitor.name, utc_now(), attempt
    )


def _record(
    request: Request, project: str, activity: str, occurrence: int | None, visitor: Visitor, sent: SentForm
) -> Response:
    engine: Engine = request.app.state.engine
    history = project_seen(visitor, engine.ledger, engine.log, project)
    if activity not in process_of(history).steps:
        raise HTTPException(404)
    own, more = item_fields(history, activity, None, {})
    data = data_of((*own, *more), sent.fields)
    told = Act(sent.text("occurred"), sent.text("role"), sent.text("reason"))
    attempt = Attempt(data, told)
    try:
        by = By(
            visitor.name, utc_now(), moment_typed_in(told.occurred), told.role or None, told.reason or None
        )
        if occurrence is None:
            made = projects.act(engine.ledger, engine.log, project, activity, data, by)
        else:
            item = f"{project}/{activity}/{occurrence}"
            made = worklist.complete(engine.ledger, engine.log, item, data, by)
    except EventLogError as error:
        now = project_seen(visitor, engine.ledger, engine.log, project)
        page = _page(engine, now, activity, occurrence, visitor, with_what_is_wrong(attempt, error))
        return show(request, page, visitor, status=409 if isinstance(error, GateClosedError) else 422)
    done = urlencode({"done": request.url.path})
    return gone_to(f"{project_address(project)}?{done}", recorded_words(made))


def _from_file(
    request: Request, project: str, activity: str, occurrence: int | None, visitor: Visitor, sent: SentForm
) -> Response:
    engine: Engine = request.app.state.engine
    history = project_seen(visitor, engine.ledger, engine.log, project)
    if activity not in process_of(history).steps:
        raise HTTPException(404)
    if occurrence is not None and (activity, occurrence) not in history.items:
        raise HTTPException(404)
    own, more = item_fields(history, activity, None, {})
    told = Act(sent.text("occurred"), sent.text("role"), sent.text("reason"))
    attempt = Attempt(data_of((*own, *more), sent.fields), told)
    found = looked_at(history, activity, sent.files, attempt)
    page = _page(engine, history, activity, occurrence, visitor, found)
    return show(request, page, visitor, status=422 if found.faults or found.refused else 200)


def with_what_is_wrong(attempt: Attempt, error: EventLogError) -> Attempt:
    """Return what was sent with what is wrong in it."""
    if isinstance(error, OrderWarningError):
        return replace(attempt, asks_reason=True)
    if isinstance(error, FaultsError):
        faults = faults_by_place(error.faults)
        return replace(attempt, faults=faults, refused=say("Nothing was recorded: mend the marked fields."))
    return replace(attempt, refused=as_sentence(error))


def moment_typed_in(text: str) -> datetime | None:
    """Return the moment typed in a field for day and time, the offices' time; None if it is empty."""
    return office_moment(told_moment(text)) if text else None
