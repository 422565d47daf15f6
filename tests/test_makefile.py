"""The Makefile sets up what the project needs, and again when it no longer works."""

import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
SET_UP = 'from pathlib import Path\nprint("set up")\nPath(".venv/installed").touch()\n'


def test_an_environment_is_made_once_and_anew_when_its_python_is_gone(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/set_up.py").write_text(SET_UP)
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    for needed in ("pyproject.toml", "requirements-dev.lock"):
        (tmp_path / needed).touch()

    def made() -> str:
        command = ["make", "--no-print-directory", "install", f"PYTHON={sys.executable}"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert "set up" in made()
    assert "set up" not in made()
    python.unlink()
    python.symlink_to("/nowhere/python")
    assert "set up" in made()


def test_every_locked_package_goes_with_the_first_python_3_11() -> None:
    refusing = {
        name: needed
        for name in _locked("requirements.lock") | _locked("requirements-dev.lock")
        if "3.11.0" not in SpecifierSet(needed := _python_needed_by(name))
    }
    assert refusing == {}


def test_what_the_first_python_3_11_needs_besides_is_locked_too() -> None:
    locked = {canonicalize_name(name) for name in _locked("requirements-dev.lock")}
    missing = {(name, needed) for name in locked for needed in _needed_on_the_first(name) - locked}
    assert missing == set()


def _needed_on_the_first(name: str) -> set[str]:
    first = {"python_full_version": "3.11.0", "python_version": "3.11", "extra": ""}
    try:
        needed = [Requirement(text) for text in requires(name) or ()]
    except PackageNotFoundError:
        return set()
    return {canonicalize_name(one.name) for one in needed if one.marker is None or one.marker.evaluate(first)}


def _locked(file: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+)(?:\[.*\])?==", (ROOT / file).read_text("utf-8"), re.MULTILINE))


def _python_needed_by(name: str) -> str:
    try:
        return metadata(name)["Requires-Python"] or ""
    except PackageNotFoundError:  # one for another system
        return ""
