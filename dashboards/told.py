"""What a deed brought about, told once on the page that follows it."""

from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

_COOKIE = "told"
_SECONDS = 60


def gone_to(address: str, told: str) -> Response:
    """Send the reader on to a page that says `told`."""
    response = RedirectResponse(address, 303)
    response.set_cookie(_COOKIE, quote(told), max_age=_SECONDS, httponly=True, samesite="strict")
    return response


def taken_from(request: Request) -> str | None:
    """Return what is to be told with this page, which is then over."""
    found = request.cookies.get(_COOKIE)
    if not found or request.headers.get("hx-request"):
        return None
    request.state.told = True
    return unquote(found)


def forget(request: Request, response: Response) -> None:
    """Take the cookie away once its text was told."""
    if getattr(request.state, "told", False):
        response.delete_cookie(_COOKIE)
