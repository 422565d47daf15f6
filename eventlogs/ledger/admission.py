"""What an event must be like to be recorded in a live log; the same for every ledger."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import get_args

from eventlogs.errors import ConcurrentAppendError, EventLogError
from eventlogs.events import Event, Lifecycle
from eventlogs.storage import Head

Recorded = Iterable[tuple[str, str, str | None]]  # key, case and correction of events of the log

LIFECYCLES = frozenset(get_args(Lifecycle))


def admissible(events: Sequence[Event], expect_seq: int | None) -> list[Event]:
    """Return `events` with each key once, the first counting; refuse what cannot be recorded."""
    cases = sorted({event.case_id for event in events})
    if expect_seq is not None and len(cases) > 1:
        raise EventLogError(
            "expect_seq is the head of one case, but the events belong to several: {cases}",
            cases=", ".join(cases),
        )
    once: dict[str, Event] = {}
    for event in events:
        check(event)
        once.setdefault(event.key, event)
    return list(once.values())


def check(event: Event) -> None:
    """Raise `EventLogError` if an event cannot be recorded."""
    for name in ("key", "case_id", "activity"):
        if not getattr(event, name):
            raise EventLogError("event {key!r} has an empty {name}; give it one", key=event.key, name=name)
    if event.occurred_at.utcoffset() is None:
        raise EventLogError(
            "event {key} occurred at {moment}, which names no time zone; give an aware moment",
            key=event.key,
            moment=event.occurred_at,
        )
    if event.lifecycle not in LIFECYCLES:
        raise EventLogError(
            "event {key} has the lifecycle transition {lifecycle!r}; known are: {known}",
            key=event.key,
            lifecycle=event.lifecycle,
            known=", ".join(sorted(LIFECYCLES)),
        )
    _check_correction(event)
    _check_objects(event)


def check_expected(case_id: str, heads: Mapping[str, Head], expect_seq: int | None) -> None:
    """Refuse to append to a case whose head is another than `expect_seq`, if that is given."""
    seq = heads[case_id].seq if case_id in heads else 0
    if expect_seq is not None and seq != expect_seq:
        raise ConcurrentAppendError(
            "case {case_id} has moved on to {seq} since {expected} was read; read it again and decide anew",
            case_id=case_id,
            seq=seq,
            expected=expect_seq,
        )


def check_corrections(events: Sequence[Event], recorded: Callable[[list[str]], Recorded]) -> None:
    """Refuse events that correct what cannot be; `recorded` looks the keys of a log up."""
    corrections = [(event, event.corrects) for event in events if event.corrects is not None]
    if not corrections:
        return
    known = {
        key: (case_id, correction) for key, case_id, correction in recorded([key for _, key in corrections])
    }
    known |= {event.key: (event.case_id, event.correction) for event in events}
    for event, key in corrections:
        _check_corrected(event, known.get(key))


def _check_corrected(event: Event, corrected: tuple[str, str | None] | None) -> None:
    if corrected is None:
        raise EventLogError(
            "event {key} corrects {corrects}, which is not in the log; name the key of a recorded event",
            key=event.key,
            corrects=event.corrects,
        )
    case_id, correction = corrected
    if case_id != event.case_id:
        raise EventLogError(
            "event {key} corrects {corrects}, which belongs to case {case_id}; correct it there",
            key=event.key,
            corrects=event.corrects,
            case_id=case_id,
        )
    if correction is not None:
        raise EventLogError(
            "event {key} corrects {corrects}, which is a correction itself; correct the original again",
            key=event.key,
            corrects=event.corrects,
        )


def _check_correction(event: Event) -> None:
    if (event.correction is None) != (event.corrects is None) or event.correction not in (
        None,
        "replace",
        "void",
    ):
        raise EventLogError(
            "event {key} is half a correction; say what it does, replace or void, and to which key",
            key=event.key,
        )


def _check_objects(event: Event) -> None:
    known = {event.case_id}
    for link in event.objects:
        if not link.object_id or not link.object_type:
            raise EventLogError(
                "event {key} links an object without an id or a type; give it both", key=event.key
            )
        known.add(link.object_id)
    for change in _changes_without_object(event, known):
        raise EventLogError(
            "event {key} changes attribute {name!r} of object {object_id!r}, which it does not link; "
            "link the object and name the attribute",
            key=event.key,
            name=change[1],
            object_id=change[0],
        )


def _changes_without_object(event: Event, known: set[str]) -> Iterable[tuple[str, str]]:
    return (
        (change.object_id, change.name)
        for change in event.changes
        if change.object_id not in known or not change.name
    )
