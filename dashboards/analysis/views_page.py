"""Kept views: a list of addresses with names and notes, and the form that keeps one more."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.head import BASE, Head, empty_head, head_of
from dashboards.analysis.saved_views import (
    NAME_LENGTH,
    NOTE_LENGTH,
    SavedView,
    SavedViews,
    ViewRefusedError,
    is_view,
)
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study, open_study
from dashboards.engine import Engine
from dashboards.page import Page, show
from dashboards.refusal import as_sentence
from dashboards.told import gone_to
from eventlogs.errors import EventLogError
from eventlogs.language import say
from mining.cases.case_filter import NoCaseFitsError

router = APIRouter()
PATH = f"{BASE}/views"


@dataclass(frozen=True)
class ViewsPage(Page):
    """The views of a reader; `saving` is the address that the form keeps, what was typed beside it."""

    template: ClassVar[str] = "analysis/views.html"
    head: Head
    views: tuple[SavedView, ...]
    reader: str
    saving: str
    name: str
    note: str
    shared: bool
    fault: str | None
    may_keep: bool
    name_length: int = NAME_LENGTH
    note_length: int = NOTE_LENGTH


@router.get(PATH)
def views(request: Request, visitor: Analyst, save: str = "") -> Response:
    """Show the reader's views, and the form where an address is to be kept."""
    return studied(request, visitor, lambda study: _page(request, study, ViewForm(save)))


@router.post(PATH)
def keep(
    request: Request,
    visitor: Analyst,
    address: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    shared: Annotated[str, Form()] = "",
) -> Response:
    """Keep a view and go back to it, or show the form again with what is wrong with it."""
    form = ViewForm(address, name, note, bool(shared))
    try:
        _views(request).keep(visitor.name, name, note, address, shared=form.shared)
    except ViewRefusedError as error:
        page = _page(request, open_study(request, visitor), form, error)
        return show(request, page, visitor, status=422)
    return gone_to(address, say("Kept: {name}", name=name.strip()))


@router.post(f"{PATH}/{{number}}/delete")
def let_go(request: Request, visitor: Analyst, number: int) -> Response:
    """Throw a view of one's own away."""
    _views(request).let_go(visitor.name, number)
    asked = request.url.query
    return gone_to(f"{PATH}?{asked}" if asked else PATH, say("The view was thrown away."))


@dataclass(frozen=True, slots=True)
class ViewForm:
    """What was typed into the form."""

    address: str = ""
    name: str = ""
    note: str = ""
    shared: bool = False


def _views(request: Request) -> SavedViews:
    engine: Engine = request.app.state.engine
    if engine.read_only and request.method != "GET":
        raise ViewRefusedError("these pages show a backup, beside which nothing is kept")
    return SavedViews(engine.data)


def _page(request: Request, study: Study, form: ViewForm, fault: EventLogError | None = None) -> ViewsPage:
    try:
        head = head_of(request, study)
    except NoCaseFitsError:
        head = empty_head(request, study)
    engine: Engine = request.app.state.engine
    return ViewsPage(
        head=head,
        views=SavedViews(engine.data).seen_by(study.visitor.name),
        reader=study.visitor.name,
        saving=form.address if is_view(form.address) else "",
        name=form.name,
        note=form.note,
        shared=form.shared,
        fault=None if fault is None else as_sentence(fault),
        may_keep=not engine.read_only,
    )
