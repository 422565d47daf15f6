"""What a deed brought about, told once on the page that follows it."""

from dataclasses import dataclass
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

_COOKIE = "told"
_SECONDS = 60
_LONGEST = 400  # characters: a cookie holds 4 KiB, and a Chinese character takes nine bytes there


@dataclass(frozen=True)
class Told:
    """A sentence about the reader's last deed; `wrong` where it was refused."""

    text: str
    wrong: bool


def gone_to(address: str, told: str, *, wrong: bool = False) -> Response:
    """Send the reader on to a page that says `told`."""
    response = RedirectResponse(address, 303)
    text = quote(("!" if wrong else ".") + told[:_LONGEST])
    response.set_cookie(_COOKIE, text, max_age=_SECONDS, httponly=True, samesite="strict")
    return response


def taken_from(request: Request) -> Told | None:
    """Return what is to be told with this page, which is then over."""
    found = unquote(request.cookies.get(_COOKIE, ""))
    if len(found) < 2 or request.headers.get("hx-request"):
        return None
    request.state.told = True
    return Told(found[1:], found[0] == "!")


def forget(request: Request, response: Response) -> None:
    """Take the cookie away once its text was told."""
    if getattr(request.state, "told", False):
        response.delete_cookie(_COOKIE)
