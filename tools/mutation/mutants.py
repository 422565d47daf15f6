"""A mutant: one small change of a source file, Python or SQL, that a test ought to notice."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.mutation.python_edits import python_edits
from tools.mutation.sql_edits import Edit, parsing, sql_edits

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of one file.

    `scope` is the function or module constant it lies in, empty in an SQL file. `key` names it by its lines
    rather than by their numbers, so that it stays the same when other lines move.
    """

    path: str
    scope: str
    line: int
    key: str
    text: str


def mutants(paths: Iterable[str]) -> Iterator[Mutant]:
    """Yield the mutants of files; an SQL change that DuckDB cannot even parse is none."""
    for path in paths:
        text = (ROOT / path).read_text("utf-8")
        edits = python_edits(text) if path.endswith(".py") else parsing(text, sql_edits(text))
        dead = _superseded(ROOT / path, text)
        alive = [one for one in edits if not any(start <= one.start < end for start, end in dead)]
        yield from _named(path, text, alive)


def _superseded(file: Path, text: str) -> list[tuple[int, int]]:
    """Return the parts of a migration that make views which a later migration makes anew."""
    if file.parent.name != "schema":
        return []
    later = "".join(it.read_text("utf-8") for it in file.parent.glob("*.sql") if it.name > file.name)
    names = re.findall(r"CREATE OR REPLACE VIEW (\w+)", later)
    return [
        found.span()
        for name in names
        for found in re.finditer(rf"CREATE (?:OR REPLACE )?VIEW {name} AS.*?;\n", text, re.DOTALL)
    ]


def _named(path: str, text: str, edits: Iterable[Edit]) -> Iterator[Mutant]:
    seen: Counter[str] = Counter()
    for edit in sorted(set(edits), key=lambda one: (one.start, one.end, one.replacement)):
        changed = text[: edit.start] + edit.replacement + text[edit.end :]
        name = f"{path}: {_lines(text, edit.start, edit.end)} => "
        name += _lines(changed, edit.start, edit.start + len(edit.replacement))
        seen[name] += 1
        key = name if seen[name] == 1 else f"{name} ({seen[name]})"
        yield Mutant(path, edit.scope, text.count("\n", 0, edit.start) + 1, key, changed)


def _lines(text: str, start: int, end: int) -> str:
    """Return the whole lines that a part of a text lies in, on one line."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return " ".join(text[first : None if last < 0 else last].split())
