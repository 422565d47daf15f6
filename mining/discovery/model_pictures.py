"""A discovered model written for people and other tools: SVG, BPMN 2.0 with its diagram, PNML, POWL."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from eventlogs.errors import EventLogError
from eventlogs.words import activity_label
from mining.discovery.discovered_model import Algorithm, DiscoveredModel
from mining.discovery.drawing import DrawingError
from mining.discovery.model_graph import ModelGraph, ModelNode
from mining.discovery.model_layout import ModelLayout, Point, Shape, model_layout
from mining.discovery.powl import Powl, powl_text
from mining.discovery.powl_drawing import powl_svg
from mining.fonts import FONTS
from mining.nets.pnml_writer import pnml

_INK, _LINE, _FILL = "#1f2d3d", "#4f6d8a", "#f2f7fc"
_MARGIN, _CAPTION = 24.0, 34.0
_BPMN = {
    "start": "startEvent",
    "end": "endEvent",
    "task": "task",
    "exclusive": "exclusiveGateway",
    "parallel": "parallelGateway",
    "inclusive": "inclusiveGateway",
}
_BPMN_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="definitions"
  targetNamespace="urn:retrofit:discovered">
"""
_ARROW = (
    '<defs><marker id="model-arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
    f'orient="auto"><path d="M0 0L10 5L0 10z" fill="{_INK}"/></marker></defs>'
)
_ENDINGS: Mapping[str, Callable[[DiscoveredModel, str], str]] = {
    ".powl": lambda model, _: powl_text(_partial_order(model)),
    ".powl.svg": lambda model, title: powl_svg(_partial_order(model), title, activity_label),
    ".bpmn": lambda model, title: model_bpmn(model.graph, title),
    ".pnml": lambda model, title: pnml(model.net, title),
    ".svg": lambda model, title: model_svg(model.graph, title),
}


def checked_model_name(file: Path, algorithm: Algorithm) -> Path:
    """Return a file name whose ending says how to write a model; refuse any other."""
    ending = _ending(file)
    if ending is None:
        raise DrawingError(
            "{file}: a discovered model is written as .bpmn, .pnml, .svg, .powl or .powl.svg; give such a "
            "name",
            file=file.name,
        )
    if ending.startswith(".powl") and algorithm != "powl":
        raise DrawingError(
            "{file}: only the miner powl finds a partial order; add --algorithm powl", file=file.name
        )
    return file


def write_model(model: DiscoveredModel, title: str, file: Path) -> None:
    """Write a model by the file's ending, whole or not at all."""
    text = _ENDINGS[_ending(checked_model_name(file, model.algorithm)) or ""](model, title)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_text(text, "utf-8")
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise EventLogError("{file} cannot be written: {reason}", file=file, reason=error) from error


def _ending(file: Path) -> str | None:
    return next((ending for ending in _ENDINGS if file.name.lower().endswith(ending)), None)


def _partial_order(model: DiscoveredModel) -> Powl:
    assert model.powl is not None
    return model.powl


def model_svg(graph: ModelGraph, title: str) -> str:
    """Return a picture of the model in BPMN's signs, in the current language."""
    layout = model_layout(graph)
    width, height = layout.width + 2 * _MARGIN, layout.height + 2 * _MARGIN + _CAPTION
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" font-family="{FONTS}" role="img" aria-label={quoteattr(title)}>',
        _ARROW,
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="white"/>',
        f'<text x="{_MARGIN}" y="24" font-size="14" font-weight="600" fill="{_INK}">{escape(title)}</text>',
        f'<g transform="translate({_MARGIN},{_MARGIN + _CAPTION / 2})">',
    ]
    for _, _, points in layout.flows:
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        parts.append(
            f'<path d="M{path}" fill="none" stroke="{_INK}" stroke-width="1.1" '
            'marker-end="url(#model-arrow)"/>'
        )
    parts += (_shape_svg(shape) for shape in layout.shapes.values())
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _shape_svg(shape: Shape) -> str:
    if shape.node.kind in ("start", "end"):
        thick = "3" if shape.node.kind == "end" else "1.4"
        return (
            f'<circle cx="{shape.x:.1f}" cy="{shape.y:.1f}" r="{shape.width / 2 - 2:.1f}" fill="white" '
            f'stroke="{_INK}" stroke-width="{thick}"/>'
        )
    if shape.node.kind == "task":
        return _task_svg(shape)
    return _gateway_svg(shape)


def _task_svg(shape: Shape) -> str:
    first = shape.y - 7.25 * (len(shape.lines) - 1) + 4
    lines = "".join(
        f'<tspan x="{shape.x:.1f}" y="{first + 14.5 * number:.1f}">{escape(line)}</tspan>'
        for number, line in enumerate(shape.lines)
    )
    return (
        f"<g><title>{escape(activity_label(shape.node.activity))}</title>"
        f'<rect x="{shape.x - shape.width / 2:.1f}" y="{shape.y - shape.height / 2:.1f}" '
        f'width="{shape.width:.1f}" height="{shape.height:.1f}" rx="7" fill="{_FILL}" stroke="{_LINE}"/>'
        f'<text text-anchor="middle" font-size="11" fill="{_INK}">{lines}</text></g>'
    )


def _gateway_svg(shape: Shape) -> str:
    half, x, y = shape.width / 2, shape.x, shape.y
    corners = f"M{x} {y - half}L{x + half} {y}L{x} {y + half}L{x - half} {y}Z"
    sign = {
        "exclusive": f"M{x - 7} {y - 7}L{x + 7} {y + 7}M{x + 7} {y - 7}L{x - 7} {y + 7}",
        "parallel": f"M{x - 9} {y}H{x + 9}M{x} {y - 9}V{y + 9}",
        "inclusive": f"M{x - 8} {y}a8 8 0 1 0 16 0a8 8 0 1 0 -16 0",
    }[shape.node.kind]
    return (
        f'<path d="{corners}" fill="white" stroke="{_INK}"/>'
        f'<path d="{sign}" fill="none" stroke="{_INK}" stroke-width="2.4"/>'
    )


def model_bpmn(graph: ModelGraph, title: str) -> str:
    """Return the model as BPMN 2.0 with a diagram, in the current language."""
    layout = model_layout(graph)
    lines = [_BPMN_HEAD, f'<process id="process" name={quoteattr(title)} isExecutable="false">']
    lines += (_element(graph, node) for node in graph.nodes)
    for number, (source, target) in enumerate(graph.flows):
        lines.append(f'<sequenceFlow id="flow_{number}" sourceRef="{source}" targetRef="{target}"/>')
    lines += [
        "</process>",
        '<bpmndi:BPMNDiagram id="diagram">',
        '<bpmndi:BPMNPlane id="plane" bpmnElement="process">',
    ]
    lines += _diagram(graph, layout)
    return "\n".join([*lines, "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>", ""])


def _element(graph: ModelGraph, node: ModelNode) -> str:
    name = quoteattr(activity_label(node.activity)) if node.activity else '""'
    ways = "".join(
        f"<{way}>flow_{number}</{way}>"
        for way, end in (("incoming", 1), ("outgoing", 0))
        for number, flow in enumerate(graph.flows)
        if flow[end] == node.key
    )
    kind = _BPMN[node.kind]
    return f'<{kind} id="{node.key}" name={name}>{ways}</{kind}>'


def _diagram(graph: ModelGraph, layout: ModelLayout) -> Iterator[str]:
    for key, shape in layout.shapes.items():
        x, y = shape.x - shape.width / 2, shape.y - shape.height / 2
        bounds = f'x="{x:.1f}" y="{y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}"'
        yield f'<bpmndi:BPMNShape id="{key}_shape" bpmnElement="{key}">'
        yield f"<dc:Bounds {bounds}/></bpmndi:BPMNShape>"
    bends: dict[tuple[str, str], tuple[Point, ...]] = {
        (source, target): points for source, target, points in layout.flows
    }
    for number, flow in enumerate(graph.flows):
        ways = "".join(f'<di:waypoint x="{x:.1f}" y="{y:.1f}"/>' for x, y in bends[flow])
        yield f'<bpmndi:BPMNEdge id="flow_{number}_edge" bpmnElement="flow_{number}">{ways}</bpmndi:BPMNEdge>'
