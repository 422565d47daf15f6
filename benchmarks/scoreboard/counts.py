"""What tests counted: faults done to the engine, odd inputs given to it, pages read by axe, mutants made.

The tests write what they counted into the file that `--counts` names.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.environments import ROOT
from benchmarks.scoreboard.running import ran
from benchmarks.scoreboard.scores import Score

FAULTS, FUZZ, ACCESS, MUTANTS = "Faults", "Odd inputs", "Accessibility", "Mutants of the heart"
LEAST_INPUTS = 10_000  # of each part
_COUNTED = Path("build", "scores")


def faults() -> Iterator[Score]:
    """Do every fault to the engine and yield how often each was survived."""
    ran(["make", "faults"])
    yield from (
        Score(
            FAULTS,
            one["fault"],
            one["times"],
            "make faults",
            of="times, nothing lost, doubled or half-written",
        )
        for one in _told(ROOT / "build" / "faults.json")
    )


def fuzz() -> Iterator[Score]:
    """Give every part odd inputs and yield how many it took or refused in a sentence."""
    ran(["make", "fuzz"])
    for one in _told(ROOT / "build" / "fuzz.json"):
        of = f"{one['refused']:,} refused in a sentence, none with a traceback"
        yield Score(FUZZ, one["fuzz"], one["inputs"], "make fuzz", at_least=LEAST_INPUTS, of=of)


def mutants() -> Iterator[Score]:
    """Change the heart in one small place after another and yield the share that tests notice."""
    ran(["make", "mutate"])
    for one in json.loads((ROOT / "build" / "mutation.json").read_text("utf-8"))["parts"]:
        of = f"{one['killed']:,} of {one['mutants']:,}"
        yield Score(MUTANTS, one["part"], one["killed"] / max(one["mutants"], 1), "make mutate", of=of)


def accessibility() -> Iterator[Score]:
    """Open every page in a browser, have axe-core read it, and yield what it finds."""
    file = ROOT / _COUNTED / "accessibility.json"
    tests = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests").glob("test_*browser*.py"))
    ran([sys.executable, "-m", "pytest", *tests, "--counts", str(file)])
    pages, findings = Counter[str](), Counter[str]()
    for one in _told(file):
        pages[one["lang"]] += 1
        findings[one["lang"]] += one["findings"]
    command = 'make scoreboard PARTS="accessibility"'
    for lang in pages:
        of = f"{pages[lang]} pages"
        yield Score(ACCESS, f"axe-core findings, pages in {lang}", findings[lang], command, at_most=0, of=of)


def _told(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["counts"]
    return found
