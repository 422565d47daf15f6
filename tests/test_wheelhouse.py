"""What an office without internet gets: a folder that installs itself, a systemd unit, a Containerfile."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.wheelhouse import PUT_BESIDE, ROOT, SERVICE, gather

pytestmark = pytest.mark.xdist_group("wheelhouse")  # made once for all


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheelhouse of the engine alone, without the packages it runs with."""
    place = tmp_path_factory.mktemp("wheelhouse")
    lock = place / "none.lock"
    lock.write_text("")
    return gather(place / "house", lock)


def install(house: Path, where: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.defpath, "HOME": str(where.parent), "PYTHON": sys.executable}
    command = ["sh", str(house / "install.sh"), str(where)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_wheelhouse_installs_itself_without_an_index(house: Path, tmp_path: Path) -> None:
    done = install(house, tmp_path / "there")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "there/bin/retrofit").is_file()
    found = subprocess.run(
        [tmp_path / "there/bin/python", "-I", "-c", "import eventlogs; print(eventlogs.__file__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.startswith(str(tmp_path / "there"))


def test_a_wheelhouse_that_is_not_whole_installs_nothing(house: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(house, copy)
    next(copy.glob("wheels/*.whl")).write_bytes(b"half")
    done = install(copy, tmp_path / "there")
    assert (done.returncode, "not whole" in done.stderr) == (1, True)
    assert not (tmp_path / "there").exists()


def test_a_wheelhouse_for_another_python_says_so(house: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(house, copy)
    (copy / "made-for").write_text("3.9 1 m68k\n")
    done = install(copy, tmp_path / "there")
    assert (done.returncode, "need Python 3.9.1" in done.stderr) == (1, True)


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    unit = (SERVICE / "retrofit.service").read_text("utf-8")
    command = re.search(r"^ExecStart=(\S+) (.*)$", unit, re.MULTILINE)
    assert command is not None
    assert command[2].startswith("--data /var/lib/retrofit up")
    if shutil.which("systemd-analyze"):
        copy = tmp_path / "retrofit.service"
        copy.write_text(unit.replace(command[1], sys.executable))
        checked = subprocess.run(
            ["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False
        )
        assert (checked.returncode, checked.stderr) == (0, "")


def test_the_containerfile_asks_for_what_the_wheelhouse_has(house: Path) -> None:
    text = (SERVICE / "Containerfile").read_text("utf-8")
    assert {path.name for path in house.iterdir()} >= set(PUT_BESIDE)
    assert "sh /tmp/wheelhouse/install.sh /opt/retrofit" in text
    assert "make wheelhouse" in text
    assert (ROOT / "Makefile").read_text("utf-8").count("\nwheelhouse:") == 1
