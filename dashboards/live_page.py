"""The stream that open pages listen to."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request

from dashboards.access.guards import allowed
from dashboards.access.visitor import Visitor
from dashboards.live import Live

router = APIRouter()
_PING = 20  # seconds after which a silent stream shows that it lives


@router.get("/live")
async def live(request: Request, visitor: Annotated[Visitor, Depends(allowed())]) -> EventSourceResponse:
    """Tell what is recorded from now on, as server-sent events."""
    source: Live = request.app.state.live

    async def told() -> AsyncIterator[ServerSentEvent]:
        async for happened in source.happenings():
            data = orjson.dumps(asdict(happened)).decode()
            yield ServerSentEvent(data, event="happened", id=str(happened.seq))

    return EventSourceResponse(told(), ping=_PING)
