"""What is known of a case that has not gone well, and of what is usual in its log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from eventlogs.events import Attribute
from mining.cases.supposed_ends import SupposedEnds
from mining.conformance.verdicts import Unjudged
from mining.normative.model import Mark

Stratum = Literal["step and group", "step", "all steps", "awaited step", "hold and group", "hold"]


@dataclass(frozen=True, slots=True)
class Normal:
    """What waits are normal, told by the `n` completed waits of a stratum; more than `limit` is not.

    Of the strata a case is judged by, the one that allows it the longest; `awaited` is the step it waits for
    if they are the waits before that step.
    """

    stratum: Stratum
    n: int
    median: timedelta
    limit: timedelta
    awaited: str | None = None


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A piece of work on offer; `taken` if somebody had it in hand."""

    activity: str
    role: str | None
    offered_at: datetime | None
    taken: bool


@dataclass(frozen=True, slots=True)
class Halt:
    """A halt of a case or of one work item, with its coded cause; `ended_at` None while it stands."""

    activity: str
    of_item: bool
    began_at: datetime
    ended_at: datetime | None
    cause: str | None
    until: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class RecordedHalt:
    """A halt that somebody recorded, whatever became of the case: before which step, why, for how long."""

    case_id: str
    step: str | None
    cause: str | None
    began_at: datetime
    ended_at: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A deed that last did not go well, or was taken back."""

    activity: str
    times: int
    result: Literal["failed", "taken_back"]
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Watched:
    """A running case to keep an eye on: idle for longer than 19 of 20 waits like its own, which is `slow`.

    No alarm: one wait in twenty is as long and goes on all the same.
    """

    case_id: str
    group: Attribute
    last_activity: str
    idle: timedelta
    slow: timedelta


@dataclass(frozen=True, slots=True)
class Silent:
    """A case of which nothing is heard any more in a log that tells of no end, and for how long."""

    case_id: str
    group: Attribute
    last_activity: str
    idle: timedelta


@dataclass(frozen=True, slots=True)
class IdleStep:
    """An activity after which most running cases, `idle` of `running`, are idle beyond 19 of 20 waits.

    There one more is nothing out of the ordinary: they share what they wait for, or are over unrecorded.
    `case_ids` are those idle, the longest beyond those waits first.
    """

    activity: str
    idle: int
    running: int
    case_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainPlace:
    """The last step of a chain that a case has come to: the act, in which role, when."""

    chain: str
    role: str
    activity: str
    at: datetime | None


@dataclass
class CaseEvidence:
    """All that is known of one case that has not gone well; `judged` if the model is about its like."""

    case_id: str
    group: Attribute
    state: Literal["failed", "halted", "running", "silent"]
    outcome: str | None
    last_activity: str
    last_at: datetime | None
    over_at: datetime | None
    idle: timedelta
    normal: Normal | None
    percentile: float | None = None
    judged: bool = True
    items: list[OpenItem] = field(default_factory=list)
    halts: list[Halt] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    objections: int = 0
    objecting_since: datetime | None = None
    chains: list[ChainPlace] = field(default_factory=list)
    roles: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()
    marks: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Evidence:
    """The cases to tell of, and what the rest of the log says about what usually happens."""

    cases: list[CaseEvidence]
    needs: Mapping[str, tuple[float, float]]  # share of good cases with an activity, and its place in them
    n_good: int
    following: Mapping[str, list[tuple[str, float]]]
    needed_marks: Mapping[str, frozenset[int]]
    marks: Mapping[int, Mark]
    halts: list[RecordedHalt]
    watched: list[Watched]
    idle_steps: list[IdleStep]
    n_cases: int
    n_running: int
    supposed: SupposedEnds | None
    silent: list[Silent]
    too_small: bool  # too few completed waits to say which are normal
    unjudged: tuple[Unjudged, ...] = ()
