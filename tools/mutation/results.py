"""What became of the mutants, kept part by part, and the table of it.

`build/mutation/PART.json` holds every mutant's fate; `build/mutation.json` the counts of each part.
"""

import json
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tools.mutation.mutants import ROOT
from tools.mutation.parts import PARTS
from tools.mutation.running import Trial

BUILD = ROOT / "build"
REVIEWED = Path(__file__).with_name("equivalent.toml")


@dataclass
class Results:
    """The fates of a part's mutants by path and key."""

    part: str
    files: dict[str, dict[str, str]]

    @classmethod
    def read(cls, part: str) -> "Results":
        """Return what was kept of a part."""
        file = BUILD / "mutation" / f"{part}.json"
        return cls(part, json.loads(file.read_text("utf-8")) if file.exists() else {})

    def survivors(self, paths: Iterable[str]) -> list[str]:
        """Return the keys of the mutants that no test noticed and that nobody found equivalent."""
        return [
            key
            for path in paths
            for key, fate in self.files.get(path, {}).items()
            if fate in {"survived", "not reached"} and key not in equivalent()
        ]

    def tried(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the keys of the mutants of files whose fate is kept."""
        return frozenset(key for path in paths for key in self.files.get(path, {}))

    def forget(self, paths: Iterable[str]) -> None:
        """Drop what was kept of files."""
        self.files |= {path: {} for path in paths}

    def add(self, trial: Trial) -> None:
        """Keep what became of a mutant."""
        self.files.setdefault(trial.mutant.path, {})[trial.mutant.key] = trial.fate

    def write(self) -> None:
        """Keep all fates of the part, and its counts beside those of the others."""
        file = BUILD / "mutation" / f"{self.part}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(self.files, ensure_ascii=False, indent=1), "utf-8")
        counts = _counts()
        counts[self.part] = self.counted() | {"date": datetime.now(UTC).date().isoformat()}
        (BUILD / "mutation.json").write_text(json.dumps({"parts": list(counts.values())}, indent=1), "utf-8")

    def counted(self) -> dict[str, Any]:
        """Return how many mutants there were but for those that change nothing, and what became of them."""
        fates = Counter(
            "equivalent" if key in equivalent() and fate != "killed" else fate
            for mutants in self.files.values()
            for key, fate in mutants.items()
        )
        killed = fates["killed"] + fates["timeout"]
        survived = fates["survived"] + fates["not reached"]
        return {
            "part": self.part,
            "mutants": killed + survived,
            "killed": killed,
            "survived": survived,
            "equivalent": fates["equivalent"],
            "share": round(killed / max(killed + survived, 1), 4),
        }


@cache
def equivalent() -> dict[str, str]:
    """Return the mutants that were reviewed and change nothing, each with the reason."""
    data = tomllib.loads(REVIEWED.read_text("utf-8"))
    return {key: one["reason"] for one in data["equivalent"] for key in one["mutants"]}


def table() -> str:
    """Return the counts of all parts."""
    lines = [f"{'part':<10}{'mutants':>8}{'killed':>8}{'survived':>9}{'equivalent':>11}{'share':>8}  date"]
    counts = _counts()
    for part in PARTS:
        if one := counts.get(part.name):
            lines.append(
                f"{part.name:<10}{one['mutants']:>8}{one['killed']:>8}{one['survived']:>9}"
                f"{one['equivalent']:>11}{one['share']:>8.1%}  {one['date']}"
            )
    return "\n".join(lines)


def _counts() -> dict[str, dict[str, Any]]:
    file = BUILD / "mutation.json"
    parts = json.loads(file.read_text("utf-8"))["parts"] if file.exists() else []
    return {one["part"]: one for one in parts}
