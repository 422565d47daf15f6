"""The reference pages of the site: the library from its docstrings, the HTTP API from its own description."""

import ast
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eventlogs.floors import FLOORS
from eventlogs.language import Language
from tools.site.staging import ROOT

_PYTHON = """---
search:
  boost: 0.1
---

# Python reference

Public modules, classes and functions, each with the first sentence of its docstring. How they are used
together: [the tour](../python_tour.md).
"""
_HTTP = {
    "en": """# HTTP API

Served by `retrofit up` under `/api/v1`; the same as OpenAPI: `/api/v1/openapi.json`. A token is made by
`retrofit user token NAME`.
""",
    "zh": """# HTTP 接口

由 `retrofit up` 在 `/api/v1` 下提供；OpenAPI 格式见 `/api/v1/openapi.json`。
令牌由 `retrofit user token 用户名` 生成。
""",
}
_HEADS = {
    "en": ("parameter", "in", "required", "what", "yes", "Answers: "),
    "zh": ("参数", "位置", "必填", "含义", "是", "应答："),
}


def python_reference() -> str:
    """Return the page of the library."""
    parts = [_PYTHON]
    for floor in reversed(FLOORS):
        parts.append(f"## {floor}\n")
        for path in sorted((ROOT / floor).rglob("*.py")):
            if not path.name.startswith(("_", "cli")):
                parts += _module(path)
    return "\n".join(parts)


def _module(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    lines = [line for node in tree.body for line in _told(node)]
    if lines:
        yield f"### {name}\n\n{_sentence(tree)}\n"
        yield "\n".join(lines) + "\n"


def _told(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
        if isinstance(node, ast.FunctionDef):
            returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
            yield f"- `{node.name}({ast.unparse(node.args)}){returned}`: {_sentence(node)}"
        else:
            yield f"- class `{node.name}`: {_sentence(node)}"


def _sentence(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> str:
    first = (ast.get_docstring(node) or "").partition("\n\n")[0].replace("\n", " ")
    return first.replace("<", "&lt;")


def http_reference(lang: Language) -> str:
    """Return the page of the API in a language."""
    described = _described(lang)
    parts = [_HTTP[lang], described["info"]["description"] + "\n"]
    for address, deeds in sorted(described["paths"].items()):
        for method, deed in deeds.items():
            told = deed.get("description") or deed.get("summary", "")
            parts.append(f"## {method.upper()} `{address}`\n\n{told}\n")
            parts += _parameters(deed, lang)
            parts.append(_answers(deed["responses"], lang))
    return "\n".join(parts)


def _parameters(deed: Mapping[str, Any], lang: Language) -> Iterator[str]:
    heads = _HEADS[lang]
    rows = [
        f"| `{one['name']}` | {one['in']} | {heads[4] if one.get('required') else ''} | "
        f"{one.get('description', '').replace(chr(10), ' ').replace('|', '/')} |"
        for one in deed.get("parameters", ())
    ]
    if rows:
        yield "\n".join([f"| {' | '.join(heads[:4])} |", "|---|---|---|---|", *rows, ""])


def _answers(responses: Mapping[str | int, Any], lang: Language) -> str:
    told = sorted(f"{status} {one.get('description', '')}".strip() for status, one in responses.items())
    return _HEADS[lang][5] + "; ".join(told) + "\n"


def _described(lang: Language) -> dict[str, Any]:
    from dashboards.api.description import description
    from dashboards.app import create_app
    from dashboards.engine import Engine
    from eventlogs.ledger.duckdb_ledger import DuckDBLedger

    with tempfile.TemporaryDirectory() as place:
        ledger = DuckDBLedger(Path(place) / "events.duckdb")
        try:
            return description(create_app(Engine(ledger, Path(place), "projects", read_only=False)), lang)
        finally:
            ledger.close()
