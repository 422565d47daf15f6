"""What the simulated cohort is drawn from: the tables of `calibration.toml`, each with its source."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of the file; R is our own calibration, confirmed by no source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    confidence: str


class Window(Table):
    """When projects start, and the last day of the simulated time."""

    first_start: date
    last_day: date
    months_of_starts: int


class Shape(Table):
    """How many projects of so many succeed."""

    successes: int
    of: int


class Causes(Table):
    """Why projects fail: the first of all, one project each, then by weight."""

    order: list[str]
    weights: dict[str, float]


class House(Table):
    """Houses and their names; areas in square metres from and to."""

    floors: list[int]
    households_per_floor: list[int]
    square_metres: tuple[int, int]
    estates: list[str]
    name: str


class Wishes(Table):
    """Chances at the first and at the top floor, and those of being won over and of abstaining."""

    agrees: tuple[float, float]
    opposes: tuple[float, float]
    won_over: float
    abstains: float


class Objections(Table):
    """How often, after which step, why, and how many mediations they take."""

    chance: float
    after: list[str]
    grounds_low: list[str]
    grounds_high: list[str]
    mediations: list[int]
    mediations_in_vain: list[int]


class Setbacks(Table):
    """Chances that a step fails once before it goes well."""

    vote_lost_once: float
    funds_short_once: float
    review_failed_once: float
    acceptance_failed_once: float


class Holds(Table):
    """How often a project waits, at which steps for which causes, and for how many months from and to."""

    chance: float
    at: list[tuple[str, str]]
    months: tuple[int, int]


class Optional(Table):
    """How often acts are done that nobody demands."""

    chances: dict[str, float]


class Cost(Table):
    """The cost of a lift in yuan, from and to, and the shares of it raised where money is short."""

    shanghai: tuple[int, int]
    tianjin: tuple[int, int]
    dalian: tuple[int, int]
    harbin: tuple[int, int]
    elsewhere: tuple[int, int]
    raised_when_short: tuple[float, float]

    def of(self, city: str) -> tuple[int, int]:
        """Return the range of a city."""
        found: tuple[int, int] = getattr(self, city, self.elsewhere)
        return found


class Days(Table):
    """Median days until a step is done, and the spread of the log-normal."""

    spread: float
    most: float
    spreads: dict[str, float]
    default: float
    medians: dict[str, float]


class Service(Table):
    """Median hours for which a step is in hand, and the spread of the log-normal."""

    spread: float
    default: float
    medians: dict[str, float]


class Calibration(BaseModel):
    """All tables."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    window: Window
    shape: Shape
    causes: Causes
    house: House
    wishes: Wishes
    objections: Objections
    setbacks: Setbacks
    holds: Holds
    optional: Optional
    cost: Cost
    days: Days
    service: Service
    words: dict[str, str]


@cache
def calibration() -> Calibration:
    """Return the tables that come with the engine."""
    text = (files("flows.simulation") / "calibration.toml").read_text("utf-8")
    return Calibration.model_validate(tomllib.loads(text))
