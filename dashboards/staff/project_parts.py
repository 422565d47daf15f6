"""The parts of a project's page, each read from its history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dashboards.staff.addresses import act_address, item_address
from dashboards.staff.house_words import objection_words
from dashboards.staff.said_words import said
from eventlogs.language import say
from eventlogs.vocabulary import label, terms
from flows.process.history import CaseHistory, effective
from flows.process.process import Process
from flows.process.processes import process_of
from flows.process.replay import item_id
from flows.process.suggestions import Suggestion
from flows.project.objecting import open_objections
from flows.steps.decision import HouseholdBallot
from flows.steps.mobilisation import Wish
from flows.words import name_of

Stand = Literal["done", "now", "ahead", "absent"]
_OUT_OF_ORDER = "exception"  # the phase of what may come at any time


@dataclass(frozen=True)
class Phase:
    """One phase: how far it is, and how many of its steps have happened."""

    key: str
    title: str
    stand: Stand
    n_done: int
    words: str


@dataclass(frozen=True)
class ActDone:
    """An act of leadership that has happened."""

    activity: str
    title: str
    at: datetime
    address: str


@dataclass(frozen=True)
class ActExpected:
    """An act that the model expects next, where it is recorded, and what it still waits for."""

    activity: str
    title: str
    address: str
    waits_for: str | None


@dataclass(frozen=True)
class RoleInChain:
    """One role of a chain: what it has done, and what is expected of it next."""

    role: str
    done: tuple[ActDone, ...]
    expected: tuple[ActExpected, ...]


@dataclass(frozen=True)
class Chain:
    """One chain of leadership, its roles in the order in which the model expects them."""

    key: str
    sentence: str
    roles: tuple[RoleInChain, ...]


@dataclass(frozen=True)
class Household:
    """One household: its wish, its vote, and whether an objection of it is open."""

    mark: str
    floor: int
    area: str
    wish: str | None
    vote: str | None
    says: str
    objects: bool


@dataclass(frozen=True)
class Objection:
    """An objection that nothing has settled."""

    name: str
    origin: str
    grounds: str
    since: datetime
    address: str


def phases(history: CaseHistory, waited_for: list[str]) -> tuple[Phase, ...]:
    """Return the phases in their order; one that did not happen is said to have not."""
    process = process_of(history)
    order = [key for key in terms("phases") if key != _OUT_OF_ORDER]
    of = {activity: process.word(activity).phase for activity in process.steps}
    n_done = {
        key: sum(bool(history.done.get(name)) for name, phase in of.items() if phase == key) for key in order
    }
    now = None if history.outcome else _now(order, of, waited_for)
    reached = max((n for n, key in enumerate(order) if n_done[key]), default=-1)
    return tuple(
        _phase(key, n, n_done[key], order.index(now) if now else None, reached) for n, key in enumerate(order)
    )


def _now(order: list[str], of: Mapping[str, str], waited_for: list[str]) -> str | None:
    waiting = [of[name] for name in waited_for if of.get(name) in order]
    return min(waiting, key=order.index) if waiting else None


def _phase(key: str, place: int, n_done: int, now: int | None, reached: int) -> Phase:
    title = label("phases", key)
    if place == now:
        return Phase(key, title, "now", n_done, say("under way"))
    if n_done:
        return Phase(key, title, "done", n_done, say("{n} steps done", n=n_done))
    if place < max(reached, -1 if now is None else now):
        return Phase(key, title, "absent", 0, say("did not occur"))
    return Phase(
        key,
        title,
        "ahead" if now is not None else "absent",
        0,
        say("not reached yet") if now is not None else say("did not occur"),
    )


def chains(history: CaseHistory, expected: list[Suggestion]) -> tuple[Chain, ...]:
    """Return the model's chains with what has happened in them and what is expected next."""
    process = process_of(history)
    if process.model is None:
        return ()
    return tuple(
        Chain(
            chain.key, chain.sentence, tuple(_role(process, history, role, expected) for role in chain.roles)
        )
        for chain in process.model().chains
    )


def _role(process: Process, history: CaseHistory, role: str, expected: list[Suggestion]) -> RoleInChain:
    done = [
        ActDone(
            one.activity,
            name_of(one.activity),
            one.occurred_at,
            step_address(history, one.activity, one.occurrence),
        )
        for many in history.done.values()
        for one in many
        if one.role == role and not one.skipped
    ]
    next_ones = [expected_act(history, one) for one in expected if one.role == role]
    return RoleInChain(role, tuple(sorted(done, key=lambda act: act.at)), tuple(next_ones))


def expected_act(history: CaseHistory, one: Suggestion) -> ActExpected:
    """Return an act that is expected, with where it is recorded."""
    return ActExpected(one.activity, name_of(one.activity), _open_address(history, one.activity), _waits(one))


def _waits(one: Suggestion) -> str | None:
    if not one.waits_for:
        return None
    names = [say("open objection") if step == "objection" else name_of(step) for step in one.waits_for]
    return say(", ").join(names)


def step_address(history: CaseHistory, activity: str, occurrence: int) -> str:
    """Return where a step is seen: its work item, or the form that records it."""
    if (activity, occurrence) in history.items:
        return item_address(item_id(history.case_id, activity, occurrence))
    return act_address(history.case_id, activity)


def _open_address(history: CaseHistory, activity: str) -> str:
    item = history.open_item(activity)
    return (
        step_address(history, activity, item.occurrence) if item else act_address(history.case_id, activity)
    )


def households(history: CaseHistory) -> tuple[tuple[int, tuple[Household, ...]], ...]:
    """Return the households by floor, the highest first."""
    values = _latest_values(history)
    objecting = {
        link.object_id
        for event in effective(history.events)
        for link in event.objects
        if link.qualifier == "objector" and {one.object_id for one in event.objects} & history.open_objections
    }
    found: dict[int, list[Household]] = {}
    for mark, row in sorted(history.households.items()):
        name = f"{history.case_id}/household/{mark}"
        wish, vote = values.get(name, {}).get("wish"), values.get(name, {}).get("vote")
        one = Household(mark, row.floor, str(row.area), wish, vote, _says(wish, vote), name in objecting)
        found.setdefault(row.floor, []).append(one)
    return tuple((floor, tuple(found[floor])) for floor in sorted(found, reverse=True))


def _says(wish: str | None, vote: str | None) -> str:
    if vote is not None:
        return said(HouseholdBallot, "choice", vote)
    return said(Wish, "wish", wish) if wish is not None else say("not asked yet")


def _latest_values(history: CaseHistory) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for event in effective(history.events):
        for change in event.changes:
            found.setdefault(change.object_id, {})[change.name] = str(change.value)
    return found


def objections(history: CaseHistory) -> Iterator[Objection]:
    """Yield the open objections with their grounds."""
    address = _open_address(history, "mediate_dispute")
    for one in open_objections(history):
        name = objection_words(history, f"{history.case_id}/objection/{one.number}")
        yield Objection(name, one.origin_words, one.grounds_words, one.since, address)
