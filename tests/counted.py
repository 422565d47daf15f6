"""What a run of many faults or odd inputs has tried, written down for whoever gathers the figures."""

import json
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Count = Callable[..., None]  # told what was tried, and how often


def write_counts(file: Path, counts: list[dict[str, Any]], *, seeds: int, inputs: int) -> None:
    """Write the counts of one run, with its day, machine and length, in place of those of the last."""
    file.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "seeds": seeds,
        "inputs": inputs,
        "counts": sorted(counts, key=lambda it: str(sorted(it.items()))),
    }
    file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


def as_lines(told: dict[str, Any]) -> str:
    """Return the counts of a run as lines to read."""
    lines = [f"{told['date']}, {told['machine']}"]
    for count in told["counts"]:
        named = [f"{name}: {value}" for name, value in count.items()]
        lines.append(", ".join(named))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_lines(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
