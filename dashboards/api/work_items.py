"""Work items: the worklist, one item with its form, and all that can be done with it."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.documents import keep
from dashboards.access.errors import NotSeenError
from dashboards.access.guards import project_seen
from dashboards.access.visitor import Visitor
from dashboards.api.acts import WORK_ITEM_ACTS, ActRoute
from dashboards.api.bodies import Act
from dashboards.api.cursor import PageOf, cursor_at, place_of
from dashboards.api.documents import answers_with
from dashboards.api.matching import etag, matching
from dashboards.api.projects import City, Cursor, Limit, ProjectId, Reader, Staff, recorded
from dashboards.api.replies import engine_of, engine_to_change, replied
from dashboards.api.schemas import page_schema, schema_of
from dashboards.engine import Engine
from eventlogs.language import current_language, sayable
from flows.forms.forms import form
from flows.papers.sent_files import LARGEST, checked_upload
from flows.process.history import CaseHistory
from flows.process.processes import process_named
from flows.project.acts import By, step_class_of
from flows.project.answers import Recorded, WorkCard
from flows.project.intake import Intake
from flows.worklist import worklist
from flows.worklist.asked import cities_asked, role_asked
from flows.worklist.listing import WorkRow, utc_now
from flows.worklist.live_index import Narrowing, live_index
from flows.worklist.work_card import work_card

router = APIRouter(tags=["work items"])
Activity = Annotated[str, Path(description=sayable("The step."), examples=["propaganda"])]
Occurrence = Annotated[int, Path(ge=1, le=10**6, description=sayable("Which time the step is done."))]
Whose = Annotated[str | None, Query(max_length=100, description=sayable("Only those in somebody's hands."))]
RoleName = Annotated[
    str | None, Query(max_length=100, description=sayable("Only those of a role of the vocabulary."))
]
Overdue = Annotated[bool, Query(description=sayable("Only those past their due day."))]


@router.get(
    "/work-items",
    summary=sayable("List open work items"),
    description=sayable("The open work items in the places of the user, the most pressing first."),
    responses=answers_with(page_schema(WorkRow)),
)
def list_work_items(
    request: Request,
    visitor: Reader,
    city: City = None,
    role: RoleName = None,
    assignee: Whose = None,
    overdue: Overdue = False,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Answer with a page of the worklist."""
    engine, start = engine_of(request), place_of(cursor)
    index = live_index(engine.ledger, engine.log)
    asked = Narrowing(
        cities=cities_asked(engine.ledger, index, city, visitor.scope.places),
        role=role_asked(role),
        assignee=assignee,
        overdue=overdue,
        places=visitor.scope.places,
    )
    found = index.work(engine.ledger, utc_now(), asked, limit=limit, offset=start)
    following = cursor_at(start + limit) if start + limit < found.total else None
    return replied(PageOf(found.work_items, found.total, following, engine.simulated))


@router.get(
    "/projects/{project}/work-items/{activity}/{occurrence}",
    summary=sayable("Show a work item"),
    description=sayable(
        "How a work item stands, its remarks, and the form that completes it as JSON schema."
    ),
    responses=answers_with(schema_of(WorkCard), 404, etag=True),
)
def show_work_item(
    request: Request, project: ProjectId, activity: Activity, occurrence: Occurrence, visitor: Reader
) -> Response:
    """Answer with one work item."""
    engine = engine_of(request)
    history, item = _seen(engine, visitor, project, activity, occurrence)
    card = work_card(engine.ledger, engine.log, item)
    return replied(card, headers={"etag": etag(history.head)})


@router.get(
    "/forms/{retrofit}/{activity}",
    summary=sayable("Show a form"),
    description=sayable(
        "The form of a step as JSON schema, titles in the language asked for; `project` is that of a start."
    ),
    responses=answers_with({"type": "object"}, 409),
)
def show_form(
    retrofit: Annotated[str, Path(description=sayable("The type of retrofit."), examples=["lift"])],
    activity: Activity,
    visitor: Reader,
) -> Response:
    """Answer with the form of a step."""
    process = process_named(retrofit)
    entry: Any = Intake if activity == "project" else step_class_of(process, activity)
    return replied(form(entry, current_language()))


def _seen(
    engine: Engine, visitor: Visitor, project: str, activity: str, occurrence: int
) -> tuple[CaseHistory, str]:
    """Return the project of a work item and the item's id; refuse one that is not there or not to be seen."""
    history = project_seen(visitor, engine.ledger, engine.log, project)
    item = f"{project}/{activity}/{occurrence}"
    if (activity, occurrence) not in history.items:
        raise NotSeenError(item)
    return history, item


@router.post(
    "/projects/{project}/work-items/{activity}/{occurrence}/documents",
    summary=sayable("Attach a document"),
    description=sayable(
        "Keep a document beside a work item: PDF, PNG, JPEG, Word, Excel or plain text, told by its content."
    ),
    responses=answers_with(schema_of(Recorded), 404, 409, 412, 413),
)
def attach_document(
    request: Request,
    project: ProjectId,
    activity: Activity,
    occurrence: Occurrence,
    visitor: Staff,
    file: Annotated[UploadFile, File(description=sayable("The document."))],
    text: Annotated[str, Form(max_length=2000, description=sayable("What it is."))] = "",
) -> Response:
    """Keep a document and record it as evidence."""
    engine = engine_to_change(request)
    history, item = _seen(engine, visitor, project, activity, occurrence)
    ledger = matching(request, engine.ledger, history.head)
    upload = checked_upload(file.filename or "", file.file.read(LARGEST + 1))
    evidence = keep(engine.data, upload)
    by = By(visitor.name, utc_now())
    return recorded(engine, worklist.comment(ledger, engine.log, item, text or upload.name, by, evidence))


def _add(act: ActRoute) -> None:
    def endpoint(
        request: Request,
        project: ProjectId,
        activity: Activity,
        occurrence: Occurrence,
        body: Act,
        visitor: Staff,
    ) -> Response:
        engine = engine_to_change(request)
        history, item = _seen(engine, visitor, project, activity, occurrence)
        ledger = matching(request, engine.ledger, history.head)
        return recorded(engine, act.deed(ledger, engine.log, item, body, body.by(visitor.name)))

    endpoint.__annotations__["body"] = act.body
    endpoint.__name__ = f"{act.word.replace('-', '_')}_work_item"
    router.add_api_route(
        f"/projects/{{project}}/work-items/{{activity}}/{{occurrence}}/{act.word}",
        endpoint,
        methods=["POST"],
        summary=act.does,
        responses=answers_with(schema_of(Recorded), 404, 409, 412),
        openapi_extra={"requestBody": {"content": {"application/json": {"example": act.example}}}},
    )


for _act in WORK_ITEM_ACTS:
    _add(_act)
