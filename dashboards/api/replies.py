"""What every endpoint of the API shares: the engine behind it, and the writing of an answer as JSON."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.errors import AccessError
from dashboards.engine import Engine
from eventlogs.console import json_text


class ReadOnlyError(AccessError):
    """Nothing can be changed in a copy that is only looked at."""

    slug = "read-only"


def engine_of(request: Request) -> Engine:
    """Return what the application stands on."""
    engine = request.app.state.engine
    assert isinstance(engine, Engine)
    return engine


def engine_to_change(request: Request) -> Engine:
    """Return what the application stands on for an act; refuse where it is only looked at."""
    engine = engine_of(request)
    if engine.read_only:
        raise ReadOnlyError("these pages show a backup; nothing can be changed here")
    return engine


def replied(answer: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer as JSON."""
    return Response(json_text(answer), status, headers, "application/json")
