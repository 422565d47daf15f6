"""What is true of a simulated cohort: outcomes, planted deviations, where projects stalled and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flows.policies.policies import policy_named
from flows.process.history import PROJECT, CaseHistory
from flows.simulation.behaviour import deviation_is_done
from flows.simulation.cohort import ENDS_AT, Script
from flows.simulation.planting import MISSING_ROLE, OPEN_OBJECTION, breaking_deed, plantable


@dataclass(frozen=True)
class PlantedDeviation:
    """A rule that was broken on purpose, and the events that broke it."""

    rule: str
    events: list[str]


@dataclass(frozen=True)
class Stall:
    """A step before which a project waited, why, whether a user planted it, and whether it waits for good.

    `cause` is that of a hold; `missing_role` where nobody does the step and `objection` where one stays open.
    """

    step: str
    cause: str
    begins: str
    planted: bool
    lasting: bool


@dataclass(frozen=True)
class Batched:
    """A step that an office took up on its meeting day: on offer since when, and done by whom."""

    step: str
    ready: str
    begun: str
    person: str


@dataclass(frozen=True)
class Queued:
    """A step that waited since the person who does it was busy or away, and why."""

    step: str
    cause: str
    ready: str
    begun: str
    person: str


@dataclass(frozen=True)
class ProjectTruth:
    """What is true of one project; `outcome` is None while it runs, `ended_at` where a failed one ended."""

    project: str
    city: str
    policy: str
    outcome: str | None
    ended_at: str | None
    deviations: list[PlantedDeviation]
    stalls: list[Stall]
    batched: list[Batched]
    queued: list[Queued]


@dataclass(frozen=True)
class CityDifference:
    """What a city does in its own way, by the policy its projects keep."""

    policy: str
    publicity: str
    publicity_working_days: int
    veto: bool
    permit: str
    subsidy: str
    subsidy_paid_after: str


@dataclass(frozen=True)
class Truth:
    """What is true of a whole cohort."""

    simulated: bool
    log: str
    seed: int
    projects: list[ProjectTruth]
    city_differences: list[CityDifference]


def truth(log: str, seed: int, cohort: Sequence[Script], histories: Mapping[str, CaseHistory]) -> Truth:
    """Return the truth of a cohort that was played: only what really happened counts as planted."""
    begun = [script for script in cohort if histories[script.case_id].exists]
    return cohort_truth(log, seed, [project_truth(script, histories[script.case_id]) for script in begun])


def cohort_truth(log: str, seed: int, told: list[ProjectTruth]) -> Truth:
    """Return the truth of a cohort from that of its projects."""
    policies = sorted({project.policy for project in told})
    return Truth(True, log, seed, told, [_city(name) for name in policies])


def project_truth(script: Script, history: CaseHistory) -> ProjectTruth:
    """Return the truth of one project that has begun."""
    return ProjectTruth(
        project=script.case_id,
        city=script.city,
        policy=str(history.facts["policy"]),
        outcome=history.outcome,
        ended_at=ENDS_AT.get(history.outcome or ""),
        deviations=list(_deviations(script, history)),
        stalls=list(_stalls(script, history)),
        batched=list(_batched(script, history)),
        queued=list(_queued(script, history)),
    )


def _deviations(script: Script, history: CaseHistory) -> Iterator[PlantedDeviation]:
    rule = script.deviation
    if rule is None or not deviation_is_done(rule, history):
        return
    activity, _ = breaking_deed(plantable(rule))
    keys = [one.key for one in history.events if one.activity == activity and one.lifecycle == "complete"]
    yield PlantedDeviation(rule, keys[:1])


def _stalls(script: Script, history: CaseHistory) -> Iterator[Stall]:
    planted = {wait.step for wait in script.waits if wait.planted}
    for event in history.events:
        if event.activity == PROJECT and event.lifecycle == "suspend":
            values: Mapping[str, Any] = event.attributes
            step = str(values["reason"])
            lasting = "until" not in values
            yield Stall(step, str(values["cause"]), _told(event.occurred_at), step in planted, lasting)
    yield from _unrecorded(script, history)


def _unrecorded(script: Script, history: CaseHistory) -> Iterator[Stall]:
    stall = script.stall
    if stall is None or stall.record != "none" or history.outcome is not None:
        return
    item = history.open_item(stall.step)
    filed = history.latest("file_written_objection")
    if stall.cause == MISSING_ROLE and item is not None and item.offered_at is not None:
        yield Stall(stall.step, stall.cause, _told(item.offered_at), planted=True, lasting=True)
    if stall.cause == OPEN_OBJECTION and filed is not None:
        yield Stall(stall.step, stall.cause, _told(filed.occurred_at), planted=True, lasting=True)


def _batched(script: Script, history: CaseHistory) -> Iterator[Batched]:
    steps = {step for step, _ in script.batches}
    for item in history.items.values():
        if item.activity in steps and item.offered_at and item.started_at and item.state == "completed":
            yield Batched(item.activity, _told(item.offered_at), _told(item.started_at), str(item.last_actor))


def _queued(script: Script, history: CaseHistory) -> Iterator[Queued]:
    for turn in script.turns:
        item = history.items.get((turn.step, 1))
        if turn.cause and item and item.offered_at and item.started_at == turn.begun:
            begun, person = _told(turn.begun), str(item.last_actor)
            yield Queued(turn.step, turn.cause, _told(item.offered_at), begun, person)


def _told(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _city(name: str) -> CityDifference:
    policy = policy_named(name)
    return CityDifference(
        policy=name,
        publicity=policy.publicity.place.value,
        publicity_working_days=policy.publicity.working_days.value,
        veto=policy.vote.veto.value,
        permit=policy.approval.permit.value,
        subsidy=policy.subsidy.kind.value,
        subsidy_paid_after=policy.subsidy.paid_after.value,
    )
