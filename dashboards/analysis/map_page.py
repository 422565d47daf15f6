"""The process map: what follows what, drawn; sliders, measures, and any step or path to filter by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.choice import Choice
from dashboards.analysis.choice import arc as arc_value
from dashboards.analysis.head import BASE, Head, head_of
from dashboards.analysis.map_pick import Picked, picked_in
from dashboards.analysis.map_picture import MapView, drawn_map, view_of
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.page import Page
from dashboards.sentences import Sentence, counted
from dashboards.tables import Column, Picture, Table, Value
from eventlogs.amounts import share_text, span_text
from eventlogs.console import json_text
from eventlogs.language import say, sayable
from eventlogs.words import activity_label
from mining.discovery.map_plan import Measure
from mining.discovery.process_map import Arc, ProcessMap, process_map
from mining.discovery.token_flow import token_flow

router = APIRouter()
PATH = f"{BASE}/map"
_COMMON = 0.05  # of the cases take a path that the answer tells of
MEASURE_WORDS: Mapping[Measure, str] = {
    "cases": sayable("cases"),
    "frequency": sayable("times"),
    "share": sayable("share of cases"),
    "waiting": sayable("median wait"),
    "mean": sayable("mean wait"),
    "p90": sayable("90 % wait at most"),
    "total": sayable("total wait"),
}


@dataclass(frozen=True)
class MapPage(Page):
    """The process map of the chosen cases, drawn as `svg`."""

    template: ClassVar[str] = "analysis/map.html"
    head: Head
    answer: Sentence
    view: MapView
    svg: str
    map: ProcessMap
    picked: Picked | None
    choice: Choice
    tokens_address: str
    tables_address: str
    with_tables: bool

    @property
    def measures(self) -> tuple[tuple[str, str, bool], ...]:
        """The measures with their words, and which is shown."""
        return tuple((one, say(MEASURE_WORDS[one]), one == self.view.measure) for one in MEASURE_WORDS)

    def tables(self) -> Sequence[Table]:
        """Return the arcs and the activities."""
        return (self.arcs_table, self.activities_table)

    def pictures(self) -> Sequence[Picture]:
        """Return the drawing."""
        return (Picture("map", say("Process map"), self.svg),)

    @property
    def arcs_table(self) -> Table:
        """Every path with its counts and waits."""
        columns = [
            Column(say("Path")),
            Column(say("Cases"), "cases"),
            Column(say("Share"), "share"),
            Column(say("Times"), "number"),
            Column(say("Median wait"), "span"),
            Column(say("Mean wait"), "span"),
            Column(say("90 % wait at most"), "span"),
        ]
        rows: list[list[Value]] = [
            [
                _arc_text(one),
                one.cases,
                one.cases / self.map.cases,
                one.frequency,
                one.median_waiting_seconds,
                one.mean_waiting_seconds,
                one.p90_waiting_seconds,
            ]
            for one in self.map.arcs
        ]
        paths = [arc_value(one.source, one.target) for one in self.map.arcs]
        picks = [("pick_path", path) for path in paths]
        cases = [self.choice.with_(("path", path)).cases() for path in paths]
        return Table("paths", say("Paths"), columns, rows, self._picking(picks), {1: cases, 3: cases})

    @property
    def activities_table(self) -> Table:
        """Every activity with its counts."""
        columns = [
            Column(say("Activity")),
            Column(say("Cases"), "cases"),
            Column(say("Share"), "share"),
            Column(say("Events"), "number"),
            Column(say("Starts"), "cases"),
            Column(say("Ends"), "cases"),
        ]
        rows: list[list[Value]] = [
            [
                activity_label(one.activity),
                one.cases,
                one.cases / self.map.cases,
                one.events,
                self.map.start_activities.get(one.activity, 0),
                self.map.end_activities.get(one.activity, 0),
            ]
            for one in self.map.nodes
        ]
        picks = [("pick", one.activity) for one in self.map.nodes]
        steps = [one.activity for one in self.map.nodes]
        counted = {
            1: [self.choice.cases_with(step) for step in steps],
            3: [self.choice.cases_with(step) for step in steps],
            4: [self.choice.cases(("that", "starts"), ("step", step)) for step in steps],
            5: [self.choice.cases(("that", "stops"), ("step", step)) for step in steps],
        }
        return Table("activities", say("Activities"), columns, rows, self._picking(picks), counted)

    def _picking(self, picks: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        own = self.view.pairs()
        return tuple(self.choice.address(PATH, [*own, pick]) for pick in picks)


@router.get(PATH)
def map_route(request: Request, visitor: Analyst) -> Response:
    """Show the map; `?format=svg` is the drawing alone."""
    return studied(request, visitor, lambda study: map_page(request, study))


@router.get(f"{PATH}/tokens")
def tokens(request: Request, visitor: Analyst) -> Response:
    """Tell how cases moved along the paths, for the picture that moves."""

    def made(study: Study) -> Response:
        return Response(
            study.kept("tokens", lambda log: json_text(token_flow(log))), media_type="application/json"
        )

    return studied(request, visitor, made)


def map_page(request: Request, study: Study) -> MapPage:
    """Return the map of a study as the address asks for it."""
    found = study.kept("map", process_map)
    view = view_of(request.query_params)
    own = view.pairs()
    return MapPage(
        head=head_of(request, study),
        answer=Sentence(_answer(found, study.choice)),
        view=view,
        svg=drawn_map(study, found, view),
        map=found,
        picked=picked_in(request.query_params, found, study.choice, own),
        choice=study.choice,
        tokens_address=study.choice.address(f"{PATH}/tokens"),
        tables_address=study.choice.address(PATH, [*own, ("tables", "1")]),
        with_tables=request.query_params.get("tables") == "1",
    )


def _answer(found: ProcessMap, choice: Choice) -> str:
    if not found.arcs:
        return say("No case has two events, so nothing follows anything.")
    most = max(found.arcs, key=lambda one: one.cases)
    sentence = say(
        "The most common way onward is {path}, taken by {n} cases ({share}).",
        path=_arc_text(most),
        n=counted(most.cases, choice.cases_along(most.source, most.target)),
        share=share_text(most.cases / found.cases),
    )
    common = [one for one in found.arcs if one.cases >= _COMMON * found.cases and one.median_waiting_seconds]
    if not common:
        return sentence
    slowest = max(common, key=lambda one: one.median_waiting_seconds or 0.0)
    return sentence + say(
        " Of the paths that one case in twenty takes, the longest wait is at {path}: {span} (median of {n}).",
        path=_arc_text(slowest),
        span=span_text(slowest.median_waiting_seconds),
        n=counted(slowest.frequency, choice.cases_along(slowest.source, slowest.target)),
    )


def _arc_text(one: Arc) -> str:
    return f"{activity_label(one.source)} → {activity_label(one.target)}"
