"""A figure that was measured, and the file in which the newest of each is kept."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Self

KEPT = Path(__file__).with_name("scores.json")


@dataclass(frozen=True, slots=True)
class Score:
    """One figure: what it is of, what was reached and asked for, and the command that measured it.

    `of` says how many things it rests on. `measured`, `load` (processes at work on the machine in the last
    minute, its own included) and `machine` are filled in when it is kept.
    """

    part: str
    figure: str
    reached: float
    command: str
    at_least: float | None = None
    at_most: float | None = None
    of: str = ""
    measured: str = ""
    load: float = 0.0
    machine: str = ""

    @property
    def met(self) -> bool | None:
        """Tell whether the figure is what was asked for; None where nothing was."""
        if self.at_least is None and self.at_most is None:
            return None
        return (self.at_least is None or self.reached >= self.at_least) and (
            self.at_most is None or self.reached <= self.at_most
        )

    def stamped(self) -> Self:
        """Return it with this moment, if it has none, and this machine."""
        return replace(
            self,
            measured=self.measured or moment_text(datetime.now(UTC)),
            load=round(os.getloadavg()[0], 1),
            machine=this_machine(),
        )


def moment_text(moment: datetime) -> str:
    """Return a moment as the scoreboard shows it."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def this_machine() -> str:
    """Name the machine and what it runs."""
    return (
        f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, DuckDB {version('duckdb')}"
    )


def kept_scores(file: Path = KEPT) -> list[Score]:
    """Return the newest of each figure, in the order in which they were first kept."""
    return [Score(**one) for one in json.loads(file.read_text("utf-8"))] if file.exists() else []


def keep(scores: Iterable[Score], file: Path = KEPT) -> None:
    """Put figures into the file, each in the place of its last measurement."""
    found = {(one.part, one.figure): one for one in kept_scores(file)}
    found |= {(one.part, one.figure): one for one in scores}
    _write([asdict(one) for one in found.values()], file)


def _write(rows: Sequence[dict[str, object]], file: Path) -> None:
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")
    beside.replace(file)
