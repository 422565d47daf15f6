"""Where the shapes and flows of a discovered model stand, for SVG and for BPMN's own diagram alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from eventlogs.layout import wrapped
from eventlogs.words import activity_label
from mining.discovery.drawing import placed
from mining.discovery.map_layout import printable, text_size
from mining.discovery.model_graph import ModelGraph, ModelNode

_LINE = 18  # cells of a task's name in one line
_GATEWAY, _EVENT = 40.0, 30.0  # points

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """A node with its middle, its size in points, downwards from the top left, and its name in lines."""

    node: ModelNode
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelLayout:
    """All shapes by key, the flows with their bends, and the size of the whole."""

    shapes: Mapping[str, Shape]
    flows: tuple[tuple[str, str, tuple[Point, ...]], ...]
    width: float
    height: float


def model_layout(graph: ModelGraph) -> ModelLayout:
    """Lay a model out from left to right, labels in the current language."""
    lines = {node.key: _lines(node) for node in graph.nodes}
    sizes = {node.key: _size(node, lines[node.key]) for node in graph.nodes}
    placement = placed(sizes, graph.flows)
    shapes = {
        node.key: Shape(node, *placement.middles[node.key], *sizes[node.key], lines[node.key])
        for node in graph.nodes
    }
    flows = tuple(
        (source, target, _trimmed(points, shapes[source], shapes[target]))
        for source, target, points in placement.lines
    )
    return ModelLayout(shapes, flows, placement.width, placement.height)


def _lines(node: ModelNode) -> tuple[str, ...]:
    if node.kind != "task":
        return ()
    return tuple(wrapped(printable(activity_label(node.activity)), _LINE).split("\n"))


def _size(node: ModelNode, lines: tuple[str, ...]) -> tuple[float, float]:
    if node.kind == "task":
        width, height = text_size(lines)
        return max(width, 70.0), max(height + 12.0, 44.0)
    side = _EVENT if node.kind in ("start", "end") else _GATEWAY
    return side, side


def _trimmed(points: tuple[Point, ...], source: Shape, target: Shape) -> tuple[Point, ...]:
    """Return the bends with their first and last on the shapes' edges, and all angles right."""
    first, last = _on_edge(source, points[1], points[0]), _on_edge(target, points[-2], points[-1])
    inner = list(points[1:-1])
    if len(inner) > 1:
        inner[0] = _in_line(first, inner[0], points[0])
        inner[-1] = _in_line(last, inner[-1], points[-1])
    return (first, *inner, last)


def _in_line(end: Point, bend: Point, before: Point) -> Point:
    """Return a bend moved as its line's end was."""
    level = abs(bend[0] - before[0]) >= abs(bend[1] - before[1])
    return (bend[0], end[1]) if level else (end[0], bend[1])


def _on_edge(shape: Shape, outside: Point, end: Point) -> Point:
    x, y = end
    if abs(outside[1] - y) < abs(outside[0] - x):  # it comes from the side
        x = shape.x + (shape.width / 2 if outside[0] > shape.x else -shape.width / 2)
        return x, (shape.y if shape.node.kind != "task" else y)
    y = shape.y + (shape.height / 2 if outside[1] > shape.y else -shape.height / 2)
    return (shape.x if shape.node.kind != "task" else x), y
