"""The guards of the routes: every route says by one of them who may use it.

    @router.get("/worklist")
    def worklist(request: Request, visitor: Annotated[Visitor, Depends(allowed("staff"))]) -> Response: ...

A route without `allowed(…)` or `open_to_all` fails a test. What a list shows is narrowed by
`visitor.scope` (`visible`, `places` of `flows.worklist.listing`); one project is read by `project_seen`.
Forms carry `frame.csrf` in the field `csrf`, htmx the same in the header `X-CSRF-Token`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from dashboards.access.access import Access
from dashboards.access.errors import (
    AccessError,
    NotSeenError,
    PasswordChangeNeededError,
    SignInNeededError,
    UserError,
)
from dashboards.access.origin import SAFE_METHODS, address_of, is_from_proxy, is_https, refuse_forged
from dashboards.access.users import plain_name
from dashboards.access.visitor import Role, Visitor, role_word
from eventlogs.language import say, sayable
from eventlogs.storage import Ledger
from flows.errors import ProjectError
from flows.process.history import CaseHistory
from flows.project.advance import read_project

API = "/api/"
_NO_TOKEN = sayable("the token is not known, has run out or was revoked; `retrofit user token` makes another")
COOKIE, SECURE_COOKIE = "retrofit_session", "__Host-retrofit_session"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Lets those in who have one of `roles`, or anybody signed in where none is named."""

    roles: tuple[Role, ...] = ()
    even_with_one_time_password: bool = False

    async def __call__(self, request: Request) -> Visitor:
        """Return who asks, or refuse: nobody signed in, not of these roles, or a forged change."""
        visitor = await run_in_threadpool(found_visitor, request)
        if visitor is None:
            raise SignInNeededError(_NO_TOKEN if _shows_token(request) else "sign in to go on")
        _know(request, visitor)
        if visitor.must_change and not self.even_with_one_time_password:
            raise PasswordChangeNeededError("choose a password of your own first")
        if self.roles and not visitor.is_any(self.roles):
            raise AccessError(
                "{name} may not do this; it is for: {roles}",
                name=visitor.name,
                roles=say(", ").join(role_word(role) for role in self.roles),
            )
        if request.method not in SAFE_METHODS:
            await _refuse_change(request, visitor)
        return visitor


@dataclass(frozen=True, slots=True)
class OpenToAll:
    """Lets everybody in, signed in or not, and tells who asks where that is known."""

    async def __call__(self, request: Request) -> Visitor | None:
        """Return who asks, None for a stranger."""
        visitor = await run_in_threadpool(found_visitor, request)
        _know(request, visitor)
        return visitor


open_to_all = OpenToAll()


def allowed(*roles: Role, even_with_one_time_password: bool = False) -> Allowed:
    """Return the guard of a route for `roles`, or for anybody signed in where none is named."""
    return Allowed(roles, even_with_one_time_password)


class Placed(Protocol):
    """A row about a project, or of one."""

    @property
    def city(self) -> str | None:
        """The project's city."""
        ...

    @property
    def district(self) -> str | None:
        """The project's district."""
        ...


Row = TypeVar("Row", bound=Placed)


def may_see_project(visitor: Visitor, city: str | None, district: str | None) -> bool:
    """Tell whether a project of that city and district is within the visitor's scope."""
    return visitor.scope.covers(city, district)


def visible(visitor: Visitor, rows: Iterable[Row]) -> Sequence[Row]:
    """Return the rows of a list that the visitor may see, in their order."""
    return [row for row in rows if visitor.scope.covers(row.city, row.district)]


def project_seen(visitor: Visitor, ledger: Ledger, log: str, case_id: str) -> CaseHistory:
    """Return a project's history; refuse one that is not there or not in the visitor's places, alike."""
    try:
        history = read_project(ledger, log, case_id)
    except ProjectError as error:
        raise NotSeenError(case_id) from error
    refuse_unseen(visitor, history)
    return history


def refuse_unseen(visitor: Visitor, history: CaseHistory) -> None:
    """Refuse a project outside the visitor's places as if it were not there."""
    city, district = history.facts.get("city"), history.facts.get("district")
    if not history.exists or not visitor.scope.covers(city, district):
        raise NotSeenError(history.case_id)


def access_of(request: Request) -> Access:
    """Return the access that the application was put together with."""
    access = request.app.state.access
    assert isinstance(access, Access)
    return access


def cookie_name(request: Request) -> str:
    """Return the session cookie's name; under https one that browsers bind to this host."""
    return SECURE_COOKIE if is_https(request, access_of(request).settings) else COOKIE


def found_visitor(request: Request, *, touching: bool = True) -> Visitor | None:
    """Return who asks: the bearer of a token under `/api/`, else the browser of a session.

    Where it is not `touching`, the session is not longer for it.
    """
    access = access_of(request)
    address = address_of(request, access.settings)
    if _shows_token(request):
        token = request.headers["authorization"].partition(" ")[2]
        return access.tokens.find(token.strip(), address)
    key = request.cookies.get(cookie_name(request))
    visitor = access.sessions.find(key, address, touching=touching) if key else None
    if visitor is None:
        return None
    named = name_by_proxy(request)
    return visitor if named == visitor.name or (named is None and not visitor.by_proxy) else None


def _shows_token(request: Request) -> bool:
    kind = request.headers.get("authorization", "").partition(" ")[0]
    return kind.casefold() == "bearer" and request.url.path.startswith(API)


def name_by_proxy(request: Request) -> str | None:
    """Return the name that a proxy of the settings gives to who asks; what anybody else says is nothing."""
    settings = access_of(request).settings
    if settings.user_header is None or not is_from_proxy(request, settings):
        return None
    told = request.headers.get(settings.user_header, "").encode("latin-1").decode("utf-8", "replace")
    try:
        return plain_name(told)
    except UserError:
        return None


def _know(request: Request, visitor: Visitor | None) -> None:
    """Leave who asks, the secret of their forms, and what was recorded by now, for the templates."""
    request.state.visitor = visitor
    request.state.seen = request.app.state.live.seen
    request.state.csrf = visitor.csrf if visitor else ""


async def _refuse_change(request: Request, visitor: Visitor) -> None:
    if visitor.csrf:
        await refuse_forged(request, visitor.csrf)
    elif not visitor.may_act:
        raise AccessError("this token only reads; make one that may act")
