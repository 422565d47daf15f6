"""How an analyst page is answered: its study opened, the page made, empty choices explained."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar

import duckdb
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import allowed
from dashboards.access.visitor import Visitor
from dashboards.analysis.head import Head, empty_head
from dashboards.analysis.study import Study, open_study
from dashboards.page import Page, show
from eventlogs.language import current_language
from mining.cases.case_filter import NoCaseFitsError

Analyst = Annotated[Visitor, Depends(allowed("analyst", "leader", "auditor"))]


@dataclass(frozen=True)
class NothingPage(Page):
    """The page where no case fits the filters."""

    template: ClassVar[str] = "analysis/nothing.html"
    head: Head
    told: str


def studied(request: Request, visitor: Visitor, make: Callable[[Study], Page | Response]) -> Response:
    """Answer with what `make` makes of the study that the request names."""
    study = open_study(request, visitor)
    try:
        try:
            made = make(study)
        except duckdb.CatalogException:  # a filtered log that was let go meanwhile is made anew
            study = open_study(request, visitor)
            made = make(study)
    except NoCaseFitsError as error:
        told = error.in_language(current_language())
        made = NothingPage(empty_head(request, study), told)
    return made if isinstance(made, Response) else show(request, made, visitor)
