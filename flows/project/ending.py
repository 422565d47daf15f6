"""How a project ends that fails: for what its history shows, or for what somebody says with a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from eventlogs.language import say
from eventlogs.vocabulary import Outcome, Term, term, terms
from flows.errors import Listed, Named, ProjectError
from flows.process.history import CaseHistory, effective
from flows.process.process import Plan
from flows.process.processes import policy_of, process_of
from flows.process.replay import plan_of
from flows.project.acts import By
from flows.project.objecting import open_objections
from flows.words import name_of_actor, reason_of_end
from flows.worklist.listing import local_day

NO_TROUBLE = "abandoned"
_SIGNING = "sign_lift_agreement"
_WAITED_IN_VAIN: Mapping[str, str] = MappingProxyType(  # a project given up while on hold ends for its cause
    {"policy": "policy_gap", "money": "funding_gap", "utility": "pipelines_blocked"}
)


@dataclass(frozen=True)
class Ended:
    """When a project ended, by whom and why, as far as that was told."""

    on: datetime
    by: str | None
    reason: str | None

    def as_text(self) -> str:
        """Return it in a line."""
        told = say("ended on {day} by {person}", day=local_day(self.on), person=name_of_actor(self.by) or "–")
        return say("{told}: {reason}", told=told, reason=self.reason) if self.reason else told


def ended(history: CaseHistory) -> Ended | None:
    """Return how a project ended that is over."""
    if history.outcome is None:
        return None
    last = next(
        event for event in reversed(list(effective(history.events))) if event.attributes.get("outcome")
    )
    return Ended(last.occurred_at, last.actor, reason_of_end(last.attributes) or None)


def heading_for(history: CaseHistory, plan: Plan) -> str | None:
    """Return the outcome that a project is in danger of: its last attempt failed, or somebody objects."""
    if history.outcome:
        return None
    if plan.trouble or not history.open_objections:
        return plan.trouble
    retracted = any("retraction" in one.grounds for one in open_objections(history))
    return "retracted_after_signing" if retracted and history.reached(_SIGNING) else "objection_unresolved"


def shown_causes(history: CaseHistory) -> list[str]:
    """Return the outcomes that a project's history shows, the likeliest first: its trouble, its holds."""
    trouble = heading_for(history, plan_of(process_of(history), policy_of(history), history))
    found = [trouble] if trouble else []
    return [*found, *(_WAITED_IN_VAIN[cause] for cause in _holds(history) if cause in _WAITED_IN_VAIN)]


def cause_of_end(history: CaseHistory, cause: str | None, by: By) -> str:
    """Return for what cause a project ends: the one that is named, or the likeliest that its history shows.

    Refuses a cause that is none, and one that nothing in the history shows and no reason tells.
    """
    shown = shown_causes(history)
    ending = cause or next(iter(shown), NO_TROUBLE)
    named = failure(ending)
    if by.reason or ending in shown:
        return ending
    if not shown:
        raise ProjectError("nothing in the history shows {cause}; say why", cause=named)
    raise ProjectError(
        "the history does not show {cause} but {shown}; say why",
        cause=named,
        shown=Listed([Named(one, term("outcomes", one)) for one in shown]),
    )


def failure(cause: str) -> Named:
    """Return the outcome for which a project ends, with its name; refuse one that is none of a failure."""
    named = Named(cause, term("outcomes", cause))
    if not _fails(named.name):
        raise ProjectError(
            "{cause} is no cause to end a project; causes are {known}",
            cause=named,
            known=Listed([Named(key, one) for key, one in terms("outcomes").items() if _fails(one)]),
        )
    return named


def _holds(history: CaseHistory) -> Iterator[str]:
    if history.hold:
        yield history.hold
    for item in history.items.values():
        if item.state == "suspended" and item.cause:
            yield item.cause


def _fails(outcome: Term) -> bool:
    return isinstance(outcome, Outcome) and outcome.ending != "success"
