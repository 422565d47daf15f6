"""`make wheelhouse`: everything that a machine without internet needs, in the folder build/wheelhouse.

The wheels fit the Python version (or a later bugfix of it) and the kind of machine on which they were
gathered; `install.sh` says so where they do not.
"""

import hashlib
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from eventlogs.floors import FLOORS

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "build/wheelhouse"
SERVICE = ROOT / "tools/service"
PUT_BESIDE = ("install.sh", "retrofit.service", "Containerfile")


def gather(house: Path = HOUSE, lock: Path = ROOT / "requirements.lock") -> Path:
    """Gather the wheels of `lock` and the engine's own, with what installs them; returns the folder."""
    shutil.rmtree(house, ignore_errors=True)
    wheels = house / "wheels"
    wheels.mkdir(parents=True)
    _pip("wheel", "--requirement", str(lock), "--wheel-dir", str(wheels))
    with TemporaryDirectory() as place:
        source = _source(Path(place))
        _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(source))
    shutil.copy(lock, house / "requirements.lock")
    for name in PUT_BESIDE:
        shutil.copy(SERVICE / name, house / name)
    made_for = (f"{sys.version_info[0]}.{sys.version_info[1]}", sys.version_info[2], platform.machine())
    (house / "made-for").write_text(" ".join(map(str, made_for)) + "\n")
    _check_whole(wheels)
    (house / "SHA256SUMS").write_text("".join(_sums(house)))
    return house


def _source(place: Path) -> Path:
    """Copy what the engine's wheel is made of: a build leaves folders that another build would meet."""
    for name in FLOORS:
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, place / name)
    return place


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--quiet", "--no-input", *words]
    subprocess.run(command, cwd=ROOT, check=True)


def _check_whole(wheels: Path) -> None:
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as packed:
            assert packed.testzip() is None, wheel.name


def _sums(house: Path) -> list[str]:
    return [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(house)}\n"
        for file in sorted(house.rglob("*"))
        if file.is_file()
    ]


if __name__ == "__main__":
    made = gather()
    size = sum(file.stat().st_size for file in made.rglob("*") if file.is_file())
    sys.stderr.write(
        f"{made.relative_to(ROOT)}: {len(list(made.glob('wheels/*')))} wheels, {size >> 20} MB\n"
    )
