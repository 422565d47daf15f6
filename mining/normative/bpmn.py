"""A normative model's chains as BPMN 2.0, with a layout, for other tools to open.

The chains run in parallel; a feedback loop is a way back between two exclusive gateways. Rules between
tools or activities have no place in it.
"""

from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from eventlogs.vocabulary import label
from mining.normative.model import Chain, NormativeModel

STEP, LANE, TASK_WIDTH, TASK_HEIGHT, GATE = 170, 180, 130, 70, 50
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="definitions" targetNamespace="urn:retrofit:normative">
"""


@dataclass(frozen=True, slots=True)
class _Node:
    """A shape: its kind in BPMN, its words and its middle."""

    kind: str
    key: str
    words: str
    x: int
    y: int

    @property
    def size(self) -> tuple[int, int]:
        if self.kind == "task":
            return TASK_WIDTH, TASK_HEIGHT
        return (36, 36) if self.kind.endswith("Event") else (GATE, GATE)


@dataclass
class _Diagram:
    """Shapes and the flows between them, drawn as they are added."""

    nodes: dict[str, _Node] = field(default_factory=dict)
    flows: list[tuple[str, str]] = field(default_factory=list)

    def add(self, node: _Node, *, after: str | None = None) -> str:
        self.nodes[node.key] = node
        if after is not None:
            self.flows.append((after, node.key))
        return node.key


def model_bpmn(model: NormativeModel) -> str:
    """Return the chains as BPMN in the current language."""
    diagram = _Diagram()
    middle = 60 + LANE * len(model.chains) // 2
    start = diagram.add(_Node("startEvent", "start", "", 60, middle))
    split = diagram.add(_Node("parallelGateway", "split", "", 150, middle), after=start)
    ends = [_add_chain(diagram, model, chain, row, split) for row, chain in enumerate(model.chains)]
    right = max(node.x for node in diagram.nodes.values()) + STEP
    join = diagram.add(_Node("parallelGateway", "join", "", right, middle))
    diagram.flows += [(end, join) for end in ends]
    diagram.add(_Node("endEvent", "end", "", right + 90, middle), after=join)
    return _written(diagram, model)


def _add_chain(diagram: _Diagram, model: NormativeModel, chain: Chain, row: int, before: str) -> str:
    """Add a chain's roles in a row and its loops; return its last node."""
    targets = {loop.target for loop in model.loops if loop.chain == chain.key}
    sources = {loop.source for loop in model.loops if loop.chain == chain.key}
    x, y = 240, 60 + LANE // 2 + LANE * row
    for role in chain.roles:
        if role in targets:
            before = diagram.add(_Node("exclusiveGateway", f"again_{role}", "", x, y), after=before)
            x += STEP - 40
        before = diagram.add(_Node("task", role, label("roles", role), x, y), after=before)
        x += STEP
        if role in sources:
            before = diagram.add(_Node("exclusiveGateway", f"back_{role}", "", x - 30, y), after=before)
            x += STEP - 60
    loops = [loop for loop in model.loops if loop.chain == chain.key]
    diagram.flows += [(f"back_{loop.source}", f"again_{loop.target}") for loop in loops]
    return before


def _written(diagram: _Diagram, model: NormativeModel) -> str:
    # a role may be called anything, an XML identifier may not
    names = {key: f"node_{number}" for number, key in enumerate(diagram.nodes)}
    lines = [_HEAD, f'<process id="chains" name={quoteattr(model.sentence)} isExecutable="false">']
    for node in diagram.nodes.values():
        lines.append(f'<{node.kind} id="{names[node.key]}" name={quoteattr(node.words)}/>')
    for number, (source, target) in enumerate(diagram.flows):
        ends = f'sourceRef="{names[source]}" targetRef="{names[target]}"'
        lines.append(f'<sequenceFlow id="flow_{number}" {ends}/>')
    lines += ["</process>", '<bpmndi:BPMNDiagram id="diagram">']
    lines.append('<bpmndi:BPMNPlane id="plane" bpmnElement="chains">')
    lines += [_shape(node, names[node.key]) for node in diagram.nodes.values()]
    lines += [_edge(diagram, number, *flow) for number, flow in enumerate(diagram.flows)]
    return "\n".join([*lines, "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>", ""])


def _shape(node: _Node, name: str) -> str:
    width, height = node.size
    bounds = f'x="{node.x - width // 2}" y="{node.y - height // 2}" width="{width}" height="{height}"'
    return (
        f'<bpmndi:BPMNShape id="{name}_shape" bpmnElement="{name}"><dc:Bounds {bounds}/></bpmndi:BPMNShape>'
    )


def _edge(diagram: _Diagram, number: int, source: str, target: str) -> str:
    one, other = diagram.nodes[source], diagram.nodes[target]
    if other.x < one.x:  # a way back runs below the row
        low = one.y + LANE // 2 - 14
        points = [(one.x, one.y + GATE // 2), (one.x, low), (other.x, low), (other.x, other.y + GATE // 2)]
    elif one.y == other.y:
        points = [(one.x + one.size[0] // 2, one.y), (other.x - other.size[0] // 2, other.y)]
    else:
        bend = one.x if one.kind == "parallelGateway" else other.x
        points = [(one.x, one.y), (bend, other.y if bend == one.x else one.y), (other.x, other.y)]
    ways = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    flow = f"flow_{number}"
    return f'<bpmndi:BPMNEdge id="{flow}_edge" bpmnElement="{flow}">{ways}</bpmndi:BPMNEdge>'
