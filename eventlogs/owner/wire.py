"""Events, answers and refusals as JSON, between the owner process and those who ask it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson

from eventlogs.attributes import decode, decode_value, encode, encode_value
from eventlogs.errors import EventLogError
from eventlogs.events import Event, ObjectChange, ObjectLink, RecordedEvent
from eventlogs.storage import Appended, Head

Wire = dict[str, Any]


def event_to_wire(event: Event) -> Wire:
    """Return an event as plain values; attribute values keep their types inside JSON text."""
    return {
        "key": event.key,
        "case_id": event.case_id,
        "activity": event.activity,
        "occurred_at": event.occurred_at.isoformat() if event.occurred_at else None,
        "lifecycle": event.lifecycle,
        "role": event.role,
        "tool": event.tool,
        "actor": event.actor,
        "attributes": encode(event.attributes),
        "evidence": dict(event.evidence),
        "objects": [asdict(link) for link in event.objects],
        "changes": [[change.object_id, change.name, encode_value(change.value)] for change in event.changes],
        "correction": event.correction,
        "corrects": event.corrects,
    }


def event_from_wire(wire: Mapping[str, Any]) -> Event:
    """Return the event that `event_to_wire` wrote."""
    return Event(
        **{
            **wire,
            "occurred_at": wire["occurred_at"] and datetime.fromisoformat(wire["occurred_at"]),
            "attributes": decode(wire["attributes"]),
            "objects": tuple(ObjectLink(**link) for link in wire["objects"]),
            "changes": tuple(
                ObjectChange(object_id, name, decode_value(value))
                for object_id, name, value in wire["changes"]
            ),
        }
    )


def recorded_to_wire(recorded: RecordedEvent) -> Wire:
    """Return an event of the ledger as plain values."""
    return {
        "event": event_to_wire(recorded.event),
        "log": recorded.log,
        "seq": recorded.seq,
        "recorded_at": recorded.recorded_at.isoformat(),
        "chain_hash": recorded.chain_hash.hex(),
    }


def recorded_from_wire(wire: Mapping[str, Any]) -> RecordedEvent:
    """Return the event of the ledger that `recorded_to_wire` wrote."""
    return RecordedEvent(
        event=event_from_wire(wire["event"]),
        log=wire["log"],
        seq=wire["seq"],
        recorded_at=datetime.fromisoformat(wire["recorded_at"]),
        chain_hash=bytes.fromhex(wire["chain_hash"]),
    )


def head_to_wire(head: Head) -> Wire:
    """Return a case's head as plain values."""
    return {"seq": head.seq, "chain_hash": head.chain_hash.hex()}


def head_from_wire(wire: Mapping[str, Any]) -> Head:
    """Return the head that `head_to_wire` wrote."""
    return Head(wire["seq"], bytes.fromhex(wire["chain_hash"]))


def appended_from_wire(wire: Mapping[str, Any]) -> Appended:
    """Return what an append did."""
    return Appended(tuple(wire["new"]), tuple(wire["known"]), wire["last_seq"])


def refusal_to_wire(error: EventLogError) -> Wire:
    """Return a refusal as plain values; values that JSON has no form for become their text."""
    values = orjson.loads(orjson.dumps(error.values, default=str))
    return {"refused": type(error).__name__, "text": error.text, "values": values}


def refusal_from_wire(wire: Mapping[str, Any]) -> EventLogError:
    """Return the refusal as the same kind of error; a kind unknown here becomes the plain one."""
    kinds = {kind.__name__: kind for kind in _kinds(EventLogError)}
    kind = kinds.get(wire["refused"], EventLogError)
    error = kind.__new__(kind)
    # a kind may have an initialiser of its own; its sentence is already written
    EventLogError.__init__(error, wire["text"], **wire["values"])
    return error


def _kinds(kind: type[EventLogError]) -> Iterator[type[EventLogError]]:
    yield kind
    for special in kind.__subclasses__():
        yield from _kinds(special)
