"""A project: seen whole, and what can be done with it as a whole."""

from collections.abc import Callable, Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.guards import allowed, project_seen
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.page import show
from dashboards.refusal import as_sentence
from dashboards.sent_form import SentForm, sent_form
from dashboards.staff.addresses import act_address, item_address, project_address
from dashboards.staff.item_deeds import hold_from, needed
from dashboards.staff.project_view import project_page
from dashboards.staff.read_projects import read_once
from dashboards.staff.recorded_words import recorded_words
from dashboards.told import gone_to
from eventlogs.errors import EventLogError
from eventlogs.language import say
from eventlogs.storage import Ledger
from eventlogs.told_times import told_day
from flows.process.processes import process_of
from flows.process.replay import item_id
from flows.project import project_remarks, projects
from flows.project.acts import By
from flows.project.advance import Advance
from flows.worklist.listing import utc_now

router = APIRouter()
Reader = Annotated[Visitor, Depends(allowed("staff", "analyst", "leader", "auditor"))]
Staff = Annotated[Visitor, Depends(allowed("staff"))]
Sent = Annotated[SentForm, Depends(sent_form)]
Deed = Callable[[Ledger, str, str, SentForm, By], Advance]


@router.get("/projects/{project}")
def project(
    request: Request, project: str, visitor: Reader, done: str | None = None, entries: str = ""
) -> Response:
    """Show a project, with all its entries where `entries` is `all`."""
    history, recorded = read_once(request, visitor, project)
    page = project_page(history, recorded, utc_now(), done, whole=entries == "all")
    return show(request, page, visitor)


@router.get("/projects/{project}/record")
def record(request: Request, project: str, visitor: Reader, activity: str = "") -> Response:
    """Send the reader to the form of a step, that of its open work item if there is one."""
    engine: Engine = request.app.state.engine
    history = project_seen(visitor, engine.ledger, engine.log, project)
    if activity not in process_of(history).steps:
        return RedirectResponse(project_address(project), 303)
    item = history.open_item(activity)
    there = (
        item_address(item_id(project, activity, item.occurrence)) if item else act_address(project, activity)
    )
    return RedirectResponse(there, 303)


def _hold(ledger: Ledger, log: str, case_id: str, sent: SentForm, by: By) -> Advance:
    return projects.hold(ledger, log, case_id, hold_from(sent), by)


def _resume(ledger: Ledger, log: str, case_id: str, sent: SentForm, by: By) -> Advance:
    return projects.resume(ledger, log, case_id, by)


def _shelve(ledger: Ledger, log: str, case_id: str, sent: SentForm, by: By) -> Advance:
    return projects.shelve(ledger, log, case_id, by)


def _abandon(ledger: Ledger, log: str, case_id: str, sent: SentForm, by: By) -> Advance:
    return projects.abandon(ledger, log, case_id, sent.text("cause") or None, by)


def _reopen(ledger: Ledger, log: str, case_id: str, sent: SentForm, by: By) -> Advance:
    return projects.reopen(ledger, log, case_id, by)


def _take_back(ledger: Ledger, log: str, case_id: str, sent: SentForm, by: By) -> Advance:
    return projects.take_back(ledger, log, case_id, needed(sent, "activity"), by)


def _waive(ledger: Ledger, log: str, case_id: str, sent: SentForm, by: By) -> Advance:
    return projects.waive(ledger, log, case_id, needed(sent, "rule"), told_day(needed(sent, "until")), by)


@router.post("/projects/{project}/remark")
def remark(request: Request, project: str, visitor: Staff, sent: Sent) -> Response:
    """Record a remark on the whole project."""
    engine: Engine = request.app.state.engine
    project_seen(visitor, engine.ledger, engine.log, project)
    try:
        text = needed(sent, "comment")
        project_remarks.comment(engine.ledger, engine.log, project, text, By(visitor.name, utc_now()))
    except EventLogError as error:
        return gone_to(project_address(project), as_sentence(error), wrong=True)
    done = urlencode({"done": f"{project_address(project)}#remark"})
    return gone_to(f"{project_address(project)}?{done}", say("The remark is recorded."))


DEEDS: Mapping[str, Deed] = {
    "hold": _hold,
    "resume": _resume,
    "shelve": _shelve,
    "abandon": _abandon,
    "reopen": _reopen,
    "take-back": _take_back,
    "waive": _waive,
}


@router.post("/projects/{project}/deeds/{deed}")
def do(request: Request, project: str, deed: str, visitor: Staff, sent: Sent) -> Response:
    """Do one thing with a whole project."""
    if deed not in DEEDS:
        raise HTTPException(404)
    engine: Engine = request.app.state.engine
    project_seen(visitor, engine.ledger, engine.log, project)
    by = By(visitor.name, utc_now(), reason=sent.text("reason") or None)
    try:
        made = DEEDS[deed](engine.ledger, engine.log, project, sent, by)
    except EventLogError as error:
        return gone_to(project_address(project), as_sentence(error), wrong=True)
    return gone_to(project_address(project), recorded_words(made))
