"""The finishing of a laid-out map: labels that do not cover one another, phases, tooltips, ids of its own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from eventlogs.layout import cell_width
from mining.discovery.map_layout import END, START, printable
from mining.discovery.map_plan import Path, Plan

_NAMESPACE = "http://www.w3.org/2000/svg"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_CELL, _TALL = 5.6, 12.0  # points of a label of 10 points
_HEADER, _FOOTER = 34.0, 30.0  # points above, for the phase's name, below for the caption
_HALO = {"paint-order": "stroke", "stroke": "#ffffff", "stroke-width": "3", "stroke-linejoin": "round"}
_ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8)  # where on a path its label may stand

Element = Any  # of lxml, whose own type is private
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Frame:
    """A rectangle: left, top, right, bottom in points."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "_Frame") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def finished(drawn: bytes, plan: Plan, prefix: str, font: str) -> bytes:
    """Return Graphviz's SVG with the plan's labels, phases, tooltips and caption in it."""
    root: Element = etree.fromstring(drawn, etree.XMLParser(remove_comments=True, resolve_entities=False))
    graph = root.find(_tag("g"))
    titled = {group.findtext(_tag("title")): group for group in graph.iter(_tag("g")) if group.get("class")}
    frames = _tell_boxes(plan, titled)
    edges = [group for group in graph.iter(_tag("g")) if group.get("class") == "edge"]
    _tell_paths(graph, plan, edges, frames, font)
    _set_ids(root, prefix)
    _frame_whole(root, graph, plan, titled, font)
    root.set("role", "img")
    root.set("aria-label", plan.caption)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _tell_boxes(plan: Plan, titled: dict[str, Element]) -> list[_Frame]:
    """Give the boxes their tooltips; return the room they take."""
    frames = []
    for number, box in enumerate(plan.boxes):
        group = titled[f"n{number}"]
        group.find(_tag("title")).text = box.tooltip
        group.set("data-activity", printable(box.name))
        x, y = _centre(group)
        frames.append(_Frame(x - box.width / 2, y - box.height / 2, x + box.width / 2, y + box.height / 2))
    return frames


def _centre(group: Element) -> Point:
    shape = next(part for part in group if part.tag in {_tag("path"), _tag("polygon"), _tag("ellipse")})
    if shape.tag == _tag("ellipse"):
        return float(shape.get("cx")), float(shape.get("cy"))
    xs, ys = _coordinates(shape.get("d") or shape.get("points"))
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _coordinates(text: str) -> tuple[list[float], list[float]]:
    numbers = [float(number) for number in _NUMBER.findall(text)]
    return numbers[0::2], numbers[1::2]


def _tell_paths(graph: Element, plan: Plan, edges: Sequence[Element], taken: list[_Frame], font: str) -> None:
    """Give the paths their tooltips, and labels where there is room, the strongest first."""
    numbers = {box.name: f"n{number}" for number, box in enumerate(plan.boxes)}
    by_ends = {group.findtext(_tag("title")): group for group in edges}
    labels = etree.SubElement(graph, _tag("g"), {"class": "labels", "font-family": font, "font-size": "10"})
    for path in sorted(plan.paths, key=lambda path: -path.strength):
        ends = f"{numbers.get(path.source, 'start')}->{numbers.get(path.target, 'end')}"
        group = by_ends[ends]
        group.find(_tag("title")).text = path.tooltip
        _name_ends(group, path)
        spot = _free_spot(group, path.text, taken)
        if spot is not None:
            x, y = spot
            label = etree.SubElement(labels, _tag("text"), {"x": f"{x:.1f}", "y": f"{y + 3.5:.1f}"})
            label.set("text-anchor", "middle")
            for name, value in _HALO.items():
                label.set(name, value)
            label.set("fill", "#1f2d3d")
            label.text = path.text


def _name_ends(group: Element, path: Path) -> None:
    """Tell a page what the path joins and how often it was taken; start and end of a case have no name."""
    if path.source != START:
        group.set("data-source", printable(path.source))
    if path.target != END:
        group.set("data-target", printable(path.target))
    group.set("data-times", str(path.weight))


def _free_spot(group: Element, text: str, taken: list[_Frame]) -> Point | None:
    """Return a point of a path where its label covers nothing, and take it."""
    line = group.find(_tag("path"))
    if line is None:
        return None
    half = cell_width(text) * _CELL / 2 + 2
    points = list(_points(line.get("d")))
    for along in _ALONG:
        x, y = points[round(along * (len(points) - 1))]
        frame = _Frame(x - half, y - _TALL / 2, x + half, y + _TALL / 2)
        if not any(frame.touches(other) for other in taken):
            taken.append(frame)
            return x, y
    return None


def _points(d: str) -> Iterator[Point]:
    """Yield points along a path of cubic curves."""
    xs, ys = _coordinates(d)
    for start in range(0, len(xs) - 3, 3):
        for step in range(16):
            t = step / 16
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            x = sum(weight * value for weight, value in zip(weights, xs[start : start + 4], strict=True))
            y = sum(weight * value for weight, value in zip(weights, ys[start : start + 4], strict=True))
            yield x, y
    yield xs[-1], ys[-1]


def _set_ids(root: Element, prefix: str) -> None:
    for part in root.iter():
        if part.get("id"):
            part.set("id", f"{prefix}-{part.get('id')}")


def _frame_whole(root: Element, graph: Element, plan: Plan, titled: dict[str, Element], font: str) -> None:
    """Widen the picture for the phases' bands above and the caption below, and draw them."""
    left, top, right, bottom = _bounds(graph, plan, titled)
    bands = _bands(plan, titled)
    top -= _HEADER if bands else 0.0
    bottom += _FOOTER
    right = max(right, left + cell_width(plan.caption) * 6.2 + 24)
    background = graph.find(_tag("polygon"))
    corners = f"{left},{top} {right},{top} {right},{bottom} {left},{bottom} {left},{top}"
    background.set("points", corners)
    at = graph.index(background) + 1
    for number, (title, from_x, to_x) in enumerate(bands):
        band = etree.Element(_tag("rect"), {"x": f"{from_x:.1f}", "y": f"{top + 8:.1f}", "rx": "8"})
        band.set("width", f"{to_x - from_x:.1f}")
        band.set("height", f"{bottom - _FOOTER - top - 4:.1f}")
        band.set("fill", "#f6f8fa" if number % 2 else "#eef2f6")
        graph.insert(at, band)
        at += 1
        _write(graph, title, (from_x + to_x) / 2, top + 28, font, "13", middle=True)
    _write(graph, plan.caption, left + 12, bottom - 12, font, "11", middle=False)
    width, height = right - left, bottom - top
    root.set("width", f"{width:.0f}pt")
    root.set("height", f"{height:.0f}pt")
    root.set("viewBox", f"0 0 {width:.2f} {height:.2f}")
    graph.set("transform", f"translate({-left:.2f} {-top:.2f})")


def _bounds(graph: Element, plan: Plan, titled: dict[str, Element]) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom; with a layout at least its own, so that pictures of it coincide."""
    xs, ys = _coordinates(graph.find(_tag("polygon")).get("points"))
    if plan.layout is not None:
        x, y = _centre(titled["start"])
        moved = x - plan.layout.places[START].x, y + plan.layout.places[START].y
        xs += [plan.layout.places[START].x + moved[0] - 60, plan.layout.places[END].x + moved[0] + 60]
        ys += [moved[1] - 80, moved[1] + plan.layout.height + 80]
    return min(xs), min(ys), max(xs), max(ys)


def _bands(plan: Plan, titled: dict[str, Element]) -> list[tuple[str, float, float]]:
    """Return title and extent of each phase, where Graphviz has moved the pinned places to."""
    if plan.layout is None:
        return []
    moved = _centre(titled["start"])[0] - plan.layout.places[START].x
    return [
        (column.title, column.left + moved + 4, column.right + moved - 4) for column in plan.layout.columns
    ]


def _write(graph: Element, text: str, x: float, y: float, font: str, size: str, *, middle: bool) -> None:
    written = etree.SubElement(graph, _tag("text"), {"x": f"{x:.1f}", "y": f"{y:.1f}", "fill": "#3c4b5c"})
    written.set("font-family", font)
    written.set("font-size", size)
    written.set("text-anchor", "middle" if middle else "start")
    if middle:
        written.set("font-weight", "bold")
    written.text = text
