"""The tests of the pages find a browser, or fetch one, or say what is missing; they never go without."""

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import found_browser
import pytest

from dashboards.report import browsers

MAKES_CHROMIUM = """#!/bin/sh
[ "$1" = install ] || exit 0
/bin/cp {place}/apt-get {place}/chromium
"""


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Hide the browsers and installers of this machine; lend the only place where commands are found."""
    place = tmp_path / "bin"
    place.mkdir()
    monkeypatch.setenv("PATH", str(place))
    monkeypatch.delenv("RETROFIT_BROWSER", raising=False)
    monkeypatch.setattr(browsers, "PLACES", ())
    monkeypatch.setattr(found_browser, "CACHE", tmp_path / "cache")
    found_browser.chromium.cache_clear()
    yield place
    found_browser.chromium.cache_clear()


def command(place: Path, name: str, text: str) -> Path:
    file = place / name
    file.write_text(text, "utf-8")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize("name", ["chromium", "google-chrome", "microsoft-edge"])
def test_an_installed_browser_is_taken(bare: Path, name: str) -> None:
    installed = command(bare, name, "#!/bin/sh\n")
    assert found_browser.chromium() == str(installed)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may install packages, and only then is it tried")
def test_debians_chromium_is_installed_where_there_is_none(bare: Path) -> None:
    command(bare, "apt-get", MAKES_CHROMIUM.format(place=bare))
    assert found_browser.chromium() == str(bare / "chromium")


def test_the_npm_package_is_fetched_where_debian_gives_none(bare: Path, tmp_path: Path) -> None:
    made = command(bare, "made-by-npm", "#!/bin/sh\n")
    command(bare, "npm", f'#!/bin/sh\necho "$@" > {tmp_path}/asked\n')
    command(bare, "node", f"#!/bin/sh\necho {made}\n")
    assert found_browser.chromium() == str(made)
    assert found_browser.PACKAGE in (tmp_path / "asked").read_text("utf-8")


def test_the_chromium_of_2022_is_fetched_once(bare: Path, tmp_path: Path) -> None:
    command(bare, "npm", f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\n')
    command(bare, "node", "#!/bin/sh\necho old > chromium\n")
    (tmp_path / "old").mkdir()
    tarfile.open(tmp_path / "old/swiftshader.tar", "w").close()
    for _ in range(2):
        assert found_browser.old_browser(tmp_path / "old").read_text("utf-8") == "old\n"
    (asked,) = (tmp_path / "asked").read_text("utf-8").splitlines()
    assert asked.endswith("@sparticuz/chromium@107.0.0")


def test_without_any_the_tests_fail_and_say_what_to_install(bare: Path) -> None:
    with pytest.raises(RuntimeError, match="apt-get install chromium"):
        found_browser.chromium()
