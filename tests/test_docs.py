"""The documentation against the engine: every command shown is run, every command there is is shown."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from dashboards.cli import retrofit

ROOT = Path(__file__).parent.parent
READMES = {"README.md": "C.UTF-8", "README.zh.md": "zh_CN.UTF-8"}
ANY_LINES, ANYTHING = "…", r"[^\n]*"


@dataclass(frozen=True)
class Shown:
    """A command line and the output the documentation shows for it."""

    command: str
    output: str

    def fits(self, output: str) -> bool:
        """Tell whether the real output is what is shown; `…` stands for any text or, alone, for any lines."""
        lines = [
            r"(?:[^\n]*\n)*?" if line.strip() == ANY_LINES else _pattern(line) + r"\s*\n"
            for line in self.output.splitlines()
        ]
        return re.fullmatch("".join(lines), output.rstrip() + "\n") is not None


def _pattern(line: str) -> str:
    return ANYTHING.join(re.escape(part) for part in line.rstrip().split(ANY_LINES))


def shown(readme: str) -> list[Shown]:
    blocks = re.findall(
        r"^```console\n(.*?)^```", (ROOT / readme).read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    found = []
    for part in re.split(r"^\$ ", "".join(blocks), flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        found.append(Shown(command, output.rstrip()))
    return found


@pytest.mark.parametrize("readme", READMES)
def test_every_command_shown_answers_as_shown(readme: str, tmp_path: Path) -> None:
    (tmp_path / "eventlogs").symlink_to(ROOT / "eventlogs")
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LC_ALL": READMES[readme],
        "PYTHONUTF8": "1",
    }
    for each in shown(readme):
        ran = subprocess.run(
            each.command,
            shell=True,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        said = ran.stdout if ran.returncode == 0 else ran.stderr
        assert each.fits(said), f"$ {each.command}\n{said}\n--- shown:\n{each.output}"


def test_both_readmes_show_the_same_commands() -> None:
    commands = [[each.command for each in shown(readme)] for readme in READMES]
    assert commands[0] == commands[1]
    assert len(commands[0]) >= 6


def test_both_readmes_have_the_same_parts() -> None:
    parts = [re.findall(r"^(#+) ", (ROOT / readme).read_text("utf-8"), re.MULTILINE) for readme in READMES]
    assert parts[0] == parts[1]


def paths(group: click.Group, path: str = "retrofit") -> list[str]:
    found = []
    for name, command in group.commands.items():
        inner = f"{path} {name}"
        found += paths(command, inner) if isinstance(command, click.Group) else [inner]
    return found


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_named_and_every_name_is_a_command(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    table = re.findall(r"^\| `(retrofit [a-z -]+?)(?: [A-Z\[…].*)?` \|", text, re.MULTILINE)
    assert sorted(table) == sorted(paths(retrofit))


@pytest.mark.parametrize("readme", READMES)
def test_every_make_target_named_exists(readme: str) -> None:
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert targets is not None
    named = set(re.findall(r"(?:^|`)make ([a-z]+)\b", (ROOT / readme).read_text("utf-8"), re.MULTILINE))
    assert {"demo", "test", "install", "help"} <= named <= set(targets[1].split())


def test_every_file_linked_exists() -> None:
    for document in [
        *(ROOT / name for name in READMES),
        ROOT / "CHANGELOG.md",
        *(ROOT / "docs").rglob("*.md"),
    ]:
        for link in re.findall(r"\]\(([^)#]+)\)", document.read_text("utf-8")):
            assert "://" in link or (document.parent / link).exists(), f"{document.name}: {link}"


def test_decisions_are_numbered_once_and_say_why() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert len(set(numbers)) == len(numbers) >= 3
    for path in decisions:
        text = path.read_text("utf-8")
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], (
            path.name
        )
