"""One's own account: as what one is here, and the password."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.cookies import keep_session
from dashboards.access.errors import AccessError, UserError
from dashboards.access.guards import access_of, allowed
from dashboards.access.passwords import SHORTEST
from dashboards.access.sign_in_page import safe_address
from dashboards.access.visitor import Visitor, role_word
from dashboards.page import Page, show
from dashboards.refusal import as_sentence
from dashboards.told import gone_to
from eventlogs.language import say

router = APIRouter()
Anybody = Annotated[Visitor, Depends(allowed(even_with_one_time_password=True))]
Typed = Annotated[str, Form(max_length=1000)]


@dataclass(frozen=True)
class AccountPage(Page):
    """Who one is here; `fault` is what is wrong with the new password."""

    template: ClassVar[str] = "access/account.html"

    name: str
    roles: list[str]
    scope: str
    has_password: bool
    must_change: bool
    shortest: int
    goes_on: str
    fault: str | None = None


@router.get("/account")
@router.get("/account/password")
def account(request: Request, visitor: Anybody, goes_on: str = "/account") -> Response:
    """Show one's account."""
    return _shown(request, visitor, goes_on)


@router.post("/account/password")
def change_password(
    request: Request,
    visitor: Anybody,
    old: Typed = "",
    new: Typed = "",
    again: Typed = "",
    goes_on: Typed = "/account",
) -> Response:
    """Change one's password: every other session ends, this one gets a new key."""
    access = access_of(request)
    try:
        _refuse_mistyped(new, again)
        access.lockout.count(visitor.name, visitor.address)
        access.users.change_password(visitor.name, old, new)
    except (UserError, AccessError) as error:
        fault = as_sentence(error)
        status = error.status if isinstance(error, AccessError) else 422
        return _shown(request, visitor, goes_on, fault, status)
    access.lockout.clear(visitor.name, visitor.address)
    access.audit.add(visitor.name, "password_changed", visitor.name, visitor.address)
    response = gone_to(safe_address(goes_on), say("The password is changed."))
    keep_session(request, response, access.sessions.begin(visitor.name, visitor.address))
    return response


def _refuse_mistyped(new: str, again: str) -> None:
    if new != again:
        raise UserError("the new password was typed in two different ways; type it twice alike")


def _shown(
    request: Request, visitor: Visitor, goes_on: str, fault: str | None = None, status: int = 200
) -> Response:
    user = access_of(request).users.named(visitor.name)
    page = AccountPage(
        visitor.name,
        [role_word(role) for role in sorted(visitor.roles)],
        visitor.scope.as_text(),
        user.has_password,
        visitor.must_change,
        SHORTEST,
        safe_address(goes_on),
        fault,
    )
    return show(request, page, visitor, status=status)
