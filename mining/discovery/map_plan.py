"""What a picture of a process map shows: which activities and arcs, how strong, what is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.language import say, sayable
from mining.discovery.map_layout import END, START, Layout, activity_text, box_lines, printable, text_size
from mining.discovery.process_map import Arc, MapPart, Node

Measure = Literal["frequency", "cases", "share", "waiting", "mean", "p90", "total"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
TIMES: frozenset[Measure] = frozenset({"waiting", "mean", "p90", "total"})
_NUMBER_TOLD: Mapping[Measure, str] = {
    "frequency": sayable("number at a path: times taken"),
    "cases": sayable("number at a path: cases that take it"),
    "share": sayable("number at a path: share of the cases that take it"),
    "waiting": sayable("number at a path: median wait"),
    "mean": sayable("number at a path: mean wait"),
    "p90": sayable("number at a path: wait that nine tenths do not exceed"),
    "total": sayable("number at a path: all waits added up"),
}

DEFAULT_PATHS = 0.8  # of all steps from one activity to the next, so many are drawn at least


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

    node: float
    arc: float
    frequency: int


def scale_of(parts: Sequence[MapPart], measure: Measure = "frequency") -> Scale:
    """Return the scale on which all `parts` can be compared."""
    arcs = [(part, arc) for part in parts for arc in part.arcs]
    return Scale(
        max((_node_value(node, part, measure) for part in parts for node in part.nodes), default=0.0) or 1.0,
        max((_arc_value(arc, part, measure) or 0.0 for part, arc in arcs), default=0.0) or 1.0,
        max((arc.frequency for _, arc in arcs), default=1),
    )


def plan(
    part: MapPart,
    title: str,
    *,
    measure: Measure = "frequency",
    paths: float = DEFAULT_PATHS,
    activities: float = 1.0,
    scale: Scale | None = None,
    layout: Layout | None = None,
) -> Plan:
    """Choose what to show of a map.

    That is the most frequent activities that make up the share `activities` of all events, and of the arcs
    between them those that carry the share `paths` of the steps, and each box's own.
    """
    scale = scale or scale_of([part], measure)
    nodes = _most_frequent(part, activities)
    names = {node.activity for node in nodes}
    between = [arc for arc in part.arcs if arc.source in names and arc.target in names]
    arcs = _strongest(between, paths)
    boxes = [
        _box(
            node.activity,
            _node_text(node, part, measure),
            _node_tooltip(node),
            _node_value(node, part, measure) / scale.node,
        )
        for node in nodes
    ]
    ends = [path for path in _ends(part, scale) if {path.source, path.target} & names]
    return Plan(
        tuple(boxes),
        tuple([_path(arc, part, measure, scale) for arc in arcs] + ends),
        _caption(part, title, nodes, arcs, measure),
        measure,
        layout,
    )


def _caption(part: MapPart, title: str, nodes: Sequence[Node], arcs: Sequence[Arc], measure: Measure) -> str:
    caption = [printable(title), say("{n} cases", n=number_text(part.cases))]
    caption.append(say("{n} events", n=number_text(part.events)))
    if len(nodes) < len(part.nodes):
        counts = {"n": number_text(len(nodes)), "all": number_text(len(part.nodes))}
        caption.append(say("{n} of {all} activities drawn", **counts))
    if len(arcs) < len(part.arcs):
        shown, steps = sum(arc.frequency for arc in arcs), sum(arc.frequency for arc in part.arcs)
        of = {
            "n": number_text(len(arcs)),
            "all": number_text(len(part.arcs)),
            "share": share_text(shown / steps),
        }
        caption.append(say("{n} of {all} paths drawn, {share} of the steps", **of))
    return "  ·  ".join([*caption, say(_NUMBER_TOLD[measure])])


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


def _most_frequent(part: MapPart, share: float) -> list[Node]:
    """Return the most frequent activities that make up `share` of the events, at least one."""
    chosen: list[Node] = []
    so_far = 0
    for node in part.nodes:
        if chosen and so_far >= share * part.events:
            break
        chosen.append(node)
        so_far += node.events
    return chosen


def _node_value(node: Node, part: MapPart, measure: Measure) -> float:
    return float(node.cases if measure in ("cases", "share") else node.events)


def _node_text(node: Node, part: MapPart, measure: Measure) -> str:
    if measure == "share":
        return share_text(node.cases / part.cases)
    return number_text(node.cases if measure == "cases" else node.events)


def _arc_value(arc: Arc, part: MapPart, measure: Measure) -> float | None:
    """Return what a measure says of an arc; None where its events have no times."""
    mean = arc.mean_waiting_seconds
    values: Mapping[Measure, float | None] = {
        "frequency": arc.frequency,
        "cases": arc.cases,
        "share": arc.cases / part.cases,
        "waiting": arc.median_waiting_seconds,
        "mean": mean,
        "p90": arc.p90_waiting_seconds,
        "total": None if mean is None else mean * arc.frequency,
    }
    return values[measure]


def _box(name: str, count: str, tooltip: str, strength: float) -> Box:
    lines = box_lines(name, count)
    return Box(name, "\n".join(lines), tooltip, *text_size(lines), strength)


def _node_tooltip(node: Node) -> str:
    return say(
        "{activity}: {events} events in {cases} cases",
        activity=activity_text(node.activity),
        events=number_text(node.events),
        cases=number_text(node.cases),
    )


def _path(arc: Arc, part: MapPart, measure: Measure, scale: Scale) -> Path:
    tooltip = say(
        "{source} → {target}: {n} times in {cases} cases; wait {median} (median), {mean} (mean)",
        source=activity_text(arc.source),
        target=activity_text(arc.target),
        n=number_text(arc.frequency),
        cases=number_text(arc.cases),
        median=span_text(arc.median_waiting_seconds),
        mean=span_text(arc.mean_waiting_seconds),
    )
    value = _arc_value(arc, part, measure)
    text = _arc_text(value, measure)
    return Path(arc.source, arc.target, text, tooltip, (value or 0.0) / scale.arc, arc.frequency)


def _arc_text(value: float | None, measure: Measure) -> str:
    if measure in TIMES:
        return span_text(value)
    return share_text(value or 0.0) if measure == "share" else number_text(int(value or 0))


def _ends(part: MapPart, scale: Scale) -> list[Path]:
    """Return the paths into and out of the process."""
    found = []
    for counts, sentence, starting in (
        (part.start_activities, "{n} cases start with {activity}", True),
        (part.end_activities, "{n} cases end with {activity}", False),
    ):
        for name, n in _most(counts):
            text = number_text(n)
            tooltip = say(sentence, n=text, activity=activity_text(name))
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
