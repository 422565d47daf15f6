"""Dotted chart: each event a dot, case by case over time, drawn on the server."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, get_args

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.choice import Choice
from dashboards.analysis.drawn import Strip, over_time
from dashboards.analysis.head import BASE, Head, Link, head_of
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.analysis.time_axis import UNKNOWN, Tick, ticks
from dashboards.page import Page
from dashboards.sentences import Sentence, counted
from dashboards.tables import Column, Picture, Table, Value
from eventlogs.amounts import number_text
from eventlogs.language import say
from eventlogs.words import activity_label, role_label
from mining.performance.dotted_chart import Colour, DottedChart, dotted_chart

router = APIRouter()
PATH = f"{BASE}/dots"
MOST_EVENTS = 6_000  # drawn in one page
WIDTH, HEIGHT = 1000, 560
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
_REST = "#9aa5b1"


@dataclass(frozen=True, slots=True)
class Layer:
    """The dots of one kind: a colour, a path of dots, and where the cases are that have such."""

    name: str
    colour: str
    dots: int
    path: str
    address: str


@dataclass(frozen=True)
class DotsPage(Page):
    """The dotted chart of the chosen cases, or of a draw of them."""

    template: ClassVar[str] = "analysis/dots.html"
    head: Head
    answer: Sentence
    drawn: Sentence
    colours: tuple[Link, ...]
    layers: tuple[Layer, ...]
    ticks: tuple[Tick, ...]
    width: int
    height: int
    cases: tuple[tuple[str, datetime, datetime, int], ...]
    choice: Choice

    @property
    def cases_table(self) -> Table:
        """The cases of the chart from top to bottom."""
        columns = [
            Column(say("Case")),
            Column(say("First event"), "moment"),
            Column(say("Last event"), "moment"),
            Column(say("Events"), "number"),
        ]
        rows: list[list[Value]] = [list(one) for one in self.cases]
        links = [self.choice.case(one[0]) for one in self.cases]
        return Table("dots", say("Cases from top to bottom"), columns, rows, links, {3: links})

    def tables(self) -> Sequence[Table]:
        """Return the cases."""
        return (self.cases_table,)

    def pictures(self) -> Sequence[Picture]:
        """Return the dots."""
        strip = Strip(self.drawn, [(layer.colour, layer.path) for layer in self.layers])
        legend = [(layer.colour, layer.name) for layer in self.layers]
        size = (self.width, self.height)
        return (over_time("dots", say("Dotted chart"), [strip], size, self.ticks, legend, (4, "round")),)


@router.get(PATH)
def dots_route(request: Request, visitor: Analyst) -> Response:
    """Show the dotted chart, coloured by `colour`."""
    return studied(request, visitor, lambda study: dots_page(request, study))


def dots_page(request: Request, study: Study) -> DotsPage:
    """Return the dotted chart of a study; the staff of a live log are never named."""
    asked = request.query_params.get("colour")
    known = [one for one in get_args(Colour) if one != "person" or study.log.log.kind == "imported"]
    colour: Colour = next((one for one in known if one == asked), "activity")
    chart = study.kept(("dots", colour), lambda log: dotted_chart(log, colour, most_events=MOST_EVENTS))
    moments = [one.at for one in chart.dots]
    low, high = (min(moments), max(moments)) if moments else (UNKNOWN, UNKNOWN)
    return DotsPage(
        head=head_of(request, study),
        answer=Sentence(_answer(chart, low, high, study.choice)),
        drawn=Sentence(_drawn(chart, study.choice)),
        colours=tuple(
            Link(_colour_word(one), study.choice.address(PATH, [("colour", one)]), one == colour)
            for one in known
        ),
        layers=tuple(_layers(chart, low, high, study.choice)),
        ticks=ticks(low, high, WIDTH),
        width=WIDTH,
        height=HEIGHT,
        cases=tuple(_cases(chart)),
        choice=study.choice,
    )


def _answer(chart: DottedChart, low: datetime, high: datetime, choice: Choice) -> str:
    if not chart.dots:
        return say("No event of these cases has a time.")
    return say(
        "{n} cases with {events} events, the first on {low}, the last on {high}; a case is a line, the "
        "one that began first on top.",
        n=counted(chart.cases, choice.cases()),
        events=counted(chart.events, choice.cases()),
        low=f"{low:%Y-%m-%d}",
        high=f"{high:%Y-%m-%d}",
    )


def _drawn(chart: DottedChart, choice: Choice) -> str:
    values = {
        "n": number_text(len(chart.shown_cases)),
        "all": counted(chart.cases, choice.cases()),
        "dots": counted(len(chart.dots), choice.cases()),
    }
    if chart.is_drawn:
        return say("A sample: {dots} events of {n} cases, drawn by chance from {all}.", **values)
    return say("All {all} cases are shown, {dots} events.", **values)


def _colour_word(colour: Colour) -> str:
    words = {"activity": say("Activity"), "role": say("Role"), "person": say("Person")}
    return words[colour]


def _layers(chart: DottedChart, low: datetime, high: datetime, choice: Choice) -> Iterator[Layer]:
    label = {"activity": activity_label, "role": role_label}.get(chart.colour, str)
    counted = Counter(one.kind for one in chart.dots)
    named = [kind for kind, _ in counted.most_common() if kind is not None][: len(_COLOURS)]
    span = (high - low) or timedelta(seconds=1)
    places: dict[int | None, list[str]] = {kind: [] for kind in [None, *named]}
    step = HEIGHT / max(1, len(chart.shown_cases))
    lines = {case: line for line, case in enumerate(dict.fromkeys(one.case for one in chart.dots))}
    for one in chart.dots:
        kind = one.kind if one.kind in places else None
        x, y = WIDTH * ((one.at - low) / span), step * (lines[one.case] + 0.5)
        places[kind].append(f"M{x:.1f} {y:.1f}h0")
    if places[None]:
        yield Layer(say("all others"), _REST, len(places[None]), "".join(places[None]), choice.cases())
    for kind, colour in zip(named, _COLOURS, strict=False):
        name = chart.kinds[kind]
        address = _cases_with(chart.colour, name, choice)
        yield Layer(label(name), colour, len(places[kind]), "".join(places[kind]), address)


def _cases_with(colour: Colour, name: str, choice: Choice) -> str:
    if colour == "activity":
        return choice.cases_with(name)
    return choice.cases(("that", "acts" if colour == "role" else "acts_in_person"), ("who", name))


def _cases(chart: DottedChart) -> Iterator[tuple[str, datetime, datetime, int]]:
    moments: dict[int, list[datetime]] = {}
    for one in chart.dots:
        moments.setdefault(one.case, []).append(one.at)
    for case_id, found in zip(chart.shown_cases, moments.values(), strict=True):
        yield case_id, min(found), max(found), len(found)
