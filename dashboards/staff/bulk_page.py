"""Several work items at once: assigned, or completed with the same entries, by ticks or by a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.guards import allowed, project_seen
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.page import Page, show
from dashboards.refusal import as_sentence, ended
from dashboards.sent_form import SentForm, sent_form
from dashboards.staff.addresses import item_address
from dashboards.staff.bulk_file import Row, rows_of
from dashboards.staff.form_fields import Field
from dashboards.staff.form_reading import data_of
from dashboards.staff.item_form import item_fields
from dashboards.staff.item_page import moment_typed_in
from dashboards.tables import Column, Table
from dashboards.told import gone_to
from eventlogs.errors import EventLogError
from eventlogs.language import current_language, say
from flows.errors import WorkItemError
from flows.process.history import CaseHistory
from flows.project.acts import By
from flows.words import name_of
from flows.worklist import worklist
from flows.worklist.listing import utc_now

router = APIRouter()
PATH = "/todo/bulk"
MOST = 200  # work items at once
_BY_HOUSEHOLD = {
    "rows",
    "group",
}  # kinds of fields that hold a project's own households and cannot be the same
Staff = Annotated[Visitor, Depends(allowed("staff"))]
Sent = Annotated[SentForm, Depends(sent_form)]


@dataclass(frozen=True, slots=True)
class Picked:
    """A work item that was ticked; `fault` says why it was not completed."""

    work_item: str
    address: str
    title: str
    project_name: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """The work items of one step; its form is filled in once for all, `own` where that is not possible."""

    activity: str
    title: str
    items: tuple[Picked, ...]
    fields: tuple[Field, ...]
    own: bool


@dataclass(frozen=True)
class BulkPage(Page):
    """Work items to be dealt with together, by their steps."""

    template: ClassVar[str] = "staff/bulk.html"

    steps: tuple[Step, ...]
    n: int
    back: str
    refused: str = ""

    def tables(self) -> Sequence[Table]:
        """Return a file to be filled in: a row for each work item, a column for each entry."""
        names = dict.fromkeys(one.last for step in self.steps if not step.own for one in step.fields)
        columns = [Column(name) for name in ("work_item", "project", "step", "assign_to", *names)]
        rows = [
            (one.work_item, one.project_name, one.title, None, *(None for _ in names))
            for step in self.steps
            for one in step.items
        ]
        return [Table("work_items", say("Work items to fill in"), columns, rows)]


@router.get(PATH)
def bulk(request: Request, visitor: Staff) -> Response:
    """Show the ticked work items, with a form for each step that they are of."""
    items = list(dict.fromkeys(request.query_params.getlist("item")))[:MOST]
    return show(request, _page(request.app.state.engine, visitor, items), visitor)


@router.post(f"{PATH}/ticked")
def ticked(visitor: Staff, sent: Sent) -> Response:
    """Go on to the page of the ticked work items, whose address holds these and no more."""
    return RedirectResponse(f"{PATH}?{urlencode([('item', one) for one in sent.all('item')[:MOST]])}", 303)


@router.post(PATH)
def complete_many(request: Request, visitor: Staff, sent: Sent) -> Response:
    """Record of several work items of one step that they are done, each for itself, with the same entries."""
    engine: Engine = request.app.state.engine
    items, activity = sent.all("item")[:MOST], sent.text("activity")
    faults: dict[str, str] = {}
    for item in items:
        try:
            history = _history(engine, visitor, item, activity)
            own, more = item_fields(history, activity, None, {})
            by = By(
                visitor.name,
                utc_now(),
                moment_typed_in(sent.text("occurred")),
                None,
                sent.text("reason") or None,
            )
            worklist.complete(engine.ledger, engine.log, item, data_of((*own, *more), sent.fields), by)
        except EventLogError as error:
            faults[item] = as_sentence(error)
    told = say("{n} of {all} work items are recorded as done.", n=len(items) - len(faults), all=len(items))
    if not faults:
        return gone_to("/todo", told)
    page = _page(engine, visitor, list(faults), faults, sent.fields, told)
    return show(request, page, visitor, status=422)


@router.post(f"{PATH}/file")
def from_file(request: Request, visitor: Staff, sent: Sent) -> Response:
    """Assign and complete what the rows of a file say, each row for itself."""
    engine: Engine = request.app.state.engine
    if not sent.files:
        return gone_to("/todo", say("Choose a file first."), wrong=True)
    file = sent.files[0]
    try:
        rows = rows_of(file.filename or "", file.file.read(), MOST)
    except EventLogError as error:
        return gone_to("/todo", as_sentence(error), wrong=True)
    faults = [fault for row in rows if (fault := _carried_out(engine, visitor, row))]
    told = say("{n} of {all} rows are recorded.", n=len(rows) - len(faults), all=len(rows))
    return gone_to("/todo", "\n".join([told, *faults]), wrong=bool(faults))


def _carried_out(engine: Engine, visitor: Visitor, row: Row) -> str | None:
    """Do what a row says; return why that was not possible."""
    by = By(visitor.name, utc_now(), reason=row.reason or None)
    try:
        activity = worklist.place_of_item(row.work_item)[1][0]
        history = _history(engine, visitor, row.work_item, activity)
        if row.assign_to:
            worklist.assign(engine.ledger, engine.log, row.work_item, row.assign_to, by)
        if row.entries:
            own, more = item_fields(history, activity, None, {})
            data = data_of((*own, *more), _by_name((*own, *more), row.entries))
            worklist.complete(engine.ledger, engine.log, row.work_item, data, by)
    except EventLogError as error:
        reason = error.in_language(current_language())
        return ended(say("Row {n}: {reason}", n=row.number, reason=reason))
    return None


def _by_name(fields: Sequence[Field], entries: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    return {one.name: entries[one.last] for one in fields if one.last in entries}


def _history(engine: Engine, visitor: Visitor, item: str, activity: str) -> CaseHistory:
    project, place = worklist.place_of_item(item)
    history = project_seen(visitor, engine.ledger, engine.log, project)
    if place not in history.items or place[0] != activity:
        raise WorkItemError("there is no work item {item}", item=item)
    return history


def _page(
    engine: Engine,
    visitor: Visitor,
    items: Sequence[str],
    faults: Mapping[str, str] | None = None,
    entered: Mapping[str, Sequence[str]] | None = None,
    refused: str = "",
) -> BulkPage:
    return BulkPage(
        steps=tuple(_steps(engine, visitor, items, faults or {}, entered)),
        n=len(items),
        back=f"{PATH}?{urlencode([('item', item) for item in items])}",
        refused=refused,
    )


def _steps(
    engine: Engine,
    visitor: Visitor,
    items: Sequence[str],
    faults: Mapping[str, str],
    entered: Mapping[str, Sequence[str]] | None,
) -> Iterator[Step]:
    """Yield the steps of the work items; a form that asks for a project's own households is no common one."""
    picked: dict[str, list[Picked]] = {}
    first: dict[str, CaseHistory] = {}
    for item in items:
        project, place = worklist.place_of_item(item)
        history = project_seen(visitor, engine.ledger, engine.log, project)
        if place in history.items and history.items[place].is_open:
            name = str(history.facts.get("name", project))
            one = Picked(item, item_address(item), name_of(place[0]), name, faults.get(item, ""))
            picked.setdefault(place[0], []).append(one)
            first.setdefault(place[0], history)
    for activity, found in picked.items():
        own, _ = item_fields(first[activity], activity, None, {})
        values = data_of(own, entered) if entered is not None else {}
        fields, _ = item_fields(first[activity], activity, values, {})
        is_own = any(_needs_project(one) for one in fields)
        yield Step(activity, name_of(activity), tuple(found), fields, is_own)


def _needs_project(field: Field) -> bool:
    return field.kind in _BY_HOUSEHOLD or field.last in {"household", "households", "signed_by", "objection"}
