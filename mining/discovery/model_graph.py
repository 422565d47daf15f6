"""A discovered model as BPMN shows it: tasks, gateways and the flows between them."""

from dataclasses import dataclass
from typing import Literal

NodeKind = Literal["start", "end", "task", "exclusive", "parallel", "inclusive"]


@dataclass(frozen=True, slots=True)
class ModelNode:
    """A shape; `activity` is what a task does, '' for all others."""

    key: str
    kind: NodeKind
    activity: str = ""


@dataclass(frozen=True, slots=True)
class ModelGraph:
    """All shapes, and the flows as pairs of their keys."""

    nodes: tuple[ModelNode, ...]
    flows: tuple[tuple[str, str], ...]
