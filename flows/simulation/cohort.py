"""The cohort: how many projects where, how each will fare, and what is planted in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from zlib import crc32

from eventlogs.errors import EventLogError
from eventlogs.working_calendar import OFFICE_ZONE
from flows.policies.policies import city_key, policy_in_force
from flows.retrofits.lift import PROCESS
from flows.simulation.calibration import calibration
from flows.simulation.people import People, people
from flows.simulation.planting import (
    MISSING_ROLE,
    OPEN_OBJECTION,
    OUTSIDE_OBJECTION,
    PlantRefusedError,
    Plants,
    QueuePlant,
    StallPlant,
    planted_city,
)

HOLD_OF_FATE = {
    "funding_gap": ("raise_funds", "money"),
    "pipelines_blocked": ("relocate_pipelines", "utility"),
    "policy_gap": ("joint_review", "policy"),
    "abandoned": ("survey_household_wishes", "household"),
}
ENDS_AT = {
    "not_feasible": "assess_feasibility",
    "vote_lost": "vote_on_installation",
    "objection_unresolved": "submit_intention_form",
    "firm_withdrawn": "sign_construction_contract",
    "retracted_after_signing": "sign_lift_agreement",
} | {fate: step for fate, (step, _) in HOLD_OF_FATE.items()}
EARLY_ENOUGH = timedelta(days=730)  # before the last day begins what is to be seen standing still on it
EARLY_ENDS = frozenset({"not_feasible", "abandoned", "objection_unresolved"})


class TooEarlyError(EventLogError):
    """A cohort cannot end before every city had its policy when it began."""


@dataclass(frozen=True)
class Wait:
    """What keeps a project before a step: a halt until a day, or one that is not recorded so (`record`)."""

    step: str
    cause: str
    days: int
    planted: bool = False
    record: str = "dated"


@dataclass(frozen=True)
class Turn:
    """When a step is taken up and done; `cause` is why it waited for that, None of what others wait for."""

    step: str
    begun: datetime
    done: datetime
    cause: str | None = None


@dataclass(frozen=True)
class Script:
    """One project as it will go; everything the people do follows from it and from the history."""

    seed: int
    case_id: str
    city: str
    name: str
    begins: datetime
    until: date  # nothing happens in it after that day
    people: People
    fate: str
    cost: int
    left_out: frozenset[str]
    objection_after: str | None
    mediations: int
    lost_votes: int
    short_funds: int
    failed_reviews: int
    failed_acceptances: int
    waits: tuple[Wait, ...]
    deviation: str | None = None
    batches: tuple[tuple[str, int], ...] = ()  # steps taken up on one day every so many weeks
    turns: tuple[Turn, ...] = ()  # steps whose moments hang on other projects

    @property
    def stall(self) -> Wait | None:
        """What the project never gets over."""
        return next((wait for wait in self.waits if wait.record != "dated"), None)

    @property
    def objects_for_good(self) -> bool:
        """Whether its objection is never settled."""
        lasting = self.stall is not None and self.stall.cause == OPEN_OBJECTION
        return lasting or self.fate == "objection_unresolved"


def scripts(
    cities: Sequence[str], n_projects: int, seed: int, plants: Plants, until: date | None = None
) -> list[Script]:
    """Return the scripts of a cohort; the same arguments give the same scripts.

    `until` is the last simulated day, that of the calibration unless named; a later one moves all days, so
    that every city still has its policy when the first project begins. An earlier one is refused.
    """
    known = calibration().window
    until = until or known.last_day
    if until < known.last_day:
        raise TooEarlyError(
            "a simulated cohort cannot end on {day}: it would begin before every city had its policy; "
            "the earliest end is {earliest}",
            day=until,
            earliest=known.last_day,
        )
    rng = Random(f"{seed}/cohort")
    keys = list(dict.fromkeys(city_key(city) for city in cities))
    fates = _fates(rng, n_projects)
    months = min(n_projects, calibration().window.months_of_starts)
    starts = sorted(rng.uniform(0, months * 30.4) for _ in range(n_projects))
    numbers = dict.fromkeys(keys, 0)
    found = []
    for n, (fate, start) in enumerate(zip(fates, starts, strict=True)):
        city = keys[n % len(keys)]
        numbers[city] += 1
        found.append(_script(seed, city, f"{city}-{numbers[city]:03}", fate, start, until))
    planted = _planted(found, plants, Random(f"{seed}/plants"))
    return _queued(planted, plants, Random(f"{seed}/queues")) if plants.queue else planted


def _fates(rng: Random, n_projects: int) -> list[str]:
    shape, causes = calibration().shape, calibration().causes
    n_successes = round(n_projects * shape.successes / shape.of)
    n_failures = n_projects - n_successes
    first = causes.order[:n_failures]
    more = rng.choices(list(causes.weights), list(causes.weights.values()), k=n_failures - len(first))
    fates = ["completed"] * n_successes + first + more
    rng.shuffle(fates)
    return fates


def _script(seed: int, city: str, case_id: str, fate: str, start: float, until: date) -> Script:
    known, rng = calibration(), Random(f"{seed}/{case_id}")
    day = known.window.first_start + (until - known.window.last_day) + timedelta(days=int(start))
    begins = datetime.combine(day, time(9, rng.randint(0, 59)), OFFICE_ZONE)
    setbacks, house = known.setbacks, known.house
    name = house.name.format(
        estate=rng.choice(house.estates), building=rng.randint(1, 30), doorway=rng.randint(1, 4)
    )
    mediations = known.objections.mediations_in_vain if fate in EARLY_ENDS else known.objections.mediations
    left_out = {one for one, chance in known.optional.chances.items() if rng.random() >= chance}
    return Script(
        seed=seed,
        case_id=case_id,
        city=city,
        name=name,
        begins=begins,
        until=until,
        people=people(rng, city, case_id),
        fate=fate,
        cost=rng.randrange(*known.cost.of(city), 1000),
        left_out=frozenset(left_out),
        objection_after=_objection_after(rng, fate),
        mediations=rng.choice(mediations),
        lost_votes=rng.choice((1, 2)) if fate == "vote_lost" else int(rng.random() < setbacks.vote_lost_once),
        short_funds=2 if fate == "funding_gap" else int(rng.random() < setbacks.funds_short_once),
        failed_reviews=int(rng.random() < setbacks.review_failed_once),
        failed_acceptances=int(rng.random() < setbacks.acceptance_failed_once),
        waits=tuple(_waits(rng, fate)),
    )


def _objection_after(rng: Random, fate: str) -> str | None:
    objections = calibration().objections
    drawn, after = rng.random(), rng.choice(objections.after)
    if fate == "objection_unresolved":
        return "survey_household_wishes"
    return after if drawn < objections.chance and fate not in EARLY_ENDS else None


def _waits(rng: Random, fate: str) -> Iterator[Wait]:
    holds = calibration().holds
    drawn, (step, cause), days = rng.random(), rng.choice(holds.at), rng.randint(*holds.months) * 30
    if fate in HOLD_OF_FATE:
        yield Wait(*HOLD_OF_FATE[fate], days)
    elif drawn < holds.chance and fate not in EARLY_ENDS:
        yield Wait(step, cause, days)


def _planted(found: list[Script], plants: Plants, rng: Random) -> list[Script]:
    made = {script.case_id: script for script in found}
    for deviation in plants.deviation:
        free = [one for one in made.values() if _can_deviate(one, deviation.rule, deviation.city)]
        for script in _chosen(free, deviation.projects, deviation.rule, rng):
            after = None if deviation.rule == OUTSIDE_OBJECTION else script.objection_after
            made[script.case_id] = _marked(replace(script, deviation=deviation.rule, objection_after=after))
    for stall in plants.stall:
        free = [one for one in made.values() if _can_stall(one, stall)]
        for script in _chosen(free, stall.projects, stall.step, rng):
            made[script.case_id] = _marked(_stalling(script, stall))
    for batch in plants.batch:
        for script in [one for one in made.values() if _in(one, batch.city)]:
            batches = (*script.batches, (batch.step, batch.weeks))
            made[script.case_id] = _marked(replace(script, batches=batches))
    return list(made.values())


def _queued(found: list[Script], plants: Plants, rng: Random) -> list[Script]:
    from flows.simulation.queueing import queued  # here: it plays projects, which rests on their scripts

    made = {script.case_id: _marked(script, plants.queue) for script in found}
    for queue in plants.queue:
        made = queued(made, queue, rng)
    return list(made.values())


def _marked(script: Script, queues: tuple[QueuePlant, ...] = ()) -> Script:
    """Let a script begin at a moment of its own, so that no log of another planting is taken for its."""
    planted = [
        script.deviation,
        *((wait.step, wait.cause, wait.days, wait.record) for wait in script.waits if wait.planted),
        *script.batches,
        *queues,
    ]
    mark = crc32(repr(planted).encode())
    begins = script.begins.replace(minute=mark % 60, second=mark // 60 % 60, microsecond=mark % 999_983)
    return replace(script, begins=begins)


def _can_deviate(script: Script, rule: str, city: str | None) -> bool:
    if script.deviation is not None or script.fate in EARLY_ENDS or not _in(script, city):
        return False
    policy = policy_in_force(script.city, script.begins.date())
    return rule != OUTSIDE_OBJECTION or not policy.objection.outside_counts.value


def _stalling(script: Script, stall: StallPlant) -> Script:
    wait = Wait(stall.step, stall.cause, stall.months * 30, planted=True, record=stall.record)
    objection_after = "survey_household_wishes" if stall.cause == OPEN_OBJECTION else script.objection_after
    left_out = script.left_out - {stall.step}
    return replace(script, waits=(wait,), left_out=left_out, objection_after=objection_after)


def _can_stall(script: Script, stall: StallPlant) -> bool:
    policy = policy_in_force(script.city, script.begins.date())
    not_asked = {"grant_permit_or_filing"} if policy.approval.permit.value == "none" else set()
    planted = any(wait.planted for wait in script.waits)
    lasting = stall.record != "dated"
    deviates = lasting and script.deviation is not None
    holds_up = stall.cause != MISSING_ROLE or stall.step in PROCESS.legal_steps(policy)
    comes_to_it = script.fate == "completed" and stall.step not in not_asked
    in_time = not lasting or script.begins.date() < script.until - EARLY_ENOUGH
    return all((comes_to_it, holds_up, in_time, not planted, not deviates, _in(script, stall.city)))


def _in(script: Script, city: str | None) -> bool:
    return city is None or script.city == planted_city(city)


def _chosen(free: Sequence[Script], n: int, what: str, rng: Random) -> Sequence[Script]:
    """Return projects to plant in, of those that start early enough to reach the place in time."""
    if len(free) < n:
        raise PlantRefusedError(
            "{what} is to be planted in {n} projects, but only {free} can take it; "
            "add projects or plant fewer",
            what=what,
            n=n,
            free=len(free),
        )
    return rng.sample(free[: max(n, len(free) * 3 // 4)], n)
