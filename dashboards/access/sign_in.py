"""Signing in and out."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.cookies import end_session, keep_session
from dashboards.access.errors import AccessError, LockedOutError
from dashboards.access.guards import access_of, allowed, open_to_all
from dashboards.access.origin import address_of
from dashboards.access.sign_in_page import safe_address, sign_in_page
from dashboards.access.visitor import Visitor
from dashboards.refusal import as_sentence

router = APIRouter()
CHANGE = "/account/password"
Typed = Annotated[str, Form(max_length=1000)]


@router.get("/sign-in")
def asked(
    request: Request, visitor: Annotated[Visitor | None, Depends(open_to_all)], goes_on: str = "/"
) -> Response:
    """Show where to sign in; who is in already goes on."""
    if visitor is not None:
        return RedirectResponse(safe_address(goes_on), 303)
    return sign_in_page(request, goes_on)


@router.post("/sign-in", dependencies=[Depends(open_to_all)])
def sign_in(request: Request, name: Typed = "", password: Typed = "", goes_on: Typed = "/") -> Response:
    """Sign in, or show the page again with what is wrong."""
    access = access_of(request)
    try:
        key = access.sign_in(name, password, address_of(request, access.settings))
    except AccessError as error:
        told = as_sentence(error)
        page = sign_in_page(request, goes_on, name=name, fault=told, status=error.status)
        if isinstance(error, LockedOutError):
            page.headers["retry-after"] = str(error.seconds)
        return page
    visitor = access.sessions.find(key, "-")
    must_change = visitor is not None and visitor.must_change
    onward = safe_address(goes_on)
    response = RedirectResponse(f"{CHANGE}?{urlencode({'goes_on': onward})}" if must_change else onward, 303)
    keep_session(request, response, key)
    return response


@router.post("/sign-out")
def sign_out(
    request: Request, visitor: Annotated[Visitor, Depends(allowed(even_with_one_time_password=True))]
) -> Response:
    """Sign out; what was typed and kept in this browser goes too, since somebody else may use it next."""
    response = RedirectResponse("/sign-in", 303)
    end_session(request, response)
    response.headers["clear-site-data"] = '"storage"'
    access_of(request).audit.add(visitor.name, "sign_out", visitor.name, visitor.address)
    return response
