"""One advance of a project: read its history, replay its process, record what follows, all or nothing.

Nothing is kept in memory between advances. Two that meet are told apart by the head of the case each has
read: one wins, the other reads again and decides anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from eventlogs.errors import ConcurrentAppendError, UnknownLogError
from eventlogs.events import Event
from eventlogs.storage import Ledger
from flows.errors import ProjectError
from flows.process.history import CaseHistory
from flows.process.process import Plan
from flows.process.processes import policy_of, process_of
from flows.process.replay import consequences, plan_of, with_completion

_ATTEMPTS = 20


@runtime_checkable
class Folding(Protocol):
    """A ledger that keeps each case's present state beside its events."""

    def history(self, log: str, case_id: str) -> CaseHistory:
        """Return a case's present state."""
        ...


@dataclass(frozen=True)
class Decision:
    """What somebody wants recorded; what follows from it happened at the same moment, `since`."""

    events: Sequence[Event] = ()
    since: datetime | None = None


@dataclass(frozen=True)
class Advance:
    """What an advance recorded, and where the project stands now."""

    case_id: str
    recorded: tuple[Event, ...]
    plan: Plan
    history: CaseHistory

    @property
    def offered(self) -> tuple[str, ...]:
        """The activities newly offered."""
        return tuple(event.activity for event in self.recorded if event.lifecycle == "schedule")


def advance(ledger: Ledger, log: str, case_id: str, now: datetime) -> Advance:
    """Carry a project on as far as it goes without anybody: twice is once."""
    return record(ledger, log, case_id, now, lambda history: Decision())


def record(
    ledger: Ledger, log: str, case_id: str, now: datetime, decide: Callable[[CaseHistory], Decision]
) -> Advance:
    """Record what `decide` makes of a project's history together with all that follows, in one append.

    `decide` is asked again whenever somebody else was first; it refuses by raising.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        before = read_case(ledger, log, case_id)
        made = _made(before, decide(before), now)
        if not made.recorded:
            return made
        try:
            appended = ledger.append(log, made.recorded, expect_seq=before.head)
        except ConcurrentAppendError:
            if attempt == _ATTEMPTS:
                raise
        else:
            if not appended.known:  # else somebody recorded the same first: look again
                return made
    raise AssertionError("the last attempt returns or raises")


def read_case(ledger: Ledger, log: str, case_id: str) -> CaseHistory:
    """Return a case's present state."""
    if isinstance(ledger, Folding):
        return ledger.history(log, case_id)
    try:
        recorded = ledger.case(log, case_id)
    except UnknownLogError:  # the log is made with its first project
        recorded = []
    head = recorded[-1].seq if recorded else 0
    return CaseHistory.of(case_id, (one.event for one in recorded), head)


def read_project(ledger: Ledger, log: str, case_id: str) -> CaseHistory:
    """Return a project's present state, or refuse a name that is no project's."""
    history = read_case(ledger, log, case_id)
    if not history.exists:
        raise ProjectError(
            "there is no project {case} in the log {log}; `retrofit project list` shows all",
            case=case_id,
            log=log,
        )
    return history


def _made(before: CaseHistory, decision: Decision, now: datetime) -> Advance:
    events = list(decision.events)
    middle = before.followed_by(events) if events else before
    if not middle.exists:
        raise ProjectError("there is no project {case}; start it first", case=before.case_id)
    process, policy = process_of(middle), policy_of(middle)
    events = with_completion(process, policy, before, events, now)
    middle = before.followed_by(events) if events else before
    events += consequences(process, policy, middle, decision.since or now, now)
    after = before.followed_by(events) if events else before
    return Advance(before.case_id, tuple(events), plan_of(process, policy, after), after)
