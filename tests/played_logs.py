"""Small logs made in a test, recorded in a real ledger and prepared for mining."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eventlogs.data_directory import open_ledger
from eventlogs.events import Attribute, Event, ObjectChange, ObjectLink, event_key
from eventlogs.prepared import PreparedLog, prepare
from eventlogs.storage import Ledger

START = datetime(2024, 3, 1, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """One event of a test's case; `hours` after the start of the log."""

    activity: str
    hours: float | None = None
    actor: str | None = None
    role: str | None = None
    tool: str | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    objects: tuple[ObjectLink, ...] = ()
    changes: tuple[ObjectChange, ...] = ()
    lifecycle: str = "complete"


Trace = Sequence[Step | str]


@contextmanager
def played(directory: Path, cases: Mapping[str, Trace]) -> Iterator[PreparedLog]:
    """Lend the prepared log of `cases`; a step given as a word happens an hour after the one before."""
    ledger = open_ledger(directory)
    try:
        record(ledger, "played", cases)
        yield prepare(ledger, "played")
    finally:
        ledger.close()


def record(ledger: Ledger, log: str, cases: Mapping[str, Trace]) -> None:
    """Record `cases` in a live log."""
    ledger.create_log(log)
    append(ledger, log, cases)


def append(ledger: Ledger, log: str, cases: Mapping[str, Trace]) -> None:
    """Append the events of `cases` to a log."""
    events = [event for case_id, trace in cases.items() for event in _events(case_id, trace)]
    if events:
        ledger.append(log, events)


def _events(case_id: str, trace: Trace) -> Iterator[Event]:
    hours = 0.0
    seen: dict[str, int] = {}
    for word in trace:
        step = Step(word) if isinstance(word, str) else word
        hours = hours + 1 if step.hours is None else step.hours
        seen[step.activity] = seen.get(step.activity, 0) + 1
        yield Event(
            key=event_key(case_id, step.activity, seen[step.activity], step.lifecycle),
            case_id=case_id,
            activity=step.activity,
            lifecycle=step.lifecycle,
            occurred_at=START + timedelta(hours=hours),
            actor=step.actor,
            role=step.role,
            tool=step.tool,
            attributes=step.attributes,
            objects=step.objects,
            changes=step.changes,
        )
