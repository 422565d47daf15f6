"""What tests counted: faults done to the engine, odd inputs given to it, pages read by axe, mutants made.

The tests write what they counted into the file that `--counts` names.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.environments import ROOT
from benchmarks.scoreboard.running import ran
from benchmarks.scoreboard.scores import Score, moment_text

FAULTS, FUZZ, ACCESS, MUTANTS = "Faults", "Odd inputs", "Accessibility", "Mutants of the heart"
LEAST_INPUTS = 10_000  # of each part
EVERY = 20  # mutants of which one is made: all of them take hours


def faults() -> Iterator[Score]:
    """Do every fault to the engine and yield how often each was survived."""
    ran(["make", "faults"])
    file = ROOT / "build" / "faults.json"
    survived = Counter[str]()
    for one in _told(file):
        survived[one["fault"]] += one.get("times", 1)
    of = "times, nothing lost, doubled or half-written"
    command = f"make faults SEEDS={_length(file, 'seeds')}"
    yield from (_score(file, FAULTS, name, n, command, of) for name, n in sorted(survived.items()))


def fuzz() -> Iterator[Score]:
    """Give every part odd inputs and yield how many it took or refused in a sentence."""
    ran(["make", "fuzz"])
    file = ROOT / "build" / "fuzz.json"
    command = f"make fuzz INPUTS={_length(file, 'inputs')}"
    for one in _told(file):
        of = f"inputs, {one['refused']:,} refused in a sentence, the others taken"
        score = _score(file, FUZZ, one["fuzz"], one["inputs"], command, of)
        yield replace(score, at_least=LEAST_INPUTS)


def mutants() -> Iterator[Score]:
    """Change every twentieth place of the heart, one at a time, and yield the share that tests notice."""
    command = f"make mutate EVERY={EVERY}"
    ran(command.split())
    file = ROOT / "build" / "mutation.json"
    for one in json.loads(file.read_text("utf-8"))["parts"]:
        of = (
            f"noticed: {one['killed']:,} of {one['mutants']:,}, and {one['equivalent']:,} that change nothing"
        )
        yield _score(file, MUTANTS, f"{one['part']}, share", one["share"], command, of)


def accessibility() -> Iterator[Score]:
    """Open every page in a browser, have axe-core read it, and yield what it finds."""
    file = ROOT / "build" / "accessibility.json"
    tests = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests").glob("test_*browser*.py"))
    ran([sys.executable, "-m", "pytest", *tests, "--counts", str(file)])
    pages, findings = Counter[str](), Counter[str]()
    for one in _told(file):
        if "axe" in one:
            pages[one["lang"]] += 1
            findings[one["lang"]] += one["findings"]
    command = 'make scoreboard PARTS="accessibility"'
    for lang in sorted(pages):
        text = f"axe-core findings, pages in {lang}"
        score = _score(file, ACCESS, text, findings[lang], command, f"on {pages[lang]} pages")
        yield replace(score, at_most=0)


def _told(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["counts"]
    return found


def _length(file: Path, name: str) -> int:
    found: int = json.loads(file.read_text("utf-8"))[name]
    return found


def _score(file: Path, part: str, figure: str, reached: float, command: str, of: str) -> Score:
    written = moment_text(datetime.fromtimestamp(file.stat().st_mtime, UTC))
    return Score(part, figure, reached, command, of=of, measured=written)
