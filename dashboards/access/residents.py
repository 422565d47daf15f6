"""Who a project's residents are: for its staff only, and every look and every copy is recorded first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import access_of, allowed, project_seen
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.page import Page, show, wants_json
from dashboards.tables import Column, Table
from eventlogs.language import say
from eventlogs.privacy.identity import Identity, People
from flows.project.residents import residents_of

router = APIRouter()
COPIES = frozenset({"csv", "xlsx", "json"})


@dataclass(frozen=True)
class ResidentsPage(Page):
    """The residents that a project's events tell of."""

    template: ClassVar[str] = "access/residents.html"

    project: str
    name: str
    residents: Sequence[Identity]

    def tables(self) -> Sequence[Table]:
        """Return the residents as a table."""
        head = [say(word) for word in ("Pseudonym", "Full name", "Phone", "Room")]
        rows = [[one.pseudonym, one.name, one.phone, one.room] for one in self.residents]
        return [Table("residents", say("The residents"), [Column(title) for title in head], rows)]


@router.get("/projects/{project}/residents")
def residents_page(
    request: Request, project: str, visitor: Annotated[Visitor, Depends(allowed("staff"))]
) -> Response:
    """Show who the residents of a project are."""
    engine: Engine = request.app.state.engine
    copied = request.query_params.get("format") in COPIES or wants_json(request)
    found = residents_seen(request, engine, visitor, project, copied=copied)
    history = project_seen(visitor, engine.ledger, engine.log, project)
    page = ResidentsPage(project, str(history.facts.get("name", "")), found)
    return show(request, page, visitor, headers={"cache-control": "no-store"})


def residents_seen(
    request: Request, engine: Engine, visitor: Visitor, project: str, *, copied: bool
) -> Sequence[Identity]:
    """Return the residents of a project that the visitor may see, once it is recorded that they saw them."""
    history = project_seen(visitor, engine.ledger, engine.log, project)
    found = residents_of(history, People(engine.data).identities())
    access_of(request).audit.add(
        visitor.name,
        "identities_exported" if copied else "identities_seen",
        project,
        visitor.address,
        residents=[one.pseudonym for one in found],
    )
    return found
