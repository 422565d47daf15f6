"""The English texts of the flows that are kept as data: forms, faults, policies, order."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from flows.process.processes import processes
from flows.project.intake import Intake

FLOWS = Path(__file__).parent.parent / "flows"


def form_texts() -> Iterator[str]:
    """Yield titles, descriptions and choices of every form."""
    forms: list[type[BaseModel]] = [Intake]
    for process in processes().values():
        forms += process.steps.values()
    for step in forms:
        schema = step.model_json_schema()
        for part in (schema, *schema.get("$defs", {}).values()):
            for field in part.get("properties", {}).values():
                yield from _field_texts(field)


def fault_texts() -> Iterator[str]:
    """Yield the sentence of every `Fault`, `Breach` and the tables of sentences."""
    for path in sorted(FLOWS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Fault" and len(node.args) > 1:
                yield from _constants(node.args[1])
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Breach":
                yield from _constants(node.args[2])
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in TABLES:
                assert isinstance(node.value, ast.Dict)
                yield from (text for value in node.value.values for text in _constants(value))
            if isinstance(node, ast.ListComp) and "say(word)" in ast.unparse(node.elt):
                yield from _constants(node.generators[0].iter)


TABLES = {"CLOSED", "_RIGHT", "NAMES", "WORDS"}


def _field_texts(field: dict[str, Any]) -> Iterator[str]:
    for name in ("title", "description"):
        if name in field:
            yield field[name]
    yield from field.get("labels", {}).values()


def _constants(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value
