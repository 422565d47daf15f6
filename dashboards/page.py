"""A page: one frozen dataclass is all its template sees and all its JSON says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from dashboards.downloads import download, picture
from dashboards.frame import frame_of
from dashboards.tables import Picture, Table
from dashboards.templating import templates
from dashboards.told import forget
from eventlogs.console import json_text

if TYPE_CHECKING:
    from dashboards.access.visitor import Visitor


@dataclass(frozen=True)
class Page:
    """What a page tells; `template` draws it."""

    template: ClassVar[str]

    def tables(self) -> Sequence[Table]:
        """Return the tables that may be taken away as CSV or Excel."""
        return ()

    def pictures(self) -> Sequence[Picture]:
        """Return the drawings that may be taken away as SVG."""
        return ()


def show(
    request: Request,
    page: Page,
    visitor: "Visitor | None" = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with the page: as HTML, as JSON where that is asked for, or as one table of it.

    `?format=json` or an `Accept` of JSON gives the dataclass, `?format=csv` or `xlsx` with `&table=NAME`
    a table, `?format=svg` with `&picture=NAME` a drawing.
    """
    wanted = request.query_params.get("format", "")
    if wanted in {"csv", "xlsx"} and (chosen := _chosen(page.tables(), request.query_params.get("table"))):
        return download(chosen, wanted)
    if wanted == "svg" and (drawn := _drawn(page.pictures(), request.query_params.get("picture"))):
        return picture(drawn)
    if wanted == "json" or wants_json(request):
        return Response(json_text(page), status, headers, "application/json")
    text = templates().get_template(page.template).render(page=page, frame=frame_of(request, visitor))
    response = HTMLResponse(text, status, headers)
    forget(request, response)
    return response


def wants_json(request: Request) -> bool:
    """Tell whether a request asks for JSON rather than for a page."""
    accepted = request.headers.get("accept", "")
    return "json" in accepted.partition(",")[0] and "text/html" not in accepted


def _chosen(tables: Sequence[Table], name: str | None) -> Table | None:
    return next((table for table in tables if name in {None, table.name}), None)


def _drawn(pictures: Sequence[Picture], name: str | None) -> Picture | None:
    return next((one for one in pictures if name in {None, one.name}), None)
