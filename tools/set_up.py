"""The setting up of `.venv`: `set_up.py` makes it, `set_up.py lock` pins the packages anew.

Runs on a bare Python, before anything is installed. No download address is named here or in the locks;
pip knows where to ask.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = {
    "requirements-dev.lock": (
        ["--extra", "dev"],
        "# The engine's packages and those its tests and checks need. Made by 'make lock'.\n",
    ),
    "requirements.lock": (
        ["--constraint", "requirements-dev.lock"],
        "# Every package the engine runs with, at the version it was tried with. Made by 'make lock'.\n",
    ),
}


PIP_COMPILE = ("--quiet", "--no-header", "--no-emit-options", "--strip-extras", "--allow-unsafe")


def say(english: str, chinese: str = "", end: str = "\n") -> None:
    """Write to stderr at once, in the language of the locale."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    sys.stderr.write((chinese if chinese and locale.startswith("zh") else english) + end)
    sys.stderr.flush()


def install() -> None:
    """Make `.venv`, or finish it where an earlier run was interrupted."""
    began = time.monotonic()
    python = sys.version.split()[0]
    say(f"Setting up .venv with Python {python}", f"正在用 Python {python} 建立 .venv")
    if not works(VENV / "bin/python"):
        venv.create(VENV, with_pip=True, clear=True, symlinks=True)
    pinned = (ROOT / "requirements-dev.lock").read_text("utf-8")
    total = len(re.findall(r"^\S+==", pinned, re.MULTILINE))
    say(
        f"Installing {total} packages from requirements-dev.lock; the first time takes a few minutes",
        f"正在安装 requirements-dev.lock 中的 {total} 个软件包；第一次需要几分钟",
    )
    pip("install", "--requirement", "requirements-dev.lock", total=total)
    say("Installing the retrofit command", "正在安装 retrofit 命令")
    pip("install", "--no-deps", "--no-build-isolation", "--editable", ".")
    (VENV / "installed").write_text("")
    took = f"{time.monotonic() - began:.0f}"
    say(f"Done in {took} s: .venv/bin/retrofit", f"完成，用时 {took} 秒：.venv/bin/retrofit")


def lock(*options: str) -> None:
    """Pin the packages anew with pip-tools, in an environment that is thrown away."""
    with tempfile.TemporaryDirectory() as place:
        say("Installing pip-tools in an environment of its own")
        venv.create(place, with_pip=True, symlinks=True)
        subprocess.run([f"{place}/bin/python", "-m", "pip", "install", "--quiet", "pip-tools"], check=True)
        for name, (extra, title) in LOCKS.items():
            say(f"Pinning {name}")
            command = [f"{place}/bin/pip-compile", *PIP_COMPILE, *extra, *options]
            subprocess.run([*command, "--output-file", name, "pyproject.toml"], cwd=ROOT, check=True)
            pinned = (ROOT / name).read_text("utf-8").removeprefix(title)
            (ROOT / name).write_text(title + _without_places(pinned), "utf-8")


def _without_places(pinned: str) -> str:
    """Return a lock without the lines that say where this machine's pip looks for packages."""
    return "".join(line for line in pinned.splitlines(keepends=True) if not line.startswith("--"))


def works(python: Path) -> bool:
    """Tell whether an environment's Python starts and has pip."""
    try:
        return (
            subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode
            == 0
        )
    except OSError:
        return False


def pip(*arguments: str, total: int = 0) -> None:
    """Run pip, showing how many of `total` packages it has come to; its whole output only if it fails."""
    command = [str(VENV / "bin/python"), "-m", "pip", *arguments, "--progress-bar", "off", "--no-input"]
    said: list[str] = []
    seen: set[str] = set()
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            found = re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line)
            if total and found and found[1] not in seen:
                seen.add(found[1])
                show(len(seen), total, found[1])
            elif total and line.startswith("Installing collected packages"):
                n = line.count(",") + 1
                say(f"  unpacking {n}", f"  正在解开 {n} 个")
    if process.returncode:
        say("\n" + "".join(said[-25:]))
        say(
            "pip could not install the packages; its last words stand above. Then again: make install",
            "pip 未能装好软件包，原因见上；排除后再运行：make install",
        )
        sys.exit(1)


def show(seen: int, total: int, name: str) -> None:
    """Draw the progress on one line of a terminal, or every twenty-fifth package elsewhere."""
    if sys.stderr.isatty():
        filled = 30 * seen // total
        end = "\n" if seen == total else ""
        say(f"\r  [{'#' * filled}{'.' * (30 - filled)}] {seen} of {total} {name[:30]:30}", end=end)
    elif seen % 25 == 0 or seen == total:
        say(f"  {seen} of {total}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["lock"]:
        lock(*sys.argv[2:])
    else:
        install()
