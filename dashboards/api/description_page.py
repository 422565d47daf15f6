"""The description of the API as a page, made from the same OpenAPI that machines read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import open_to_all
from dashboards.access.visitor import Visitor
from dashboards.api.description import description
from dashboards.api.operations import Chapter, chapters
from dashboards.api.problems import TITLES
from dashboards.page import Page, show
from dashboards.tables import Column, Table, Value
from eventlogs.language import current_language, say

router = APIRouter()
PATH = "/api"


@dataclass(frozen=True)
class ApiPage(Page):
    """Every operation of the API, how it is called, and what its problems mean."""

    template: ClassVar[str] = "api.html"

    site: str
    chapters: Sequence[Chapter]

    @property
    def operations_table(self) -> Table:
        """All operations, each leading to what is told of it."""
        columns = [Column(say("What it does")), Column(say("Method")), Column(say("Address"))]
        columns.append(Column(say("Who may call it")))
        operations = [one for chapter in self.chapters for one in chapter.operations]
        rows = [[one.title, one.method, one.path, one.callers] for one in operations]
        links = [f"#{one.anchor}" for one in operations]
        return Table("operations", say("All operations"), columns, rows, links)

    @property
    def problems_table(self) -> Table:
        """The kinds of problems, by which programs tell them apart."""
        columns = [Column(say("Kind")), Column(say("Status"), "number"), Column(say("What it means"))]
        rows: list[list[Value]] = [[slug, status, say(title)] for slug, (status, title) in TITLES.items()]
        links = [f"/api/v1/problems/{slug}" for slug in TITLES]
        return Table("problems", say("Kinds of problems"), columns, rows, links)

    def tables(self) -> Sequence[Table]:
        """Return both."""
        return self.operations_table, self.problems_table


@router.get(PATH)
def api_page(request: Request, visitor: Annotated[Visitor | None, Depends(open_to_all)]) -> Response:
    """Show how programs use the engine."""
    found = description(request.app, current_language())
    site = f"{request.url.scheme}://{request.url.netloc}"
    return show(request, ApiPage(site, chapters(found)), visitor)
