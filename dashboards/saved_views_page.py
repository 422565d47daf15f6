"""Keeping a view of a page, and taking it away again."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import allowed
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.refusal import as_sentence
from dashboards.saved_views import SavedViewError, SavedViews
from dashboards.sent_form import SentForm, local, sent_form
from dashboards.told import gone_to
from eventlogs.language import say

router = APIRouter()
Anybody = Annotated[Visitor, Depends(allowed())]
Sent = Annotated[SentForm, Depends(sent_form)]


@router.post("/views")
def keep(request: Request, visitor: Anybody, sent: Sent) -> Response:
    """Keep the view that a form names, its page and filters, and go back there."""
    engine: Engine = request.app.state.engine
    page, query = local(sent.text("page")) or "/", sent.text("query")
    back = f"{page}?{query}" if query else page
    try:
        SavedViews(engine.data).save(visitor.name, page, sent.text("name"), query, sent.text("note"))
    except SavedViewError as error:
        return gone_to(back, as_sentence(error), wrong=True)
    return gone_to(back, say("The view “{name}” is kept.", name=sent.text("name")))


@router.post("/views/forget")
def forget(request: Request, visitor: Anybody, sent: Sent) -> Response:
    """Take a view away."""
    engine: Engine = request.app.state.engine
    page, query = local(sent.text("page")) or "/", sent.text("query")
    SavedViews(engine.data).forget(visitor.name, page, sent.text("name"))
    return gone_to(
        f"{page}?{query}" if query else page, say("The view “{name}” is taken away.", name=sent.text("name"))
    )
