"""The Python tour as a notebook for Jupyter, made from its page: the same words, code and answers."""

import json
import re
from typing import Any

from tools.site.staging import ROOT

PAGES = {"en": ROOT / "docs/python_tour.md", "zh": ROOT / "docs/python_tour.zh.md"}
_BLOCK = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_OTHER_LANGUAGE = re.compile(r"^(?:中文：|English: )\[.*\n\n", re.MULTILINE)


def notebook(page: str) -> str:
    """Return a page's words, code and answers as a notebook of format 4.5."""
    words, *rest = _BLOCK.split(_OTHER_LANGUAGE.sub("", page, count=1))
    cells = [_words(words)]
    for code, answer, behind in zip(rest[0::3], rest[1::3], rest[2::3], strict=True):
        cells += [_code(code, answer), _words(behind)]
    kept = [{"id": f"cell-{place}"} | cell for place, cell in enumerate(cells) if cell["source"]]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": kept, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def write() -> None:
    """Write the notebook of each page beside it."""
    for page in PAGES.values():
        page.with_suffix(".ipynb").write_text(notebook(page.read_text("utf-8")), "utf-8")


def _words(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines(text)}


def _code(text: str, answer: str) -> dict[str, Any]:
    said = {"output_type": "stream", "name": "stdout", "text": _lines(answer, ending=True)}
    cell: dict[str, Any] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [said]}
    return cell | {"source": _lines(text)}


def _lines(text: str, *, ending: bool = False) -> list[str]:
    stripped = text.strip("\n")
    return (stripped + "\n" if ending else stripped).splitlines(keepends=True)
