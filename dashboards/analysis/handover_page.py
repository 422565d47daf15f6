"""What is done again, and who hands over to whom: roles of every log, persons only of imported ones."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.choice import Choice
from dashboards.analysis.drawn import matrix
from dashboards.analysis.head import BASE, Head, Link, head_of
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.page import Page
from dashboards.refusal import as_sentence
from dashboards.sentences import Sentence, counted
from dashboards.tables import Column, Picture, Table, Value
from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.language import say
from eventlogs.prepared import PreparedLog
from eventlogs.vocabulary import terms
from eventlogs.words import activity_label, role_label
from mining.performance.handover import Between, Handover, Handovers, NobodyNamedError, handovers
from mining.performance.rework import Rework, rework

router = APIRouter()
PATH = f"{BASE}/handover"
_PARTIES = 14
_SHADES = 6
SHADES = ("#ffffff", "#eaf3fa", "#d2e5f3", "#b3d4ea", "#8abfe0", "#0b5c92", "#073f66")


@dataclass(frozen=True, slots=True)
class Cell:
    """How often the one of the row hands over to the one of the column, and where; `shade` from 0 to 6."""

    times: int
    shade: int
    said: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One who hands over, and to whom; `role` where that is one of the vocabulary."""

    source: str
    cells: tuple[Cell, ...]
    role: str | None = None


@dataclass(frozen=True)
class HandoverPage(Page):
    """Rework and handovers; `told` says why there are no handovers."""

    template: ClassVar[str] = "analysis/handover.html"
    head: Head
    answer: Sentence
    rework: Rework
    between: Between
    ways: tuple[Link, ...]
    parties: tuple[str, ...]
    lines: tuple[Line, ...]
    left_out: int
    handovers: tuple[Handover, ...]
    unnamed: int
    told: str
    choice: Choice

    @property
    def rework_table(self) -> Table:
        """What is done again."""
        columns = [
            Column(say("Done again")),
            Column(say("Cases"), "cases"),
            Column(say("Share of those with it"), "share"),
            Column(say("Repetitions"), "number"),
            Column(say("Most in one case"), "number"),
            Column(say("Time spent"), "span"),
        ]
        rows: list[list[Value]] = [
            [
                activity_label(one.activity),
                one.cases,
                one.cases / one.cases_with,
                one.repeats,
                one.most,
                one.time_spent.total_seconds(),
            ]
            for one in self.rework.whole.activities
        ]
        links = [
            self.choice.cases(("that", "repeats"), ("step", one.activity))
            for one in self.rework.whole.activities
        ]
        return Table("rework", say("What is done again"), columns, rows, links, {1: links, 3: links})

    @property
    def handover_table(self) -> Table:
        """Who hands over to whom, the most frequent first."""
        columns = [
            Column(say("From")),
            Column(say("To")),
            Column(say("Times"), "number"),
            Column(say("Cases"), "cases"),
            Column(say("Median wait"), "span"),
            Column(say("Mean wait"), "span"),
        ]
        rows: list[list[Value]] = [
            [
                _name(self.between, one.source),
                _name(self.between, one.target),
                one.frequency,
                one.cases,
                None if one.median_waiting is None else one.median_waiting.total_seconds(),
                None if one.mean_waiting is None else one.mean_waiting.total_seconds(),
            ]
            for one in self.handovers
        ]
        cases = [_cases_passing(one, self.between, self.choice) for one in self.handovers]
        return Table("handover", say("Handovers"), columns, rows, counted={2: cases, 3: cases})

    def tables(self) -> Sequence[Table]:
        """Return both."""
        return self.rework_table, self.handover_table

    def pictures(self) -> Sequence[Picture]:
        """Return the matrix."""
        cells = [[(cell.times, SHADES[cell.shade]) for cell in line.cells] for line in self.lines]
        return (matrix("handover", say("Who hands over to whom"), self.parties, cells),)


@router.get(PATH)
def handover_route(request: Request, visitor: Analyst) -> Response:
    """Show rework and handovers; `between=person` for persons of an imported log."""
    return studied(request, visitor, lambda study: handover_page(request, study))


def handover_page(request: Request, study: Study) -> HandoverPage:
    """Return rework and handovers of a study; the staff of a live log are never named."""
    imported = study.log.log.kind == "imported"
    asked = request.query_params.get("between") == "person"
    between: Between = "person" if imported and asked else "role"
    again = study.kept("rework", rework)
    found = study.kept(("handovers", between), lambda log: _handovers(log, between))
    passed = found.whole.handovers if isinstance(found, Handovers) else ()
    parties, left_out = _parties(passed)
    ways = tuple(_ways(study.choice, between)) if imported else ()
    told = as_sentence(found) if isinstance(found, NobodyNamedError) else ""
    return HandoverPage(
        head=head_of(request, study),
        answer=Sentence(_answer(again, passed, between, study.choice)),
        rework=again,
        between=between,
        ways=ways,
        parties=tuple(_name(between, one) for one in parties),
        lines=tuple(_lines(passed, parties, between, study.choice)),
        left_out=left_out,
        handovers=passed,
        unnamed=found.unnamed if isinstance(found, Handovers) else 0,
        told=told,
        choice=study.choice,
    )


def _handovers(log: PreparedLog, between: Between) -> Handovers | NobodyNamedError:
    try:
        return handovers(log, between)
    except NobodyNamedError as error:
        return error


def _cases_passing(one: Handover, between: Between, choice: Choice) -> str:
    question = "hands_over" if between == "role" else "hands_over_in_person"
    return choice.cases(("that", question), ("source", one.source), ("target", one.target))


def _answer(again: Rework, passed: Sequence[Handover], between: Between, choice: Choice) -> str:
    whole = again.whole
    sentence = say(
        "Something is done again in {n} of {all} cases ({share}).",
        n=counted(whole.cases_with_rework, choice.cases(("that", "does_again"))),
        all=counted(whole.cases, choice.cases()),
        share=share_text(whole.cases_with_rework / whole.cases if whole.cases else 0.0),
    )
    if whole.activities:
        sentence += say(
            " “{step}” costs the most: {n} repetitions took {time}.",
            step=activity_label(whole.activities[0].activity),
            n=counted(
                whole.activities[0].repeats,
                choice.cases(("that", "repeats"), ("step", whole.activities[0].activity)),
            ),
            time=span_text(whole.activities[0].time_spent.total_seconds()),
        )
    if passed:
        sentence += say(
            " The most frequent handover is from {source} to {target} ({n} times).",
            source=_name(between, passed[0].source),
            target=_name(between, passed[0].target),
            n=counted(passed[0].frequency, _cases_passing(passed[0], between, choice)),
        )
    return sentence


def _parties(passed: Sequence[Handover]) -> tuple[tuple[str, ...], int]:
    """Return who takes part most, as many as a matrix can show, and how many others there are."""
    counted: Counter[str] = Counter()
    for one in passed:
        counted[one.source] += one.frequency
        counted[one.target] += one.frequency
    ranked = sorted(counted, key=lambda name: (-counted[name], name))
    return tuple(ranked[:_PARTIES]), max(0, len(ranked) - _PARTIES)


def _lines(
    passed: Sequence[Handover], parties: Sequence[str], between: Between, choice: Choice
) -> Iterator[Line]:
    times = {(one.source, one.target): one for one in passed}
    most = max((one.frequency for one in passed), default=1)
    for source in parties:
        cells = tuple(_cell(times.get((source, target)), most, between, choice) for target in parties)
        role = source if between == "role" and source in terms("roles") else None
        yield Line(_name(between, source), cells, role)


def _cell(one: Handover | None, most: int, between: Between, choice: Choice) -> Cell:
    if one is None:
        return Cell(0, 0, "", None)
    said = say(
        "{source} to {target}: {n} times in {cases} cases, median wait {time}",
        source=_name(between, one.source),
        target=_name(between, one.target),
        n=number_text(one.frequency),
        cases=number_text(one.cases),
        time=span_text(None if one.median_waiting is None else one.median_waiting.total_seconds()),
    )
    shade = 1 + (_SHADES - 1) * one.frequency // most
    return Cell(one.frequency, shade, said, _cases_passing(one, between, choice))


def _name(between: Between, name: str) -> str:
    return role_label(name) if between == "role" else name


def _ways(choice: Choice, between: Between) -> Iterator[Link]:
    yield Link(say("Roles"), choice.address(PATH), between == "role")
    yield Link(say("Persons"), choice.address(PATH, [("between", "person")]), between == "person")
