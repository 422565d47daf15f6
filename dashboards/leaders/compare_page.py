"""Groups side by side: their key figures, maps with the same places and one scale, and what differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.choice import ARC, Choice
from dashboards.analysis.head import BASE, Head, head_of
from dashboards.analysis.map_page import MEASURE_WORDS
from dashboards.analysis.picture_links import leading
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.leaders.groups import GroupChoice, chosen_attribute, group_choices
from dashboards.leaders.linked import linked, pictures_of, with_led_pictures
from dashboards.leaders.reported import report_of, reported
from dashboards.page import Page
from dashboards.report.writing import Written
from dashboards.tables import Picture, Table
from eventlogs.language import say
from eventlogs.prepared import PreparedLog
from eventlogs.words import attribute_in_words
from mining.cases.case_groups import value_text
from mining.discovery.drawing import svg
from mining.discovery.map_layout import phase_layout
from mining.discovery.map_plan import Measure, plan, scale_of
from mining.discovery.process_map import MapPart, process_map

router = APIRouter()
PATH = f"{BASE}/compare"
MEASURES: tuple[Measure, ...] = ("share", "waiting", "mean", "p90")
MOST_MAPS = 6


@dataclass(frozen=True, slots=True)
class GroupMap:
    """One group's map, drawn; `address` shows its cases alone, as does each number of `leading_svg`."""

    name: str
    cases: int
    svg: str
    leading_svg: str
    address: str


@dataclass(frozen=True)
class ComparePage(Page):
    """How groups of cases differ."""

    template: ClassVar[str] = "leaders/compare.html"
    head: Head
    by: str
    groups: tuple[GroupChoice, ...]
    measure: str
    measures: tuple[tuple[str, str, str, bool], ...]
    maps: tuple[GroupMap, ...]
    left_out: int
    made: Written
    report_address: str
    choice: Choice

    @property
    def shown(self) -> Written:
        """The report as the page shows it."""
        return with_led_pictures(self.made, self.choice)

    def tables(self) -> Sequence[Table]:
        """Return the figures, the places where projects stopped, and the differences."""
        return (self.made.figures, self.made.stall_map, self.made.differences)

    def pictures(self) -> Sequence[Picture]:
        """Return the report's pictures and each group's map."""
        maps = [Picture(f"map{place}", one.name, one.svg) for place, one in enumerate(self.maps)]
        return (*pictures_of(self.made), *maps)


@router.get(PATH)
def compare(request: Request, visitor: Analyst) -> Response:
    """Show groups of cases side by side."""
    return studied(request, visitor, lambda study: compare_page(request, study))


def compare_page(request: Request, study: Study) -> ComparePage:
    """Return the comparison of a study's groups."""
    by = chosen_attribute(request, study)
    asked = request.query_params.get("measure")
    measure = next((one for one in MEASURES if one == asked), MEASURES[0])
    found = study.kept(("map by", by), lambda prepared: process_map(prepared, by=by))
    addresses = {one: study.choice.address(PATH, [("by", by), ("measure", one)]) for one in MEASURES}
    maps = study.kept_in_words(
        ("maps by", by, measure),
        lambda prepared: tuple(_maps(study, prepared, by, found.groups[:MOST_MAPS], measure)),
    )
    return ComparePage(
        head=head_of(request, study),
        by=attribute_in_words(by),
        groups=group_choices(study, PATH, by),
        measure=measure,
        measures=tuple((one, say(MEASURE_WORDS[one]), addresses[one], one == measure) for one in MEASURES),
        maps=maps,
        left_out=max(0, len(found.groups) - MOST_MAPS),
        made=linked(reported(study, by), report_of(study, by), study.choice),
        report_address=study.choice.address(f"{BASE}/report", [("by", by)]),
        choice=study.choice,
    )


def _maps(
    study: Study, prepared: PreparedLog, by: str, parts: Sequence[MapPart], measure: Measure
) -> Iterator[GroupMap]:
    """Draw the groups' maps with every activity at one place and one scale for all."""
    layout = phase_layout(tuple({node.activity for part in parts for node in part.nodes}))
    scale = scale_of(parts, measure)
    for place, part in enumerate(parts):
        name = value_text(by, part.value)
        drawn = plan(part, name, measure=measure, paths=0.5, scale=scale, layout=layout)
        picture = svg(drawn, prefix=f"group{place}").decode().partition("?>")[2].lstrip()
        alone = study.choice.with_(("where", f"{by}={'' if part.value is None else part.value}"))
        led = leading(picture, partial(_picked_address, alone), by_tab=False)
        yield GroupMap(name, part.cases, picture, led, alone.address(f"{BASE}/map"))


def _picked_address(choice: Choice, part: Mapping[str, str]) -> str | None:
    """Return where a step or a path of a map is picked; None for a path from the start or to the end."""
    if activity := part.get("activity"):
        return choice.address(f"{BASE}/map", [("pick", activity)])
    if {"source", "target"} <= part.keys():
        return choice.address(f"{BASE}/map", [("pick_path", f"{part['source']}{ARC}{part['target']}")])
    return None
