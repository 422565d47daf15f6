"""What a project's process, replayed over its history, asks to be recorded next.

Everything here is decided from the history and the moment given; recording it twice is recording it once,
since the keys are the same, and deciding again after it was recorded asks for nothing more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from eventlogs.events import Attribute, Event, ObjectLink
from eventlogs.language import sayable
from eventlogs.vocabulary import tool_of
from eventlogs.working_calendar import working_days_after
from flows.policies.policy_model import Policy
from flows.process.history import PROJECT, CaseHistory, day_of
from flows.process.process import Plan, Process, replayed
from flows.worklist.work_item import SETTLED, WorkItem

NOT_ASKED_FOR = sayable("no longer asked for")  # why a work item is withdrawn

_ROUNDS = 10


def consequences(
    process: Process, policy: Policy, history: CaseHistory, since: datetime, now: datetime
) -> list[Event]:
    """Return the events that follow from a history: ends of holds, steps not needed, offers, their ends.

    They happened at `since`, when the act they follow from did, even if it is recorded late.
    """
    events: list[Event] = []
    for _ in range(_ROUNDS):
        more = list(_one_round(process, policy, history, since, now))
        if not more:
            break
        events += more
        history = history.followed_by(more)
    return events


def with_completion(
    process: Process, policy: Policy, before: CaseHistory, events: list[Event], now: datetime
) -> list[Event]:
    """Return `events`; the act that brought the process to its end, if one did, names the outcome.

    Where that act is recorded already, as by another program, or stands at an old place, as a correction
    does, an event about the project names it.
    """
    after = before.followed_by(events) if events else before
    if after.outcome or not replayed(process, policy, after).completed:
        return events
    if not events or events[0].corrects is not None:
        end = WorkItem(PROJECT, 1, "completed")
        return [*events, item_event(after, end, "unknown", now, {"outcome": "completed"})]
    act = next((n for n, event in enumerate(events) if event.lifecycle == "complete"), 0)
    named = replace(events[act], attributes={**events[act].attributes, "outcome": "completed"})
    return [*events[:act], named, *events[act + 1 :]]


def plan_of(process: Process, policy: Policy, history: CaseHistory) -> Plan:
    """Return what the process asks for; nothing once the project is over."""
    return Plan() if history.outcome else replayed(process, policy, history)


def item_id(case_id: str, activity: str, occurrence: int) -> str:
    """Return the object id of a work item.

    >>> item_id("SH-01", "raise_funds", 2)
    'SH-01/raise_funds/2'
    """
    return f"{case_id}/{activity}/{occurrence}"


def item_event(
    history: CaseHistory,
    item: WorkItem,
    lifecycle: str,
    now: datetime,
    attributes: Mapping[str, Attribute],
    *,
    actor: str | None = None,
) -> Event:
    """Return an event that moves a work item, or the whole project."""
    name = item_id(history.case_id, item.activity, item.occurrence)
    about_item = item.activity != PROJECT
    return Event(
        key=history.key(item.activity, item.occurrence, lifecycle),
        case_id=history.case_id,
        activity=item.activity,
        occurred_at=now,
        lifecycle=lifecycle,
        role=item.role,
        tool=tool_of(item.activity, item.role),
        actor=actor,
        attributes=dict(attributes),
        objects=(ObjectLink(name, "work_item", "moves"),) if about_item else (),
    )


def due_day(process: Process, policy: Policy, activity: str, start: date) -> date:
    """Return the day until which a step should be done, by the city's working days."""
    if activity == "publicise_result":
        days = policy.publicity.working_days.value + 5
    elif activity == "joint_review":
        days = policy.approval.review_working_days.value
    else:
        known = policy.due_working_days
        days = (known.get(activity) or known["default"]).value
    return working_days_after(start, days).date


def _one_round(
    process: Process, policy: Policy, history: CaseHistory, since: datetime, now: datetime
) -> Iterator[Event]:
    plan = plan_of(process, policy, history)
    if not history.outcome:
        yield from _resumed(history, now)
    for activity, why in plan.skips.items():
        item = WorkItem(activity, history.next_occurrence(activity), "offered", _role(process, activity))
        yield item_event(history, item, "autoskip", since, {"reason": why})
    completed = plan.completed or bool(history.outcome)
    for item in history.items.values():
        idle = item.state in {"offered", "assigned"}
        if item.is_open and (completed or (idle and item.activity not in plan.offers)):
            yield item_event(history, item, "withdraw", since, {"reason": NOT_ASKED_FOR})
    for activity in plan.offers:
        if history.open_item(activity) is None:
            occurrence, role = history.next_occurrence(activity), _role(process, activity)
            due = due_day(process, policy, activity, day_of(since))
            offer = WorkItem(activity, occurrence, "offered", role)
            yield item_event(history, offer, "schedule", since, {"role": role, "due": due.isoformat()})


def _resumed(history: CaseHistory, now: datetime) -> Iterator[Event]:
    """Yield the end of every hold until a day that has come, or until something that has happened."""
    halted = [history.halt] if history.halt else []
    for item in (*halted, *history.items.values()):
        if item.state != "suspended":
            continue
        over = item.until is not None and item.until <= day_of(now)
        happened = item.when is not None and _has_happened(history, item.when)
        if over or happened:
            yield item_event(history, item, "resume", now, {"automatic": True})


def _has_happened(history: CaseHistory, condition: str) -> bool:
    if condition == SETTLED:
        return not history.open_objections
    return history.reached(condition)


def _role(process: Process, activity: str) -> str:
    return process.word(activity).by[0].role
