"""The site that `make docs` builds: whole, bilingual, asking no other host, searched from a folder."""

import re
import subprocess
import sys
from collections.abc import Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from found_browser import running_browser

from tools.site.staging import ROOT, on_site

READY = """() => /Type to start|键入以开始/.test(
    document.querySelector('.md-search-result__meta').innerText)"""
RESULTS_NAME = """word => document.querySelector('.md-search-result__list')
    ?.innerText.replaceAll('\\u200b', '').includes(word)"""
SITE = ROOT / "build/docs"

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def site() -> Iterator[Path]:
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build/site.lock").open("w") as lock:
        flock(lock, LOCK_EX)  # another process of the tests would lay the site's files anew meanwhile
        built = subprocess.run(
            [sys.executable, "-m", "tools.site"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert built.returncode == 0, built.stderr
        yield SITE


def test_the_site_has_every_page_in_both_languages(site: Path) -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs").as_posix().removesuffix(".md").removesuffix(".zh")
        name = re.sub(r"README$", "index", name)
        assert (site / f"{name}.html").is_file(), name
        assert (site / f"zh/{name}.html").is_file(), name


def test_the_site_asks_no_other_host(site: Path) -> None:
    loaded = (
        r'<(?:script|img|iframe)[^>]*src="?(?:https?:)?//',
        r'<link[^>]*rel="?stylesheet[^>]*href="?(?:https?:)?//',
        "@import",
    )
    for page in site.rglob("*.html"):
        assert not re.search("|".join(loaded), page.read_text("utf-8")), page.name


@pytest.mark.parametrize(
    ("start", "asked", "found"),
    [
        ("index.html", "bringing", "Bringing your own data"),
        ("zh/index.html", "模板", "导入自己的数据"),
    ],
)
def test_the_search_answers_from_a_folder(site: Path, start: str, asked: str, found: str) -> None:
    with running_browser() as browser:
        page = browser.new_page()
        elsewhere: list[str] = []
        page.on("request", lambda sent: elsewhere.append(sent.url) if sent.url.startswith("http") else None)
        page.goto((site / start).as_uri())
        page.locator("input.md-search__input").first.focus()
        page.wait_for_function(READY)
        page.keyboard.type(asked)
        page.keyboard.press("End")  # a word from an input method ends with a key let go
        page.wait_for_function(
            RESULTS_NAME,
            arg=found,
        )
        assert elsewhere == []


def test_lines_of_a_chinese_paragraph_are_joined_and_those_of_an_answer_are_not() -> None:
    answer = "```console\n$ retrofit\n第一\n第二\n```\n"
    page = f"先看\n判定。\n\n- 一项\n  两行\n- two\n  words\n\n{answer}后面\n接着\n"
    told = on_site(page, ROOT / "docs/importing.zh.md")
    assert told == f"先看判定。\n\n- 一项两行\n- two\n  words\n\n{answer}后面接着\n"
    assert on_site(page, ROOT / "docs/importing.md") == page


def test_links_to_files_that_are_not_on_the_site_become_words() -> None:
    page = ROOT / "docs/importing.md"
    assert on_site(
        "see [the names](../eventlogs/exchange/tables/names.py) and [why](decisions/0001-four-floors.md)",
        page,
    ) == ("see the names and [why](decisions/0001-four-floors.md)")
    assert on_site("[notes](docs/security.md#roles)", ROOT / "README.md") == "[notes](security.md#roles)"
