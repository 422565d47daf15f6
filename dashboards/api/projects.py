"""Projects: which there are, how one stands, its history, and all that can be done with it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.errors import AccessError
from dashboards.access.guards import allowed, project_seen
from dashboards.access.visitor import Visitor
from dashboards.api.acts import PROJECT_ACTS, ActRoute
from dashboards.api.bodies import Act, DataAct, Start
from dashboards.api.cursor import PageOf, cursor_at, place_of
from dashboards.api.documents import answers_with
from dashboards.api.matching import etag, matching
from dashboards.api.replies import engine_of, engine_to_change, replied
from dashboards.api.schemas import page_schema, schema_of
from dashboards.engine import Engine
from eventlogs.language import sayable
from flows.policies.policies import city_key
from flows.process.processes import policy_of, process_of
from flows.process.replay import plan_of
from flows.process.suggestions import suggestions
from flows.project import projects
from flows.project.advance import Advance
from flows.project.answers import ProjectCard, Recorded
from flows.project.told_history import HistoryLine, ProjectHistory
from flows.worklist.asked import cities_asked, outcome_asked
from flows.worklist.listing import ProjectRow, utc_now
from flows.worklist.live_index import Narrowing, live_index

router = APIRouter(tags=["projects"])
Reader = Annotated[Visitor, Depends(allowed("staff", "analyst", "leader", "auditor"))]
Staff = Annotated[Visitor, Depends(allowed("staff"))]
ProjectId = Annotated[str, Path(description=sayable("The project's number."), examples=["shanghai-001"])]
Limit = Annotated[int, Query(ge=1, le=500, description=sayable("How many at most."))]
Cursor = Annotated[
    str | None, Query(max_length=200, description=sayable("`next` of the page before; the first without it."))
]
City = Annotated[
    str | None, Query(max_length=100, description=sayable("Only those of a city, in Chinese or English."))
]
Outcome = Annotated[
    str | None,
    Query(max_length=100, description=sayable("Only those that ended so; `open` for those not over.")),
]


@router.get(
    "/projects",
    summary=sayable("List projects"),
    description=sayable("The projects in the places of the user, by number, as they stand."),
    responses=answers_with(page_schema(ProjectRow)),
)
def list_projects(
    request: Request,
    visitor: Reader,
    city: City = None,
    outcome: Outcome = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Answer with a page of the projects."""
    engine, start = engine_of(request), place_of(cursor)
    index = live_index(engine.ledger, engine.log)
    asked = Narrowing(
        cities=cities_asked(engine.ledger, index, city, visitor.scope.places),
        outcome=outcome_asked(outcome),
        places=visitor.scope.places,
    )
    found = index.projects(engine.ledger, utc_now(), asked, limit=limit, offset=start)
    following = cursor_at(start + limit) if start + limit < found.total else None
    return replied(PageOf(found.projects, found.total, following, engine.simulated))


@router.post(
    "/projects",
    summary=sayable("Start a project"),
    description=sayable("Begin a project under the policy of its city and day, and offer its first steps."),
    responses=answers_with(schema_of(Recorded), 404, 409, status=201),
    status_code=201,
    openapi_extra={
        "requestBody": {
            "content": {
                "application/json": {
                    "example": {"data": {"city": "上海", "name": "文化小区3号楼2单元", "floors": 6}}
                }
            }
        }
    },
)
def start_project(request: Request, body: Start, visitor: Staff) -> Response:
    """Begin a project in one of the visitor's places."""
    engine = engine_to_change(request)
    city, district = city_key(str(body.data.get("city", ""))), body.data.get("district")
    if not visitor.scope.covers(city, None if district is None else str(district)):
        raise AccessError("{city} is outside your places", city=city)
    by = body.by(visitor.name)
    if body.id is None:
        made = projects.start_numbered(engine.ledger, engine.log, body.data, by, retrofit=body.retrofit)
    else:
        made = projects.start(
            engine.ledger, engine.log, body.data, by, case_id=body.id, retrofit=body.retrofit
        )
    where = {"location": f"/api/v1/projects/{made.case_id}"}
    return replied(Recorded.of(made), 201, where)


@router.get(
    "/projects/{project}",
    summary=sayable("Show a project"),
    description=sayable("How a project stands, what is open in it, and what is expected next."),
    responses=answers_with(schema_of(ProjectCard), 404, etag=True),
)
def show_project(request: Request, project: ProjectId, visitor: Reader) -> Response:
    """Answer with one project."""
    engine = engine_of(request)
    history = project_seen(visitor, engine.ledger, engine.log, project)
    plan = plan_of(process_of(history), policy_of(history), history)
    card = ProjectCard.of(history, plan, suggestions(history), simulated=engine.simulated)
    return replied(card, headers={"etag": etag(history.head)})


@router.get(
    "/projects/{project}/events",
    summary=sayable("List a project's events"),
    description=sayable("All that was recorded of a project, in recorded order, with both times."),
    responses=answers_with(page_schema(HistoryLine), 404),
)
def list_events(
    request: Request, project: ProjectId, visitor: Reader, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """Answer with a page of a project's history."""
    engine, after = engine_of(request), place_of(cursor)
    project_seen(visitor, engine.ledger, engine.log, project)
    recorded = engine.ledger.case(engine.log, project)
    later = [one for one in recorded if one.seq > after]
    lines = ProjectHistory.of(project, recorded, shown=later[:limit]).events
    following = cursor_at(later[limit - 1].seq) if len(later) > limit else None
    return replied(PageOf(lines, len(recorded), following, engine.simulated))


@router.post(
    "/projects/{project}/acts/{activity}",
    summary=sayable("Record an act"),
    description=sayable(
        "Record that a step happened, offered or not; an open work item of its kind is completed. An act "
        "that breaks the model's order is refused as `order-warning` unless it gives a reason."
    ),
    responses=answers_with(schema_of(Recorded), 404, 409, 412),
)
def record_act(
    request: Request,
    project: ProjectId,
    activity: Annotated[str, Path(description=sayable("The step."), examples=["propaganda"])],
    body: DataAct,
    visitor: Staff,
) -> Response:
    """Record that a step happened."""
    engine = engine_to_change(request)
    history = project_seen(visitor, engine.ledger, engine.log, project)
    ledger = matching(request, engine.ledger, history.head)
    made = projects.act(ledger, engine.log, project, activity, body.data, body.by(visitor.name))
    return recorded(engine, made)


def recorded(engine: Engine, made: Advance) -> Response:
    """Return what an act recorded, with the mark of the state it led to."""
    head = engine.ledger.head(engine.log, made.case_id).seq
    return replied(Recorded.of(made), headers={"etag": etag(head)})


def _add(act: ActRoute) -> None:
    def endpoint(request: Request, project: ProjectId, body: Act, visitor: Staff) -> Response:
        engine = engine_to_change(request)
        history = project_seen(visitor, engine.ledger, engine.log, project)
        ledger = matching(request, engine.ledger, history.head)
        return recorded(engine, act.deed(ledger, engine.log, project, body, body.by(visitor.name)))

    endpoint.__annotations__["body"] = act.body
    endpoint.__name__ = f"{act.word}_project"
    router.add_api_route(
        f"/projects/{{project}}/{act.word}",
        endpoint,
        methods=["POST"],
        summary=act.does,
        responses=answers_with(schema_of(Recorded), 404, 409, 412),
        openapi_extra={"requestBody": {"content": {"application/json": {"example": act.example}}}},
    )


for _act in PROJECT_ACTS:
    _add(_act)
