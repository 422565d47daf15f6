"""The pages use what browsers had four years ago, told from a dated table of properties, selectors and calls.

This rests on `data/browser_features.toml`, for all kinds of browsers; `make oldbrowser` walks the pages in
a real Chromium of October 2022. htmx 2 and ECharts are held to the same syntax by their own builds (ES2020
and older).
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "dashboards" / "static"
TABLE = tomllib.loads((Path(__file__).parent / "data" / "browser_features.toml").read_text("utf-8"))
SHEETS, SCRIPTS = sorted(ROOT.glob("*.css")), sorted(ROOT.glob("*.js"))
WORD = r"-?[a-z][a-z-]*"


def plain(file: Path) -> str:
    """Return a file without comments and without what stands between quotation marks."""
    text = re.sub(r"/\*.*?\*/", "", file.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"(?m)(^|\s)//.*$", "", text) if file.suffix == ".js" else text
    return re.sub(r'"[^"\n]*"', '""', text)


def used(sheet: Path) -> Iterator[str]:
    """Yield each property, pseudo-class and function of a style sheet."""
    text = plain(sheet)
    yield from re.findall(rf"[{{;]\s*({WORD})\s*:", text)
    yield from re.findall(rf"::?{WORD}", re.sub(r"\{[^{}]*\}", "{}", text))
    values = re.findall(r":([^;{}]*)[;}]", text)
    yield from (f"{name}()" for value in values for name in re.findall(rf"({WORD})\(", value))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda file: file.name)
def test_a_style_sheet_uses_what_browsers_had(sheet: Path) -> None:
    css = TABLE["css"]
    known = set(css["long"].split()) | set(css["harmless"])
    known |= {name for name, month in css["dated"].items() if month <= TABLE["until"]}
    custom = {name for name in used(sheet) if name.startswith("--")}
    assert {name for name in used(sheet) if name not in known | custom} == set()
    assert [word for word in css["forbidden"] if word in plain(sheet)] == []
    assert not re.search(r"\{[^{}@]*\{[^{}]*\}", re.sub(r"@media[^{]*\{", "", plain(sheet))), "nested rules"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: file.name)
def test_a_script_uses_what_browsers_had(script: Path) -> None:
    text = plain(script)
    assert [word for word in TABLE["js"]["forbidden"] if word in text] == []
    assert all(month <= TABLE["until"] for month in TABLE["js"]["dated"].values())
    assert not re.search(r"(?m)^await\b", text), "await outside of a function"
