"""Faults as pages that say what is wrong and how to go on; to machines as RFC 9457 problems."""

import logging
import re
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from dashboards.access.guards import API
from dashboards.api.http_problems import (
    problem_of_entry,
    problem_of_fault,
    problem_of_http,
    problem_of_status,
)
from dashboards.api.problems import problem_of
from dashboards.language_choice import language_of
from dashboards.page import Page, show, wants_json
from dashboards.refusal import as_sentence
from eventlogs.errors import EventLogError, UnknownLogError
from eventlogs.language import say, sayable, speaking

logger = logging.getLogger(__name__)
_TOLD = {
    401: sayable("Please sign in."),
    403: sayable("This page is not for your role or your place of work; ask the administrator."),
    404: sayable("There is nothing at this address; it may have been mistyped or have moved."),
    405: sayable("This address does not take that; go back and use the form."),
    413: sayable("What was sent is too large."),
    422: sayable("The address or form holds a value that does not fit; go back and mend it."),
}
_OWN_PATH = re.compile(r"/(?![/\\])")  # with two slashes it would name another host
_LEFT = 499  # what servers note of a reader who left
_UNEXPECTED = sayable(
    "Something unexpected went wrong here. Nothing was recorded; what you typed is kept in this browser. "
    "Try again, and tell the administrator if it happens again."
)


@dataclass(frozen=True)
class FaultPage(Page):
    """A page that could not be shown, and why; `back` is the page of ours that the reader comes from."""

    template: ClassVar[str] = "fault.html"

    status: int
    title: str
    told: str
    back: str | None


def explain_faults(app: FastAPI) -> None:
    """Let `app` answer every fault with a page or a problem."""
    app.add_exception_handler(EventLogError, _refused)
    app.add_exception_handler(HTTPException, _refused_by_http)
    app.add_exception_handler(RequestValidationError, _ill_formed)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _unexpected)


def fault(request: Request, status: int, told: str) -> Response:
    """Return a fault as a page, or to machines as a problem."""
    title = say("Not possible") if status < 500 else say("A fault")
    if wants_json(request):
        return problem_of_status(request, status, told)
    visitor = getattr(request.state, "visitor", None)
    return show(request, FaultPage(status, title, told, _before(request)), visitor, status=status)


def _before(request: Request) -> str | None:
    """Return the address on this site of the page that asked, where that is another one."""
    came = urlsplit(request.headers.get("referer", ""))
    address = f"{came.path}?{came.query}" if came.query else came.path
    ours = came.netloc == request.headers.get("host") and _OWN_PATH.match(came.path)
    return address if ours and came.path != request.url.path else None


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, EventLogError)
    if request.url.path.startswith(API):
        return problem_of(request, error)
    status = 404 if isinstance(error, UnknownLogError) else 409
    return fault(request, status, as_sentence(error))


async def _refused_by_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if request.url.path.startswith(API):
        return problem_of_http(request, error)
    told = _TOLD.get(error.status_code)
    response = fault(request, error.status_code, say(told) if told else str(error.detail))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def _ill_formed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if request.url.path.startswith(API):
        return problem_of_entry(request, error)
    return fault(request, 422, say(_TOLD[422]))


async def _gone(request: Request, error: Exception) -> Response:
    """Answer nobody: the reader has left while sending."""
    return Response(status_code=_LEFT)


async def _unexpected(request: Request, error: Exception) -> Response:
    logger.exception("an unexpected fault at %s", request.url.path, exc_info=error)
    with speaking(language_of(request.scope)):  # which the middleware has left by now
        if request.url.path.startswith(API):
            return problem_of_fault(request)
        return fault(request, 500, say(_UNEXPECTED))
