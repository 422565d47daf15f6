"""The users, for the administrator: who there are, what they may, and the letting in and out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.access import Access
from dashboards.access.errors import UserError
from dashboards.access.guards import access_of, allowed
from dashboards.access.places import listed, named_scope
from dashboards.access.tokens import Token
from dashboards.access.told import roles_text, token_state, user_state
from dashboards.access.users import User, plain_name
from dashboards.access.visitor import ROLES, Scope, Visitor, role_word
from dashboards.page import Page, show
from dashboards.refusal import as_sentence
from dashboards.tables import Column, Table, Value
from dashboards.told import gone_to
from eventlogs.cities import cities
from eventlogs.language import say

router = APIRouter(prefix="/users")
Administrator = Annotated[Visitor, Depends(allowed("administrator"))]
Typed = Annotated[str, Form(max_length=1000)]
Several = Annotated[tuple[str, ...], Form(max_length=20)]


@dataclass(frozen=True)
class UserRow:
    """A user as the page shows them."""

    user: User
    roles: str
    scope: str
    places: str
    state: str


@dataclass(frozen=True)
class UserForm:
    """What was typed for a user, and what is wrong with it."""

    name: str = ""
    roles: Sequence[str] = ()
    places: str = ""
    fault: str | None = None


@dataclass(frozen=True)
class UsersPage(Page):
    """The users and the tokens of machines; `password` is a one-time one, shown once to whom it concerns."""

    template: ClassVar[str] = "access/users.html"

    users: Sequence[UserRow]
    tokens: Sequence[tuple[Token, str]]
    roles: Sequence[tuple[str, str]]
    cities: Sequence[str]
    form: UserForm
    password_of: str | None = None
    password: str | None = None

    def tables(self) -> Sequence[Table]:
        """Return the users and the tokens; what opens a door is in neither."""
        user_columns = [Column(say("User")), Column(say("Roles")), Column(say("Sees")), Column(say("Stands"))]
        users: list[list[Value]] = [[one.user.name, one.roles, one.scope, one.state] for one in self.users]
        token_columns = [
            Column(say("Token"), "number"),
            Column(say("User")),
            Column(say("For")),
            Column(say("May")),
            Column(say("Until"), "day"),
            Column(say("Stands")),
        ]
        tokens: list[list[Value]] = [
            [one.number, one.user, one.label, say("act") if one.may_act else say("read"), one.until, state]
            for one, state in self.tokens
        ]
        return (
            Table("users", say("Users"), user_columns, users),
            Table("tokens", say("Tokens of machines"), token_columns, tokens),
        )


@router.get("")
def users_page(request: Request, visitor: Administrator) -> Response:
    """Show everybody."""
    return _shown(request, visitor)


@router.post("")
def add_user(
    request: Request,
    visitor: Administrator,
    name: Typed = "",
    roles: Several = (),
    places: Typed = "",
) -> Response:
    """Make a user and show the one-time password."""
    access = access_of(request)
    try:
        password = access.users.add(name, roles, named_scope(listed(places)))
    except UserError as error:
        fault = as_sentence(error)
        return _shown(request, visitor, UserForm(name, roles, places, fault), status=422)
    plain = plain_name(name)
    _record(access, visitor, "user_added", plain, roles=roles, places=places)
    return _shown(request, visitor, password_of=plain, password=password, status=201)


@router.post("/{name}/change")
def change_user(
    request: Request,
    name: str,
    visitor: Administrator,
    roles: Several = (),
    places: Typed = "",
) -> Response:
    """Give a user other roles and places."""

    def deed(access: Access) -> str:
        changed = access.users.change(name, roles, named_scope(listed(places)))
        _record(access, visitor, "user_changed", changed.name, roles=roles, places=places)
        return say("{name} is changed.", name=changed.name)

    return _done(request, visitor, deed)


@router.post("/{name}/disable")
def disable_user(request: Request, name: str, visitor: Administrator) -> Response:
    """Let a user in no longer."""

    def deed(access: Access) -> str:
        found = access.users.disable(name)
        _record(access, visitor, "user_disabled", found.name)
        return say("{name} may not come in any more.", name=found.name)

    return _done(request, visitor, deed)


@router.post("/{name}/enable")
def enable_user(request: Request, name: str, visitor: Administrator) -> Response:
    """Let a user in again."""

    def deed(access: Access) -> str:
        found = access.users.enable(name)
        _record(access, visitor, "user_enabled", found.name)
        return say("{name} may come in again.", name=found.name)

    return _done(request, visitor, deed)


@router.post("/{name}/reset")
def reset_password(request: Request, name: str, visitor: Administrator) -> Response:
    """Give a user a one-time password and show it."""
    access = access_of(request)
    try:
        password = access.users.reset_password(name)
    except UserError as error:
        return _shown(request, visitor, UserForm(fault=as_sentence(error)), status=422)
    plain = plain_name(name)
    _record(access, visitor, "password_reset", plain)
    return _shown(request, visitor, password_of=plain, password=password)


@router.post("/tokens/{number}/revoke")
def revoke_token(request: Request, number: int, visitor: Administrator) -> Response:
    """End a token."""

    def deed(access: Access) -> str:
        access.tokens.revoke(number)
        _record(access, visitor, "token_revoked", str(number))
        return say("Token {number} ends here.", number=number)

    return _done(request, visitor, deed)


def _done(request: Request, visitor: Visitor, deed: Callable[[Access], str]) -> Response:
    """Do it and go back to the page, or show the page with what is wrong."""
    try:
        return gone_to("/users", deed(access_of(request)))
    except UserError as error:
        return _shown(request, visitor, UserForm(fault=as_sentence(error)), status=422)


def _shown(
    request: Request,
    visitor: Visitor,
    form: UserForm = UserForm(),
    *,
    password_of: str | None = None,
    password: str | None = None,
    status: int = 200,
) -> Response:
    access = access_of(request)
    rows = [
        UserRow(user, roles_text(user), user.scope.as_text(), _written(user.scope), user_state(user))
        for user in access.users.all()
    ]
    page = UsersPage(
        rows,
        [(token, token_state(token)) for token in access.tokens.all()],
        [(role, role_word(role)) for role in ROLES],
        [city.label() for city in cities().values()],
        form,
        password_of,
        password,
    )
    return show(request, page, visitor, status=status, headers={"cache-control": "no-store"})


def _record(access: Access, visitor: Visitor, what: str, about: str, **details: object) -> None:
    access.audit.add(visitor.name, what, about, visitor.address, **details)


def _written(scope: Scope) -> str:
    return "all" if scope.places is None else ", ".join(sorted(scope.places))
