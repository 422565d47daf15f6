"""The English sentences that the floors say to people, found in their source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

from eventlogs.floors import FLOORS

ROOT = Path(__file__).parent.parent
SAYING = {"say": 0, "sayable": 0, "say_in": 1}
TELLING = {"note", "progress", "data"}


@dataclass(frozen=True)
class English:
    """A sentence and where it stands; `text` is None where it is put together by the program."""

    text: str | None
    place: str


@cache
def sources() -> dict[Path, ast.Module]:
    """Return the syntax tree of every module of the floors."""
    modules = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
    return {path: ast.parse(path.read_text("utf-8")) for path in modules}


@cache
def english_texts() -> tuple[English, ...]:
    """Return every text that is said, refused with, or printed as help."""
    found = []
    for path, tree in sources().items():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call):
                place = f"{path.relative_to(ROOT)}:{call.lineno}"
                found += [English(text, place) for text in _texts_of(call)]
    for path in sorted((ROOT / "dashboards" / "templates").rglob("*.html")):
        found += list(_texts_of_template(path))
    return tuple(found)


def _texts_of_template(path: Path) -> Iterator[English]:
    for call in Environment().parse(path.read_text("utf-8")).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "say":
            place = f"{path.relative_to(ROOT)}:{call.lineno}"
            match call.args[0]:
                case nodes.Const(value=str(text)):
                    yield English(text, place)
                case nodes.Name() | nodes.Getattr():
                    pass  # its text stands where it is marked `sayable`
                case _:
                    yield English(None, place)


@cache
def refusals() -> frozenset[str]:
    """Return the names of all classes that descend from `EventLogError`."""
    parents = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for tree in sources().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"EventLogError"}
    while more := {name for name, bases in parents.items() if bases & known} - known:
        known |= more
    return frozenset(known)


def _texts_of(call: ast.Call) -> Iterator[str | None]:
    name = ast.unparse(call.func).rpartition(".")[2]
    if name in SAYING and len(call.args) > SAYING[name]:
        yield from _said(call.args[SAYING[name]])
    elif name in refusals() and call.args:
        yield from _said(call.args[0])
    elif name in TELLING and call.args and isinstance(call.args[0], ast.Constant | ast.JoinedStr):
        yield None
    elif name == "__init__" and "super()" in ast.unparse(call.func) and call.args:
        yield from _said(call.args[0]) if _looks_said(call.args[0]) else ()
    for keyword in call.keywords:
        if keyword.arg in {"help", "short_help", "epilog"}:
            yield from _said(keyword.value)


def _said(value: ast.expr) -> Iterator[str | None]:
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _said(one)
            yield from _said(other)
        case ast.JoinedStr() | ast.BinOp():
            yield None
        case _:
            pass  # a name: its text stands where it is marked `sayable`


def _looks_said(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant | ast.JoinedStr | ast.BinOp)
