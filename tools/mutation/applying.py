"""Putting a mutant into a running process, where its modules are loaded already."""

import ast
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from eventlogs.sql_files import sql
from tools.mutation.mutants import ROOT, Mutant


def apply(mutant: Mutant) -> None:
    """Let the program behave as if the mutant's file said what the mutant says."""
    file = ROOT / mutant.path
    if file.suffix == ".sql":
        _replace_read(file, mutant.text)
        return
    module = _module_of(file)
    code = compile(mutant.text, str(file), "exec")
    found = [one for one in _codes(code) if one.co_qualname == mutant.scope]
    if found:
        _replace_function(str(file), mutant.scope, found[0])
    else:
        _replace_constant(module, mutant.scope, mutant.text)


def _module_of(file: Path) -> ModuleType:
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    return sys.modules[name]


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


def _replace_function(file: str, scope: str, code: CodeType) -> None:
    """Give the new code to the function wherever it was taken to: decorated, imported, in a registry."""
    for one in gc.get_objects():
        known = one.__code__ if isinstance(one, FunctionType) else None
        if known is not None and (known.co_filename, known.co_qualname) == (file, scope):
            one.__code__ = code


def _replace_constant(module: ModuleType, name: str, text: str) -> None:
    """Bind the new value in the module and in all that imported the old one by its name."""
    (statement,) = [one for one in ast.parse(text).body if _binds(one, name)]
    known = dict(vars(module))
    old = known[name]
    exec(compile(ast.Module([statement], []), "mutant", "exec"), known)
    for other in list(sys.modules.values()):
        if getattr(other, name, None) is old and (other is module or _imports(other, module, name)):
            setattr(other, name, known[name])


def _binds(statement: ast.stmt, name: str) -> bool:
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    return isinstance(target, ast.Name) and target.id == name


def _imports(other: ModuleType, module: ModuleType, name: str) -> bool:
    file = getattr(other, "__file__", None)
    if file is None or not Path(file).is_relative_to(ROOT):
        return False
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == module.__name__
        and name in {n.name for n in node.names}
        for node in ast.parse(Path(file).read_text("utf-8")).body
    )


def _replace_read(file: Path, text: str) -> None:
    """Let reading the file give the new text, and change what was read of it when modules were loaded."""
    old, read = file.read_text("utf-8"), Path.read_text

    def read_text(path: Path, encoding: str | None = None, errors: str | None = None) -> str:
        return text if path == file else read(path, encoding, errors)

    Path.read_text = read_text  # type: ignore[method-assign, assignment]
    sql.cache_clear()
    for module in list(sys.modules.values()):
        for name, value in list(vars(module).items()):
            if isinstance(value, str) and value == old:
                setattr(module, name, text)
