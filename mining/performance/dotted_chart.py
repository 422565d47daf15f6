"""Data for a dotted chart: every event of the shown cases as a dot, case by case over time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from eventlogs.amounts import number_text
from eventlogs.language import say
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql

Colour = Literal["activity", "role", "person"]

MOST_EVENTS = 20_000  # shown; of larger logs whole cases are drawn

_COUNTS = "SELECT count(*), coalesce(sum(n_events), 0)::BIGINT FROM trace"
_NAMES = {
    "activity": "SELECT code, name FROM activity_code",
    "role": "SELECT code, name FROM role_code",
    "person": "SELECT code, name FROM actor_code",
}


@dataclass(frozen=True, slots=True)
class Dot:
    """An event: the places of its case and its kind in the chart's lists (`kind` None: not named)."""

    case: int
    kind: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class DottedChart:
    """The dots of `shown_cases`, all or a draw, which stand in the order of their first event."""

    log: str
    simulated: bool
    colour: Colour
    cases: int
    events: int
    shown_cases: tuple[str, ...]
    kinds: tuple[str, ...]
    dots: tuple[Dot, ...]

    @property
    def is_drawn(self) -> bool:
        """Whether cases were left out."""
        return len(self.shown_cases) < self.cases

    def as_text(self) -> str:
        """Say what the data hold, and that they are a draw where they are."""
        counts = {
            "log": say("{log} (simulated)", log=self.log) if self.simulated else self.log,
            "n": number_text(len(self.shown_cases)),
            "all": number_text(self.cases),
            "dots": number_text(len(self.dots)),
        }
        if self.is_drawn:
            return say("{log}: {dots} dots of {n} cases drawn from {all}; --json gives them", **counts)
        return say("{log}: {dots} dots of all {n} cases; --json gives them", **counts)


def dotted_chart(
    prepared: PreparedLog, colour: Colour = "activity", *, most_events: int = MOST_EVENTS
) -> DottedChart:
    """Return the dots of a log; of one with more than `most_events` events those of some whole cases.

    The draw hangs on the log alone: the same log gives the same dots.
    """
    with prepared.reading() as connection:
        n_cases, n_events = connection.execute(_COUNTS).fetchall()[0]
        names: dict[int, str] = dict(connection.execute(_NAMES[colour]).fetchall())
        rows = connection.execute(sql("performance/dots", "mining"), {"limit": most_events}).fetchall()
    column = {"activity": 2, "role": 3, "person": 4}[colour]
    codes = sorted({row[column] for row in rows if row[column]})
    places = {code: place for place, code in enumerate(codes)}
    return DottedChart(
        log=prepared.log.name,
        simulated=prepared.log.simulated,
        colour=colour,
        cases=n_cases,
        events=n_events,
        shown_cases=tuple({row[0]: row[1] for row in rows}.values()),
        kinds=tuple(names[code] for code in codes),
        dots=tuple(Dot(row[0], places.get(row[column]), row[5]) for row in rows),
    )
