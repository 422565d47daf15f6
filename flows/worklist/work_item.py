"""A work item: one human step that was offered, and how each lifecycle transition moves it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from eventlogs.events import Event

SETTLED = "objections_settled"  # what ends a hold that no step ends
OPEN_STATES = frozenset({"offered", "assigned", "started", "suspended"})
STATE_AFTER = {
    "schedule": "offered",
    "assign": "assigned",
    "reassign": "assigned",
    "start": "started",
    "suspend": "suspended",
    "complete": "completed",
    "manualskip": "skipped",
    "autoskip": "skipped",
    "withdraw": "withdrawn",
}


@dataclass(frozen=True)
class WorkItem:
    """One human step that was offered, as it now stands."""

    activity: str
    occurrence: int
    state: str
    role: str | None = None
    due: date | None = None
    assignee: str | None = None
    cause: str | None = None
    until: date | None = None
    when: str | None = None
    before: str = "offered"  # the state a suspended item goes back to
    last_actor: str | None = None
    last_at: datetime | None = None
    escalated_to: str | None = None
    offered_at: datetime | None = None
    started_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody can still do it."""
        return self.state in OPEN_STATES


def moved(item: WorkItem | None, event: Event, place: tuple[str, int]) -> WorkItem:
    """Return a work item after one transition."""
    values = event.attributes
    item = item or WorkItem(place[0], place[1], "offered", role=event.role)
    change: dict[str, Any] = {"last_actor": event.actor, "last_at": event.occurred_at}
    match event.lifecycle:
        case "resume":
            change |= {"state": item.before, "cause": None, "until": None, "when": None}
        case "suspend":
            change |= {
                "state": "suspended",
                "before": item.before if item.state == "suspended" else item.state,
                "cause": text_or_none(values.get("cause")),
                "until": _day(values.get("until")),
                "when": text_or_none(values.get("when")),
            }
        case "schedule":
            change |= {
                "state": "assigned" if values.get("assignee") else "offered",
                "offered_at": event.occurred_at,
                "role": text_or_none(values.get("role")),
                "due": _day(values.get("due")),
                "assignee": text_or_none(values.get("assignee")),
            }
        case "assign" | "reassign":
            assignee = text_or_none(values.get("assignee"))
            change |= {"state": "assigned" if assignee else "offered", "assignee": assignee}
        case "start":
            started_at = item.started_at or event.occurred_at
            change |= {"state": "started", "assignee": event.actor, "started_at": started_at}
        case other:
            change["state"] = STATE_AFTER[other]
    return replace(item, **change)


def text_or_none(value: Any) -> str | None:
    """Return a value as text."""
    return None if value is None else str(value)


def _day(value: Any) -> date | None:
    return None if value is None else date.fromisoformat(str(value)[:10])
