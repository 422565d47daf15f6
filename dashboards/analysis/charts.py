"""Charts as data; the page's script draws them, and a table beside says the same."""

from dataclasses import dataclass, field
from typing import Literal

ChartKind = Literal["bars", "lines", "points", "segments", "matrix"]
Tone = Literal["started", "completed", "failed", "halted", "running", "ended", "silent", "plain"]


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its name in the reader's language, its colour's meaning, its values and where they lead."""

    name: str
    tone: Tone
    values: tuple[float | None, ...]
    addresses: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart over categories: `name` is that of its file, `said` is for those who do not see it."""

    name: str
    title: str
    said: str
    kind: ChartKind
    categories: tuple[str, ...]
    series: tuple[Series, ...] = field(default=())
    unit: str = ""
