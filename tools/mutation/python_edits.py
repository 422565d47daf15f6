"""The small faults that a Python function or a module's constant can have, and those of the SQL in them.

Words that only people read (`say(…)`, what a `raise` says) and types are left alone.
"""

import ast
from collections.abc import Iterator

from tools.mutation.sql_edits import Edit, is_sql, parsing, sql_edits

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_OPERATIONS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_SPOKEN = {"say", "sayable"}
_TYPES = {"annotation", "returns", "args", "decorator_list"}  # and default values


def python_edits(text: str) -> list[Edit]:
    """Return the changes of a module's functions, methods and constants."""
    return list(_Finder(text).of_body(ast.parse(text).body, ""))


class _Finder:
    """Finds the changes of one module; places in syntax trees count bytes of UTF-8 by line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]
        for line in text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._lines = text.splitlines(keepends=True)

    def of_body(self, body: list[ast.stmt], outer: str) -> Iterator[Edit]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from self.of_body(node.body, f"{outer}{node.name}.")
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for statement in node.body:
                    yield from self._of(statement, f"{outer}{node.name}")
            elif not outer:
                yield from self._of_constant(node)

    def _of_constant(self, node: ast.stmt) -> Iterator[Edit]:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        value = node.value if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Name) and target.id.isupper() and value is not None:
            yield from self._of(value, target.id)

    def _of(self, node: ast.AST, scope: str) -> Iterator[Edit]:
        """Yield the changes of a node and of all below it."""
        if _is_spoken(node):
            return
        for instead in _changes(node):
            yield self._edit(node, instead, scope)
        yield from self._of_text(node, scope)
        if isinstance(node, ast.JoinedStr | ast.Raise | ast.Assert):
            return
        for name, child in ast.iter_fields(node):
            if name not in _TYPES or isinstance(node, ast.Call):
                for one in child if isinstance(child, list) else [child]:
                    yield from self._of_child(name, one, scope)

    def _of_child(self, name: str, child: object, scope: str) -> Iterator[Edit]:
        if name in {"test", "ifs"} and isinstance(child, ast.Name | ast.Attribute | ast.Call):
            yield self._edit(child, ast.UnaryOp(ast.Not(), child), scope)
        if isinstance(child, ast.AST):
            yield from self._of(child, scope)

    def _of_text(self, node: ast.AST, scope: str) -> Iterator[Edit]:
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str) and is_sql(node.value)):
            return
        start, end = self._span(node)
        offset = self._text.find(node.value, start, end)
        if offset >= 0:
            for edit in parsing(node.value, sql_edits(node.value)):
                yield Edit(offset + edit.start, offset + edit.end, edit.replacement, scope)

    def _edit(self, node: ast.AST, instead: ast.AST, scope: str) -> Edit:
        start, end = self._span(node)
        written = ast.unparse(instead)
        needs_brackets = isinstance(instead, ast.BoolOp | ast.BinOp | ast.Compare | ast.UnaryOp)
        return Edit(start, end, f"({written})" if needs_brackets else written, scope)

    def _span(self, node: ast.AST) -> tuple[int, int]:
        spans = ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))  # type: ignore[attr-defined]
        start, end = (
            self._starts[line - 1] + len(self._lines[line - 1].encode()[:column].decode())
            for line, column in spans
        )
        return start, end


def _is_spoken(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SPOKEN


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what could stand wrongly in a node's place."""
    for kind in (_changed_condition, _changed_value, _changed_flow):
        yield from kind(node)


def _changed_condition(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=compared):
            for place, one in enumerate(ops):
                changed = [*ops[:place], _COMPARISONS[type(one)](), *ops[place + 1 :]]
                yield ast.Compare(left, changed, compared)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for place in range(len(values)):
                rest = values[:place] + values[place + 1 :]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand


def _changed_value(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            yield ast.BinOp(left, _OPERATIONS[type(op)](), right)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield ast.Constant(value + 1)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in _CALLS:
            yield ast.Call(ast.Name(_CALLS[name]), args, keywords)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.Slice(lower=ast.expr() as lower, upper=ast.expr() as upper):
            yield from (ast.Slice(None, upper), ast.Slice(lower, None))


def _changed_flow(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Expr(value=ast.Call() | ast.YieldFrom() | ast.Yield()) | ast.Raise() | ast.AugAssign():
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield ast.Return(ast.Constant(None))


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
