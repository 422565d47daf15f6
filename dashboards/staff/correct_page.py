"""The page on which one event that was told wrongly is put right, or taken out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import allowed, project_seen
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.page import Page, show
from dashboards.sent_form import SentForm, sent_form
from dashboards.staff.addresses import correction_address, project_address
from dashboards.staff.form_fields import Choice, Field
from dashboards.staff.form_reading import data_of
from dashboards.staff.item_form import item_fields
from dashboards.staff.item_page import moment_typed_in, with_what_is_wrong
from dashboards.staff.item_view import Act, Attempt, roles_of, stray
from dashboards.staff.project_head import ProjectHead
from dashboards.staff.recorded_words import recorded_words
from dashboards.told import gone_to
from eventlogs.errors import EventLogError
from eventlogs.events import Event
from eventlogs.language import say
from eventlogs.working_calendar import OFFICE_ZONE
from flows.process.history import PROJECT, CaseHistory
from flows.process.processes import process_of
from flows.project.acts import By
from flows.project.correcting import Correction, as_it_stood, correct, event_named, standing
from flows.words import name_of, told_by
from flows.worklist.listing import utc_now

router = APIRouter()
PATH = "/projects/{project}/correct"
Staff = Annotated[Visitor, Depends(allowed("staff"))]
Sent = Annotated[SentForm, Depends(sent_form)]


@dataclass(frozen=True)
class CorrectPage(Page):
    """One event as it stands, and the form that puts it right."""

    template: ClassVar[str] = "staff/correct.html"

    head: ProjectHead
    title: str
    what: str
    address: str
    is_out: bool
    at: datetime
    recorded_as: str | None
    actor: str | None
    fields: tuple[Field, ...]
    more_fields: tuple[Field, ...]
    act: Act
    done_by: str
    act_faults: tuple[str, ...]
    roles: tuple[Choice, ...]
    refused: str | None = None
    stray_faults: tuple[str, ...] = ()


@router.get(PATH)
def correction(request: Request, project: str, visitor: Staff, event: str = "") -> Response:
    """Show an event with the form that corrects it."""
    engine: Engine = request.app.state.engine
    history = project_seen(visitor, engine.ledger, engine.log, project)
    return show(request, _page(history, event_named(history, event)), visitor)


@router.post(PATH)
def put_right(request: Request, project: str, visitor: Staff, sent: Sent, event: str = "") -> Response:
    """Correct an event, or take it out."""
    engine: Engine = request.app.state.engine
    history = project_seen(visitor, engine.ledger, engine.log, project)
    original = event_named(history, event)
    attempt = Attempt(
        _answers(history, original, sent), Act(sent.text("occurred"), sent.text("role"), sent.text("because"))
    )
    by = By(visitor.name, utc_now(), reason=attempt.act.reason or None)
    try:
        right = _right(standing(history, original) or original, attempt, sent)
        made = correct(engine.ledger, engine.log, project, original.key, right, by)
    except EventLogError as error:
        page = _page(history, original, with_what_is_wrong(attempt, error), sent.text("done_by"))
        return show(request, page, visitor, status=422)
    told = recorded_words(made) if made.recorded else say("It stands so already; nothing was recorded.")
    return gone_to(project_address(project), told)


def _right(shown: Event, attempt: Attempt, sent: SentForm) -> Correction:
    """Return what is to be different; a moment left as it was shown keeps its seconds."""
    if sent.text("void"):
        return Correction(void=True)
    act = attempt.act
    typed = None if act.occurred == _local(shown.occurred_at) else moment_typed_in(act.occurred)
    return Correction(typed, sent.text("done_by") or None, act.role or None, attempt.data)


def _answers(history: CaseHistory, original: Event, sent: SentForm) -> Mapping[str, Any]:
    """Return all answers of the form as sent, None for what was left empty."""
    fields = _fields(history, original, None)
    return dict.fromkeys(_entered(history, original)) | data_of([*fields[0], *fields[1]], sent.fields)


def _page(
    history: CaseHistory, original: Event, attempt: Attempt | None = None, done_by: str | None = None
) -> CorrectPage:
    stands = standing(history, original)
    shown = stands or original
    faults = attempt.faults if attempt else {}
    own, more = _fields(history, original, attempt)
    act = attempt.act if attempt else Act(_local(shown.occurred_at), shown.role or "")
    is_step = original.activity != PROJECT
    return CorrectPage(
        head=ProjectHead.of(history),
        title=name_of(original.activity),
        what=told_by(shown),
        address=correction_address(history.case_id, original.key),
        is_out=stands is None,
        at=shown.occurred_at,
        recorded_as=shown.role,
        actor=shown.actor,
        fields=own,
        more_fields=more,
        act=act,
        done_by=(shown.actor or "") if done_by is None else done_by,
        act_faults=tuple(faults.get("occurred", ())),
        roles=roles_of(process_of(history), original.activity, shown.role) if is_step else (),
        refused=attempt.refused if attempt else None,
        stray_faults=tuple(stray(faults, (*own, *more))),
    )


def _fields(
    history: CaseHistory, original: Event, attempt: Attempt | None
) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """Return the fields of the step's form, as the project stood when it was recorded, if it has one."""
    if original.lifecycle != "complete" or "entered" not in original.attributes:
        return (), ()
    values = _entered(history, original) if attempt is None else attempt.data
    faults = attempt.faults if attempt else {}
    return item_fields(as_it_stood(history, original), original.activity, values, faults)


def _entered(history: CaseHistory, original: Event) -> Mapping[str, Any]:
    entered = (standing(history, original) or original).attributes.get("entered")
    return entered if isinstance(entered, Mapping) else {}


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(OFFICE_ZONE):%Y-%m-%dT%H:%M}"
