"""Where projects stall: failed and shelved ones, and running ones that are idle beyond what is normal.

Normal is what the log's own completed waits say, for the last step and the case's city, or for the step
everywhere where a city has too few. A halt that is known and dated is no alarm.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Literal

from eventlogs.errors import EventLogError
from eventlogs.events import Attribute
from eventlogs.language import LANGUAGES, speaking
from eventlogs.prepared import PreparedLog
from mining.cases.as_of import as_of
from mining.cases.log_clock import events_after, time_in
from mining.cases.supposed_ends import SupposedEnds
from mining.conformance.verdicts import Unjudged
from mining.normative.model import Mark, NormativeModel
from mining.stalls.evidence import evidence
from mining.stalls.facts import (
    CaseEvidence,
    ChainPlace,
    Evidence,
    IdleStep,
    Normal,
    RecordedHalt,
    Silent,
    Watched,
)
from mining.stalls.limits import hold_overdue_by
from mining.stalls.reasons import Confidence, Kind, Reason, Reasons, usual_role

State = Literal["failed", "halted", "running", "silent"]
FOLLOWERS = 3  # what usually follows


@dataclass(frozen=True, slots=True)
class Follower:
    """What usually follows an activity, and in what share of all times."""

    activity: str
    share: float


@dataclass(frozen=True, slots=True)
class Stall:
    """A project that has not gone well: where it stands, what it waits for, why, and how sure that is.

    `place` is the step it waits for or failed at, None where the log does not show it; `role` is who would do
    it, `role_seen` whether anybody in that role has acted in it yet. `since` is when the cause began.
    """

    case_id: str
    group: Attribute
    state: State
    outcome: str | None
    last_activity: str
    last_at: datetime | None
    chains: tuple[ChainPlace, ...]
    place: str | None
    role: str | None
    role_seen: bool
    open_steps: tuple[str, ...]
    followers: tuple[Follower, ...]
    missing_roles: tuple[str, ...]
    missing_tools: tuple[str, ...]
    cause: str
    kind: Kind
    confidence: Confidence
    since: datetime | None
    until: datetime | None
    times: int
    over: bool
    halted_for: str | None
    objections: int
    idle: timedelta
    percentile: float | None
    normal: Normal | None
    now: datetime

    @property
    def sentence(self) -> str:
        """Why it stands still, in the current language."""
        from mining.stalls.sentences import sentence

        return sentence(self)

    def as_data(self) -> dict[str, object]:
        """Return the members, and the sentence in each language."""
        data: dict[str, object] = {one.name: getattr(self, one.name) for one in fields(self)}
        sentences = {}
        for language in LANGUAGES:
            with speaking(language):
                sentences[language] = self.sentence
        return data | {"sentences": sentences}


@dataclass(frozen=True, slots=True)
class StallReport:
    """All projects of a log that have not gone well, the running ones that need somebody first.

    `watched` are running ones that have waited long without being stalled, the longest beyond others first,
    `idle_steps` where waiting so long is the rule: their cases are counted there and not watched one by one;
    `silent` are cases of which nothing is heard any more, where ends are `supposed` as the log tells of none;
    `halts` are all that were ever recorded, also of projects that got over them; `later_events` is how many
    lie after `now` and are left out; `running` is how many cases are not over;
    `unjudged` are cases that no model is about, told of without chains and missing roles;
    `too_small` says that there are too few completed waits to tell which running projects are idle for too
    long, so that only recorded holds show them.
    """

    log: str
    simulated: bool
    by: str | None
    now: datetime
    supposed: SupposedEnds | None
    too_small: bool
    later_events: int
    cases: int
    running: int
    stalls: tuple[Stall, ...]
    watched: tuple[Watched, ...]
    idle_steps: tuple[IdleStep, ...]
    silent: tuple[Silent, ...]
    halts: tuple[RecordedHalt, ...]
    unjudged: tuple[Unjudged, ...] = ()

    @property
    def alarms(self) -> tuple[Stall, ...]:
        """The running projects among them."""
        return tuple(one for one in self.stalls if one.state == "running")

    def as_text(self) -> str:
        """Return a sentence for each project, and how often which cause holds projects up where."""
        from mining.stalls.text import stall_text

        return stall_text(self)


@dataclass(frozen=True, slots=True)
class CaseStall:
    """How one project stands; `alarm` if it is told of among the stalls."""

    log: str
    stall: Stall
    alarm: bool

    def as_text(self) -> str:
        """Return the sentence and what it rests on."""
        from mining.stalls.text import case_text

        return case_text(self)


class NoSuchOpenCaseError(EventLogError):
    """A case that is not there, or that went well."""


def stalls(
    prepared: PreparedLog, model: NormativeModel, *, by: str | None = None, now: datetime | None = None
) -> StallReport:
    """Return the projects that failed, were shelved, or are idle for longer than is normal."""
    at = time_in(prepared, now)
    found = evidence(as_of(prepared, now), model, by, at)
    told = sorted(_stalls(found, model, at), key=_urgency)
    return StallReport(
        log=prepared.log.name,
        simulated=prepared.log.simulated,
        by=by,
        now=at,
        supposed=found.supposed,
        too_small=found.too_small,
        later_events=events_after(prepared, at),
        cases=found.n_cases,
        running=found.n_running,
        stalls=tuple(told),
        watched=tuple(found.watched),
        idle_steps=tuple(found.idle_steps),
        silent=tuple(found.silent),
        halts=tuple(found.halts),
        unjudged=found.unjudged,
    )


def case_stall(
    prepared: PreparedLog, model: NormativeModel, case_id: str, *, now: datetime | None = None
) -> CaseStall:
    """Return how one project stands that has not come to a good end, stalled or not."""
    at = time_in(prepared, now)
    found = evidence(as_of(prepared, now), model, None, at, case_id)
    for one in _stalls(found, model, at):
        return CaseStall(prepared.log.name, one, _is_alarm(one))
    raise NoSuchOpenCaseError(
        "the log {log} has no case {case} that failed, was shelved or still runs", log=prepared.log.name,
        case=case_id,
    )  # fmt: skip


def _is_alarm(one: Stall) -> bool:
    if one.state != "running":
        return one.state != "silent"
    if one.kind == "hold" and not one.over:
        return one.until is None or one.until <= hold_overdue_by(one.now)
    return one.normal is not None and one.idle > one.normal.limit


def _urgency(one: Stall) -> tuple[bool, timedelta, str]:
    return (one.state != "running", -one.idle, one.case_id)


def _stalls(found: Evidence, model: NormativeModel, now: datetime) -> Iterator[Stall]:
    reasons = Reasons(found, model)
    for case in found.cases:
        yield _stall(found, case, reasons.of(case), now)


def _stall(found: Evidence, case: CaseEvidence, reason: Reason, now: datetime) -> Stall:
    at_place = [item for item in case.items if item.activity == reason.place]
    role = (at_place[0].role if at_place else None) or usual_role(reason.place)
    needed = found.needed_marks.get(reason.place or "", frozenset())
    missing = needed - case.marks if case.judged else frozenset()
    followers = found.following.get(case.last_activity, [])[:FOLLOWERS]
    return Stall(
        case_id=case.case_id,
        group=case.group,
        state=case.state,
        outcome=case.outcome,
        last_activity=case.last_activity,
        last_at=case.last_at,
        chains=tuple(case.chains),
        place=reason.place,
        role=role,
        role_seen=role in case.roles,
        open_steps=tuple(dict.fromkeys(item.activity for item in case.items)),
        followers=tuple(Follower(*one) for one in followers),
        missing_roles=_keys(found, missing, "role"),
        missing_tools=_keys(found, missing, "tool"),
        cause=reason.cause,
        kind=reason.kind,
        confidence=reason.confidence,
        since=reason.since,
        until=reason.until,
        times=reason.times,
        over=reason.over,
        halted_for=case.halts[-1].cause if case.halts else None,
        objections=case.objections,
        idle=case.idle,
        percentile=case.percentile,
        normal=case.normal,
        now=now,
    )


def _keys(found: Evidence, marks: frozenset[int], layer: str) -> tuple[str, ...]:
    named: list[Mark] = [found.marks[number] for number in sorted(marks)]
    return tuple(mark.keys[0] for mark in named if mark.layer == layer)
