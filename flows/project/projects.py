"""What people can do with a whole project: start it, record any act, halt it, end it, open it again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from eventlogs.events import Attribute, Event, ObjectChange, ObjectLink
from eventlogs.language import say
from eventlogs.storage import Ledger
from eventlogs.vocabulary import term, terms
from flows.errors import Named, ProjectError, ProjectExistsError, StepRefusedError
from flows.forms.fault_places import told_in_rows
from flows.forms.forms import read_entry
from flows.policies.policies import city_key, policy_in_force
from flows.process.history import PROJECT, CaseHistory, day_of
from flows.process.processes import process_named
from flows.process.replay import item_event
from flows.project.acts import By, step_decision
from flows.project.advance import Advance, Decision, record
from flows.project.ending import cause_of_end
from flows.project.intake import Intake
from flows.project.waivers import check_rule, waived_in_city
from flows.project.whole import about_project
from flows.steps.construction import AbandonProject
from flows.worklist.work_item import WorkItem
from flows.worklist.worklist import Hold

LOG = "projects"
_COUNT = """
    SELECT count(*) FROM case_head JOIN log USING (log_id)
    WHERE log.name = $log AND starts_with(case_id, $start)
"""


def start(
    ledger: Ledger,
    log: str,
    data: Mapping[str, Any],
    by: By,
    *,
    case_id: str,
    retrofit: str = "lift",
    simulated: bool = False,
) -> Advance:
    """Begin a project under the policy of its city and day, and offer its first steps."""
    intake = read_entry(Intake, data, say("the project"))
    faults = told_in_rows(list(intake.faults(day_of(by.now))), Intake, data)
    if faults:
        raise StepRefusedError("{activity} is refused:", faults, activity=say("the project"))
    if "/" in case_id or not case_id.strip():
        raise ProjectError("{case!r} cannot name a project; leave out the slash", case=case_id)
    process = process_named(retrofit)
    policy = policy_in_force(intake.city, intake.began_on or day_of(by.moment))
    if intake.floors < process.least_floors(policy) and not by.reason:
        raise ProjectError(
            "{policy} is for houses of {least} floors and more, this one has {floors}; "
            "go on by giving a reason",
            policy=policy.key,
            least=process.least_floors(policy),
            floors=intake.floors,
        )
    facts = intake.model_dump(mode="json", exclude_none=True) | {
        "city": city_key(intake.city),
        "retrofit": process.key,
        "process_version": process.version,
        "policy": policy.key,
    }
    ledger.create_log(log, simulated=simulated)

    def decide(history: CaseHistory) -> Decision:
        if history.exists:
            raise ProjectExistsError("the project {case} is there already; choose another name", case=case_id)
        return Decision([_beginning(case_id, facts, by)], since=by.moment)

    return record(ledger, log, case_id, by.now, decide)


def act(ledger: Ledger, log: str, case_id: str, activity: str, data: Mapping[str, Any], by: By) -> Advance:
    """Record an act at any time, offered or not; an open work item of its kind is completed."""
    if activity == AbandonProject.activity:
        end = read_entry(AbandonProject, data, Named(activity, term("activities", activity)))
        return abandon(ledger, log, case_id, end.cause, replace(by, reason=end.reason))
    leave = partial(waived_in_city, ledger, log)

    def decide(history: CaseHistory) -> Decision:
        refuse_missing(history, log)
        _refuse_ended(history)
        item = history.open_item(activity)
        return step_decision(history, activity, data, by, item, leave)

    return record(ledger, log, case_id, by.now, decide)


def hold(ledger: Ledger, log: str, case_id: str, halt: Hold, by: By) -> Advance:
    """Put a whole project on hold: each of its open work items, for one coded cause."""

    def decide(history: CaseHistory) -> Decision:
        refuse_missing(history, log)
        _refuse_ended(history)
        values = halt.attributes(history, by)
        items = [item for item in history.items.values() if item.is_open and item.state != "suspended"]
        events = [item_event(history, i, "suspend", by.moment, values, actor=by.actor) for i in items]
        return Decision([about_project(history, "suspend", values, by), *events], since=by.moment)

    return record(ledger, log, case_id, by.now, decide)


def resume(ledger: Ledger, log: str, case_id: str, by: By) -> Advance:
    """Take a project up again that was on hold."""

    def decide(history: CaseHistory) -> Decision:
        refuse_missing(history, log)
        _refuse_ended(history)
        items = [item for item in history.items.values() if item.state == "suspended"]
        if history.hold is None and not items:
            raise ProjectError("the project {case} is not on hold", case=case_id)
        events = [item_event(history, item, "resume", by.moment, {}, actor=by.actor) for item in items]
        return Decision([about_project(history, "resume", {}, by), *events], since=by.moment)

    return record(ledger, log, case_id, by.now, decide)


def take_back(ledger: Ledger, log: str, case_id: str, activity: str, by: By) -> Advance:
    """Undo a step that had gone well: a signature retracted, a firm withdrawn; it must be done again."""

    def decide(history: CaseHistory) -> Decision:
        refuse_missing(history, log)
        if history.outcome != "completed":
            _refuse_ended(history)
        latest = history.latest(activity)
        if latest is None:
            raise ProjectError(
                "{activity} has not been done in {case}; there is nothing to take back",
                activity=activity,
                case=case_id,
            )
        if not by.reason:
            raise ProjectError("to take {activity} back, give a reason", activity=activity)
        item = WorkItem(activity, latest.occurrence, "completed", latest.role)
        values: dict[str, Attribute] = {"reason": by.reason, "taken_back": True}
        if history.outcome:
            values["outcome"] = ""  # the project goes on
        event = item_event(history, item, "withdraw", by.moment, values, actor=by.actor)
        return Decision([event], since=by.moment)

    return record(ledger, log, case_id, by.now, decide)


def abandon(ledger: Ledger, log: str, case_id: str, cause: str | None, by: By) -> Advance:
    """End a project that fails, for a coded cause; without one, for the trouble it is in."""

    def decide(history: CaseHistory) -> Decision:
        refuse_missing(history, log)
        _refuse_ended(history)
        return _end(history, cause_of_end(history, cause, by), by)

    return record(ledger, log, case_id, by.now, decide)


def shelve(ledger: Ledger, log: str, case_id: str, by: By) -> Advance:
    """Halt a project for an indefinite time; it can be opened again."""
    if not by.reason:
        raise ProjectError("to shelve {case}, give a reason", case=case_id)
    return abandon(ledger, log, case_id, "shelved", by)


def reopen(ledger: Ledger, log: str, case_id: str, by: By) -> Advance:
    """Open a project again that was over, and offer what is to be done now."""

    def decide(history: CaseHistory) -> Decision:
        refuse_missing(history, log)
        if history.outcome is None:
            raise ProjectError("the project {case} is not over; there is nothing to reopen", case=case_id)
        if history.outcome == "completed":
            raise ProjectError(
                "the project {case} is completed; to do a step again, take it back "
                "(`retrofit project withdraw`)",
                case=case_id,
            )
        if not by.reason:
            raise ProjectError("to reopen {case}, give a reason", case=case_id)
        event = about_project(history, "resume", {"outcome": "", "reason": by.reason}, by)
        return Decision([event], since=by.moment)

    return record(ledger, log, case_id, by.now, decide)


def waive(ledger: Ledger, log: str, case_id: str, rule: str, until: date, by: By) -> Advance:
    """Give one project leave to break a rule of order until a day."""
    check_rule(rule)

    def decide(history: CaseHistory) -> Decision:
        refuse_missing(history, log)
        if not by.reason:
            raise ProjectError("to waive {rule}, give a reason", rule=rule)
        values: dict[str, Attribute] = {"waives": rule, "until": until.isoformat(), "reason": by.reason}
        return Decision([about_project(history, "unknown", values, by)], since=by.now)

    return record(ledger, log, case_id, by.now, decide)


def start_numbered(
    ledger: Ledger, log: str, data: Mapping[str, Any], by: By, *, retrofit: str = "lift"
) -> Advance:
    """Begin a project under the next free name of its city, such as `harbin-003`."""
    city = city_key(str(data.get("city", "")))
    with ledger.reading() as connection:
        found = connection.execute(_COUNT, {"log": log, "start": f"{city}-"}).fetchone()
    first = (found[0] if found else 0) + 1
    for number in range(first, first + 1000):
        try:
            return start(ledger, log, data, by, case_id=f"{city}-{number:03}", retrofit=retrofit)
        except ProjectExistsError:
            continue  # somebody was faster, or chose that name
    raise ProjectError("no free name was found; give one with --id")


def _end(history: CaseHistory, cause: str, by: By) -> Decision:
    occurrence, role = history.next_occurrence("abandon_project"), by.role or "household"
    item = WorkItem("abandon_project", occurrence, "started", role)
    values: dict[str, Attribute] = {
        "outcome": cause,
        "entered": {"cause": cause, "reason": by.reason or cause},
    }
    event = item_event(history, item, "complete", by.moment, values, actor=by.actor)
    freed = [about_project(history, "resume", {}, by)] if history.halt else []
    return Decision([*freed, event], since=by.moment)


def _beginning(case_id: str, facts: Mapping[str, Any], by: By) -> Event:
    households = [
        (f"{case_id}/household/{row['household']}", row["floor"], row["area"])
        for row in facts.get("households", ())
    ]
    case_facts = {
        name: value for name, value in facts.items() if not isinstance(value, list | dict)
    } | facts.get("readiness", {})
    return Event(
        key=f"{case_id}/{PROJECT}/1/start",
        case_id=case_id,
        activity=PROJECT,
        occurred_at=by.moment,
        lifecycle="start",
        actor=by.actor,
        attributes=dict(facts),
        objects=tuple(ObjectLink(name, "household", "lives there") for name, _, _ in households),
        changes=(
            *(ObjectChange(case_id, name, value) for name, value in case_facts.items()),
            ObjectChange(case_id, "households", len(households)),
            *(ObjectChange(name, "floor", floor) for name, floor, _ in households),
            *(ObjectChange(name, "area", area) for name, _, area in households),
        ),
    )


def refuse_missing(history: CaseHistory, log: str) -> None:
    """Refuse a project that is not there."""
    if not history.exists:
        raise ProjectError(
            "there is no project {case} in the log {log}; `retrofit project list` shows all",
            case=history.case_id,
            log=log,
        )


def _refuse_ended(history: CaseHistory) -> None:
    if history.outcome is not None:
        raise ProjectError(
            "the project {case} is over ({outcome}); reopen it first",
            case=history.case_id,
            outcome=terms("outcomes").get(history.outcome, history.outcome),
        )
