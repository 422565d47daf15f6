"""The recipes of docs/extending, carried out step by step on a copy of the engine."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from eventlogs.floors import FLOORS

ROOT = Path(__file__).parent.parent
RECIPES = ROOT / "docs/extending/index.md"
_MAIN = "from dashboards.cli import main; main()"


def shown(language: str, after: str, page: Path = RECIPES) -> str:
    """Return the code block of a language that follows some words of the page."""
    text = page.read_text("utf-8")
    block = re.search(
        rf"^( *)```{language}\n(.*?)^\1```", text[text.index(after) :], re.MULTILINE | re.DOTALL
    )
    assert block is not None
    return re.sub(rf"^{block[1]}", "", block[2], flags=re.MULTILINE)


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    """A copy of the engine without its fonts."""
    for floor in FLOORS:
        left_out = shutil.ignore_patterns("__pycache__", "vendor")
        shutil.copytree(ROOT / floor, tmp_path / floor, ignore=left_out)
    return tmp_path


@pytest.fixture
def retrofit(engine: Path) -> Callable[..., str]:
    """The command of the copy, which must succeed."""

    def run(*words: str) -> str:
        environment = os.environ | {
            "PYTHONPATH": str(engine),
            "RETROFIT_DATA": str(engine / "data"),
            "LC_ALL": "C.UTF-8",
        }
        ran = subprocess.run(
            [sys.executable, "-c", _MAIN, *words],
            cwd=engine,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    return run


def test_a_city_gets_a_policy(engine: Path, retrofit: Callable[..., str]) -> None:
    file = engine / "shenyang-2024-01-01.toml"
    retrofit("policy", "show", "哈尔滨", "-o", file.name)
    text = file.read_text("utf-8")
    for line in shown("toml", "## A city's policy").splitlines():
        key = line.partition(" =")[0]
        text, n = re.subn(rf"^{key} = .*$", line, text, count=1, flags=re.MULTILINE)
        assert n == 1, key
    file.write_text(text, "utf-8")
    retrofit("policy", "check", file.name)
    (engine / "data/policies").mkdir(parents=True)
    file.rename(engine / "data/policies" / file.name)
    assert "Example rules of 2024" in retrofit("policy", "show", "沈阳")
    started = (
        "--city",
        "沈阳",
        "--name",
        "x",
        "--id",
        "s-1",
        "--floors",
        "6",
        "--actor",
        "a",
        "--at",
        "2024-05-01",
    )
    retrofit("project", "start", *started)
    assert "shenyang/2024-01-01" in retrofit("project", "show", "s-1", "--json")


def test_a_process_gets_a_step(engine: Path, retrofit: Callable[..., str]) -> None:
    word, form = shown("toml", "1. **The word**"), shown("python", "2. **The form**")
    with (engine / "eventlogs/vocabulary/activities.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + word)
    with (engine / "flows/steps/initiation.py").open("a", encoding="utf-8") as file:
        file.write("\n\n" + form)
    lift = engine / "flows/retrofits/lift.py"
    before = 'project.guide("establish_party_lift_group")'
    lift.write_text(
        lift.read_text("utf-8").replace(before, f'project.guide("hold_open_day")\n    {before}'), "utf-8"
    )
    told = retrofit(
        "project", "start", "--city", "哈尔滨", "--name", "x", "--id", "p", "--floors", "6", "--actor", "a"
    )
    assert "p/hold_open_day/1 Hold an open day about lifts" in told
    retrofit("work", "complete", "p/hold_open_day/1", "--actor", "a", "--set", "households_reached=3")
    assert "hold_open_day" in retrofit("project", "history", "p", "--json")


def test_a_log_is_held_against_a_rule(engine: Path, retrofit: Callable[..., str]) -> None:
    (engine / "rules.toml").write_text(shown("toml", "## A rule"), "utf-8")
    model = (engine / "mining/normative/lift.toml").read_text("utf-8")
    rule = shown("toml", "shall\nhold for everybody")
    (engine / "model.toml").write_text(model + "\n" + rule, "utf-8")
    retrofit("log", "import", "eventlogs/sample/simulated_lift_projects.xes.gz", "--log", "lifts")
    assert "the wish is answered by a survey" in retrofit("mine", "rules", "lifts", "--rules", "rules.toml")
    retrofit("mine", "norm", "check", "model.toml")
    assert "X1" in retrofit("mine", "conformance", "lifts", "--model", "model.toml")


def test_a_type_of_retrofit_is_added(engine: Path, retrofit: Callable[..., str]) -> None:
    for ending in ("py", "toml"):
        text = (engine / f"flows/retrofits/pipe_renewal.{ending}").read_text("utf-8")
        copy = text.replace("pipe_renewal", "drain_renewal")
        (engine / f"flows/retrofits/drain_renewal.{ending}").write_text(copy, "utf-8")
    told = retrofit(
        *("project", "start", "--type", "drain_renewal", "--city", "哈尔滨", "--name", "x"),
        *("--id", "d-1", "--floors", "6", "--actor", "a"),
    )
    assert "d-1/inspect_pipes/1" in told


def test_both_languages_show_the_same_recipes() -> None:
    blocks = [
        re.findall(r"```(?:toml|python)\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
        for page in (RECIPES, RECIPES.with_name("index.zh.md"))
    ]
    assert blocks[0] == blocks[1]
