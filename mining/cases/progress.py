"""How far a log's cases have come: how they stand, which phases they reached, what began and ended when."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.language import say
from eventlogs.layout import table, wrapped
from eventlogs.prepared import Connection, PreparedLog
from eventlogs.sql_files import sql
from eventlogs.vocabulary import Activity, label, terms
from mining.cases.case_endings import CaseAttributes, standing_cases
from mining.cases.filter_words import STATES
from mining.cases.supposed_ends import SupposedEnds
from mining.normative.file import read_model

Unit = Literal["day", "month", "quarter", "year"]

_PERIODS = 48  # of a unit, then the next larger one is taken
_DAYS: Mapping[Unit, float] = {"day": 1, "month": 30.4, "quarter": 91.3, "year": 365.3}
_PHASES = "CREATE OR REPLACE TEMP TABLE phase_of (activity INTEGER, phase VARCHAR)"
_PHASE = """
    INSERT INTO phase_of SELECT code, $phase FROM activity_code
    WHERE name IN (SELECT unnest($names::VARCHAR[]))
"""
_SPAN = "SELECT min(start_at), max(end_at), date_diff('day', min(start_at), max(end_at)) FROM trace"


@dataclass(frozen=True, slots=True)
class Standing:
    """The cases that stand alike, and how long they took from first event to last."""

    state: str
    cases: int
    median_seconds: float | None


@dataclass(frozen=True, slots=True)
class PhaseReached:
    """How many cases reached a phase, by how they stand."""

    phase: str
    cases: int
    states: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Period:
    """What happened in a period: cases that began, and last events of cases that ended, by their state."""

    first_day: date
    started: int
    ended: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a log's cases have come; `supposed` is what ends are supposed where the log tells of none."""

    log: str
    simulated: bool
    cases: int
    events: int
    variants: int
    first_day: date | None
    last_day: date | None
    supposed: SupposedEnds | None
    standings: tuple[Standing, ...]
    phases: tuple[PhaseReached, ...]
    unit: Unit
    periods: tuple[Period, ...]

    def standing(self, state: str) -> Standing:
        """Return those that stand so."""
        return next((one for one in self.standings if one.state == state), Standing(state, 0, None))

    @property
    def success(self) -> float | None:
        """The share of the completed among those completed or failed."""
        done, failed = self.standing("completed").cases, self.standing("failed").cases
        return done / (done + failed) if done + failed else None

    def as_text(self) -> str:
        """Return the figures as tables."""
        head = say(
            "{log}: {cases} cases, {events} events",
            log=self.log,
            cases=number_text(self.cases),
            events=number_text(self.events),
        )
        states = [
            [say(STATES[one.state]), number_text(one.cases), span_text(one.median_seconds)]
            for one in self.standings
        ]
        phases = [
            [label("phases", one.phase), number_text(one.cases), share_text(one.cases / self.cases)]
            for one in self.phases
        ]
        if self.supposed:
            head += "\n" + wrapped(self.supposed.as_text(), 100)
        parts = [head, table([say("State"), say("Cases"), say("Median duration")], states, right=[1, 2])]
        if phases:
            parts.append(table([say("Phase"), say("Cases"), say("Share")], phases, right=[1, 2]))
        return "\n\n".join(parts)


def progress(prepared: PreparedLog) -> Progress:
    """Return how far a log's cases have come."""
    attributes = CaseAttributes.of(prepared, None)
    with standing_cases(prepared, read_model(None).ending, attributes) as (connection, supposed):
        cases, events, variants = connection.execute(sql("progress/size", "mining")).fetchall()[0]
        first, last, days = connection.execute(_SPAN).fetchall()[0]
        standings = connection.execute(sql("progress/standings", "mining")).fetchall()
        phases = tuple(_phases(connection))
        unit = _unit(days or 0)
        zone = prepared.log.timezone
        found = connection.execute(sql("progress/periods", "mining"), {"unit": unit, "zone": zone}).fetchall()
    return Progress(
        prepared.log.name,
        prepared.log.simulated,
        cases,
        events,
        variants,
        first and first.astimezone(ZoneInfo(zone)).date(),
        last and last.astimezone(ZoneInfo(zone)).date(),
        supposed,
        tuple(Standing(*one) for one in standings),
        phases,
        unit,
        tuple(_periods(found)),
    )


def _phases(connection: Connection) -> Iterator[PhaseReached]:
    connection.execute(_PHASES)
    names: dict[str, list[str]] = defaultdict(list)
    for name, activity in terms("activities").items():
        if isinstance(activity, Activity):
            names[activity.phase].append(name)
    for phase, of_phase in names.items():
        connection.execute(_PHASE, {"phase": phase, "names": of_phase})
    states: dict[str, dict[str, int]] = defaultdict(dict)
    for phase, state, n in connection.execute(sql("progress/phases", "mining")).fetchall():
        states[phase][state] = n
    for phase in terms("phases"):
        if phase in states:
            yield PhaseReached(phase, sum(states[phase].values()), states[phase])


def _unit(days: float) -> Unit:
    units: tuple[Unit, ...] = ("day", "month", "quarter")
    return next((unit for unit in units if days / _DAYS[unit] <= _PERIODS), "year")


def _periods(found: list[tuple[date, str | None, int]]) -> Iterator[Period]:
    started: dict[date, int] = {}
    ended: dict[date, dict[str, int]] = defaultdict(dict)
    for first_day, state, n in found:
        if state is None:
            started[first_day] = n
        else:
            ended[first_day][state] = n
    for first_day in sorted(started.keys() | ended.keys()):
        yield Period(first_day, started.get(first_day, 0), ended.get(first_day, {}))
