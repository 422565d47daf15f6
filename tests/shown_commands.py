"""Commands as documents show them, and their real answers: each in a process of its own, forked ready to go.

A fork of a process that has loaded the command line costs nothing beside starting Python anew, and
is as separate from the commands before it.
"""

import os
import re
import shlex
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from forked import ended_with

ROOT = Path(__file__).parent.parent
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


def shown(document: Path) -> list[Shown]:
    """Return the commands of a document's console blocks, in order."""
    blocks = re.findall(r"^```console\n(.*?)^```", document.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    found = []
    for part in re.split(r"^\$ ", "".join(blocks), flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        found.append(Shown(command, output.rstrip()))
    return found


def answer(command: str, place: Path, locale: str) -> str:
    """Run a `retrofit` command in `place` and return its data, or its narration where it fails."""
    name, *words = shlex.split(command)
    assert name == "retrofit", f"only retrofit is run here: {command}"
    with tempfile.TemporaryDirectory() as told:
        data, narration = Path(told) / "data", Path(told) / "narration"
        status = ended_with(_run, words, place, locale, data, narration)
        said = data if status == 0 else narration
        return said.read_text("utf-8")


def _run(words: list[str], place: Path, locale: str, data: Path, narration: Path) -> None:
    status = 70
    sys.stdout, sys.stderr = data.open("w", encoding="utf-8"), narration.open("w", encoding="utf-8")
    try:
        os.dup2(sys.stdout.fileno(), 1)
        os.dup2(sys.stderr.fileno(), 2)
        os.chdir(place)
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "TMPDIR"}}
        os.environ.clear()
        os.environ.update(kept | {"HOME": str(place), "LC_ALL": locale})
        sys.argv = ["retrofit", *words]
        status = _status()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _status() -> int:
    from dashboards.cli import main

    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0
