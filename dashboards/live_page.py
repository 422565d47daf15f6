"""The stream that open pages listen to."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from time import monotonic
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Header, Query
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from dashboards.access.guards import allowed, found_visitor, may_see_project
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.live import Live
from flows.project.advance import read_case

router = APIRouter()
LOOK = 5.0  # seconds until it is looked again whether, and to which places, the listener is signed in
Number = Annotated[int | None, Query(ge=0, le=2**62)]
_PING = 20  # seconds after which a silent stream shows that it lives


class Listener:
    """Somebody who listens: as long as they are signed in, to what is in their places."""

    def __init__(self, request: Request, visitor: Visitor) -> None:
        self._request = request
        self._visitor = visitor
        self._looked = monotonic()
        self._seen: dict[str, bool] = {}

    async def is_still_here(self) -> bool:
        """Tell whether the session still lasts; looked at every few seconds."""
        if monotonic() - self._looked < LOOK:
            return True
        found = await run_in_threadpool(found_visitor, self._request, touching=False)
        if found is None or found.name != self._visitor.name:
            return False
        if found.scope != self._visitor.scope:
            self._seen.clear()
        self._visitor, self._looked = found, monotonic()
        return True

    async def sees(self, project: str) -> bool:
        """Tell whether a project is in the listener's places."""
        if project not in self._seen:
            self._seen[project] = await run_in_threadpool(_may_see, self._request, self._visitor, project)
        return self._seen[project]


@router.get("/live")
async def live(
    request: Request,
    visitor: Annotated[Visitor, Depends(allowed())],
    after: Number = None,
    last_event_id: Annotated[str, Header(max_length=20)] = "",
) -> EventSourceResponse:
    """Tell what is recorded, as server-sent events, for as long as the listener is signed in.

    It is told from the event `after` on, which the page knew, or from where a lost connection broke off.
    """
    source: Live = request.app.state.live

    listener = Listener(request, visitor)
    known = int(last_event_id) if last_event_id.isdecimal() else after

    async def told() -> AsyncIterator[ServerSentEvent]:
        async for happened in source.happenings(LOOK, known):
            if not await listener.is_still_here():
                return
            if happened is not None and await listener.sees(happened.project):
                data = orjson.dumps(asdict(happened)).decode()
                yield ServerSentEvent(data, event="happened", id=str(happened.seq))

    return EventSourceResponse(told(), ping=_PING)


def _may_see(request: Request, visitor: Visitor, project: str) -> bool:
    engine: Engine = request.app.state.engine
    facts = read_case(engine.ledger, engine.log, project).facts
    return may_see_project(visitor, facts.get("city"), facts.get("district"))
