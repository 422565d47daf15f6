"""How a refusal of access is answered: to people as a page, to machines as a problem of RFC 9457."""

from http import HTTPStatus

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboards.access.errors import AccessError, LockedOutError
from eventlogs.language import current_language

API = "/api/"
PROBLEM = "application/problem+json"


def refused(request: Request, error: AccessError) -> Response:
    """Return the answer to a request that was refused."""
    told = error.in_language(current_language())
    if request.url.path.startswith(API):
        problem = {
            "type": f"/api/v1/problems/{error.slug}",
            "title": HTTPStatus(error.status).phrase,
            "status": error.status,
            "detail": told,
            "instance": request.url.path,
        }
        response = Response(orjson.dumps(problem), error.status, media_type=PROBLEM)
    else:
        response = PlainTextResponse(told, error.status)
    if isinstance(error, LockedOutError):
        response.headers["retry-after"] = str(error.seconds)
    if error.status == HTTPStatus.UNAUTHORIZED and request.url.path.startswith(API):
        response.headers["www-authenticate"] = "Bearer"
    return response


async def answer_refusal(request: Request, error: Exception) -> Response:
    """Answer a refusal that a route raised."""
    assert isinstance(error, AccessError)
    return refused(request, error)
