"""The audit, for who watches over access."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.audit import AuditLine
from dashboards.access.guards import access_of, allowed
from dashboards.access.visitor import Visitor
from dashboards.api.cursor import PageOf, cursor_at, place_of
from dashboards.api.documents import answers_with
from dashboards.api.projects import Cursor, Limit
from dashboards.api.replies import replied
from dashboards.api.schemas import page_schema
from eventlogs.language import sayable

router = APIRouter(tags=["audit"])
Who = Annotated[str | None, Query(max_length=100, description=sayable("Only what this user did."))]
What = Annotated[str | None, Query(max_length=100, description=sayable("Only deeds of this kind."))]


@router.get(
    "/audit",
    summary=sayable("List the audit"),
    description=sayable("Who signed in, was let in, or saw residents' identities; the latest first."),
    responses=answers_with(page_schema(AuditLine)),
)
def list_audit(
    request: Request,
    visitor: Annotated[Visitor, Depends(allowed("administrator", "auditor"))],
    who: Who = None,
    what: What = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Answer with a page of the audit."""
    before = place_of(cursor) or None
    lines = access_of(request).audit.lines(who=who, what=what, before=before, limit=limit)
    more = len(lines) == limit
    return replied(PageOf(lines, None, cursor_at(lines[-1].number) if more else None))
