"""Who a project's residents are, for its staff; every answer is recorded in the audit first."""

from dataclasses import dataclass

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import access_of, project_seen
from dashboards.access.residents import residents_seen
from dashboards.api.bodies import Name
from dashboards.api.cursor import sliced
from dashboards.api.documents import answers_with
from dashboards.api.projects import Cursor, Limit, ProjectId, Staff
from dashboards.api.replies import engine_of, engine_to_change, replied
from dashboards.api.schemas import page_schema, schema_of
from eventlogs.language import sayable
from eventlogs.privacy.identity import Identity, People

router = APIRouter(tags=["residents"])


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """Under which name a resident stands in the events."""

    pseudonym: str


class Resident(BaseModel):
    """A resident whom staff have met."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description=sayable("The resident's name."))
    phone: Name | None = Field(default=None, description=sayable("The resident's phone number."))
    room: Name | None = Field(default=None, description=sayable("The resident's room."))


@router.get(
    "/projects/{project}/residents",
    summary=sayable("List a project's residents"),
    description=sayable("Who stands behind the pseudonyms in a project's events; each answer is recorded."),
    responses=answers_with(page_schema(Identity), 404),
)
def list_residents(
    request: Request, project: ProjectId, visitor: Staff, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """Answer with a page of the residents."""
    found = residents_seen(request, engine_of(request), visitor, project, copied=True)
    return replied(sliced(found, cursor, limit))


@router.post(
    "/projects/{project}/residents",
    summary=sayable("Give a resident a pseudonym"),
    description=sayable(
        "Keep a resident's name apart from the events and answer with the pseudonym to use in them; the same "
        "resident has the same pseudonym."
    ),
    responses=answers_with(schema_of(Pseudonym), 404),
)
def name_resident(request: Request, project: ProjectId, body: Resident, visitor: Staff) -> Response:
    """Answer with the pseudonym of a resident."""
    engine = engine_to_change(request)
    project_seen(visitor, engine.ledger, engine.log, project)
    pseudonym = People(engine.data).pseudonym_for(body.name, body.phone, body.room)
    access_of(request).audit.add(
        visitor.name, "identity_given", project, visitor.address, residents=[pseudonym]
    )
    return replied(Pseudonym(pseudonym))
