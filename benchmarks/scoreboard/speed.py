"""The benchmarks' figures: every goal that a run measured, and how many times longer each peer took."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.environments import ROOT
from benchmarks.flows import FLOWS
from benchmarks.goals import GOALS, OF_FLOWS
from benchmarks.measuring import Measurement
from benchmarks.scoreboard.running import ran
from benchmarks.scoreboard.scores import Score

GOALS_PART, RATIOS_PART = "Goals of speed", "Times longer than ours"
KEPT = ROOT / "build" / "benchmarks.json"


def measured() -> Iterator[Score]:
    """Run the benchmarks and yield their figures."""
    ran([sys.executable, "-m", "benchmarks", "-o", str(KEPT)])
    yield from scores_of(KEPT, "make bench")


def scores_of(file: Path, command: str) -> Iterator[Score]:
    """Yield the figures of a run that `python -m benchmarks -o FILE` kept."""
    found = [Measurement(**one) for one in json.loads(file.read_text("utf-8"))["measurements"]]
    yield from _goals(found, command)
    yield from _ratios(found, command)


def _goals(found: list[Measurement], command: str) -> Iterator[Score]:
    by_size = {(one.n_events, one.tool, one.operation): one for one in found}
    by_size |= {(OF_FLOWS, one.tool, one.operation): one for one in found}
    for goal in GOALS:
        figure = goal.figure(by_size, goal.n_events)
        if figure is not None:
            of = f"{goal.n_events:,} events" if goal.n_events else ""
            yield Score(GOALS_PART, goal.text, figure, command, goal.at_least, goal.at_most, of)


def _ratios(found: list[Measurement], command: str) -> Iterator[Score]:
    ours = {(one.n_events, one.operation): one.seconds for one in found if one.tool == "ours"}
    for one in found:
        own = ours.get((one.n_events, one.operation))
        if one.tool != "ours" and own and one.seconds:
            name = f"{one.operation.replace('_', ' ')}, {one.tool}"
            size = "" if one.operation in FLOWS else f"{one.n_events:,} events"
            yield Score(RATIOS_PART, f"{name}, {size}".rstrip(", "), one.seconds / own, command, of=size)
