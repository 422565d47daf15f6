"""The documentation against the engine: every command shown is run, every command there is is shown."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from shown_commands import answer, shown

from dashboards.cli import retrofit
from eventlogs.language import Language

ROOT = Path(__file__).parent.parent
READMES = {"README.md": "C.UTF-8", "README.zh.md": "zh_CN.UTF-8"}
GUIDES = (
    "quick_start",
    "own_data",
    "guides/staff",
    "guides/analyst",
    "guides/leader",
    "extending/index",
    "installing",
)  # in this order, each with the data of those before
METHODS = ("comparison", "completeness", "conformance", "discovery", "simulation", "stalls", "time_to_come")
BILINGUAL = (
    *GUIDES,
    *("index", "architecture", "data_dictionary", "python_tour", "importing", "exporting"),
    *("operating", "security"),
    *(f"methods/{name}" for name in METHODS),
)


@pytest.mark.parametrize("readme", READMES)
def test_every_command_shown_answers_as_shown(readme: str, tmp_path: Path) -> None:
    (tmp_path / "eventlogs").symlink_to(ROOT / "eventlogs")
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LC_ALL": READMES[readme],
        "PYTHONUTF8": "1",
    }
    for each in shown(ROOT / readme):
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


def pages(lang: str) -> list[Path]:
    ending = ".md" if lang == "en" else f".{lang}.md"
    return [ROOT / "docs" / (name + ending) for name in GUIDES]


@pytest.mark.parametrize(("lang", "locale"), [("en", "C.UTF-8"), ("zh", "zh_CN.UTF-8")])
def test_every_command_of_the_guides_shown_answers_as_shown(lang: str, locale: str, tmp_path: Path) -> None:
    for folder in ("eventlogs", "docs"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    for page in pages(lang):
        for each in shown(page):
            said = answer(each.command, tmp_path, locale)
            assert each.fits(said), f"{page.name}: $ {each.command}\n{said}\n--- shown:\n{each.output}"


def test_no_page_shows_a_command_that_is_not_run() -> None:
    run = {path for lang in ("en", "zh") for path in pages(lang)}
    shows = {
        path
        for path in (ROOT / "docs").rglob("*.md")
        if any(each.command.startswith("retrofit ") for each in shown(path))
    }
    assert shows - run == set()


def test_every_document_is_there_in_both_languages() -> None:
    names = {document.relative_to(ROOT).as_posix() for document in documents()}
    english = {name for name in names if not name.endswith(".zh.md")}
    assert names - english == {name.removesuffix("md") + "zh.md" for name in english}


@pytest.mark.parametrize("name", BILINGUAL)
def test_a_page_is_the_same_in_both_languages(name: str) -> None:
    texts = both(f"docs/{name}")
    assert len({tuple(re.findall(r"^(#+) ", text, re.MULTILINE)) for text in texts}) == 1
    assert (
        len({tuple(each.command for each in shown(ROOT / f"docs/{name}{end}")) for end in (".md", ".zh.md")})
        == 1
    )
    assert re.search(r"[\u4e00-\u9fff]", texts[1].splitlines()[0])


def test_both_readmes_show_the_same_commands() -> None:
    commands = [[each.command for each in shown(ROOT / readme)] for readme in READMES]
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


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    for document in documents():
        text = document.read_text("utf-8")
        named = set(re.findall(r"(?:^|[`;$] ?)make ([a-z]+)\b", text, re.MULTILINE))
        assert named <= targets, document.name
        assert document.parent != ROOT or "README" not in document.name or {"demo", "test", "help"} <= named


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd's own checker")
def test_the_service_is_one_that_systemd_understands(tmp_path: Path) -> None:
    unit = (ROOT / "tools/service/retrofit.service").read_text("utf-8")
    assert "ExecStart=/opt/retrofit/bin/retrofit " in unit
    there = tmp_path / "retrofit.service"
    there.write_text(unit.replace("/opt/retrofit/bin/retrofit", sys.executable), "utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", str(there)], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_every_file_linked_exists() -> None:
    for document in documents():
        for link in re.findall(r"\]\(([^)#]+)\)", document.read_text("utf-8")):
            assert "://" in link or (document.parent / link).exists(), f"{document.name}: {link}"


HEADINGS: dict[Language, list[str]] = {
    "en": ["Context", "Decision", "Consequences"],
    "zh": ["背景", "决定", "后果"],
}


def decisions(lang: Language) -> list[Path]:
    every = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    return [path for path in every if path.name.endswith(".zh.md") == (lang == "zh")]


def test_decisions_are_numbered_once_and_say_why() -> None:
    numbers = [path.name[:4] for path in decisions("en")]
    assert len(set(numbers)) == len(numbers) >= 3
    for lang, headings in HEADINGS.items():
        for path in decisions(lang):
            text = path.read_text("utf-8")
            assert re.findall(r"^## (.*)$", text, re.MULTILINE) == headings, path.name


def test_a_decision_tells_the_same_figures_in_both_languages() -> None:
    for chinese in decisions("zh"):
        english = chinese.with_name(chinese.name.removesuffix("zh.md") + "md").read_text("utf-8")
        told = chinese.read_text("utf-8")
        assert figures(english) - figures(told) == set(), chinese.name
        assert named(english) == named(told), chinese.name


def test_the_benchmarks_are_the_same_in_both_languages() -> None:
    english, told = both("docs/benchmarks")
    outputs = [re.findall(r"^```.*?^```$", text, re.MULTILINE | re.DOTALL) for text in (english, told)]
    assert outputs[0] == outputs[1]
    assert figures(english) - figures(told) == set()
    assert named(english) - named(told) == set()


def test_the_changelog_has_the_same_entries_in_both_languages() -> None:
    english, told = both("CHANGELOG")
    entries = [
        [part.count("\n- ") for part in re.split("^##+ ", text, flags=re.M)] for text in (english, told)
    ]
    assert entries[0] == entries[1]
    assert named(english) == named(told)


def test_a_chinese_page_leads_to_chinese_pages() -> None:
    for document in documents():
        if document.name.endswith(".zh.md"):
            text = re.sub(r"English: ?\[.*", "", document.read_text("utf-8"), count=1)
            for link in re.findall(r"\]\(([^)#:]+)\.md[)#]", text):
                chinese = document.parent / f"{link}.zh.md"
                assert link.endswith(".zh") or not chinese.exists(), f"{document.name}: {link}"


def both(name: str) -> list[str]:
    return [(ROOT / f"{name}{ending}").read_text("utf-8") for ending in (".md", ".zh.md")]


def figures(text: str) -> set[str]:
    """Return the numbers of a text, however they are set."""
    return {each.replace(",", "").lstrip("0") for each in re.findall(r"\d+(?:[.,]\d+)*", text)}


def named(text: str) -> set[str]:
    """Return what a text sets as code."""
    return {" ".join(each.split()) for each in re.findall(r"`([^`]+)`", text.replace("```", ""))}
