"""How an analyst page is answered: its study opened, the page made, no cases and long waits explained."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar

import duckdb
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import allowed
from dashboards.access.visitor import Visitor
from dashboards.analysis.choice import Choice
from dashboards.analysis.head import Head, Link, empty_head, tabs
from dashboards.analysis.study import Study, open_study
from dashboards.analysis.under_way import StillUnderWayError, UnderWay
from dashboards.engine import Engine
from dashboards.frame import same_page
from dashboards.page import Page, show
from dashboards.refusal import as_sentence
from eventlogs.language import current_language, say
from mining.cases.case_filter import NoCaseFitsError

ASKED_WHETHER_OVER = "x-under-way"  # the header with which a page asks
Analyst = Annotated[Visitor, Depends(allowed("analyst", "leader", "auditor"))]


@dataclass(frozen=True)
class NothingPage(Page):
    """The page where no case fits the filters."""

    template: ClassVar[str] = "analysis/nothing.html"
    head: Head
    told: str


@dataclass(frozen=True)
class WaitingPage(Page):
    """What is shown while a page is being made; `seconds` is how long that has been so."""

    template: ClassVar[str] = "analysis/waiting.html"
    log: str
    tabs: tuple[Link, ...]
    seconds: int

    @property
    def title(self) -> str:
        """The page that is waited for."""
        return next((tab.text for tab in self.tabs if tab.current), say("Analysis"))


def studied(
    request: Request,
    visitor: Visitor,
    make: Callable[[Study], Page | Response],
    *,
    at_once: bool = False,
) -> Response:
    """Answer with what `make` makes of the study that the request names.

    A reader who would see nothing for long is told what is waited for, with the status 202; that page asks
    whether it is over, and is answered 202 or 204. What is wanted `at_once` is waited for, as are files.
    """
    made: Page | Response
    if at_once or not _by_a_reader(request):
        made = _made(request, visitor, make)
    else:
        under_way: UnderWay = request.app.state.under_way
        key = (visitor.name, visitor.scope, current_language(), same_page(request))
        if ASKED_WHETHER_OVER in request.headers:
            return Response(status_code=204 if under_way.is_over(key) else 202)
        try:
            made = under_way.answer(key, lambda: _made(request, visitor, make))
        except StillUnderWayError as still:
            return show(request, _waiting(request, int(still.seconds)), visitor, status=202)
    return made if isinstance(made, Response) else show(request, made, visitor)


def _by_a_reader(request: Request) -> bool:
    asked = request.headers
    whole_page = "hx-request" not in asked and "format" not in request.query_params
    return whole_page and (ASKED_WHETHER_OVER in asked or "text/html" in asked.get("accept", ""))


def _waiting(request: Request, seconds: int) -> WaitingPage:
    engine: Engine = request.app.state.engine
    choice = Choice.of(request.query_params, engine.log)
    return WaitingPage(choice.log, tuple(tabs(choice, request.url.path)), seconds)


def _made(request: Request, visitor: Visitor, make: Callable[[Study], Page | Response]) -> Page | Response:
    study = open_study(request, visitor)
    try:
        try:
            return make(study)
        except duckdb.CatalogException:  # a filtered log that was let go meanwhile is made anew
            study = open_study(request, visitor)
            return make(study)
    except NoCaseFitsError as error:
        return NothingPage(empty_head(request, study), as_sentence(error))
