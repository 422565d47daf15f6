"""Signing in where one is signed in already: at an identity provider, or at a proxy before this site."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.cookies import keep_session
from dashboards.access.errors import AccessError, SignInNeededError, UserError
from dashboards.access.guards import access_of, name_by_proxy, open_to_all
from dashboards.access.oidc import address_to_ask, name_told, provider_of
from dashboards.access.origin import address_of, is_https
from dashboards.access.sessions import Proof
from dashboards.access.settings import Oidc
from dashboards.access.sign_in_page import safe_address, sign_in_page
from dashboards.refusal import as_sentence

router = APIRouter(dependencies=[Depends(open_to_all)])
COOKIE = "retrofit_attempt"
BACK = "/sign-in/provider/back"
Address = Annotated[str, Query(max_length=2000)]


@router.get("/sign-in/provider")
def sent_to_provider(request: Request, goes_on: Address = "/") -> Response:
    """Send the browser to the identity provider."""
    access = access_of(request)
    try:
        oidc, back = _oidc(request)
        provider = provider_of(oidc)
        key, attempt = access.attempts.begin(safe_address(goes_on))
    except AccessError as error:
        return _refused(request, error, goes_on)
    response = RedirectResponse(address_to_ask(oidc, provider, attempt, back), 303)
    secure = is_https(request, access.settings)
    response.set_cookie(COOKIE, key, max_age=600, path=BACK, secure=secure, httponly=True, samesite="lax")
    return response


@router.get(BACK)
def back_from_provider(request: Request, state: Address = "", code: Address = "") -> Response:
    """Sign in whom the provider names, if this browser was sent there."""
    goes_on = "/"
    try:
        oidc, back = _oidc(request)
        attempt = access_of(request).attempts.take(request.cookies.get(COOKIE, ""), state)
        if attempt is None or not code:
            raise SignInNeededError("signing in at the identity provider did not come to an end; try again")
        goes_on = attempt.goes_on
        name = name_told(oidc, provider_of(oidc), attempt, back, code)
        response = _signed_in(request, name, goes_on, by="provider")
    except AccessError as error:
        return _refused(request, error, goes_on)
    response.delete_cookie(COOKIE, path=BACK)
    return response


@router.get("/sign-in/proxy")
def known_by_proxy(request: Request, goes_on: Address = "/") -> Response:
    """Sign in whom the proxy before this site names."""
    name = name_by_proxy(request)
    try:
        if name is None:
            raise SignInNeededError("sign in to go on")
        return _signed_in(request, name, safe_address(goes_on), by="proxy")
    except AccessError as error:
        return _refused(request, error, goes_on)


def _signed_in(request: Request, name: str, goes_on: str, *, by: Proof) -> Response:
    access = access_of(request)
    address = address_of(request, access.settings)
    try:
        user = access.users.named(name)
    except UserError:
        user = None
    if user is None or user.disabled:
        access.audit.add(name, "sign_in_refused", name, address, by=by)
        raise SignInNeededError("{name} is no user here; the administrator lets people in", name=name)
    response = RedirectResponse(goes_on, 303)
    keep_session(request, response, access.begin(user.name, address, by=by))
    return response


def _oidc(request: Request) -> tuple[Oidc, str]:
    settings = access_of(request).settings
    if settings.oidc is None or settings.address is None:
        raise SignInNeededError("no identity provider is asked here; sign in with name and password")
    return settings.oidc, settings.address + BACK


def _refused(request: Request, error: AccessError, goes_on: str) -> Response:
    told = as_sentence(error)
    return sign_in_page(request, goes_on, fault=told, status=error.status)


def address_by_proxy(goes_on: str) -> str:
    """Return where who is known by the proxy is signed in."""
    return f"/sign-in/proxy?{urlencode({'goes_on': goes_on})}"
