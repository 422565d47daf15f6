"""What a picture of a process map shows: which arcs, where each activity stands, how strong, what is written.

Activities of our vocabulary stand in columns, one or two a phase, at the same place in every picture made
with the same layout; those of other logs are left to Graphviz's layered layout.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.language import say
from eventlogs.layout import cell_width, wrapped
from eventlogs.vocabulary import Activity, vocabulary
from eventlogs.words import activity_label
from mining.process_map import Arc, MapPart

Measure = Literal["frequency", "waiting"]

START, END = "\x02", "\x03"  # names no activity has
DEFAULT_PATHS = 0.8  # of all steps from one activity to the next, so many are drawn at least

_ROWS = 9  # activities in a column before a phase takes a second one
_COLUMN, _GAP, _STAGGER = 194.0, 32.0, 20.0  # points
_LINE = 22  # cells of an activity's name in one line
_CELL, _MARGIN, _LINE_HEIGHT = 5.9, 20.0, 14.5  # points of a text of 11 points


@dataclass(frozen=True, slots=True)
class Place:
    """Where the middle of an activity stands, in points, upwards from the first row."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Column:
    """A phase's part of the picture: from `left` to `right`, in points."""

    title: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where activities stand, and the phases' columns."""

    places: Mapping[str, Place]
    columns: tuple[Column, ...]
    height: float


@dataclass(frozen=True, slots=True)
class Box:
    """An activity as drawn: its text, size in points, and strength from 0 to 1."""

    name: str
    text: str
    tooltip: str
    width: float
    height: float
    strength: float


@dataclass(frozen=True, slots=True)
class Path:
    """An arc as drawn; `strength` from 0 to 1 gives width and colour."""

    source: str
    target: str
    text: str
    tooltip: str
    strength: float
    weight: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a picture shows."""

    boxes: tuple[Box, ...]
    paths: tuple[Path, ...]
    caption: str
    measure: Measure
    layout: Layout | None


@dataclass(frozen=True, slots=True)
class Scale:
    """The largest values of what is compared, so that several pictures share one scale."""

    events: int
    frequency: int
    waiting: float


def scale_of(parts: Sequence[MapPart]) -> Scale:
    """Return the scale on which all `parts` can be compared."""
    arcs = [arc for part in parts for arc in part.arcs]
    return Scale(
        max((node.events for part in parts for node in part.nodes), default=1),
        max((arc.frequency for arc in arcs), default=1),
        max((arc.median_waiting_seconds or 0.0 for arc in arcs), default=0.0) or 1.0,
    )


def plan(
    part: MapPart,
    title: str,
    *,
    measure: Measure = "frequency",
    paths: float = DEFAULT_PATHS,
    scale: Scale | None = None,
    layout: Layout | None = None,
) -> Plan:
    """Choose what to show of a map: the arcs that carry `paths` (0 to 1) of the steps, and each box's own."""
    scale = scale or scale_of([part])
    arcs = _strongest(part.arcs, paths)
    steps = sum(arc.frequency for arc in part.arcs)
    shown = sum(arc.frequency for arc in arcs)
    caption = [printable(title), say("{n} cases", n=number_text(part.cases))]
    caption.append(say("{n} events", n=number_text(part.events)))
    if len(arcs) < len(part.arcs):
        of = {
            "n": number_text(len(arcs)),
            "all": number_text(len(part.arcs)),
            "share": share_text(shown / steps),
        }
        caption.append(say("{n} of {all} paths drawn, {share} of the steps", **of))
    told = (
        say("number at a path: median wait") if measure == "waiting" else say("number at a path: times taken")
    )
    boxes = [
        _box(node.activity, number_text(node.events), _node_tooltip(part, place), node.events / scale.events)
        for place, node in enumerate(part.nodes)
    ]
    return Plan(
        tuple(boxes),
        tuple([_path(arc, measure, scale) for arc in arcs] + _ends(part, scale)),
        "  ·  ".join([*caption, told]),
        measure,
        layout,
    )


def phase_layout(part: MapPart) -> Layout | None:
    """Return columns by phase for the activities of a map; None if any is not of our vocabulary."""
    known = vocabulary()["activities"]
    names = {node.activity for node in part.nodes}
    if not names or not names <= known.keys():
        return None
    pitch = max(text_size(_lines(name))[1] for name in names) + _GAP
    places: dict[str, Place] = {}
    columns: list[Column] = []
    left, height = 0.0, 0.0
    for phase, term in vocabulary()["phases"].items():
        of_phase = [
            name
            for name, activity in known.items()
            if name in names and isinstance(activity, Activity) and activity.phase == phase
        ]
        if not of_phase:
            continue
        n_columns = math.ceil(len(of_phase) / _ROWS)
        rows = math.ceil(len(of_phase) / n_columns)
        for number, name in enumerate(of_phase):
            column, row = divmod(number, rows)
            stagger = _STAGGER if row % 2 else -_STAGGER
            places[name] = Place(left + (column + 0.5) * _COLUMN + stagger, -row * pitch)
        columns.append(Column(term.label(), left, left + n_columns * _COLUMN))
        left += n_columns * _COLUMN
        height = max(height, (rows - 1) * pitch)
    places[START] = Place(-46.0, 0.0)
    places[END] = Place(left + 46.0, -height / 2)
    return Layout(places, tuple(columns), height)


def printable(text: str) -> str:
    """Return a text with a space for every sign that no picture can hold, such as line ends and tabs."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def text_size(lines: Sequence[str]) -> tuple[float, float]:
    """Return the width and height, in points, of a box around lines of text."""
    return max(map(cell_width, lines)) * _CELL + _MARGIN, len(lines) * _LINE_HEIGHT + 10.0


def _strongest(arcs: Sequence[Arc], paths: float) -> list[Arc]:
    """Return the arcs that carry `paths` of all steps, and each activity's strongest way in and out."""
    needed = paths * sum(arc.frequency for arc in arcs)
    left_by: set[str] = set()
    come_by: set[str] = set()
    chosen, so_far = [], 0
    for arc in arcs:
        own = arc.source != arc.target and (arc.source not in left_by or arc.target not in come_by)
        if so_far < needed or own:
            chosen.append(arc)
            so_far += arc.frequency
            if arc.source != arc.target:
                left_by.add(arc.source)
                come_by.add(arc.target)
    return chosen


def _box(name: str, count: str, tooltip: str, strength: float) -> Box:
    lines = _lines(name, count)
    return Box(name, "\n".join(lines), tooltip, *text_size(lines), strength)


def _label(name: str) -> str:
    return printable(activity_label(name))


def _lines(name: str, count: str = "0") -> list[str]:
    """Return an activity's name in lines of about the same length, and its count below."""
    label = _label(name)
    n_lines = math.ceil(cell_width(label) / _LINE) or 1
    return [*wrapped(label, max(_LINE // 2, math.ceil(cell_width(label) / n_lines) + 2)).split("\n"), count]


def _node_tooltip(part: MapPart, place: int) -> str:
    node = part.nodes[place]
    return say(
        "{activity}: {events} events in {cases} cases",
        activity=_label(node.activity),
        events=number_text(node.events),
        cases=number_text(node.cases),
    )


def _path(arc: Arc, measure: Measure, scale: Scale) -> Path:
    by_frequency = arc.frequency / scale.frequency
    waiting = arc.median_waiting_seconds
    tooltip = say(
        "{source} → {target}: {n} times in {cases} cases; wait {median} (median), {mean} (mean)",
        source=_label(arc.source),
        target=_label(arc.target),
        n=number_text(arc.frequency),
        cases=number_text(arc.cases),
        median=span_text(waiting),
        mean=span_text(arc.mean_waiting_seconds),
    )
    if measure == "waiting":
        return Path(
            arc.source,
            arc.target,
            span_text(waiting),
            tooltip,
            (waiting or 0.0) / scale.waiting,
            arc.frequency,
        )
    return Path(arc.source, arc.target, number_text(arc.frequency), tooltip, by_frequency, arc.frequency)


def _ends(part: MapPart, scale: Scale) -> list[Path]:
    """Return the paths into and out of the process."""
    found = []
    for counts, sentence, starting in (
        (part.start_activities, "{n} cases start with {activity}", True),
        (part.end_activities, "{n} cases end with {activity}", False),
    ):
        for name, n in _most(counts):
            text = number_text(n)
            tooltip = say(sentence, n=text, activity=_label(name))
            source, target = (START, name) if starting else (name, END)
            found.append(Path(source, target, text, tooltip, n / scale.frequency, n))
    return found


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the most frequent that make up nine tenths, at most five."""
    total, so_far = sum(counts.values()), 0
    most: list[tuple[str, int]] = []
    for name, n in counts.items():
        if so_far >= 0.9 * total or len(most) == 5:
            break
        most.append((name, n))
        so_far += n
    return most
