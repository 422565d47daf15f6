"""What the people of a project do next, decided from their script and the project's history alone.

A play that was broken off therefore goes on as if nothing had happened.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from eventlogs.working_calendar import OFFICE_ZONE
from flows.process.history import CaseHistory, day_of
from flows.process.order import breaches
from flows.process.process import closed
from flows.process.processes import process_of
from flows.simulation.cohort import ENDS_AT, Script, Turn, Wait
from flows.simulation.entries import entered, objection, publicity, word
from flows.simulation.planting import MISSING_ROLE, OUTSIDE_OBJECTION, breaking_deed, meets, plantable
from flows.simulation.scene import Scene
from flows.simulation.service import on_meeting_day, taken_up
from mining.normative.file import lift_model

IN_VAIN = "objection_unresolved"
MOST_LOBBYING = 2


@dataclass(frozen=True)
class Deed:
    """Something somebody does at a moment: start, act, wait, wake, take_back or abandon.

    `begun` is when the work that an act completes was taken up.
    """

    kind: str
    moment: datetime
    actor: str
    activity: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    role: str | None = None
    reason: str | None = None
    wait: Wait | None = None
    begun: datetime | None = None


class StuckError(RuntimeError):
    """A simulated project in which nobody knows what to do; a fault of the simulation."""


def next_deed(script: Script, history: CaseHistory) -> Deed | None:
    """Return what happens next in a project; None once it is over."""
    if not history.exists:
        return Deed("start", script.begins, script.people.actor("coordinator"))
    if history.outcome is not None:
        return None
    if history.halt is not None and history.halt.until is None:
        return None
    scene = Scene(script, history)
    for turn in (_waking, _deviating, _ending, _taking_back, _objecting, _waiting, _working):
        deed = turn(scene)
        if deed is not None:
            return deed
    if script.stall is not None:
        return None
    raise StuckError(f"nothing to do in {script.case_id}: {sorted(scene.open)}")


def deviation_is_done(rule: str, history: CaseHistory) -> bool:
    """Tell whether a planted deviation has happened."""
    return bool(history.done.get(_broken_by(rule)[0]))


def _broken_by(rule: str) -> tuple[str, str]:
    return breaking_deed(plantable(rule))


def _waking(scene: Scene) -> Deed | None:
    halt = scene.history.halt
    if halt is None or halt.until is None:
        return None
    morning = datetime.combine(halt.until, time(8), OFFICE_ZONE)
    return Deed("wake", max(morning, scene.last), scene.script.people.actor("coordinator"))


def _deviating(scene: Scene) -> Deed | None:
    rule = scene.script.deviation
    if rule is None or deviation_is_done(rule, scene.history):
        return None
    activity, role = _broken_by(rule)
    if rule == OUTSIDE_OBJECTION:
        return _submitting_in_spite(scene, activity, role)
    if closed(process_of(scene.history), scene.policy, scene.history, activity):
        return None
    if not _strictly_broken(scene, activity, role) <= {rule}:
        return None
    if rule not in _only_if_both() and not _breaks(scene, activity, role):
        return None
    return _act(scene, activity, role, reason=word("deviates"))


def _only_if_both() -> frozenset[str]:
    """Return the rules of which nobody is warned, since the other deed may never come."""
    return frozenset(rule.key for rule in lift_model().rules if rule.only_if_both)


def _submitting_in_spite(scene: Scene, activity: str, role: str) -> Deed | None:
    if activity not in scene.open:
        return None
    if scene.history.open_objections:
        return _act(scene, activity, role)
    return _act(scene, "file_written_objection", "household", data=objection(scene, "outside"))


def _ending(scene: Scene) -> Deed | None:
    fate = scene.script.fate
    if fate not in ENDS_AT or not _over(scene, fate):
        return None
    moment, actor = scene.later("abandon", "household"), scene.script.people.actor("household")
    return Deed("abandon", moment, actor, data={"cause": fate}, reason=word(f"reason_{fate}"))


def _over(scene: Scene, fate: str) -> bool:
    """Tell whether a project has come to where its fate ends it."""
    place = ENDS_AT[fate]
    if fate == IN_VAIN:
        return _in_vain(scene)
    if fate in _FAILS_OFTEN:
        latest = scene.history.latest(place)
        return latest is not None and not latest.succeeded and scene.times(place) >= _FAILS_OFTEN[fate](scene)
    return place in (scene.history.taken_back if fate in _TAKEN_BACK else scene.waited_at)


_FAILS_OFTEN: Mapping[str, Callable[[Scene], int]] = {
    "not_feasible": lambda scene: 1,
    "vote_lost": lambda scene: scene.script.lost_votes,
    "funding_gap": lambda scene: scene.script.short_funds,
}
_TAKEN_BACK = {  # when what is open, by whom, and what they say
    "firm_withdrawn": ("install_lift", "contractor", "firm_leaves"),
    "retracted_after_signing": ("joint_review", "household", "signature_taken_back"),
}


def _in_vain(scene: Scene) -> bool:
    return bool(
        scene.history.open_objections
        and _in_vain_so_far(scene)
        and scene.history.reached("reconcile_household_wishes")
    )


def _taking_back(scene: Scene) -> Deed | None:
    fate = scene.script.fate
    if fate not in _TAKEN_BACK:
        return None
    step, (when_open, role, why) = ENDS_AT[fate], _TAKEN_BACK[fate]
    if when_open not in scene.open or not scene.history.reached(step):
        return None
    moment, actor = scene.later("take_back", role), scene.script.people.actor(role)
    return Deed("take_back", moment, actor, step, reason=word(why))


def _objecting(scene: Scene) -> Deed | None:
    after = scene.script.objection_after
    if after is None or scene.history.objections or not scene.history.reached(after):
        return None
    outside = after == "sign_construction_contract"
    data = objection(scene, "outside" if outside else "inside")
    return _act(scene, "file_written_objection", "household", data=data)


def _waiting(scene: Scene) -> Deed | None:
    for wait in scene.script.waits:
        if wait.record == "none":
            continue
        if wait.step in scene.open and wait.step not in scene.waited_at:
            actor = scene.script.people.actor("coordinator")
            return Deed("wait", scene.later("wait", "coordinator"), actor, wait.step, wait=wait)
    return None


def _working(scene: Scene) -> Deed | None:
    offered = list(_willing(scene))
    talks = [activity for activity in offered if activity == "mediate_dispute"]
    if not offered:
        return None
    met = [
        activity for activity in offered if activity in dict(scene.script.batches) or _turn(scene, activity)
    ]
    if met:
        return _act(scene, met[0], scene.open[met[0]].role)
    chosen = talks[0] if talks and scene.rng.random() < 0.6 else scene.rng.choice(offered)
    return _act(scene, chosen, scene.open[chosen].role)


def _turn(scene: Scene, activity: str) -> Turn | None:
    """Return the moments of a step, the first time it is done, where they hang on another project."""
    if scene.times(activity):
        return None
    return next((turn for turn in scene.script.turns if turn.step == activity), None)


def _willing(scene: Scene) -> Iterator[str]:
    """Yield the steps on offer that the people would do now without breaking the model's order."""
    for activity, item in scene.open.items():
        if activity in scene.script.left_out and not _makes_good(scene, activity, item.role):
            continue
        if not _kept_back(scene, activity, item.role) and not _strictly_broken(scene, activity, item.role):
            yield activity


def _kept_back(scene: Scene, activity: str, role: str | None) -> bool:
    """Tell whether a step waits: vain talks, what nobody does, what a planted deviation must come before."""
    if activity == "lobby_opposing_household" and scene.times(activity) >= MOST_LOBBYING:
        return True
    if activity == "mediate_dispute" and scene.script.objects_for_good and _in_vain_so_far(scene):
        return True
    stall = scene.script.stall
    if stall is not None and stall.cause == MISSING_ROLE and activity == stall.step:
        return True
    rule = scene.script.deviation
    if rule is None or rule == OUTSIDE_OBJECTION or deviation_is_done(rule, scene.history):
        return False
    return meets(plantable(rule).before, activity, role) or activity == _broken_by(rule)[0]


def _in_vain_so_far(scene: Scene) -> bool:
    return scene.times("mediate_dispute") >= scene.script.mediations


def _makes_good(scene: Scene, activity: str, role: str | None) -> bool:
    """Tell whether a step is what a planted deviation came too early for."""
    rule = scene.script.deviation
    return rule is not None and meets(plantable(rule).before, activity, role)


def _breaks(scene: Scene, activity: str, role: str) -> bool:
    return scene.script.deviation in _strictly_broken(scene, activity, role)


def _strictly_broken(scene: Scene, activity: str, role: str | None) -> frozenset[str]:
    found = breaches(process_of(scene.history), scene.history, activity, role, day_of(scene.last))
    return frozenset(breach.rule for breach in found if breach.strict)


def _act(
    scene: Scene,
    activity: str,
    role: str | None,
    *,
    data: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> Deed:
    begun: datetime | None = None
    if activity == "publicise_result":
        given, moment = publicity(scene)
    else:
        moment = scene.later(activity, role)
        if turn := _turn(scene, activity):
            begun, moment = turn.begun, turn.done
        elif meeting := dict(scene.script.batches).get(activity):
            begun, moment = on_meeting_day(scene, activity, meeting)
        given = dict(data) if data is not None else entered(scene, activity, moment)
    actor = scene.script.people.actor(role)
    moment = max(moment, scene.last + timedelta(minutes=5))
    begun = begun or taken_up(scene, activity, role, moment, given)
    return Deed("act", moment, actor, activity, given, role, reason, begun=begun)
