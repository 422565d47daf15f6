"""The Python tour: its code is run block by block and prints what is shown; the notebook has the same."""

import json
import re
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path

import click
import pytest

from dashboards.cli import retrofit
from tools.site.notebook import PAGES, notebook

ROOT = Path(__file__).parent.parent
TOUR = ROOT / "docs/python_tour.md"
CHINESE = ROOT / "docs/python_tour.zh.md"
MINE = retrofit.commands["mine"]
_ROW = re.compile(r"^\| `mine (\w+)` \| `([\w.]+)\(", re.MULTILINE)
_BLOCK = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_tour_prints_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    blocks = _BLOCK.findall(TOUR.read_text("utf-8"))
    assert len(blocks) == TOUR.read_text("utf-8").count("```python")
    for code, shown in blocks:
        said = StringIO()
        with redirect_stdout(said):
            exec(compile(code, str(TOUR), "exec"), names)  # the code of our own page
        lines = [line.rstrip() for line in said.getvalue().strip("\n").splitlines()]
        assert lines == shown.rstrip("\n").splitlines(), code


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_the_notebook_is_the_page(page: Path) -> None:
    kept = page.with_suffix(".ipynb").read_text("utf-8")
    assert kept == notebook(page.read_text("utf-8")), "run: make docs"
    cells = json.loads(kept)["cells"]
    code = ["".join(cell["source"]) + "\n" for cell in cells if cell["cell_type"] == "code"]
    assert code == [block for block, _ in _BLOCK.findall(page.read_text("utf-8"))]
    assert len({cell["id"] for cell in cells}) == len(cells) >= 10


@pytest.mark.parametrize("page", [TOUR, CHINESE], ids=["en", "zh"])
def test_every_mining_command_is_told_with_its_function(page: Path) -> None:
    assert isinstance(MINE, click.Group)
    told = dict(_ROW.findall(page.read_text("utf-8")))
    assert told.keys() == MINE.commands.keys()
    for path in told.values():
        module, _, function = path.rpartition(".")
        assert callable(getattr(import_module(module), function)), path


def test_the_chinese_tour_has_the_same_code() -> None:
    assert _BLOCK.findall(CHINESE.read_text("utf-8")) == _BLOCK.findall(TOUR.read_text("utf-8"))
