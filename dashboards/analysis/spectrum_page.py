"""Performance spectrum: each passage from one step to the next as a line over time, drawn on the server."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis import drawn
from dashboards.analysis.choice import Choice
from dashboards.analysis.head import BASE, Head, head_of
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.analysis.time_axis import UNKNOWN, Tick, ticks
from dashboards.page import Page
from dashboards.sentences import Sentence, leading
from dashboards.tables import Column, Picture, Table, Value
from eventlogs.amounts import number_text, span_text
from eventlogs.language import say
from eventlogs.prepared import PreparedLog
from eventlogs.words import activity_label
from mining.performance.performance_spectrum import PathSpectrum, PerformanceSpectrum, performance_spectrum

router = APIRouter()
PATH = f"{BASE}/spectrum"
MOST_PASSAGES = 500  # drawn of one path
N_PATHS = 10
WIDTH, HEIGHT = 1000, 54
_COLOURS = ("#56b4e9", "#0072b2", "#e69f00", "#d55e00")  # of the quarters, the fastest first


@dataclass(frozen=True, slots=True)
class Strip:
    """One path: four colours of lines from its first step above to its second below."""

    source: str
    target: str
    told: str
    address: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SpectrumPage(Page):
    """The spectra of the busiest paths, over one calendar."""

    template: ClassVar[str] = "analysis/spectrum.html"
    head: Head
    answer: Sentence
    strips: tuple[Strip, ...]
    legend: tuple[tuple[str, str], ...]
    ticks: tuple[Tick, ...]
    width: int
    height: int
    spectrum: PerformanceSpectrum
    choice: Choice

    @property
    def paths_table(self) -> Table:
        """The paths, and how much of each is drawn."""
        columns = [
            Column(say("Path")),
            Column(say("Times"), "number"),
            Column(say("Drawn here"), "number"),
            Column(say("Median wait of those drawn"), "span"),
        ]
        rows: list[list[Value]] = [
            [_path_text(one), one.n_passages, len(one.passages), _median(one)] for one in self.spectrum.paths
        ]
        links = [_cases_of(one, self.choice) for one in self.spectrum.paths]
        return Table("spectrum", say("The busiest paths"), columns, rows, links, {1: links, 2: links})

    def tables(self) -> Sequence[Table]:
        """Return the paths."""
        return (self.paths_table,)

    def pictures(self) -> Sequence[Picture]:
        """Return the strips under one another."""
        strips = [drawn.Strip(f"{one.source} → {one.target}, {one.told}", one.lines) for one in self.strips]
        size, title = (self.width, self.height), say("Performance spectrum")
        return (drawn.over_time("spectrum", title, strips, size, self.ticks, self.legend),)


@router.get(PATH)
def spectrum_route(request: Request, visitor: Analyst) -> Response:
    """Show the performance spectrum of the busiest paths."""
    return studied(request, visitor, lambda study: spectrum_page(request, study))


def spectrum_page(request: Request, study: Study) -> SpectrumPage:
    """Return the performance spectrum of a study."""
    found = study.kept("spectrum", _spectrum)
    passages = [one for path in found.paths for one in path.passages]
    low = min((one.begin for one in passages), default=UNKNOWN)
    high = max((one.end for one in passages), default=UNKNOWN)
    words = (
        say("fastest quarter"),
        say("faster than half"),
        say("slower than half"),
        say("slowest quarter"),
    )
    return SpectrumPage(
        head=head_of(request, study),
        answer=Sentence(_answer(found, study.choice)),
        strips=tuple(_strips(found, low, high, study.choice)),
        legend=tuple(zip(_COLOURS, words, strict=True)),
        ticks=ticks(low, high, WIDTH),
        width=WIDTH,
        height=HEIGHT,
        spectrum=found,
        choice=study.choice,
    )


def _spectrum(log: PreparedLog) -> PerformanceSpectrum:
    return performance_spectrum(log, n_paths=N_PATHS, most_passages=MOST_PASSAGES)


def _answer(found: PerformanceSpectrum, choice: Choice) -> str:
    timed = [(one, _median(one)) for one in found.paths]
    slow = max(
        ((one, seconds) for one, seconds in timed if seconds is not None),
        key=lambda pair: pair[1],
        default=None,
    )
    if slow is None:
        return say("No path of these cases has times.")
    return say(
        "Of the {n} busiest paths, {path} is the slowest: half of its passages take longer than {time}.",
        n=number_text(len(found.paths)),
        path=leading(_path_text(slow[0]), choice.cases_along(slow[0].source, slow[0].target)),
        time=span_text(slow[1]),
    )


def _strips(found: PerformanceSpectrum, low: datetime, high: datetime, choice: Choice) -> Iterator[Strip]:
    span = (high - low) or timedelta(seconds=1)
    for one in found.paths:
        quarters: list[list[str]] = [[] for _ in _COLOURS]
        for passage in one.passages:
            begin, end = (WIDTH * ((at - low) / span) for at in (passage.begin, passage.end))
            quarters[passage.quarter - 1].append(f"M{begin:.1f} 0L{end:.1f} {HEIGHT}")
        lines = tuple(
            (colour, "".join(path)) for colour, path in zip(_COLOURS, quarters, strict=True) if path
        )
        address = _cases_of(one, choice)
        yield Strip(activity_label(one.source), activity_label(one.target), _told(one), address, lines)


def _told(one: PathSpectrum) -> str:
    drawn, total = number_text(len(one.passages)), number_text(one.n_passages)
    if len(one.passages) < one.n_passages:
        return say("a sample of {n} of {all} passages", n=drawn, all=total)
    return say("all {n} passages", n=total)


def _median(one: PathSpectrum) -> float | None:
    waits = [(passage.end - passage.begin).total_seconds() for passage in one.passages]
    return median(waits) if waits else None


def _path_text(one: PathSpectrum) -> str:
    return f"{activity_label(one.source)} → {activity_label(one.target)}"


def _cases_of(one: PathSpectrum, choice: Choice) -> str:
    return choice.cases_along(one.source, one.target)
