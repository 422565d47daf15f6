"""Holds and waivers across all projects: what waits for what, and which rules may be broken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import allowed, visible
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.page import Page, show
from dashboards.staff.addresses import item_address, project_address
from dashboards.tables import Column, Table
from eventlogs.cities import cities, city_label
from eventlogs.language import say
from eventlogs.vocabulary import label
from flows.process.history import day_of
from flows.process.order import sentence_of
from flows.project.held import Held, Waived, held, waived
from flows.project.waivers import waivers_of_city
from flows.words import name_of
from flows.worklist.listing import utc_now

router = APIRouter()
PATH = "/holds"
Reader = Annotated[Visitor, Depends(allowed("staff", "analyst", "leader", "auditor"))]


@dataclass(frozen=True, slots=True)
class Line:
    """A project or work item on hold; `over` if it should have gone on by now."""

    address: str
    what: str
    project: str
    city: str
    district: str | None
    cause: str
    since: datetime
    days: int
    until: date | None
    over: bool


@dataclass(frozen=True, slots=True)
class WaiverLine:
    """Leave to break a rule, of a project or a whole city; `counts` until its last day."""

    address: str | None
    whose: str
    sentence: str
    until: date
    reason: str
    counts: bool


@dataclass(frozen=True)
class HoldsPage(Page):
    """What is on hold, and what is waived."""

    template: ClassVar[str] = "staff/holds.html"

    holds: tuple[Line, ...]
    waivers: tuple[WaiverLine, ...]

    def tables(self) -> Sequence[Table]:
        """Return both lists."""
        return self.holds_table, self.waivers_table

    @property
    def holds_table(self) -> Table:
        """What is on hold, the longest first."""
        columns = [
            Column(say("On hold")),
            Column(say("Project")),
            Column(say("City")),
            Column(say("District")),
            Column(say("What it waits for")),
            Column(say("Since"), "day"),
            Column(say("Days"), "number"),
            Column(say("Until"), "day"),
        ]
        rows = [
            (one.what, one.project, one.city, one.district, one.cause, one.since, one.days, one.until)
            for one in self.holds
        ]
        return Table("holds", say("What is on hold"), columns, rows, [one.address for one in self.holds])

    @property
    def waivers_table(self) -> Table:
        """Which rules may be broken, and until when."""
        columns = [
            Column(say("Project or city")),
            Column(say("Rule")),
            Column(say("Until"), "day"),
            Column(say("Counts")),
            Column(say("Reason")),
        ]
        rows = [(one.whose, one.sentence, one.until, one.counts, one.reason) for one in self.waivers]
        return Table(
            "waivers", say("Rules that are waived"), columns, rows, [one.address for one in self.waivers]
        )


@router.get(PATH)
def holds(request: Request, visitor: Reader) -> Response:
    """Show what is on hold and what is waived in the visitor's places."""
    engine: Engine = request.app.state.engine
    today = day_of(utc_now())
    found = visible(visitor, held(engine.ledger, engine.log))
    of_projects = visible(visitor, waived(engine.ledger, engine.log))
    places = [key for key in cities() if visitor.cities is None or key in visitor.cities]
    of_cities = [one for city in places for one in waivers_of_city(engine.ledger, engine.log, city)]
    waivers = [_waiver(one, today) for one in of_projects] + [
        WaiverLine(
            None, city_label(one.city), sentence_of(one.rule), one.until, one.reason, one.until >= today
        )
        for one in of_cities
    ]
    page = HoldsPage(
        tuple(sorted((_line(one, today) for one in found), key=lambda one: (-one.days, one.project))),
        tuple(sorted(waivers, key=lambda one: (not one.counts, one.until))),
    )
    return show(request, page, visitor)


def _line(one: Held, today: date) -> Line:
    return Line(
        address=item_address(one.work_item) if one.work_item else project_address(one.project),
        what=name_of(one.activity) if one.activity else say("the whole project"),
        project=one.name,
        city=city_label(one.city or ""),
        district=one.district,
        cause=label("hold_causes", one.cause),
        since=one.since,
        days=max(0, (today - day_of(one.since)).days),
        until=one.until,
        over=one.until is not None and one.until < today,
    )


def _waiver(one: Waived, today: date) -> WaiverLine:
    return WaiverLine(
        project_address(one.project),
        one.name,
        sentence_of(one.rule),
        one.until,
        one.reason,
        one.until >= today,
    )
