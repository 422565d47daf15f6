"""The correction of one event of a project: put right or taken out, while what was recorded stays beside it.

What follows is decided anew, as after any act: steps needed again are offered, those no longer asked for
are withdrawn.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from eventlogs.events import Attribute, Event, ObjectLink
from eventlogs.events import Correction as Kind
from eventlogs.storage import Ledger
from eventlogs.vocabulary import term, tool_of
from flows.errors import Fault, Named, ProjectError, StepRefusedError
from flows.forms.forms import entered, read_entry
from flows.process.history import PROJECT, CaseHistory, day_of, effective, place_of
from flows.process.process import Process, replayed
from flows.process.processes import policy_of, process_of
from flows.process.replay import NOT_ASKED_FOR, item_event, item_id
from flows.project.acts import (
    CORRECTED_BECAUSE,
    CORRECTED_BY,
    By,
    Waived,
    circumstances,
    completion,
    out_of_order,
    step_class_of,
)
from flows.project.advance import Advance, Decision, record
from flows.project.ending import failure
from flows.project.projects import refuse_missing
from flows.project.waivers import waived_in_city
from flows.project.whole import about_project
from flows.steps.construction import AbandonProject
from flows.worklist.work_item import WorkItem

CORRECT = "correct"  # stands in a correction's key where events have their transition
_OF_CORRECTIONS = frozenset({CORRECTED_BY, CORRECTED_BECAUSE})
_DONE = frozenset({"complete", "manualskip"})


@dataclass(frozen=True)
class Correction:
    """What is to be different about an event: what is not given stays.

    `data` has answers of the step's form, None for one that is to be empty; `void` takes the event out
    instead.
    """

    occurred_at: datetime | None = None
    actor: str | None = None
    role: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    void: bool = False


def correct(ledger: Ledger, log: str, case_id: str, event: str, right: Correction, by: By) -> Advance:
    """Correct the event of this key, or the one that did the work item of this id; once more is once.

    `by.actor` corrects, for `by.reason`. Refuses what nobody recorded as done, and answers that the form
    of the step refuses.
    """
    leave = partial(waived_in_city, ledger, log)

    def decide(history: CaseHistory) -> Decision:
        refuse_missing(history, log)
        original = event_named(history, event)
        _refuse_unclear(original, right)
        if not (by.reason or "").strip():
            raise ProjectError("to correct {event}, give a reason", event=original.key)
        stands = standing(history, original)
        if right.void:
            made = None if stands is None else _correcting(history, original, stands, "void", by)
        else:
            said = _put_right(history, original, stands or original, right, by, leave)
            made = None if said == stands else _correcting(history, original, said, "replace", by)
        return Decision() if made is None else Decision([made, *_effects(history, made, by)], by.now)

    return record(ledger, log, case_id, by.now, decide)


def _refuse_unclear(original: Event, right: Correction) -> None:
    if right == Correction():
        raise ProjectError(
            "say what is to be right about {event}: when it happened, who did it, as what, or an answer of "
            "its form; or take it out",
            event=original.key,
        )
    if right.void and right != Correction(void=True):
        raise ProjectError("{event} is put right or taken out; ask for one of the two", event=original.key)


def event_named(history: CaseHistory, name: str) -> Event:
    """Return the event of a key, with the project before it or not, or that did a work item; or refuse it."""
    key = name if name.startswith(f"{history.case_id}/") else f"{history.case_id}/{name}"
    found = [event for event in history.events if event.key == key or _did(history, event, key)]
    if not found:
        raise ProjectError(
            "{event} is no event of {case}; `retrofit project history {case}` names them",
            event=name,
            case=history.case_id,
        )
    event = found[-1]
    if event.corrects is not None:
        return event_named(history, event.corrects)
    if not is_correctable(event):
        raise ProjectError(
            "{event} cannot be corrected: only what somebody did can, a step, its beginning, its being taken "
            "back, or a remark; a hold is ended by resuming, a project reopened",
            event=event.key,
        )
    return event


def is_correctable(event: Event) -> bool:
    """Tell whether an event tells what somebody did, so that it can have been told wrongly."""
    by_hand = event.lifecycle in _DONE or (event.lifecycle == "start" and event.activity != PROJECT)
    values = event.attributes
    return by_hand or "taken_back" in values or "comment" in values


def standing(history: CaseHistory, original: Event) -> Event | None:
    """Return an event as it counts, under its own key; None if it was taken out."""
    counts = next((one for one in effective(history.events) if one.key == original.key), None)
    if counts is None:
        return None
    attributes = {name: value for name, value in counts.attributes.items() if name not in _OF_CORRECTIONS}
    return replace(counts, attributes=attributes)


def _did(history: CaseHistory, event: Event, item: str) -> bool:
    return event.lifecycle in _DONE and item_id(history.case_id, *place_of(event)) == item


def _put_right(
    history: CaseHistory, original: Event, stands: Event, right: Correction, by: By, leave: Waived
) -> Event:
    """Return the event as it should have been recorded, under its own key."""
    if right.role is not None:
        term("roles", right.role)
    moved = replace(
        stands,
        occurred_at=right.occurred_at or stands.occurred_at,
        actor=right.actor or stands.actor,
        role=right.role or stands.role,
    )
    moved = replace(moved, tool=tool_of(moved.activity, moved.role))
    if stands.lifecycle == "complete":
        return _answered_anew(history, original, moved, right.data, by, leave)
    if right.data:
        raise ProjectError(
            "{event} has no form; of it only the day, who and as what can be corrected", event=original.key
        )
    _refuse_to_come(moved, by)
    return moved


def _refuse_to_come(moved: Event, by: By) -> None:
    """Refuse a day to come of what has no field to explain it in."""
    day, today = day_of(moved.occurred_at), day_of(by.now)
    if day > today:
        raise ProjectError("{day} lies in the future; enter a day up to {today}", day=day, today=today)


def _answered_anew(
    history: CaseHistory, original: Event, moved: Event, data: Mapping[str, Any], by: By, leave: Waived
) -> Event:
    """Return a completed step as its form has it, asked again as things stood when it was recorded."""
    before, process = as_it_stood(history, original), process_of(history)
    activity, occurrence = place_of(original)
    said = moved.attributes.get("entered")
    answers = {
        name: answer
        for name, answer in {**(said if isinstance(said, Mapping) else {}), **data}.items()
        if answer is not None
    }
    named = Named(activity, process.word(activity))
    if activity == AbandonProject.activity:
        end = read_entry(AbandonProject, answers, named)
        failure(end.cause)
        _refuse_to_come(moved, by)
        told = end.model_dump(mode="json", exclude_none=True, exclude={"documents"})
        return replace(moved, attributes={**moved.attributes, "outcome": end.cause, "entered": told})
    doer = By(moved.actor or "", by.now, moved.occurred_at, moved.role, _reason(moved, by))
    at = circumstances(process, policy_of(history), before, activity, doer, occurrence)
    step = entered(step_class_of(process, activity), answers, at, named)
    if not step.explanation:
        _refuse_after_what_follows(process, history, original, day_of(moved.occurred_at))
    rules = out_of_order(process, before, activity, moved.role, day_of(moved.occurred_at), leave)
    place = WorkItem(activity, occurrence, "started", moved.role)
    made = completion(before, place, step, at, doer, *rules)
    if "outcome" in moved.attributes:
        made = replace(made, attributes={**made.attributes, "outcome": moved.attributes["outcome"]})
    if step.documents:
        return replace(made, key=original.key)
    return replace(made, key=original.key, evidence=moved.evidence, objects=_with_documents(made, moved))


def _reason(event: Event, by: By) -> str | None:
    """Return why the order was passed over, as it was said, or else as it is said now."""
    said = event.attributes.get("reason")
    return str(said) if said else by.reason


def _with_documents(made: Event, moved: Event) -> tuple[ObjectLink, ...]:
    kept = (link for link in moved.objects if link.object_type == "document" and link not in made.objects)
    return (*made.objects, *kept)


def as_it_stood(history: CaseHistory, original: Event) -> CaseHistory:
    """Return the project as it stood when an event was recorded, what has been corrected since corrected."""
    earlier = history.events[: history.events.index(original)]
    keys = {event.key for event in earlier}
    later = (event for event in history.events[len(earlier) :] if event.corrects in keys)
    return CaseHistory.of(history.case_id, (*earlier, *later))


def _refuse_after_what_follows(process: Process, history: CaseHistory, original: Event, day: date) -> None:
    """Refuse a day after one on which a step was done that by law follows, if it was told later."""
    later = {place_of(event) for event in history.events[history.events.index(original) + 1 :]}
    faults = [
        Fault(
            "occurred",
            "{day} lies after “{activity}” on {after}, which follows it; enter that day or an earlier one, "
            "or an explanation",
            {"day": day, "activity": process.word(name), "after": day_of(one.occurred_at)},
        )
        for name, before in process.legal_order(policy_of(history)).items()
        if original.activity in before
        for one in history.done.get(name, ())
        if (name, one.occurrence) in later and day > day_of(one.occurred_at)
    ]
    if faults:
        named = Named(original.activity, process.word(original.activity))
        raise StepRefusedError("{activity} is refused:", faults, activity=named)


def _correcting(history: CaseHistory, original: Event, said: Event, kind: Kind, by: By) -> Event:
    """Return the event that corrects another: what it says, and who says so and why."""
    activity, occurrence = place_of(original)
    why: dict[str, Attribute] = {CORRECTED_BY: by.actor, CORRECTED_BECAUSE: by.reason}
    if kind == "void":
        said = replace(said, attributes={}, evidence={}, changes=())
    return replace(
        said,
        key=history.key(activity, occurrence, CORRECT),
        attributes={**said.attributes, **why},
        correction=kind,
        corrects=original.key,
    )


def _withdrawals_undone(history: CaseHistory, made: Event, by: By) -> Iterator[Event]:
    """Yield that the engine's withdrawals of a step's work item do not count once the step is put back."""
    if made.correction != "replace":
        return
    place = place_of(made)
    undone = (
        event
        for event in effective(history.events)
        if event.lifecycle == "withdraw" and place_of(event) == place and not is_correctable(event)
    )
    for n, event in enumerate(undone, 1):
        key = history.key(*place, CORRECT, taken=n)
        yield replace(_correcting(history, event, event, "void", by), key=key)


def _effects(history: CaseHistory, made: Event, by: By) -> Iterator[Event]:
    """Yield what a correction brings about besides what the process asks for.

    A completed project that is no longer complete is open again. Where a step is open again that has been
    offered once more since, one offer is enough.
    """
    unmade = list(_withdrawals_undone(history, made, by))
    yield from unmade
    after = history.followed_by([made, *unmade])
    if after.outcome == "completed" and not replayed(process_of(after), policy_of(after), after).completed:
        yield about_project(after, "resume", {"outcome": "", "reason": by.reason}, by)
    is_open = Counter(item.activity for item in after.items.values() if item.is_open)
    for item in reversed(after.items.values()):
        if is_open[item.activity] > 1 and item.state in {"offered", "assigned"}:
            is_open[item.activity] -= 1
            yield item_event(after, item, "withdraw", by.now, {"reason": NOT_ASKED_FOR})
