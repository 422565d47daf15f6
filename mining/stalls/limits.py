"""How long a running case may stand still before it is told of, given how many running cases are looked at.

Each gets the chance that a case of its strata would be found standing still for so long: after the same step,
and before each step that it waits for; the largest counts. Which chances are small enough is decided for all
cases of the log together (Benjamini and Hochberg, 1995).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from eventlogs.sql_files import sql
from eventlogs.working_calendar import OFFICE_ZONE, working_days_after

Connection = duckdb.DuckDBPyConnection
Floats = npt.NDArray[np.float64]

LEAST_WAITS = 20  # fewer completed waits tell no limit
WAITS_OF_ROOT = 10.0  # times the root of the number of running cases, whose rarest chance must be known
TAIL_INDEX = (
    2.0  # waits beyond the longest seen get rarer at least as fast as by Pareto's law with this index
)
SEARCH_STEPS = 60
LONGEST_LIMIT = 100 * 365.25 * 86400e6  # microseconds
_RUNNING = "SELECT count(*) FROM norm_case WHERE state = 'running'"
_NORMS = "SELECT norm_no, n, median, spread, longest, least FROM stall_norm"


@dataclass(frozen=True)
class Strata:
    """What is known of the waits of strata, row by row.

    Their number, median, and longest; the spread above the median on the log scale. Nothing up to `least` is
    told of.
    """

    n: Floats
    median: Floats
    spread: Floats
    longest: Floats
    least: Floats

    def chances(self, idle: Floats) -> Floats:
        """Return the chance that a case found at a moment of no significance has stood still for longer."""
        from scipy.special import log_ndtr, ndtr, ndtri, stdtr

        with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
            score = np.log(idle / self.median) / self.spread / np.sqrt(1 + 1 / self.n)
            score = -ndtri(stdtr(self.n - 1, -score))  # few waits know their spread badly: Student's law
            shorter = self.spread * score - self.spread**2 / 2 + log_ndtr(-score)
            normal = np.maximum(ndtr(self.spread - score) - np.exp(shorter), 0.0)
            beyond = (self.longest / idle) ** TAIL_INDEX / self.n
        normal = np.where(np.isnan(normal), 1.0, normal)
        beyond = np.where(idle > self.longest, beyond, 1.0)
        found: Floats = np.where(idle <= self.least, 1.0, np.minimum(normal, beyond))
        return found

    def limits(self, chance: float) -> Floats:
        """Return beyond which time each stratum's chance is `chance` at most."""
        low, high = np.log(self.least), np.full(len(self.least), np.log(LONGEST_LIMIT))
        for _ in range(SEARCH_STEPS):
            middle = (low + high) / 2
            rarer = self.chances(np.exp(middle)) <= chance
            low, high = np.where(rarer, low, middle), np.where(rarer, middle, high)
        found: Floats = np.exp(high)
        return found


@dataclass(frozen=True)
class Limits:
    """What decides of alarms beside the waits themselves, each with its reason in `stall_limits.toml`."""

    false_alarms: float
    working_days: int


@cache
def stall_limits() -> Limits:
    """Return what comes with the engine."""
    data: Mapping[str, Any] = tomllib.loads((files("mining.stalls") / "limits.toml").read_text("utf-8"))
    return Limits(data["false_alarms"]["level"], data["overdue_hold"]["working_days"])


def least_waits(connection: Connection) -> int:
    """Return how many waits a stratum needs: ten times the root of the number of running cases."""
    n_running = connection.execute(_RUNNING).fetchall()[0][0]
    return max(LEAST_WAITS, int(np.ceil(WAITS_OF_ROOT * np.sqrt(n_running))))


def find_limits(connection: Connection) -> None:
    """Set the limit of each stratum of waits and of each case; fills `stall_case`."""
    tested = connection.execute(sql("stalls/tested", "mining")).fetchnumpy()
    chance = largest_chance(_least_odd(tested), stall_limits().false_alarms)
    norms = connection.execute(_NORMS).fetchnumpy()
    found = {"norms": norms["norm_no"].tolist(), "limits": _strata(norms).limits(chance).tolist()}
    connection.execute(sql("stalls/limits", "mining"), found)
    connection.execute(sql("stalls/cases", "mining"))


def _least_odd(tested: Mapping[str, Any]) -> Floats:
    """Return each case's chance of standing still for so long, the largest of all strata it is judged by."""
    chances = _strata(tested).chances(_floats(tested["idle"]))
    cases, row = np.unique(np.asarray(tested["case_no"]), return_inverse=True)
    largest = np.zeros(len(cases))
    np.maximum.at(largest, row.ravel(), chances)
    return largest


def largest_chance(chances: Floats, level: float) -> float:
    """Return up to which chance cases are told of, so that of those told of at most `level` are so by chance.

    Where nothing is out of the ordinary, `level` is how often anything at all is told of.

    >>> largest_chance(np.array([0.5, 0.9]), 0.01), largest_chance(np.array([0.001, 0.008]), 0.01)
    (0.005, 0.01)
    """
    n = max(len(chances), 1)
    bars = level * np.arange(1, n + 1) / n
    passed = np.flatnonzero(np.sort(chances) <= bars[: len(chances)])
    return float(bars[passed[-1]] if len(passed) else bars[0])


def hold_overdue_by(now: datetime) -> datetime:
    """Return until when a dated hold must have been, to be overdue by more than its working days of grace.

    >>> hold_overdue_by(datetime(2025, 9, 30, 1, tzinfo=UTC)).date()
    datetime.date(2025, 9, 23)
    """
    today, day = now.astimezone(OFFICE_ZONE).date(), now.astimezone(OFFICE_ZONE).date()
    while _last_day_of_grace(day) >= today:
        day -= timedelta(days=1)
    return datetime.combine(day, time.max, UTC)


def _last_day_of_grace(day: date) -> date:
    return working_days_after(day, stall_limits().working_days).date


def _strata(columns: Mapping[str, Any]) -> Strata:
    return Strata(*(_floats(columns[name]) for name in ("n", "median", "spread", "longest", "least")))


def _floats(column: Any) -> Floats:
    return np.asarray(column, dtype=np.float64)
