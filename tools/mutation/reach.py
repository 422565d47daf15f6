"""Which functions and statements each test comes to, and how long it takes."""

import ast
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, FrameType
from typing import Any

import pytest

from eventlogs.sql_files import sql
from tools.mutation.mutants import ROOT, Mutant


@dataclass
class Reach:
    """What one test came to: `path:scope` of functions and paths of SQL files."""

    test: str
    seconds: float = 0.0
    passed: bool = True
    places: set[str] = field(default_factory=set)


def measured(item: pytest.Item, following: pytest.Item | None) -> Reach:
    """Run a test and return what it came to."""
    codes: set[CodeType] = set()
    statements: set[str] = set()
    read = sql.__wrapped__.__code__
    sql.cache_clear()  # so that this test reads what it needs itself

    def trace(frame: FrameType, event: str, value: Any) -> None:
        codes.add(frame.f_code)
        if frame.f_code is read:
            statements.add("{floor}/sql/{name}.sql".format_map(frame.f_locals))

    failed_before, started = item.session.testsfailed, time.process_time()
    _tracing(trace)
    try:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    finally:
        _tracing(None)
    places = statements | {place for code in codes if (place := _place(code))}
    seconds = time.process_time() - started
    return Reach(item.nodeid, seconds, item.session.testsfailed == failed_before, places)


def timed_again(reach: Reach, item: pytest.Item, following: pytest.Item | None) -> None:
    """Take the time of a slow test anew: the first ones pay for what is loaded, and all for being watched."""
    started = time.process_time()
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    reach.seconds = time.process_time() - started


def shared_by_fixtures(reaches: list[Reach], items: dict[str, pytest.Item]) -> None:
    """Let tests have come to what the first one of their file came to while a fixture was made for all."""
    wide: dict[tuple[str, str], set[str]] = {}
    for reach in reaches:
        for fixture in _wide_fixtures(items[reach.test]):
            first = wide.setdefault((reach.test.split("::")[0], fixture), reach.places)
            reach.places |= first


def chosen_tests(mutant: Mutant, reaches: Iterable[Reach], seconds: float) -> list[str]:
    """Return the tests that come to a mutant, the fastest first, as many as take `seconds` of processor.

    A constant is come to with the functions that name it, a statement read when modules are loaded with any.
    """
    able = sorted(
        (one for one in reaches if one.passed and one.seconds <= seconds), key=lambda it: it.seconds
    )
    reaching = [one for one in able if one.places & _places(mutant)]
    if not reaching and (mutant.path.endswith(".sql") or mutant.scope.isupper()):
        reaching = able
    chosen: list[str] = []
    total = 0.0
    for one in reaching:
        total += one.seconds
        if chosen and total > seconds:
            break
        chosen.append(one.test)
    return chosen


def _places(mutant: Mutant) -> set[str]:
    if mutant.path.endswith(".sql"):
        return {mutant.path}
    if mutant.scope.isupper():
        return _users(mutant.path, mutant.scope)
    return {f"{mutant.path}:{mutant.scope}"}


@cache
def _users(path: str, constant: str) -> set[str]:
    """Return the functions and methods of a module that name one of its constants."""
    body = ast.parse((ROOT / path).read_text("utf-8")).body
    functions = [("", node) for node in body]
    functions += [
        (f"{node.name}.", one) for node in body if isinstance(node, ast.ClassDef) for one in node.body
    ]
    return {
        f"{path}:{outer}{one.name}"
        for outer, one in functions
        if isinstance(one, ast.FunctionDef)
        and any(isinstance(name, ast.Name) and name.id == constant for name in ast.walk(one))
    }


def _tracing(trace: Any) -> None:
    threading.settrace(trace)
    sys.settrace(trace)


def _place(code: CodeType) -> str | None:
    if not code.co_filename.startswith(str(ROOT)) or "/." in code.co_filename:
        return None
    return f"{code.co_filename[len(str(ROOT)) + 1 :]}:{code.co_qualname.split('.<locals>')[0]}"


def _wide_fixtures(item: pytest.Item) -> set[str]:
    known = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009
    return {name for name, defined in known.items() if defined[-1].scope in {"module", "session", "package"}}
