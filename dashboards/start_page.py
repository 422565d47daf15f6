"""The start: each reader's own first place."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.guards import allowed
from dashboards.access.visitor import Visitor
from dashboards.navigation import places_for

router = APIRouter()


@router.get("/")
def start(request: Request, visitor: Annotated[Visitor, Depends(allowed())]) -> Response:
    """Send the reader to the first place of the navigation."""
    return RedirectResponse(places_for(visitor)[0].href, 303)
