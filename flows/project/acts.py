"""Recording that a step happened: the checks in their order, then the event.

The legal order is enforced, the model's order is warned about, what was entered is checked against policy,
register and calendar.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from eventlogs.events import Attribute, Event, ObjectLink
from eventlogs.language import say
from eventlogs.vocabulary import term
from flows.errors import Fault, GateClosedError, Listed, Named, OrderWarningError, ProjectError
from flows.forms.forms import entered
from flows.policies.policy_model import Policy
from flows.process.history import CaseHistory, day_of
from flows.process.order import Breach, breaches, waived_for_case
from flows.process.process import Process, closed
from flows.process.processes import policy_of, process_of
from flows.process.replay import item_event, item_id
from flows.project.advance import Decision
from flows.steps.base import Circumstances, Step
from flows.worklist.work_item import WorkItem

ENGINE = "retrofit"  # who acts where the engine does it by itself
CORRECTED_BY, CORRECTED_BECAUSE = "corrected_by", "corrected_because"  # attributes of a correcting event

Waived = Callable[[str, date], frozenset[str]]  # the rules of order that a city waives on a day


@dataclass(frozen=True)
class By:
    """Who acts, as what, when it happened, and when it is told; `reason` is why a warning is passed over.

    `begun` is when the work was taken up, where that is told only when it is done.
    """

    actor: str
    now: datetime
    occurred_at: datetime | None = None
    role: str | None = None
    reason: str | None = None
    begun: datetime | None = None

    @property
    def moment(self) -> datetime:
        """When it happened: now, unless it is told late."""
        return self.occurred_at or self.now


def step_decision(
    history: CaseHistory,
    activity: str,
    data: Mapping[str, Any],
    by: By,
    item: WorkItem | None,
    waived: Waived,
) -> Decision:
    """Return what to record of a step that happened, or refuse it; `item` is the open one it completes."""
    process, policy = process_of(history), policy_of(history)
    step_class = step_class_of(process, activity)
    refuse_closed_gate(process, policy, history, activity)
    occurrence = item.occurrence if item else history.next_occurrence(activity)
    if by.role is not None:
        term("roles", by.role)
    role = by.role or (item.role if item else None) or process.word(activity).by[0].role
    place = WorkItem(activity, occurrence, "started", role)
    broken, allowed = out_of_order(process, history, activity, role, day_of(by.moment), waived)
    refuse_without_reason(broken, by.reason)
    at = circumstances(process, policy, history, activity, by, occurrence)
    step = entered(step_class, data, at, Named(activity, process.word(activity)))
    event = completion(history, place, step, at, by, broken, allowed)
    return Decision([*_taking_up(history, item, by), event], since=by.moment)


def _taking_up(history: CaseHistory, item: WorkItem | None, by: By) -> list[Event]:
    """Return that an open work item was taken up, if it is told only now."""
    if item is None or by.begun is None or item.state == "started":
        return []
    return [item_event(history, item, "start", by.begun, {}, actor=by.actor)]


def step_class_of(process: Process, activity: str) -> type[Step]:
    """Return the class of an activity's form."""
    if activity not in process.steps:
        raise ProjectError(
            "{activity} is not a step of {process}; right is one such as {known}",
            activity=activity,
            process=process.key,
            known=steps_like(process, activity),
        )
    return process.steps[activity]


def steps_like(process: Process, name: str) -> Listed:
    """Return the steps whose key or label is like a name that is no step's, else the five nearest keys."""
    named = {step: Named(step, process.word(step)) for step in process.steps}
    alike = [step for step, known in named.items() if name in str(known)]
    return Listed([named[step] for step in alike or get_close_matches(name, named, n=5, cutoff=0)])


def circumstances(
    process: Process, policy: Policy, history: CaseHistory, activity: str, by: By, occurrence: int
) -> Circumstances:
    """Return what a step is checked against."""
    before = {step: history.latest(step) for step in process.legal_order(policy).get(activity, ())}
    return Circumstances(
        case_id=history.case_id,
        policy=policy,
        floors=int(history.facts["floors"]),
        households=history.households,
        occurred_on=day_of(by.moment),
        today=day_of(by.now),
        occurrence=occurrence,
        follows={step: day_of(done.occurred_at) for step, done in before.items() if done},
        open_objections=history.open_objections,
        cost=history.cost,
    )


def out_of_order(
    process: Process, history: CaseHistory, activity: str, role: str | None, day: date, waived: Waived
) -> tuple[list[Breach], list[Breach]]:
    """Return the rules that an act breaks on a day, and those that it has leave to break."""
    found = breaches(process, history, activity, role, day)
    leave = waived_for_case(history, day) | waived(str(history.facts["city"]), day) if found else frozenset()
    broken = [breach for breach in found if breach.rule not in leave]
    return broken, [breach for breach in found if breach.rule in leave]


def refuse_closed_gate(process: Process, policy: Policy, history: CaseHistory, activity: str) -> None:
    """Refuse a step that the law does not allow yet, and say what must come first."""
    missing = closed(process, policy, history, activity)
    if not missing:
        return
    if missing == ["objection"]:
        raise GateClosedError(
            "{step} is closed while an objection is open: {objections}; settle it first",
            step=Named(activity, process.word(activity)),
            objections=", ".join(sorted(history.open_objections)),
        )
    steps = [step for step in missing if step != "objection"]
    raise GateClosedError(
        "{step} is not allowed yet under {policy}; first must succeed: {steps}",
        step=Named(activity, process.word(activity)),
        policy=policy.key,
        steps=Listed([Named(step, process.word(step)) for step in steps]),
    )


def refuse_without_reason(broken: list[Breach], reason: str | None) -> None:
    """Refuse an act that breaks a strict rule of order unless a reason is given."""
    strict = [breach for breach in broken if breach.strict]
    if strict and not (reason or "").strip():
        raise OrderWarningError(
            "this breaks the order of the model; go on by giving a reason:",
            [Fault(breach.rule, breach.text, breach.values) for breach in strict],
        )


def completion(
    history: CaseHistory,
    place: WorkItem,
    step: Step,
    at: Circumstances,
    by: By,
    broken: list[Breach],
    allowed: list[Breach],
) -> Event:
    """Return the event that a step was done, with the rules of order it broke, or had leave to break."""
    data = step.model_dump(mode="json", exclude_none=True, exclude={"documents"})
    attributes: dict[str, Attribute] = {"entered": data, "succeeded": step.succeeded(at), **step.results(at)}
    changes = tuple(step.changes(at))
    resolutions = [change.value for change in changes if change.name == "resolution"]
    if resolutions:
        attributes["resolution"] = resolutions[0]
    if broken:
        attributes |= {"breaks": [breach.rule for breach in broken], "reason": by.reason}
    if allowed:
        attributes["waiver"] = [breach.rule for breach in allowed]
    moved = item_event(history, place, "complete", by.moment, attributes, actor=by.actor)
    documents = tuple(
        ObjectLink(f"{item_id(history.case_id, place.activity, place.occurrence)}/{n}", "document", one.name)
        for n, one in enumerate(step.documents, 1)
    )
    evidence = {"document": "; ".join(_named(one.name, one.number) for one in step.documents)}
    return Event(
        key=moved.key,
        case_id=moved.case_id,
        activity=moved.activity,
        occurred_at=moved.occurred_at,
        lifecycle="complete",
        role=moved.role,
        tool=moved.tool,
        actor=by.actor,
        attributes=attributes,
        evidence=evidence if step.documents else {},
        objects=(*moved.objects, *step.objects(at), *documents),
        changes=changes,
    )


def _named(name: str, number: str | None) -> str:
    return say("{name} (no. {number})", name=name, number=number) if number else name
