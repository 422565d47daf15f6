"""What an event is: the values that go into the log and come out of it.

Every event names an `activity` and its XES `lifecycle` transition, belongs to a case and to any number
of other objects (OCEL 2.0), and carries a deterministic `key`: the same key twice is one event.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Lifecycle = Literal[
    "schedule",
    "assign",
    "reassign",
    "start",
    "suspend",
    "resume",
    "complete",
    "manualskip",
    "autoskip",
    "withdraw",
    "ate_abort",
    "pi_abort",
    "abort",
    "unknown",
]
Correction = Literal["replace", "void"]
Attribute = str | int | float | bool | datetime | None | list["Attribute"] | dict[str, "Attribute"]


@dataclass(frozen=True, slots=True)
class ObjectLink:
    """An object an event belongs to, and as what (`qualifier`)."""

    object_id: str
    object_type: str
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """A value that an object's attribute takes with an event."""

    object_id: str
    name: str
    value: Attribute


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as handed to `append`.

    `occurred_at` is when it happened, an aware moment; staff record late, so the ledger adds
    `recorded_at` itself. `role` is as what the `actor` acted, `tool` the leadership tool of
    *(activity, role)*. `evidence` names a document, an interview code or a quote. A `correction` refers
    to the wrong event by its key in `corrects`: `replace` puts this event in its place, `void` takes it
    out of the log. A correction cannot be corrected; correct the original again, the latest counts.
    """

    key: str
    case_id: str
    activity: str
    occurred_at: datetime
    lifecycle: str = "complete"
    role: str | None = None
    tool: str | None = None
    actor: str | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    objects: tuple[ObjectLink, ...] = ()
    changes: tuple[ObjectChange, ...] = ()
    correction: Correction | None = None
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as the ledger holds it: with its place (`seq`), when it was recorded, and its chain hash."""

    event: Event
    log: str
    seq: int
    recorded_at: datetime
    chain_hash: bytes


def event_key(case_id: str, activity: str, occurrence: int, lifecycle: str, repeat: int = 0) -> str:
    """Return the deterministic key `case/activity/occurrence/lifecycle`.

    `repeat` counts further transitions of one kind, such as a second suspension of one work item.

    >>> event_key("SH-01", "hold_owners_assembly", 1, "complete")
    'SH-01/hold_owners_assembly/1/complete'
    """
    key = f"{case_id}/{activity}/{occurrence}/{lifecycle}"
    return f"{key}/{repeat}" if repeat else key
