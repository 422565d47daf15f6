"""The worklist: what people can do with a work item, each recorded as an event.

Whoever comes second to the same work item is told who was first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from eventlogs.events import Attribute, Event
from eventlogs.language import say
from eventlogs.storage import Ledger
from eventlogs.vocabulary import term
from eventlogs.working_calendar import OFFICE_ZONE
from flows.errors import ProjectError, WorkItemError
from flows.process.history import CaseHistory, day_of
from flows.process.processes import policy_of, process_of
from flows.process.replay import item_event
from flows.project.acts import By, refuse_closed_gate, step_decision, steps_like
from flows.project.advance import Advance, Decision, record
from flows.project.waivers import waived_in_city
from flows.worklist.absence import on_duty
from flows.worklist.work_item import SETTLED, WorkItem

CLOSED = {
    "completed": "{item} was completed by {actor} on {at}",
    "skipped": "{item} was declared unnecessary by {actor} on {at}",
    "withdrawn": "{item} was withdrawn on {at}; it is no longer asked for",
}


@dataclass(frozen=True)
class Hold:
    """Why something waits, and until when: a day, or a step or `objections_settled` that ends it."""

    cause: str
    until: date | None = None
    when: str | None = None
    reason: str | None = None

    def attributes(self, history: CaseHistory, by: By) -> dict[str, Attribute]:
        """Return the hold as attributes of an event; cause and ending condition must be known words."""
        term("hold_causes", self.cause)
        process = process_of(history)
        if self.when is not None and self.when != SETTLED and self.when not in process.steps:
            raise ProjectError(
                "{when} is nothing that ends a hold; right is {settled} or a step such as {steps}",
                when=self.when,
                settled=SETTLED,
                steps=steps_like(process, self.when),
            )
        if self.until is not None and self.until <= day_of(by.moment):
            raise ProjectError(
                "a hold ends on a later day than it begins; {until} is not after {begins}",
                until=self.until,
                begins=day_of(by.moment),
            )
        if self.cause == "other" and not self.reason:
            raise ProjectError("the cause other needs a reason")
        values: dict[str, Attribute] = {
            "cause": self.cause,
            "until": self.until.isoformat() if self.until else None,
            "when": self.when,
            "reason": self.reason,
        }
        return {name: value for name, value in values.items() if value is not None}


def complete(ledger: Ledger, log: str, item: str, data: Mapping[str, Any], by: By) -> Advance:
    """Record that a work item is done, with what was entered, and offer what comes next, in one append."""

    def decide(history: CaseHistory, found: WorkItem) -> Decision:
        _refuse_others(found, item, by)
        return step_decision(history, found.activity, data, by, found, partial(waived_in_city, ledger, log))

    return _on_item(ledger, log, item, by, decide)


def claim(ledger: Ledger, log: str, item: str, by: By) -> Advance:
    """Start a work item, for oneself."""

    def decide(history: CaseHistory, found: WorkItem) -> Decision:
        _refuse_others(found, item, by)
        if found.state == "started":
            raise WorkItemError("{item} is already claimed by {assignee}", item=item, assignee=found.assignee)
        if found.cause is not None:
            raise WorkItemError(
                "{item} is on hold ({cause}); take it up again first (`retrofit project resume`)",
                item=item,
                cause=term("hold_causes", found.cause),
            )
        return _moves(history, found, "start", {}, by)

    return _on_item(ledger, log, item, by, decide)


def release(ledger: Ledger, log: str, item: str, by: By) -> Advance:
    """Give a work item back, so that anybody of its role may claim it."""

    def decide(history: CaseHistory, found: WorkItem) -> Decision:
        _refuse_others(found, item, by)
        if found.assignee is None:
            raise WorkItemError("{item} is nobody's; there is nothing to give back", item=item)
        return _moves(history, found, "reassign", {"assignee": None}, by)

    return _on_item(ledger, log, item, by, decide)


def assign(ledger: Ledger, log: str, item: str, assignee: str, by: By) -> Advance:
    """Put a work item into somebody's hands, whoever has it now; of somebody away, into the deputy's."""
    to = on_duty(ledger, log, assignee, day_of(by.now))

    def decide(history: CaseHistory, found: WorkItem) -> Decision:
        lifecycle = "assign" if found.assignee is None else "reassign"
        return _moves(history, found, lifecycle, _given_to(to, assignee, by), by)

    return _on_item(ledger, log, item, by, decide)


def hand_over(ledger: Ledger, log: str, item: str, to: str, by: By) -> Advance:
    """Pass one's own work item on to somebody else."""

    def decide(history: CaseHistory, found: WorkItem) -> Decision:
        if found.assignee != by.actor:
            raise WorkItemError(
                "{item} is not yours to hand over but {assignee}'s; assign it instead",
                item=item,
                assignee=found.assignee or "–",
            )
        deputy = on_duty(ledger, log, to, day_of(by.now))
        return _moves(history, found, "reassign", _given_to(deputy, to, by), by)

    return _on_item(ledger, log, item, by, decide)


def skip(ledger: Ledger, log: str, item: str, by: By) -> Advance:
    """Declare a step unnecessary, with a reason; steps of the law cannot be skipped."""

    def decide(history: CaseHistory, found: WorkItem) -> Decision:
        process, policy = process_of(history), policy_of(history)
        if found.activity in process.legal_steps(policy):
            raise WorkItemError(
                "{activity} is asked for by {policy} and cannot be declared unnecessary; complete it, "
                "or put it on hold",
                activity=found.activity,
                policy=policy.key,
            )
        if not by.reason:
            raise WorkItemError("to declare {item} unnecessary, give a reason", item=item)
        return _moves(history, found, "manualskip", {"reason": by.reason}, by)

    return _on_item(ledger, log, item, by, decide)


def hold(ledger: Ledger, log: str, item: str, hold: Hold, by: By) -> Advance:
    """Put a work item on hold, for a coded cause."""

    def decide(history: CaseHistory, found: WorkItem) -> Decision:
        return _moves(history, found, "suspend", hold.attributes(history, by), by)

    return _on_item(ledger, log, item, by, decide)


def resume(ledger: Ledger, log: str, item: str, by: By) -> Advance:
    """Take a work item up again."""

    def decide(history: CaseHistory, found: WorkItem) -> Decision:
        if found.state != "suspended":
            raise WorkItemError("{item} is not on hold", item=item)
        return _moves(history, found, "resume", {}, by)

    return _on_item(ledger, log, item, by, decide)


def comment(
    ledger: Ledger, log: str, item: str, text: str, by: By, evidence: Mapping[str, str] | None = None
) -> Advance:
    """Write a remark, or the place of a document, beside a work item, open or not."""
    case_id, place = place_of_item(item)

    def decide(history: CaseHistory) -> Decision:
        found = _found(history, place, item)
        event = item_event(history, found, "unknown", by.moment, {"comment": text}, actor=by.actor)
        return Decision([_with_evidence(event, evidence or {})], since=by.now)

    return record(ledger, log, case_id, by.now, decide)


def place_of_item(item: str) -> tuple[str, tuple[str, int]]:
    """Return case, activity and occurrence of a work item's id.

    >>> place_of_item("SH-01/raise_funds/2")
    ('SH-01', ('raise_funds', 2))
    """
    parts = item.rsplit("/", 2)
    if len(parts) != 3 or not parts[2].isdigit() or not parts[0]:
        raise WorkItemError("{item} is not a work item; right is case/activity/number", item=item)
    return parts[0], (parts[1], int(parts[2]))


def _on_item(
    ledger: Ledger,
    log: str,
    item: str,
    by: By,
    decide: Callable[[CaseHistory, WorkItem], Decision],
) -> Advance:
    case_id, place = place_of_item(item)

    def decided(history: CaseHistory) -> Decision:
        found = _found(history, place, item)
        if found.state == "withdrawn":  # perhaps only until an objection is settled
            refuse_closed_gate(process_of(history), policy_of(history), history, found.activity)
        if not found.is_open:
            raise WorkItemError(
                CLOSED[found.state],
                item=item,
                actor=found.last_actor or say("the engine"),
                at=f"{found.last_at.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}" if found.last_at else "–",
            )
        return decide(history, found)

    return record(ledger, log, case_id, by.now, decided)


def _found(history: CaseHistory, place: tuple[str, int], item: str) -> WorkItem:
    found = history.items.get(place)
    if found is None:
        still = [f"{one.activity}/{one.occurrence}" for one in history.items.values() if one.is_open]
        raise WorkItemError(
            "there is no work item {item}; open in {case} are: {open}",
            item=item,
            case=history.case_id,
            open=", ".join(still) or "–",
        )
    return found


def _refuse_others(found: WorkItem, item: str, by: By) -> None:
    if found.assignee is not None and found.assignee != by.actor:
        raise WorkItemError(
            "{item} is in the hands of {assignee}; ask for it to be handed over or assigned to you",
            item=item,
            assignee=found.assignee,
        )


def _given_to(to: str, meant: str, by: By) -> dict[str, Attribute]:
    """Return whose the item is now, and for whom the deputy stands in."""
    values: dict[str, Attribute] = {"assignee": to, "reason": by.reason}
    return values if to == meant else values | {"instead_of": meant}


def _moves(
    history: CaseHistory, found: WorkItem, lifecycle: str, attributes: Mapping[str, Attribute], by: By
) -> Decision:
    event = item_event(history, found, lifecycle, by.moment, attributes, actor=by.actor)
    return Decision([event], since=by.moment)


def _with_evidence(event: Event, evidence: Mapping[str, str]) -> Event:
    return replace(event, evidence=dict(evidence))


def open_items(history: CaseHistory) -> Sequence[tuple[str, WorkItem]]:
    """Return a project's open work items with their ids, in the order they were offered."""
    return [
        (f"{history.case_id}/{item.activity}/{item.occurrence}", item)
        for item in history.items.values()
        if item.is_open
    ]
