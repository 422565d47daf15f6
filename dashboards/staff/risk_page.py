"""Projects at risk: running ones idle beyond what is normal, why, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import allowed
from dashboards.access.visitor import Visitor
from dashboards.analysis.kept_answers import KeptAnswers
from dashboards.engine import Engine
from dashboards.page import Page, show
from dashboards.sentences import Sentence, counted
from dashboards.staff.addresses import project_address
from dashboards.staff.project_list_page import PATH as PROJECTS
from dashboards.tables import Column, Table
from eventlogs.amounts import number_text
from eventlogs.cities import city_label
from eventlogs.language import say
from eventlogs.prepared import prepare
from flows.process.history import CaseHistory, day_of
from flows.process.suggestions import suggestions
from flows.project.advance import read_case
from flows.words import name_of
from flows.worklist.listing import utc_now
from flows.worklist.live_index import Narrowing, live_index
from mining.normative.file import lift_model
from mining.stalls.facts import IdleStep, Watched
from mining.stalls.finding import Stall, StallReport, stalls
from mining.stalls.sentences import SURENESS

router = APIRouter()
Reader = Annotated[Visitor, Depends(allowed("staff", "analyst", "leader"))]
_FEW = 3  # acts suggested


@dataclass(frozen=True)
class Risk:
    """One running project that needs somebody: how long it is idle, what is normal, why, and what to do."""

    project: str
    name: str
    address: str
    city: str
    district: str | None
    idle_days: int
    normal_seconds: float | None
    n_normal: int
    last_step: str
    sentence: str
    confidence: str
    confidence_words: str
    next_steps: tuple[tuple[str, str], ...]
    usual_next: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class ToWatch:
    """A running project that has waited long without being stalled, and how long 19 of 20 waits take."""

    project: str
    name: str
    address: str
    city: str
    district: str | None
    last_step: str
    idle_seconds: float
    slow_seconds: float


@dataclass(frozen=True)
class RiskPage(Page):
    """The running projects at risk, the most pressing first, and those to keep an eye on."""

    template: ClassVar[str] = "staff/risks.html"

    risks: tuple[Risk, ...]
    watched: tuple[ToWatch, ...]
    idle_steps: tuple[IdleStep, ...]
    n_running: int
    at: datetime

    @property
    def counted(self) -> Sentence:
        """How many of the running projects are at risk."""
        running = counted(self.n_running, f"{PROJECTS}?outcome=open")
        return Sentence(say("{n} of {all} projects", n=number_text(len(self.risks)), all=running))

    def tables(self) -> Sequence[Table]:
        """Return the lists as tables."""
        return (self.risks_table, self.watched_table, self.idle_table)

    @property
    def idle_table(self) -> Table:
        """The steps after which most running projects wait so long, with how many do."""
        columns = [
            Column(say("Last step")),
            Column(say("Idle for so long"), "number"),
            Column(say("Running"), "number"),
        ]
        rows = [(name_of(one.activity), one.idle, one.running) for one in self.idle_steps]
        return Table("idle_steps", say("Where waiting so long is the rule"), columns, rows)

    @property
    def watched_table(self) -> Table:
        """The projects to keep an eye on."""
        columns = [Column(say(title)) for title in ("Name", "Project", "City", "Last step")]
        columns += [Column(say("Idle for"), "span"), Column(say("19 of 20 waits"), "span")]
        rows = [
            (
                one.name,
                one.project,
                city_label(one.city),
                one.last_step,
                one.idle_seconds,
                one.slow_seconds,
            )
            for one in self.watched
        ]
        links = [one.address for one in self.watched]
        return Table("watched", say("To keep an eye on"), columns, rows, links)

    @property
    def risks_table(self) -> Table:
        """The projects at risk."""
        columns = [Column(say(title)) for title in ("Project", "Name", "City", "Last step")]
        columns += [
            Column(say("Days idle"), "number"),
            Column(say("Normal at most"), "span"),
            Column(say("Why")),
        ]
        rows = [
            (
                one.project,
                one.name,
                city_label(one.city),
                one.last_step,
                one.idle_days,
                one.normal_seconds,
                one.sentence,
            )
            for one in self.risks
        ]
        return Table("risks", say("At risk"), columns, rows, [one.address for one in self.risks])


@router.get("/risks")
def risks(request: Request, visitor: Reader) -> Response:
    """Show the running projects that are idle beyond what is normal."""
    engine: Engine = request.app.state.engine
    now = utc_now()
    return show(request, risk_page(engine, visitor, _report(request, engine, now), now), visitor)


def risk_page(engine: Engine, visitor: Visitor, report: StallReport, now: datetime) -> RiskPage:
    """Return what a report tells of the visitor's places; counts of all only to those who see everything."""

    def seen(case_id: str) -> CaseHistory | None:
        history = read_case(engine.ledger, engine.log, case_id)
        here = visitor.scope.covers(history.facts.get("city"), history.facts.get("district"))
        return history if here else None

    found = tuple(_risk(one, history) for one in report.alarms if (history := seen(one.case_id)))
    watched = tuple(_to_watch(one, history) for one in report.watched if (history := seen(one.case_id)))
    idle = report.idle_steps if visitor.scope.is_everywhere else ()
    running = Narrowing(places=visitor.scope.places, outcome="open")
    n_running = live_index(engine.ledger, engine.log).projects(engine.ledger, now, running, limit=1).total
    return RiskPage(found, watched, idle, n_running, now)


def _report(request: Request, engine: Engine, now: datetime) -> StallReport:
    """Return where projects stall, found once a day and whenever something was recorded."""
    answers: KeptAnswers = request.app.state.kept_answers
    prepared = prepare(engine.ledger, engine.log)
    key = ("risks", prepared.state.schema_name, prepared.state.upto_seq, day_of(now))
    return answers.get(key, lambda: stalls(prepared, lift_model(), by="city", now=now))


def _to_watch(one: Watched, history: CaseHistory) -> ToWatch:
    return ToWatch(
        project=one.case_id,
        name=str(history.facts.get("name", one.case_id)),
        address=project_address(one.case_id),
        city=str(history.facts.get("city", "")),
        district=history.facts.get("district"),
        last_step=name_of(one.last_activity),
        idle_seconds=one.idle.total_seconds(),
        slow_seconds=one.slow.total_seconds(),
    )


def _risk(stall: Stall, history: CaseHistory) -> Risk:
    expected = [one for one in suggestions(history) if not one.waits_for]
    first = sorted(expected, key=lambda one: not one.needed_by_the_process)[:_FEW]
    return Risk(
        project=stall.case_id,
        name=str(history.facts.get("name", stall.case_id)),
        address=project_address(stall.case_id),
        city=str(history.facts.get("city", "")),
        district=history.facts.get("district"),
        idle_days=stall.idle.days,
        normal_seconds=stall.normal.limit.total_seconds() if stall.normal else None,
        n_normal=stall.normal.n if stall.normal else 0,
        last_step=name_of(stall.last_activity),
        sentence=stall.sentence,
        confidence=stall.confidence,
        confidence_words=say(SURENESS[stall.confidence]),
        next_steps=tuple(
            (name_of(one.activity), f"{project_address(stall.case_id)}/record?activity={one.activity}")
            for one in first
        ),
        usual_next=tuple((name_of(one.activity), one.share) for one in stall.followers),
    )
