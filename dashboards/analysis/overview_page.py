"""The overview of a log: how its cases stand, how far they came, what began and ended when."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.charts import Chart, Series, Tone
from dashboards.analysis.choice import Choice
from dashboards.analysis.drawn import TONES, BarRow, bars
from dashboards.analysis.head import BASE, Head, head_of
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.analysis.supposed import supposed_sentence
from dashboards.analysis.words import STATE_ORDER, UNENDED, last_day, period_text, state_word, unit_word
from dashboards.page import Page
from dashboards.sentences import Sentence, counted
from dashboards.tables import Column, Picture, Table, Value
from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.language import say
from eventlogs.vocabulary import label
from mining.cases.progress import PhaseReached, Progress, progress

router = APIRouter()
_TONES: dict[str, Tone] = {
    "completed": "completed",
    "failed": "failed",
    "halted": "halted",
    "ended": "ended",
    "silent": "silent",
    "running": "running",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a page: its name, what it is, what it rests on, and the address of its cases."""

    name: str
    value: str
    note: str
    address: str | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a stacked bar, in hundredths of the whole."""

    tone: str
    start: float
    width: float
    said: str


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """A phase of the funnel with its bar."""

    phase: str
    cases: int
    share: float
    bars: tuple[Bar, ...]
    address: str


@dataclass(frozen=True)
class OverviewPage(Page):
    """A log at a glance."""

    template: ClassVar[str] = "analysis/overview.html"
    head: Head
    progress: Progress
    answer: Sentence
    supposed: Sentence | None
    figures: tuple[Figure, ...]
    phases: tuple[PhaseLine, ...]
    chart: Chart
    choice: Choice

    @property
    def states(self) -> tuple[tuple[str, str], ...]:
        """The states there are, with their words."""
        there = {one.state for one in self.progress.standings}
        return tuple((state, state_word(state)) for state in STATE_ORDER if state in there)

    def tables(self) -> Sequence[Table]:
        """Return the funnel and the periods."""
        return (self.periods_table, self.phases_table)

    @property
    def phases_table(self) -> Table:
        """How many cases reached each phase, by how they stand."""
        columns = [Column(say("Phase")), Column(say("Cases"), "cases"), Column(say("Share"), "share")]
        rows: list[list[Value]] = [
            [
                label("phases", one.phase),
                one.cases,
                one.cases / self.progress.cases,
                *(one.states.get(state, 0) for state, _ in self.states),
            ]
            for one in self.progress.phases
        ]
        columns += [Column(word, "cases") for _, word in self.states]
        addresses = [line.address for line in self.phases]
        counted = {1: addresses}
        for place, (state, _) in enumerate(self.states, 3):
            counted[place] = [f"{address}&stands={state}" for address in addresses]
        return Table("phases", say("How far the cases came"), columns, rows, addresses, counted)

    @property
    def periods_table(self) -> Table:
        """What began and ended in each period."""
        ended = [(state, word) for state, word in self.states if state not in UNENDED]
        columns = [Column(unit_word(self.progress.unit)), Column(say("began"), "cases")]
        columns += [Column(word, "cases") for _, word in ended]
        rows: list[list[Value]] = [
            [
                period_text(one.first_day, self.progress.unit),
                one.started,
                *(one.ended.get(state, 0) for state, _ in ended),
            ]
            for one in self.progress.periods
        ]
        counted = {1: _begun_in(self.progress, self.choice)}
        for place, (state, _) in enumerate(ended, 2):
            counted[place] = _ended_in(self.progress, state, self.choice)
        return Table("periods", say("What began and ended when"), columns, rows, counted=counted)

    def pictures(self) -> Sequence[Picture]:
        """Return the funnel; the columns over time are drawn by the page's script."""
        rows = [
            BarRow(
                label("phases", line.phase),
                [(TONES[bar.tone], bar.start, bar.width) for bar in line.bars],
                f"{number_text(line.cases)} ({share_text(line.share)})",
            )
            for line in self.phases
        ]
        legend = [(TONES[state], word) for state, word in self.states]
        return (bars("funnel", say("How far the cases came"), rows, legend),)


@router.get(BASE)
def overview(request: Request, visitor: Analyst) -> Response:
    """Show a log at a glance."""
    return studied(request, visitor, lambda study: overview_page(request, study))


def overview_page(request: Request, study: Study) -> OverviewPage:
    """Return the overview of a study."""
    found = study.kept("progress", progress)
    return OverviewPage(
        head=head_of(request, study),
        progress=found,
        answer=Sentence(_answer(found, study.choice)),
        supposed=supposed_sentence(found.supposed, study.choice),
        figures=tuple(_figures(found, study.choice)),
        phases=tuple(_line(one, found.cases, study.choice) for one in found.phases),
        chart=_chart(found, study.choice),
        choice=study.choice,
    )


def _answer(found: Progress, choice: Choice) -> str:
    def those(n: int, stands: str) -> str:
        return counted(n, choice.cases(("stands", stands)))

    done, failed = found.standing("completed"), found.standing("failed")
    if found.success is None:
        return say(
            "{n} cases, none of which is known to have ended well or badly.",
            n=counted(found.cases, choice.cases()),
        )
    return say(
        "Of {ended} cases that came to an end, {done} were completed ({share}), half of them within "
        "{median}; {failed} failed, and {running} are still running.",
        ended=those(done.cases + failed.cases, "completed.failed"),
        done=those(done.cases, "completed"),
        share=share_text(found.success),
        median=span_text(done.median_seconds),
        failed=those(failed.cases, "failed"),
        running=those(found.standing("running").cases, "running"),
    )


def _figures(found: Progress, choice: Choice) -> Iterable[Figure]:
    for state in STATE_ORDER:
        standing = found.standing(state)
        if standing.cases:
            yield Figure(
                state_word(state),
                number_text(standing.cases),
                say(
                    "{share}, median {span}",
                    share=share_text(standing.cases / found.cases),
                    span=span_text(standing.median_seconds),
                ),
                choice.cases(("stands", state)),
                state,
            )
    yield Figure(
        say("Events"),
        number_text(found.events),
        say("{n} a case", n=f"{found.events / found.cases:.1f}"),
        choice.address(f"{BASE}/map"),
    )
    yield Figure(
        say("Variants"),
        number_text(found.variants),
        say("distinct sequences of steps"),
        choice.address(f"{BASE}/variants"),
    )


def _line(one: PhaseReached, cases: int, choice: Choice) -> PhaseLine:
    bars, start = [], 0.0
    for state in STATE_ORDER:
        if n := one.states.get(state, 0):
            width = 100 * n / cases
            bars.append(Bar(state, round(start, 3), round(width, 3), f"{state_word(state)} {number_text(n)}"))
            start += width
    address = choice.cases(("phase", one.phase))
    return PhaseLine(one.phase, one.cases, one.cases / cases, tuple(bars), address)


def _begun_in(found: Progress, choice: Choice) -> tuple[str, ...]:
    """Return for each period where the cases are that began in it."""
    return tuple(
        choice.with_(("from", first.isoformat()), ("to", last.isoformat())).cases()
        for first, last in _bounds(found)
    )


def _ended_in(found: Progress, state: str, choice: Choice) -> tuple[str, ...]:
    """Return for each period where the cases are that ended so in it."""
    return tuple(
        choice.cases(("ended", state), ("first", first.isoformat()), ("last", last.isoformat()))
        for first, last in _bounds(found)
    )


def _bounds(found: Progress) -> Iterator[tuple[date, date]]:
    return ((one.first_day, last_day(one.first_day, found.unit)) for one in found.periods)


def _chart(found: Progress, choice: Choice) -> Chart:
    periods = found.periods
    ended = [state for state in STATE_ORDER if any(state in period.ended for period in periods)]
    begun = tuple(float(period.started) for period in periods)
    series = [Series(say("began"), "started", begun, _begun_in(found, choice))]
    series += [
        Series(
            state_word(state),
            _TONES[state],
            tuple(float(one.ended.get(state, 0)) for one in periods),
            _ended_in(found, state, choice),
        )
        for state in ended
    ]
    return Chart(
        name="periods",
        title=say("Begun and ended, by {unit}", unit=unit_word(found.unit)),
        said=say("Columns of how many cases began and ended; the table below holds the numbers."),
        kind="bars",
        categories=tuple(period_text(one.first_day, found.unit) for one in periods),
        series=tuple(series),
        unit=say("cases"),
    )
