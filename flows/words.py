"""Words for people: names of activities, those of every type of retrofit too, and what an event tells."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from eventlogs.language import chinese_texts, say, sayable
from eventlogs.vocabulary import label
from flows.process.history import PROJECT
from flows.process.processes import processes
from flows.project.acts import CORRECTED_BECAUSE, CORRECTED_BY, ENGINE
from flows.worklist.work_item import SETTLED

STATES = {  # how a work item stands
    "offered": sayable("to do"),
    "assigned": sayable("assigned"),
    "started": sayable("under way"),
    "suspended": sayable("on hold"),
    "completed": sayable("done"),
    "skipped": sayable("declared unnecessary"),
    "withdrawn": sayable("no longer asked for"),
}


def name_of(activity: str) -> str:
    """Return an activity's name in the current language."""
    if activity == PROJECT:
        return say("The whole project")
    for process in processes().values():
        if activity in process.words:
            return process.words[activity].label()
    return label("activities", activity)


class Told(Protocol):
    """What an event says of itself, or a line about one."""

    @property
    def lifecycle(self) -> str:
        """The transition."""

    @property
    def attributes(self) -> Mapping[str, Any]:
        """Its attributes."""

    @property
    def correction(self) -> str | None:
        """How it corrects another, if it does."""

    @property
    def evidence(self) -> Mapping[str, str]:
        """What it rests on."""


def name_of_actor(actor: str | None) -> str:
    """Return who did something; what the engine did by itself is called so."""
    return say("the engine") if actor == ENGINE else actor or ""


def told_by(event: Told) -> str:
    """Return what an event tells, in a few words: a transition, an outcome, a remark, whom it was told to."""
    return correction_words(event, _told_by_itself(event))


def correction_words(event: Told, what: str) -> str:
    """Return what an event tells, with how it corrects another if it does."""
    if event.correction == "void":
        return say("taken out: it did not happen")
    return say("put right: {what}", what=what) if event.correction else what


def _told_by_itself(event: Told) -> str:
    values = event.attributes
    if outcome := values.get("outcome"):
        return label("outcomes", str(outcome))
    if values.get("succeeded") is False:
        return say("without success")
    return _beside_the_work(event) or _transition(event)


def _beside_the_work(event: Told) -> str:
    """Return what moves no work item, or nothing."""
    values = event.attributes
    if "escalated_to" in values:
        return say("overdue, told to {role}", role=label("roles", str(values["escalated_to"])))
    if "comment" in values:
        return say("document") if event.evidence.get("document") else say("remark")
    if "waives" in values:
        return say("rule {rule} waived until {day}", rule=values["waives"], day=values.get("until"))
    if "from_version" in values:
        return say("moved to version {version} of its process", version=values["process_version"])
    return ""


def _transition(event: Told) -> str:
    values = event.attributes
    if event.lifecycle == "reassign" and not values.get("assignee"):
        return say("given back")
    if cause := values.get("cause"):
        return say("on hold: {cause}", cause=label("hold_causes", str(cause)))
    return label("lifecycle", event.lifecycle)


def hold_ends(until: date | None, when: str | None) -> str:
    """Return what ends a hold by itself, or nothing."""
    ends = [until.isoformat()] if until else []
    if when:
        ends.append(say("objections settled") if when == SETTLED else name_of(when))
    return say(", ").join(ends)


def note_of(event: Told) -> str:
    """Return the reason, remark or person that an event has; of a correction, who made it and why."""
    values = event.attributes
    if corrected_by := values.get(CORRECTED_BY):
        because = values.get(CORRECTED_BECAUSE)
        return say("corrected by {person}: {reason}", person=corrected_by, reason=because)
    if reason := values.get("reason"):
        text = str(reason)
        return say(text) if text in chinese_texts() else name_of(text)  # the engine's own reasons are sayable
    return str(values.get("comment") or values.get("assignee") or reason_of_end(values) or "")


def reason_of_end(values: Mapping[str, Any]) -> str:
    """Return the reason that was entered for the end of a project; its bare cause is none."""
    entered = values.get("entered")
    if "outcome" not in values or not isinstance(entered, Mapping):
        return ""
    reason = str(entered.get("reason") or "")
    return reason if reason != entered.get("cause") else ""
