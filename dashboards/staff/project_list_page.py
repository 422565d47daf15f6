"""The projects as a list: how each stands, with filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import allowed
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.page import Page, show
from dashboards.staff.addresses import project_address
from dashboards.staff.asked import Asked
from dashboards.staff.form_fields import Choice
from dashboards.tables import Column, Table
from eventlogs.cities import cities, city_label
from eventlogs.language import say
from eventlogs.vocabulary import terms
from flows.worklist.listing import ProjectRow, standing, utc_now
from flows.worklist.live_index import Narrowing, live_index

router = APIRouter()
PATH = "/projects"
PAGE = 100
Reader = Annotated[Visitor, Depends(allowed("staff", "analyst", "leader", "auditor"))]


@dataclass(frozen=True)
class ProjectsAsked(Asked):
    """The filters of the list, as they stand in the address."""

    outcome: str = "open"


@dataclass(frozen=True)
class ProjectListPage(Page):
    """The projects that somebody may see."""

    template: ClassVar[str] = "staff/projects.html"

    asked: ProjectsAsked
    projects: tuple[ProjectRow, ...]
    total: int
    cities: tuple[Choice, ...]
    outcomes: tuple[Choice, ...]
    back: str
    previous: str | None
    following: str | None

    def tables(self) -> Sequence[Table]:
        """Return the list as a table."""
        titles = ("Project", "Name", "City", "District", "Stands")
        columns = [Column(say(title)) for title in titles]
        columns += [Column(say("Began"), "day"), Column(say("Last entry"), "day")]
        columns += [Column(say("Open"), "number"), Column(say("Overdue"), "number")]
        rows = [
            (
                row.project,
                row.name,
                city_label(row.city or ""),
                row.district,
                standing(row.outcome, row.hold),
                row.began_at,
                row.last_event_at,
                row.open_items,
                row.overdue_items,
            )
            for row in self.projects
        ]
        links = [project_address(row.project) for row in self.projects]
        return [Table("projects", say("Projects"), columns, rows, links)]


@router.get(PATH)
def project_list(
    request: Request,
    visitor: Reader,
    city: str = "",
    district: str = "",
    outcome: Annotated[str, Query(max_length=40)] = "open",
    search: Annotated[str, Query(max_length=100)] = "",
    overdue: bool = False,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """Show the projects."""
    engine: Engine = request.app.state.engine
    asked = ProjectsAsked(city, district, search, overdue, page, outcome)
    narrowing = Narrowing(
        places=visitor.scope.places,
        cities=(city,) if city else None,
        districts=(district,) if district else None,
        search=search or None,
        overdue=overdue,
        outcome=None if outcome == "all" else outcome,
    )
    index = live_index(engine.ledger, engine.log)
    found = index.projects(engine.ledger, utc_now(), narrowing, limit=PAGE, offset=PAGE * (page - 1))
    more = found.total > PAGE * page
    answer = ProjectListPage(
        asked=asked,
        projects=tuple(found.projects),
        total=found.total,
        cities=tuple(
            Choice(key, term.label())
            for key, term in cities().items()
            if visitor.cities is None or key in visitor.cities
        ),
        outcomes=(
            Choice("open", say("running")),
            Choice("all", say("all")),
            *(Choice(key, term.label()) for key, term in terms("outcomes").items()),
        ),
        back=f"{PATH}?{asked.query()}",
        previous=f"{PATH}?{asked.query(page=page - 1)}" if page > 1 else None,
        following=f"{PATH}?{asked.query(page=page + 1)}" if more else None,
    )
    return show(request, answer, visitor)
