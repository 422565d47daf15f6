"""What the API says about itself: its description, what its problems mean, and as whom one has come."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.errors import NotSeenError
from dashboards.access.guards import allowed, open_to_all
from dashboards.access.visitor import Visitor
from dashboards.api.description import description
from dashboards.api.documents import answers_with
from dashboards.api.problems import TITLES
from dashboards.api.replies import replied
from dashboards.api.schemas import schema_of
from eventlogs.language import current_language, say, sayable

router = APIRouter(tags=["about"])


@dataclass(frozen=True, slots=True)
class Me:
    """As whom one has come."""

    name: str
    roles: list[str]
    places: list[str] | None
    may_act: bool


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A kind of problem."""

    slug: str
    status: int
    title: str


@router.get(
    "/me",
    summary=sayable("Show oneself"),
    description=sayable("The user behind the session or token, with roles and places; null is everywhere."),
    responses=answers_with(schema_of(Me)),
)
def me(visitor: Annotated[Visitor, Depends(allowed())]) -> Response:
    """Answer with the visitor."""
    places = visitor.scope.places
    return replied(
        Me(visitor.name, sorted(visitor.roles), None if places is None else sorted(places), visitor.may_act)
    )


@router.get(
    "/problems/{slug}",
    summary=sayable("Explain a problem"),
    description=sayable("What the `type` of a problem means; the same slug always means the same."),
    dependencies=[Depends(open_to_all)],
    responses=answers_with(schema_of(ProblemKind), 404),
)
def problem_kind(
    slug: Annotated[str, Path(description=sayable("The kind of problem."), examples=["not-found"])],
) -> Response:
    """Answer with a kind of problem."""
    if slug not in TITLES:
        raise NotSeenError(slug)
    status, title = TITLES[slug]
    return replied(ProblemKind(slug, status, say(title)))


@router.get("/openapi.json", include_in_schema=False, dependencies=[Depends(open_to_all)])
def openapi(request: Request) -> Response:
    """Answer with the description of the API, in the language that is asked for."""
    return replied(description(request.app, current_language()))
