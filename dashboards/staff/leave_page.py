"""Leave and deputies, and the leave that cities give to break a rule of order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.errors import AccessError
from dashboards.access.guards import allowed
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.page import Page, show
from dashboards.refusal import as_sentence
from dashboards.sent_form import SentForm, sent_form
from dashboards.staff.form_fields import Choice
from dashboards.staff.item_deeds import needed
from dashboards.tables import Column, Table, Value
from dashboards.told import gone_to
from eventlogs.cities import cities
from eventlogs.errors import EventLogError
from eventlogs.language import say
from eventlogs.told_times import told_day
from flows.process.history import day_of
from flows.process.order import order_rules, sentence_of
from flows.process.processes import processes
from flows.project.waivers import CityWaiver, waive_for_city, waivers_of_city
from flows.worklist.absence import Absence, absences, record_absence
from flows.worklist.listing import utc_now

router = APIRouter()
PATH = "/leave"
Staff = Annotated[Visitor, Depends(allowed("staff"))]
Sent = Annotated[SentForm, Depends(sent_form)]


@dataclass(frozen=True)
class LeavePage(Page):
    """Who is away and who stands in, and which rules cities waive."""

    template: ClassVar[str] = "staff/leave.html"

    me: str
    absences: tuple[tuple[Absence, bool], ...]
    waivers: tuple[tuple[CityWaiver, str, bool], ...]
    cities: tuple[Choice, ...]
    rules: tuple[Choice, ...]

    def tables(self) -> Sequence[Table]:
        """Return who is away."""
        columns = [
            Column(say("Person")),
            Column(say("From"), "day"),
            Column(say("Until"), "day"),
            Column(say("Deputy")),
            Column(say("Stands")),
        ]
        rows: list[list[Value]] = [
            [one.person, one.start, one.end, one.deputy, say("away now") if now else say("planned")]
            for one, now in self.absences
        ]
        return (Table("absences", say("Who is away"), columns, rows),)


@router.get(PATH)
def leave(request: Request, visitor: Staff) -> Response:
    """Show absences and waivers that still count."""
    engine: Engine = request.app.state.engine
    today = day_of(utc_now())
    known = [key for key in cities() if visitor.cities is None or key in visitor.cities]
    page = LeavePage(
        me=visitor.name,
        absences=tuple((one, one.start <= today) for one in absences(engine.ledger, engine.log, today)),
        waivers=tuple(
            (one, sentence_of(one.rule), one.until >= today)
            for city in known
            for one in waivers_of_city(engine.ledger, engine.log, city)
        ),
        cities=tuple(Choice(key, cities()[key].label()) for key in known),
        rules=tuple(
            Choice(rule.key, rule.sentence)
            for process in processes().values()
            for rule in order_rules(process)
        ),
    )
    return show(request, page, visitor)


@router.post(PATH)
def go_away(request: Request, visitor: Staff, sent: Sent) -> Response:
    """Record that somebody is away, and who stands in."""
    engine: Engine = request.app.state.engine
    try:
        absence = Absence(
            needed(sent, "person"),
            told_day(needed(sent, "start")),
            told_day(needed(sent, "end")),
            needed(sent, "deputy"),
        )
        record_absence(engine.ledger, engine.log, absence, visitor.name, utc_now())
    except EventLogError as error:
        return gone_to(PATH, as_sentence(error), wrong=True)
    told = say(
        "From {start} {deputy} stands in for {person}.",
        start=absence.start,
        deputy=absence.deputy,
        person=absence.person,
    )
    return gone_to(PATH, told)


@router.post(f"{PATH}/waivers")
def waive(request: Request, visitor: Staff, sent: Sent) -> Response:
    """Record that a city waives a rule of order until a day."""
    engine: Engine = request.app.state.engine
    city = sent.text("city")
    if city and not visitor.scope.covers(city):
        raise AccessError("{city} is outside your places", city=city)
    try:
        rule, until, reason = needed(sent, "rule"), told_day(needed(sent, "until")), needed(sent, "reason")
        waive_for_city(
            engine.ledger, engine.log, needed(sent, "city"), rule, until, reason, visitor.name, utc_now()
        )
    except EventLogError as error:
        return gone_to(PATH, as_sentence(error), wrong=True)
    return gone_to(PATH, say("The rule is waived until {day}.", day=until))
