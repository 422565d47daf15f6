"""The audit, for administrators and auditors: who did what, when and from where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.audit import DEEDS, AuditLine
from dashboards.access.errors import UserError
from dashboards.access.guards import access_of, allowed
from dashboards.access.places import listed, named_scope
from dashboards.access.visitor import ROLES, Visitor, role_word
from dashboards.frame import same_page
from dashboards.page import Page, show
from dashboards.tables import Column, Table, Value
from eventlogs.language import say, sayable

router = APIRouter()
LINES = 200
_DETAILS = {
    "by": sayable("by"),
    "roles": sayable("roles"),
    "places": sayable("places"),
    "residents": sayable("residents"),
    "label": sayable("for"),
    "number": sayable("number"),
    "may_act": sayable("may act:"),
    "name": sayable("file"),
    "digest": sayable("digest"),
}
_WAYS = {
    "password": sayable("password"),
    "provider": sayable("single sign-on"),
    "proxy": sayable("the organisation's proxy"),
}
Asked = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True)
class AuditPage(Page):
    """Some lines of the audit, the latest first; `older` leads to those before."""

    template: ClassVar[str] = "access/audit.html"

    lines: Sequence[AuditLine]
    who: str
    what: str
    deeds: Sequence[tuple[str, str]]
    older: str | None

    def tables(self) -> Sequence[Table]:
        """Return the lines as a table."""
        columns = [
            Column(say("When"), "moment"),
            *(Column(say(word)) for word in ("User", "What", "About", "From where", "Details")),
        ]
        rows: list[list[Value]] = [
            [line.at, line.who, line.deed, line.about, line.address, _told(line)] for line in self.lines
        ]
        return [Table("audit", say("Audit"), columns, rows)]


@router.get("/audit")
def audit_page(
    request: Request,
    visitor: Annotated[Visitor, Depends(allowed("administrator", "auditor"))],
    who: Asked = "",
    what: Asked = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """Show the audit."""
    lines = access_of(request).audit.lines(who=who or None, what=what or None, before=before, limit=LINES)
    older = same_page(request, before=str(lines[-1].number)) if len(lines) == LINES else None
    deeds = [(deed, say(word)) for deed, word in DEEDS.items()]
    return show(request, AuditPage(lines, who, what, deeds, older), visitor)


def _told(line: AuditLine) -> str:
    told = [
        f"{say(_DETAILS.get(name, name))} {_text(name, value)}"
        for name, value in line.details.items()
        if value not in ("", [], None)
    ]
    return say("; ").join(told)


def _text(name: str, value: object) -> str:
    """Return a detail in the reader's words; places are those that were typed."""
    if name == "places":
        return _places(value if isinstance(value, list) else listed(str(value)))
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    words: dict[str, str] = {role: role_word(role) for role in ROLES} if name == "roles" else {}
    if name == "by":
        words = {way: say(word) for way, word in _WAYS.items()}
    return say(", ").join(
        words.get(one, one) for one in map(str, value if isinstance(value, list) else [value])
    )


def _places(written: list[str]) -> str:
    try:
        return named_scope(written).as_text()
    except UserError:  # of a city that the policies no longer know
        return say(", ").join(written)
