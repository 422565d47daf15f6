"""The worklist: what is to do, what is in hand, what is done; the most pressing first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import allowed
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.page import Page, show
from dashboards.refusal import as_sentence
from dashboards.saved_views import SavedView, SavedViews
from dashboards.sent_form import SentForm, local, sent_form
from dashboards.staff.addresses import item_address, project_address
from dashboards.staff.asked import Asked
from dashboards.staff.due_words import Due, due_words
from dashboards.staff.form_fields import Choice
from dashboards.tables import Column, Table, Value
from dashboards.told import gone_to
from eventlogs.cities import cities, city_label
from eventlogs.errors import EventLogError
from eventlogs.language import say, sayable
from eventlogs.vocabulary import label, terms
from flows.project.acts import By
from flows.words import name_of
from flows.worklist import worklist
from flows.worklist.done_work import DoneRow, done_work
from flows.worklist.listing import WorkRow, utc_now
from flows.worklist.live_index import Narrowing, live_index

router = APIRouter()
PATH = "/todo"
PAGE = 50
STANDS = {
    "todo": sayable("To do"),
    "mine": sayable("In hand"),
    "done": sayable("Done"),
    "all": sayable("Everybody's"),
}
Staff = Annotated[Visitor, Depends(allowed("staff"))]


@dataclass(frozen=True)
class WorkAsked(Asked):
    """The filters of the worklist, as they stand in the address."""

    stand: str = "todo"
    role: str = ""

    def narrowing(self, visitor: Visitor) -> Narrowing:
        """Return what is asked of the index."""
        return Narrowing(
            places=visitor.scope.places,
            cities=(self.city,) if self.city else None,
            districts=(self.district,) if self.district else None,
            search=self.search or None,
            overdue=self.overdue,
            role=self.role or None,
            assignee=visitor.name if self.stand == "mine" else None,
            free_for=visitor.name if self.stand == "todo" else None,
            begun=False if self.stand == "todo" else None,
        )


@dataclass(frozen=True)
class Line:
    """One work item in the list."""

    work_item: str
    address: str
    title: str
    project: str
    project_name: str
    project_address: str
    city: str
    district: str
    role: str
    told_to: str | None
    assignee: str | None
    is_mine: bool
    due: Due
    state: str
    hold: str | None
    since: datetime


@dataclass(frozen=True)
class Tab:
    """One part of the worklist, and how many items it has."""

    key: str
    title: str
    n: int | None
    href: str


@dataclass(frozen=True)
class WorklistPage(Page):
    """The work items that somebody may see."""

    template: ClassVar[str] = "staff/worklist.html"

    asked: WorkAsked
    tabs: tuple[Tab, ...]
    lines: tuple[Line, ...]
    done: tuple[DoneRow, ...]
    total: int
    n_overdue: int
    roles: tuple[Choice, ...]
    cities: tuple[Choice, ...]
    districts: tuple[Choice, ...]
    views: tuple[SavedView, ...]
    back: str
    previous: str | None
    following: str | None

    def tables(self) -> Sequence[Table]:
        """Return the list as a table."""
        titles = ("Work item", "What", "Project", "City", "District", "Role", "Whose", "Stands")
        columns = [Column(say(title)) for title in titles]
        columns += [Column(say("Due"), "day"), Column(say("Pressing"))]
        rows = [_row(line) for line in self.lines]
        return [Table("worklist", say("Worklist"), columns, rows, [line.address for line in self.lines])]


@router.get(PATH)
def worklist_page(
    request: Request,
    visitor: Staff,
    stand: Annotated[str, Query(pattern="^(todo|mine|done|all)$")] = "todo",
    role: str = "",
    city: str = "",
    district: str = "",
    search: Annotated[str, Query(max_length=100)] = "",
    overdue: bool = False,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """Show the worklist."""
    asked = WorkAsked(city, district, search, overdue, page, stand, role)
    return show(request, _page(request.app.state.engine, visitor, asked, utc_now()), visitor)


@router.post(f"{PATH}/assign")
def assign_many(request: Request, visitor: Staff, sent: Annotated[SentForm, Depends(sent_form)]) -> Response:
    """Put the work items that were ticked into somebody's hands."""
    engine: Engine = request.app.state.engine
    items, to = sent.all("item"), sent.text("to")
    back = local(sent.text("back")) or PATH
    if not items or not to:
        return gone_to(back, say("Tick work items and say to whom they go."), wrong=True)
    refused = []
    for item in items:
        try:
            _refuse_elsewhere(engine, visitor, item)
            worklist.assign(engine.ledger, engine.log, item, to, By(visitor.name, utc_now()))
        except EventLogError as error:
            refused.append(as_sentence(error))
    told = say(
        "{n} of {all} work items are assigned to {to}.", n=len(items) - len(refused), all=len(items), to=to
    )
    return gone_to(back, "\n".join([told, *refused]), wrong=bool(refused))


def _refuse_elsewhere(engine: Engine, visitor: Visitor, item: str) -> None:
    from dashboards.access.guards import project_seen

    project_seen(visitor, engine.ledger, engine.log, worklist.place_of_item(item)[0])


def _page(engine: Engine, visitor: Visitor, asked: WorkAsked, now: datetime) -> WorklistPage:
    index, narrowing = live_index(engine.ledger, engine.log), asked.narrowing(visitor)
    done: list[DoneRow] = []
    lines: tuple[Line, ...] = ()
    total = 0
    if asked.stand == "done":
        with engine.ledger.reading() as connection:
            done = done_work(connection, engine.log, visitor.name)
        total = len(done)
    else:
        found = index.work(engine.ledger, now, narrowing, limit=PAGE, offset=PAGE * (asked.page - 1))
        lines = tuple(_line(row, visitor.name, now) for row in found.work_items)
        total = found.total
    counted = [key for key in STANDS if key != "done"]
    others = [replace(asked, stand=key, page=1).narrowing(visitor) for key in counted]
    n_overdue, *n_work = index.n_work(engine.ledger, now, [replace(narrowing, overdue=True), *others])
    return WorklistPage(
        asked=asked,
        tabs=tuple(_tabs(asked, dict(zip(counted, n_work, strict=True)))),
        lines=lines,
        done=tuple(done),
        total=total,
        n_overdue=n_overdue if asked.stand != "done" else 0,
        roles=tuple(Choice(key, term.label()) for key, term in terms("roles").items()),
        cities=_cities(visitor),
        districts=tuple(
            Choice(district, district)
            for of_city, district in index.districts(engine.ledger)
            if visitor.scope.covers(of_city, district) and asked.city in {"", of_city}
        ),
        views=tuple(SavedViews(engine.data).of(visitor.name, PATH)),
        back=f"{PATH}?{asked.query()}",
        previous=f"{PATH}?{asked.query(page=asked.page - 1)}" if asked.page > 1 else None,
        following=f"{PATH}?{asked.query(page=asked.page + 1)}"
        if total > PAGE * asked.page and lines
        else None,
    )


def _tabs(asked: WorkAsked, n_work: Mapping[str, int]) -> Iterator[Tab]:
    for key, title in STANDS.items():
        there = f"{PATH}?{asked.query(stand=key, page=1)}"
        yield Tab(key, say(title), n_work.get(key), there)


def _row(line: Line) -> tuple[Value, ...]:
    return (
        line.work_item,
        line.title,
        line.project_name,
        city_label(line.city),
        line.district,
        label("roles", line.role),
        line.assignee,
        line.hold or line.state,
        line.due.day,
        line.due.words,
    )


def _cities(visitor: Visitor) -> tuple[Choice, ...]:
    seen = visitor.cities
    return tuple(Choice(key, term.label()) for key, term in cities().items() if seen is None or key in seen)


def _line(row: WorkRow, me: str, now: datetime) -> Line:
    state = say("to do")
    if row.assignee:
        state = say("under way") if row.started_at else say("assigned")
    hold = None
    if row.hold_cause:
        hold = label("hold_causes", row.hold_cause)
        hold += f" → {row.hold_until:%Y-%m-%d}" if row.hold_until else ""
    return Line(
        work_item=row.work_item,
        address=item_address(row.work_item),
        title=name_of(row.activity),
        project=row.project,
        project_name=row.name or row.project,
        project_address=project_address(row.project),
        city=row.city or "",
        district=row.district or "",
        role=row.role or "",
        told_to=row.escalated_to,
        assignee=row.assignee,
        is_mine=row.assignee == me,
        due=due_words(row.due, now),
        state=state,
        hold=hold,
        since=row.offered_at,
    )
