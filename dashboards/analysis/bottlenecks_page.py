"""Where time is lost: steps by the time lost before them, paths by their waits, waiting by cause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.choice import Choice
from dashboards.analysis.drawn import BarRow, bars
from dashboards.analysis.head import BASE, Head, Link, head_of
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.page import Page
from dashboards.sentences import Sentence, counted
from dashboards.tables import Column, Picture, Table, Value
from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.language import say
from eventlogs.words import activity_label, value_label
from mining.discovery.process_map import ProcessMap, process_map
from mining.performance.activity_times import ActivityTimes, Bottlenecks, bottlenecks
from mining.performance.spans import Clock
from mining.performance.waiting_causes import CAUSE_NAMES, WaitingCauses, waiting_causes

router = APIRouter()
PATH = f"{BASE}/bottlenecks"
_BARS = 12
LOST = "#e69f00"
_PATHS = 20


@dataclass(frozen=True, slots=True)
class LostBar:
    """A step as a bar of the time lost before it; lengths in hundredths of the longest interval."""

    activity: str
    text: str
    said: str
    width: float
    low: float
    high: float
    cases: int
    address: str


@dataclass(frozen=True)
class BottlenecksPage(Page):
    """The steps, paths and causes that cost the most time."""

    template: ClassVar[str] = "analysis/bottlenecks.html"
    head: Head
    answer: Sentence
    clocks: tuple[Link, ...]
    knows_starts: bool
    bars: tuple[LostBar, ...]
    steps: tuple[ActivityTimes, ...]
    waiting: WaitingCauses
    map: ProcessMap
    choice: Choice

    @property
    def steps_table(self) -> Table:
        """The ranking of the steps."""
        columns = [
            Column(say("Time lost before")),
            Column(say("Time lost"), "span"),
            Column(say("at least (95 %)"), "span"),
            Column(say("at most (95 %)"), "span"),
            Column(say("Share"), "share"),
            Column(say("Cases"), "cases"),
            Column(say("Median"), "span"),
            Column(say("90 % at most"), "span"),
            Column(say("On hold in all"), "span"),
        ]
        rows: list[list[Value]] = []
        for one in self.steps:
            spread = one.waiting if one.started else one.sojourn
            row: list[Value] = [activity_label(one.activity), one.time_lost.total_seconds()]
            row += [bound.total_seconds() for bound in one.time_lost_interval]
            row += [one.share, one.cases, _seconds(spread.median), _seconds(spread.p90)]
            rows.append([*row, _seconds(one.held)])
        links = [_cases_of(self.choice, one.activity) for one in self.steps]
        return Table("steps", say("Steps by the time lost before them"), columns, rows, links, {5: links})

    @property
    def paths_table(self) -> Table:
        """The paths where cases spend the most time between two completions."""
        arcs = [one for one in self.map.arcs if one.mean_waiting_seconds]
        arcs.sort(key=lambda one: -(one.mean_waiting_seconds or 0) * one.frequency)
        columns = [
            Column(say("Path")),
            Column(say("Time in all"), "span"),
            Column(say("Median wait"), "span"),
            Column(say("Times"), "number"),
            Column(say("Cases"), "cases"),
        ]
        rows: list[list[Value]] = [
            [
                f"{activity_label(one.source)} → {activity_label(one.target)}",
                (one.mean_waiting_seconds or 0) * one.frequency,
                one.median_waiting_seconds,
                one.frequency,
                one.cases,
            ]
            for one in arcs[:_PATHS]
        ]
        links = [self.choice.cases_along(one.source, one.target) for one in arcs[:_PATHS]]
        return Table(
            "paths", say("Paths by the time spent on them"), columns, rows, links, {3: links, 4: links}
        )

    @property
    def holds_table(self) -> Table:
        """The holds that staff recorded, by the cause they gave."""
        columns = [
            Column(say("Recorded holds")),
            Column(say("Holds"), "number"),
            Column(say("Still open"), "number"),
            Column(say("Time"), "span"),
        ]
        rows: list[list[Value]] = [
            [
                value_label("hold_cause", one.cause) if one.cause else say("(none)"),
                one.holds,
                one.open,
                one.time.total_seconds(),
            ]
            for one in self.waiting.whole.recorded
        ]
        causes = [one.cause for one in self.waiting.whole.recorded]
        counted = {
            1: [self.choice.cases(("held", cause)) for cause in causes],
            2: [self.choice.cases(("held", cause), ("still", "1")) for cause in causes],
        }
        return Table("holds", say("Holds as staff recorded them"), columns, rows, counted=counted)

    @property
    def inferred_table(self) -> Table:
        """The causes that are concluded from who was busy with what."""
        columns = [
            Column(say("Inferred causes of waiting")),
            Column(say("Time"), "span"),
            Column(say("Share"), "share"),
        ]
        rows: list[list[Value]] = [
            [say(CAUSE_NAMES[one.cause]), one.time.total_seconds(), one.share]
            for one in self.waiting.whole.inferred
        ]
        return Table("inferred", say("Causes that are inferred, not recorded"), columns, rows)

    @property
    def inferred_from(self) -> Sentence:
        """From how many waits the causes are inferred."""
        if not self.waiting.all_waits:
            return Sentence(
                say("No event tells when a person started, so no further cause can be inferred in this log.")
            )
        told = say(
            "Inferred from {n} of {all} waits, drawn by case.",
            n=number_text(self.waiting.looked_at),
            all=counted(self.waiting.all_waits, self.choice.cases()),
        )
        return Sentence(told)

    def tables(self) -> Sequence[Table]:
        """Return all of them."""
        return self.steps_table, self.paths_table, self.holds_table, self.inferred_table

    def pictures(self) -> Sequence[Picture]:
        """Return the bars of the time lost."""
        rows = [BarRow(one.text, [(LOST, 0, one.width)], one.said, (one.low, one.high)) for one in self.bars]
        return (bars("lost", say("Time lost before each step"), rows),)


@router.get(PATH)
def bottlenecks_route(request: Request, visitor: Analyst) -> Response:
    """Show where time is lost; `clock=working` counts working days alone."""
    return studied(request, visitor, lambda study: bottlenecks_page(request, study))


def bottlenecks_page(request: Request, study: Study) -> BottlenecksPage:
    """Return the bottlenecks of a study."""
    clock: Clock = "working" if request.query_params.get("clock") == "working" else "clock"
    found = study.kept_of_acts(("bottlenecks", clock), lambda log: bottlenecks(log, clock=clock))
    steps = tuple(one for one in found.times.whole.activities if one.time_lost)
    return BottlenecksPage(
        head=head_of(request, study),
        answer=Sentence(_answer(found, steps, study.choice)),
        clocks=tuple(_clocks(study.choice, clock)),
        knows_starts=study.knows_starts,
        bars=tuple(_bars(steps[:_BARS], study.choice)),
        steps=steps,
        waiting=study.kept_of_acts("waiting causes", waiting_causes),
        map=study.kept("map of all", process_map),
        choice=study.choice,
    )


def _answer(found: Bottlenecks, steps: Sequence[ActivityTimes], choice: Choice) -> str:
    if not steps:
        return say("No time is lost that this log could tell of.")
    sentence = say(
        "Most time is lost before “{step}”: {share} of all the time lost, {time} in {n} cases.",
        step=activity_label(steps[0].activity),
        share=share_text(steps[0].share),
        time=span_text(steps[0].time_lost.total_seconds()),
        n=counted(steps[0].cases, choice.cases_with(steps[0].activity)),
    )
    if len(steps) > 1:
        sentence += say(
            " “{step}” follows with {share}.",
            step=activity_label(steps[1].activity),
            share=share_text(steps[1].share),
        )
    median = found.times.whole.throughput.median
    if median is not None:
        sentence += say(
            " Half of the cases take at most {time} in all.", time=span_text(median.total_seconds())
        )
    return sentence


def _clocks(choice: Choice, chosen: Clock) -> Iterator[Link]:
    yield Link(say("All time"), choice.address(PATH), chosen == "clock")
    yield Link(say("Working days only"), choice.address(PATH, [("clock", "working")]), chosen == "working")


def _bars(steps: Sequence[ActivityTimes], choice: Choice) -> Iterator[LostBar]:
    most = max((one.time_lost_interval[1] for one in steps), default=timedelta()) or timedelta(seconds=1)
    for one in steps:
        low, high = one.time_lost_interval
        yield LostBar(
            activity=one.activity,
            text=activity_label(one.activity),
            said=say(
                "{time} ({low} to {high})",
                time=span_text(one.time_lost.total_seconds()),
                low=span_text(low.total_seconds()),
                high=span_text(high.total_seconds()),
            ),
            width=round(100 * (one.time_lost / most), 2),
            low=round(100 * (low / most), 2),
            high=round(100 * (high / most), 2),
            cases=one.cases,
            address=_cases_of(choice, one.activity),
        )


def _cases_of(choice: Choice, activity: str) -> str:
    return choice.cases_with(activity)


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
