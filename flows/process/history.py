"""A case's history read into its present state: facts, work items, what was done, objections, outcome.

The fold is the same for events from the ledger and for events about to be recorded, so that what comes next
can be decided before anything is written. The order is that of recording, never that of clocks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from eventlogs.events import Event, event_key
from eventlogs.working_calendar import OFFICE_ZONE
from flows.steps.base import Household
from flows.worklist.work_item import STATE_AFTER, WorkItem, moved, text_or_none

PROJECT = "project"  # stands as activity where an event is about the whole case


@dataclass(frozen=True)
class Done:
    """A step that has happened: what was entered, and whether it reached what it was for."""

    activity: str
    occurrence: int
    occurred_at: datetime
    entered: Mapping[str, Any]
    succeeded: bool
    skipped: bool
    actor: str | None
    role: str | None


@dataclass(frozen=True)
class Waiver:
    """Leave to break a rule of order until a day."""

    rule: str
    until: date
    reason: str


@dataclass
class CaseHistory:
    """One case as its events tell it."""

    case_id: str
    head: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    items: dict[tuple[str, int], WorkItem] = field(default_factory=dict)
    done: dict[str, list[Done]] = field(default_factory=dict)
    objections: dict[str, str | None] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    taken_back: set[str] = field(default_factory=set)
    halt: WorkItem | None = None  # the hold of the whole project, if it is on hold
    waivers: list[Waiver] = field(default_factory=list)
    outcome: str | None = None
    used: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    events: tuple[Event, ...] = ()

    @classmethod
    def of(cls, case_id: str, events: Iterable[Event], head: int = 0) -> "CaseHistory":
        """Return the state that `events`, in recorded order and with their corrections, lead to."""
        history = cls(case_id, head, events=tuple(events))
        for event in history.events:
            history._count(event)
        for event in effective(history.events):
            history._take(event)
        return history

    def followed_by(self, events: Sequence[Event]) -> "CaseHistory":
        """Return the state after `events` were recorded too."""
        if any(event.correction is not None for event in events):
            return CaseHistory.of(self.case_id, (*self.events, *events), self.head)
        after = self._copied()
        after.events = (*self.events, *events)
        for event in events:
            after._count(event)
        for event in events:
            after._take(event)
        return after

    @property
    def exists(self) -> bool:
        """Whether the project was started."""
        return bool(self.facts)

    @property
    def households(self) -> dict[str, Household]:
        """The register of the voting unit, by mark."""
        rows = [Household.model_validate(row) for row in self.facts.get("households", ())]
        return {row.household: row for row in rows}

    @property
    def open_objections(self) -> frozenset[str]:
        """The objections that nothing has settled."""
        return frozenset(name for name, resolution in self.objections.items() if resolution is None)

    @property
    def hold(self) -> str | None:
        """The coded cause for which the whole project is on hold."""
        return self.halt.cause if self.halt else None

    @property
    def cost(self) -> Decimal | None:
        """The cost the drawings put on the whole, in yuan."""
        latest = self.latest("design_drawings")
        return None if latest is None or latest.skipped else Decimal(str(latest.entered["cost"]))

    def latest(self, activity: str) -> Done | None:
        """Return how a step last went, or None if it has not happened."""
        return self.done[activity][-1] if self.done.get(activity) else None

    def reached(self, activity: str) -> bool:
        """Tell whether a step has last gone well, or was skipped as not needed."""
        latest = self.latest(activity)
        return latest is not None and latest.succeeded

    def open_item(self, activity: str) -> WorkItem | None:
        """Return the open work item of an activity."""
        found = [item for item in self.items.values() if item.activity == activity and item.is_open]
        return found[0] if found else None

    def next_occurrence(self, activity: str) -> int:
        """Return the number of the next time an activity is offered or done."""
        return 1 + max((number for name, number, _ in self.used if name == activity), default=0)

    def key(self, activity: str, occurrence: int, lifecycle: str, taken: int = 0) -> str:
        """Return the key of the next such event, `taken` others of its kind being about to be recorded."""
        repeat = self.used[activity, occurrence, lifecycle] + taken
        return event_key(self.case_id, activity, occurrence, lifecycle, repeat)

    def _copied(self) -> "CaseHistory":
        return replace(
            self,
            facts=dict(self.facts),
            items=dict(self.items),
            done={activity: list(times) for activity, times in self.done.items()},
            objections=dict(self.objections),
            origins=dict(self.origins),
            taken_back=set(self.taken_back),
            waivers=list(self.waivers),
            used=Counter(self.used),
        )

    def _count(self, event: Event) -> None:
        activity, occurrence = place_of(event)
        lifecycle = event.key.removeprefix(f"{self.case_id}/").split("/")[2:3] or [event.lifecycle]
        self.used[activity, occurrence, lifecycle[0]] += 1

    def _take(self, event: Event) -> None:
        if "outcome" in event.attributes:
            self.outcome = text_or_none(event.attributes["outcome"]) or None  # an empty one reopens the case
        self._take_objects(event)
        if event.activity == PROJECT:
            self._take_project(event)
            return
        place = place_of(event)
        state = STATE_AFTER.get(event.lifecycle)
        if event.lifecycle == "withdraw":
            self._take_back(place)
        if place in self.items and "escalated_to" in event.attributes:
            role = text_or_none(event.attributes["escalated_to"])
            self.items[place] = replace(self.items[place], escalated_to=role)
        if state is not None or event.lifecycle == "resume":
            self.items[place] = moved(self.items.get(place), event, place)
        if event.lifecycle in {"complete", "manualskip", "autoskip"}:
            self.done.setdefault(event.activity, []).append(_done(event, place[1]))
            self.taken_back.discard(event.activity)

    def _take_back(self, place: tuple[str, int]) -> None:
        activity, occurrence = place
        before = self.done.get(activity, [])
        self.done[activity] = [done for done in before if done.occurrence != occurrence]
        if len(self.done[activity]) < len(before):
            self.taken_back.add(activity)

    def _take_objects(self, event: Event) -> None:
        for link in event.objects:
            if link.object_type == "objection":
                self.objections.setdefault(link.object_id, None)
        for change in event.changes:
            if change.object_id in self.objections and change.name == "resolution":
                self.objections[change.object_id] = text_or_none(change.value)
            if change.object_id in self.objections and change.name == "origin":
                self.origins[change.object_id] = str(change.value)

    def _take_project(self, event: Event) -> None:
        if event.lifecycle == "start":
            self.facts = dict(event.attributes)
        if event.lifecycle in {"suspend", "resume"}:
            self.halt = moved(None, event, (PROJECT, 1)) if event.lifecycle == "suspend" else None
        if migrated := event.attributes.get("process_version"):
            self.facts["process_version"] = migrated
        if rule := event.attributes.get("waives"):
            until = date.fromisoformat(str(event.attributes["until"]))
            self.waivers.append(Waiver(str(rule), until, str(event.attributes.get("reason", ""))))


def effective(events: Sequence[Event]) -> Iterator[Event]:
    """Yield the events that count: voided ones left out, replaced ones in their new wording."""
    corrections = {event.corrects: event for event in events if event.correction is not None}
    for event in events:
        if event.correction is not None:
            continue
        correction = corrections.get(event.key)
        if correction is None:
            yield event
        elif correction.correction == "replace":
            yield replace(correction, key=event.key, correction=None, corrects=None)


def outdated(events: Sequence[Event]) -> frozenset[str]:
    """Return the keys of the events that no longer count: corrected ones, and corrections but the latest."""
    latest = {event.corrects: event.key for event in events if event.corrects is not None}
    earlier = (event.key for event in events if event.corrects and event.key != latest[event.corrects])
    return frozenset({*filter(None, latest), *earlier})


def place_of(event: Event) -> tuple[str, int]:
    """Return activity and occurrence of an event, from its key."""
    parts = event.key.removeprefix(f"{event.case_id}/").split("/")
    if len(parts) >= 3 and parts[1].isdigit():
        return event.activity, int(parts[1])
    return event.activity, 1


def day_of(moment: datetime) -> date:
    """Return the day of a moment where the offices are."""
    return moment.astimezone(OFFICE_ZONE).date()


def _done(event: Event, occurrence: int) -> Done:
    entered = event.attributes.get("entered")
    return Done(
        event.activity,
        occurrence,
        event.occurred_at,
        entered if isinstance(entered, Mapping) else {},
        succeeded=event.attributes.get("succeeded", True) is not False,
        skipped=event.lifecycle != "complete",
        actor=event.actor,
        role=event.role,
    )
