"""The page where people sign in, in the place of a page that asks for it, or by itself."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import access_of
from dashboards.access.origin import SAFE_METHODS
from dashboards.page import Page, show

PATHS = ("/sign-in", "/sign-out")  # and below: never a page to come back to


@dataclass(frozen=True)
class SignInPage(Page):
    """Where people say who they are; `goes_on` is the page they came for.

    `ended` tells that they sent a form, so that they had been in before.
    """

    template: ClassVar[str] = "access/sign_in.html"

    goes_on: str
    name: str = ""
    fault: str | None = None
    ended: bool = False
    other_way: bool = False  # an identity provider may be asked instead


def sign_in_page(
    request: Request, goes_on: str, *, name: str = "", fault: str | None = None, status: int = 200
) -> Response:
    """Show the page."""
    other_way = access_of(request).settings.oidc is not None
    ended = request.method not in SAFE_METHODS and not request.url.path.startswith(PATHS)
    page = SignInPage(safe_address(goes_on), name, fault, ended, other_way)
    return show(request, page, status=status, headers={"cache-control": "no-store"})


def safe_address(address: str | None) -> str:
    """Return an address within this site, `/` for any other.

    >>> safe_address("/todo?city=harbin"), safe_address("//elsewhere.example"), safe_address(None)
    ('/todo?city=harbin', '/', '/')
    """
    asked = address or "/"
    if not asked.startswith("/") or asked[1:2] in {"/", "\\"} or not asked.isprintable() or "\\" in asked:
        return "/"
    parts = urlsplit(asked)
    return "/" if parts.netloc or parts.path.startswith(PATHS) else asked


def page_asked_for(request: Request) -> str:
    """Return the page a person wanted: this one, or the one whose form they sent."""
    if request.method in SAFE_METHODS:
        query = request.url.query
        return f"{request.url.path}?{query}" if query else request.url.path
    sent_from = urlsplit(request.headers.get("referer", ""))
    if sent_from.netloc != request.headers.get("host"):
        return "/"
    return f"{sent_from.path}?{sent_from.query}" if sent_from.query else sent_from.path
