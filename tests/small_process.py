"""A process of a few steps and histories written by hand, for tests of what is decided."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from lift_play import MONDAY

from eventlogs.events import Event, ObjectChange, ObjectLink, event_key
from flows.policies.policies import policy_in_force
from flows.policies.policy_model import Policy
from flows.process.history import CaseHistory
from flows.process.process import Plan, Process, Project, replayed
from flows.process.replay import consequences

HARBIN = policy_in_force("harbin", date(2024, 3, 4))
RAISE, VOTE, FORM, BUILD = "raise_funds", "vote_on_installation", "submit_intention_form", "install_lift"
MEET, TALK = "convene_joint_meeting", "mediate_dispute"
Follow = Callable[[Project], None]


def process(
    run: Follow, order: dict[str, tuple[str, ...]] | None = None, shut: Iterable[str] = ()
) -> Process:
    return Process(
        "small",
        1,
        run,
        {},
        lambda policy: order or {},
        lambda policy: frozenset(shut),
        optional=frozenset(),
    )


def happened(activity: str, occurrence: int = 1, lifecycle: str = "complete", **values: Any) -> Event:
    """Return an event of the case c."""
    known = {name: values.pop(name) for name in ("actor", "objects", "changes") if name in values}
    return Event(
        event_key("c", activity, occurrence, lifecycle, values.pop("repeat", 0)),
        "c",
        activity,
        values.pop("at", MONDAY),
        lifecycle,
        role=values.pop("acting_as", None),
        attributes=values,
        **known,
    )


def needing(activity: str, or_else: str | None = None) -> Follow:
    def run(project: Project) -> None:
        project.need(activity, or_else=or_else)

    return run


def history(*events: Event) -> CaseHistory:
    return CaseHistory.of("c", (happened("project", lifecycle="start", city="harbin"), *events))


def plan(run: Follow, *events: Event, **law: Any) -> Plan:
    return replayed(process(run, **law), HARBIN, history(*events))


def follows(run: Follow, known: CaseHistory, policy: Policy = HARBIN) -> list[tuple[str, int, str]]:
    found = consequences(process(run), policy, known, MONDAY, MONDAY)
    return [(one.activity, int(one.key.split("/")[2]), one.lifecycle) for one in found]


def objected(name: str, origin: str = "inside") -> Event:
    return happened(
        "file_written_objection",
        int(name),
        objects=(ObjectLink(name, "objection"),),
        changes=(ObjectChange(name, "origin", origin),),
    )


def settled(name: str) -> Event:
    return happened(TALK, int(name), changes=(ObjectChange(name, "resolution", "withdrawn"),))
