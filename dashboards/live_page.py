"""The stream that open pages listen to."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from dashboards.access.guards import allowed, may_see_project
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.live import Live
from flows.advance import read_case

router = APIRouter()
_PING = 20  # seconds after which a silent stream shows that it lives


@router.get("/live")
async def live(request: Request, visitor: Annotated[Visitor, Depends(allowed())]) -> EventSourceResponse:
    """Tell what is recorded from now on, as server-sent events."""
    source: Live = request.app.state.live

    async def told() -> AsyncIterator[ServerSentEvent]:
        seen: dict[str, bool] = {}
        async for happened in source.happenings():
            if happened.project not in seen:
                seen[happened.project] = await run_in_threadpool(_may_see, request, visitor, happened.project)
            if not seen[happened.project]:
                continue
            data = orjson.dumps(asdict(happened)).decode()
            yield ServerSentEvent(data, event="happened", id=str(happened.seq))

    return EventSourceResponse(told(), ping=_PING)


def _may_see(request: Request, visitor: Visitor, project: str) -> bool:
    engine: Engine = request.app.state.engine
    facts = read_case(engine.ledger, engine.log, project).facts
    return may_see_project(visitor, facts.get("city"), facts.get("district"))
