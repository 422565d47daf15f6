"""The language in which processes are written: plain functions that are replayed over a project's history.

A process asks for steps by name. A step that has happened returns what was recorded; one that has not is
offered as a work item, and what depends on it waits. Nothing here reads a clock, a file or the ledger.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from eventlogs.retrofit_types import retrofit_types
from eventlogs.vocabulary import Activity
from eventlogs.vocabulary import activity as vocabulary_activity
from flows.policies.policy_model import Policy
from flows.process.history import CaseHistory, Done
from flows.steps.base import Step
from mining.normative.model import NormativeModel

Requirements = Mapping[str, tuple[str, ...]]


class _NotYetError(Exception):
    """A branch of the process cannot go on yet."""


def _any_house(policy: Policy) -> int:
    return 1


@dataclass(frozen=True)
class Process:
    """A type of retrofit: its process, its steps, and the order that the law lays down.

    `legal_order(policy)` maps a step to those that must have succeeded before it; `closed_by_objection`
    tells which steps wait while an explicit objection is open. `words` are activities beyond the vocabulary,
    `model` is what is expected beyond the law, the same that `retrofits/KEY.toml` names.
    """

    key: str
    version: int
    run: Callable[["Project"], None]
    steps: Mapping[str, type[Step]]
    legal_order: Callable[[Policy], Requirements]
    closed_by_objection: Callable[[Policy], frozenset[str]]
    words: Mapping[str, Activity] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    model: Callable[[], NormativeModel] | None = None
    least_floors: Callable[[Policy], int] = _any_house

    @property
    def title(self) -> str:
        """What it is called in the current language."""
        return str(retrofit_types()[self.key])

    def legal_steps(self, policy: Policy) -> frozenset[str]:
        """Return the steps that cannot be declared unnecessary by hand."""
        order = self.legal_order(policy)
        return (frozenset(order) | {before for steps in order.values() for before in steps}) - self.optional

    def word(self, activity: str) -> Activity:
        """Return an activity's labels and who usually does it."""
        return self.words.get(activity) or vocabulary_activity(activity)


@dataclass
class Plan:
    """What a replay found: what to offer, what is not needed, what is waited for, whether it is over."""

    offers: list[str] = field(default_factory=list)
    skips: dict[str, str] = field(default_factory=dict)
    waiting_for: list[str] = field(default_factory=list)
    trouble: str | None = None
    completed: bool = False


class Project:
    """A project as its process sees it while it is replayed."""

    def __init__(self, process: Process, policy: Policy, history: CaseHistory) -> None:
        self.policy = policy
        self.facts: Mapping[str, Any] = history.facts
        self.plan = Plan()
        self._process = process
        self._history = history

    @property
    def has_open_objection(self) -> bool:
        """Whether an objection is open."""
        return bool(self._history.open_objections)

    def reached(self, activity: str) -> bool:
        """Tell whether a step has gone well or was found unnecessary."""
        return self._history.reached(activity)

    def need(self, activity: str, *, or_else: str | None = None) -> Done:
        """Return how a step went, once it has gone well; until then offer it, again after each failure.

        `or_else` is the outcome the project is heading for while the last attempt has failed.
        """
        latest = self._history.latest(activity)
        if latest is not None and latest.succeeded:
            return latest
        if latest is not None or activity in self._history.taken_back:
            self.plan.trouble = self.plan.trouble or or_else
        if "objection" in closed(self._process, self.policy, self._history, activity):
            self.plan.trouble = self.plan.trouble or "objection_unresolved"
        self._put_on_offer(activity)
        self.wait_for(activity)
        raise _NotYetError

    def wait_for(self, activity: str) -> None:
        """Wait until a step that is offered elsewhere has gone well or was found unnecessary."""
        if self._history.reached(activity):
            return
        if activity not in self.plan.waiting_for:
            self.plan.waiting_for.append(activity)
        raise _NotYetError

    def guide(self, *activities: str) -> None:
        """Offer leadership acts and wait until one of them is done, or all were found unnecessary."""
        open_still = [name for name in activities if self._history.latest(name) is None]
        for activity in open_still:
            self.offer(activity)
        done = [self._history.latest(name) for name in activities]
        if open_still and not any(latest and not latest.skipped for latest in done):
            raise _NotYetError

    def offer(self, activity: str, *, again: bool = False) -> None:
        """Offer a step and wait for nothing; `again` offers it anew each time it was done."""
        if again or self._history.latest(activity) is None:
            self._put_on_offer(activity)

    def skip(self, activity: str, why: str) -> None:
        """Record that a step is not needed here, and why."""
        if self._history.latest(activity) is None:
            self.plan.skips[activity] = why

    def together(self, *branches: Callable[["Project"], None]) -> None:
        """Follow branches side by side and wait for all of them."""
        followed = [self._follows(branch) for branch in branches]  # every one, also after one that waits
        if not all(followed):
            raise _NotYetError

    def alongside(self, *branches: Callable[["Project"], None]) -> None:
        """Follow branches side by side and wait for none of them."""
        for branch in branches:
            self._follows(branch)

    def _follows(self, branch: Callable[["Project"], None]) -> bool:
        try:
            branch(self)
        except _NotYetError:
            return False
        return True

    def _put_on_offer(self, activity: str) -> None:
        if activity not in self.plan.offers and not closed(
            self._process, self.policy, self._history, activity
        ):
            self.plan.offers.append(activity)


def closed(process: Process, policy: Policy, history: CaseHistory, activity: str) -> list[str]:
    """Return what the law still asks for before a step: steps, or `objection` for an open objection."""
    order = process.legal_order(policy)
    missing = [step for step in _all_before(order, activity) if not history.reached(step)]
    if activity in process.closed_by_objection(policy) and blocking_objections(policy, history):
        missing.append("objection")
    return missing


def _all_before(order: Requirements, activity: str) -> list[str]:
    """Return every step that lies before one, the nearest last."""
    found: list[str] = []
    for step in order.get(activity, ()):
        found += [earlier for earlier in (*_all_before(order, step), step) if earlier not in found]
    return found


def blocking_objections(policy: Policy, history: CaseHistory) -> frozenset[str]:
    """Return the open objections that close gates: outside ones only where the city counts them."""
    if policy.objection.outside_counts.value:
        return history.open_objections
    return frozenset(name for name in history.open_objections if history.origins.get(name) != "outside")


def replayed(process: Process, policy: Policy, history: CaseHistory) -> Plan:
    """Return what a project's process, replayed over its history, asks for now."""
    project = Project(process, policy, history)
    try:
        process.run(project)
    except _NotYetError:
        return project.plan
    project.plan.completed = True
    return project.plan
