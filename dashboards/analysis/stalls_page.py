"""Where cases stand still, and why: steps and causes counted, then a sentence for each case."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.choice import Choice
from dashboards.analysis.drawn import TONES, BarRow, bars
from dashboards.analysis.head import BASE, Head, head_of
from dashboards.analysis.stopped import NOWHERE, stopped_text
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.analysis.supposed import supposed_sentence
from dashboards.analysis.words import state_word
from dashboards.page import Page
from dashboards.sentences import Sentence, counted
from dashboards.tables import Column, Picture, Table, Value
from eventlogs.amounts import number_text
from eventlogs.language import say
from eventlogs.words import activity_label
from mining.normative.file import read_model
from mining.stalls.finding import Stall, StallReport, stalls
from mining.stalls.sentences import SURENESS, cause_label

router = APIRouter()
PATH = f"{BASE}/stalls"
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Held:
    """How many stand still at a step, `width` in hundredths of the most at any.

    `causes` are the most frequent first, each with how many and the address of these.
    """

    step: str
    text: str
    cases: int
    width: float
    causes: tuple[tuple[str, int, str], ...]
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Standstill:
    """A case that stands still, and why, in a sentence."""

    case_id: str
    state: str
    step: str
    cause: str
    sentence: str
    sure: str
    idle_seconds: float
    address: str


@dataclass(frozen=True)
class StallsPage(Page):
    """The cases that failed, were shelved, or run too long without an event."""

    template: ClassVar[str] = "analysis/stalls.html"
    head: Head
    answer: Sentence
    supposed: Sentence | None
    steps: tuple[Held, ...]
    cases: tuple[Standstill, ...]
    step: str | None
    all_address: str

    @property
    def shown(self) -> tuple[Standstill, ...]:
        """Those that the page lists; the file holds all."""
        return self.cases[:_SHOWN]

    def word(self, state: str) -> str:
        """Return how a case stands, in words."""
        return state_word(state)

    def tables(self) -> Sequence[Table]:
        """Return all of them."""
        columns = [
            Column(say("Case")),
            Column(say("Stands")),
            Column(say("Step")),
            Column(say("Cause")),
            Column(say("Why")),
            Column(say("How sure")),
            Column(say("Idle"), "span"),
        ]
        rows: list[list[Value]] = [
            [
                one.case_id,
                state_word(one.state),
                one.step,
                one.cause,
                one.sentence,
                one.sure,
                one.idle_seconds,
            ]
            for one in self.cases
        ]
        return (Table("stalls", say("Stalls"), columns, rows, [one.address for one in self.cases]),)

    def pictures(self) -> Sequence[Picture]:
        """Return the bars of where cases stand still."""
        rows = [
            BarRow(one.text, [(TONES["failed"], 0, one.width)], f"{number_text(one.cases)}: {_told(one)}")
            for one in self.steps
        ]
        return (bars("stalls", say("Where and why"), rows),)


@router.get(PATH)
def stalls_route(request: Request, visitor: Analyst) -> Response:
    """Show where cases stand still."""
    return studied(request, visitor, lambda study: stalls_page(request, study))


def stalls_page(request: Request, study: Study) -> StallsPage:
    """Return the stalls of a study, of one step if the address names one."""
    report = study.kept("stalls", lambda log: stalls(log, read_model(None)))
    step = request.query_params.get("step")
    cause = request.query_params.get("cause")
    states = request.query_params.get("state", "").split(".")
    chosen = [
        one
        for one in report.stalls
        if step in {None, one.place or NOWHERE}
        and cause in {None, one.cause}
        and (states == [""] or one.state in states)
    ]
    return StallsPage(
        head=head_of(request, study),
        answer=Sentence(_answer(report, study.choice)),
        supposed=supposed_sentence(report.supposed, study.choice),
        steps=tuple(_steps(report.stalls, study.choice, step)),
        cases=tuple(_standstill(one, study.choice) for one in chosen),
        step=None if step is None else stopped_text(step),
        all_address=study.choice.address(PATH),
    )


def _answer(report: StallReport, choice: Choice) -> str:
    def of(n: int, *asked: tuple[str, str]) -> str:
        return counted(n, choice.address(PATH, asked))

    states = Counter(one.state for one in report.stalls)
    sentence = say(
        "{n} of {all} cases stand still: {failed} failed, {halted} are shelved, and {running} run on without "
        "an event for longer than is normal.",
        n=of(len(report.stalls)),
        all=counted(report.cases, choice.cases()),
        **{state: of(states[state], ("state", state)) for state in ("failed", "halted", "running")},
    )
    if report.silent:
        sentence += say(
            " Nothing is heard any more of {n}, which is no alarm in a log that tells of no end.",
            n=counted(len(report.silent), choice.cases(("stands", "silent"))),
        )
    places = Counter((one.place, one.cause) for one in report.stalls if one.place)
    if not places:
        return sentence
    (place, cause), n = places.most_common(1)[0]
    return sentence + say(
        " Most often it is at “{step}”, because: {cause} ({n}).",
        step=activity_label(str(place)),
        cause=cause_label(cause),
        n=of(n, ("step", str(place)), ("cause", cause)),
    )


def _steps(found: Sequence[Stall], choice: Choice, chosen: str | None) -> Iterator[Held]:
    counted: Counter[str] = Counter(one.place or NOWHERE for one in found)
    causes: Mapping[str, Counter[str]] = {step: Counter() for step in counted}
    for one in found:
        causes[one.place or NOWHERE][one.cause] += 1
    most = max(counted.values(), default=1)
    for step, n in counted.most_common():
        told = tuple(
            (cause_label(cause), m, choice.address(PATH, [("step", step), ("cause", cause)]))
            for cause, m in causes[step].most_common()
        )
        address = choice.address(PATH, [] if step == chosen else [("step", step)])
        yield Held(step, stopped_text(step), n, round(100 * n / most, 2), told, address, step == chosen)


def _told(one: Held) -> str:
    return say(", ").join(f"{cause} {number_text(n)}" for cause, n, _ in one.causes)


def _standstill(one: Stall, choice: Choice) -> Standstill:
    return Standstill(
        one.case_id,
        one.state,
        stopped_text(one.place or NOWHERE),
        cause_label(one.cause),
        one.sentence,
        say(SURENESS[one.confidence]),
        one.idle.total_seconds(),
        choice.case(one.case_id),
    )
