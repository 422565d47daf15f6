"""What a user plants in a cohort: rules to break and places to stall, from a TOML file."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from eventlogs.errors import EventLogError
from eventlogs.vocabulary import activity, terms, tool_of
from flows.forms.forms import fault_of_file
from flows.policies.policies import city_key
from flows.project.acts import steps_like
from flows.retrofits.lift import PROCESS
from flows.simulation.people import OFFICES
from flows.steps.base import Entry
from mining.normative.file import lift_model
from mining.normative.model import Mark, OrderRule

OUTSIDE_OBJECTION = "S8"
HAS_TERM = frozenset({"publicise_result"})  # begins on the day that its form names
MISSING_ROLE, OPEN_OBJECTION = "missing_role", "objection"
SHUT_BY_OBJECTION = "submit_intention_form"
ONLY_IN_TROUBLE = frozenset(
    {
        "file_written_objection",
        "mediate_dispute",
        "lobby_opposing_household",
        "care_for_affected_households",
        "abandon_project",
    }
)


class PlantRefusedError(EventLogError):
    """What cannot be planted."""


class DeviationPlant(Entry):
    """A rule of the normative model that so many projects break."""

    rule: str
    city: str | None = None
    projects: int = Field(default=1, ge=1)


class StallPlant(Entry):
    """A step before which so many projects wait for a cause.

    What is written down of it says `record`: a hold until a day, some months ahead, after which they go on; a
    hold without a day, which nobody ends; or nothing, where the cause is that nobody does the step
    (`missing_role`) or that an objection stays open (`objection`).
    """

    step: str
    cause: str
    city: str | None = None
    projects: int = Field(default=1, ge=1)
    months: int = Field(default=6, ge=1, le=24)
    record: Literal["dated", "undated", "none"] = "dated"


class BatchPlant(Entry):
    """A step that an office takes up on one day every so many weeks, for all projects that wait by then."""

    step: str
    city: str | None = None
    weeks: int = Field(default=4, ge=1, le=26)


class QueuePlant(Entry):
    """A step that so many projects wait for, since the person who does it is busy or away.

    With `contention` the person has had `behind`, of another project, in hand for some weeks already; with
    `prioritisation` takes it up first though it was ready later; with `unavailability` is away over days off.
    """

    step: str
    cause: Literal["contention", "prioritisation", "unavailability"]
    behind: str | None = None
    city: str | None = None
    projects: int = Field(default=1, ge=1)
    weeks: int = Field(default=8, ge=6, le=26)


class Plants(Entry):
    """All that is planted."""

    deviation: tuple[DeviationPlant, ...] = ()
    stall: tuple[StallPlant, ...] = ()
    batch: tuple[BatchPlant, ...] = ()
    queue: tuple[QueuePlant, ...] = ()


def read_plants(file: Path) -> Plants:
    """Return the plants in a file, or refuse it with what is wrong and what would be right."""
    try:
        table = tomllib.loads(file.read_text("utf-8"))
        plants = Plants.model_validate(table)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise PlantRefusedError(
            "{file} is not readable as TOML: {reason}", file=file, reason=error
        ) from error
    except ValidationError as error:
        wrong = fault_of_file(error.errors()[0])
        raise PlantRefusedError(
            "{file}: {place} is wrong: {reason}", file=file, place=wrong.place, reason=wrong.said
        ) from error
    for deviation in plants.deviation:
        plantable(deviation.rule)
    for stall in plants.stall:
        _refuse_stall(stall)
    for batch in plants.batch:
        _refuse_no_office(batch.step)
    for queue in plants.queue:
        _refuse_queue(queue)
    return plants


def plantable(key: str) -> OrderRule:
    """Return a rule that people can break: a strict one, or the gate no outside objection shuts."""
    rules = {rule.key: rule for rule in lift_model().rules if rule.strength == "strict"}
    rules |= {rule.key: rule for rule in lift_model().rules if rule.key == OUTSIDE_OBJECTION}
    if key not in rules:
        raise PlantRefusedError(
            "the rule {rule} cannot be planted; those that people can break are {known}",
            rule=key,
            known=", ".join(rules),
        )
    return rules[key]


def breaking_deed(rule: OrderRule) -> tuple[str, str]:
    """Return the activity and role that break a rule when they come too early.

    >>> breaking_deed(plantable("S4"))
    ('hold_owners_assembly', 'action_leader')
    """
    fixed = {
        "S2": ("lobby_opposing_household", "action_leader"),
        "S4": ("hold_owners_assembly", "action_leader"),
    }
    if rule.key in fixed:
        return fixed[rule.key]
    for name in PROCESS.steps:
        role = activity(name).by[0].role
        if meets(rule.after, name, role):
            return name, role
    raise PlantRefusedError("no step breaks the rule {rule}", rule=rule.key)


def meets(mark: Mark | None, name: str, role: str | None) -> bool:
    """Tell whether a deed is what a mark of a rule speaks of."""
    if mark is None:
        return False
    values = {"activity": name, "role": role, "tool": tool_of(name, role)}
    return values.get(mark.layer) in mark.keys


def planted_city(city: str | None) -> str | None:
    """Return the key of the city something is planted in; none means anywhere."""
    return None if city is None else city_key(city)


def _refuse_no_office(step: str) -> None:
    known = [name for name in PROCESS.steps if name not in HAS_TERM and _office(name) is not None]
    if step not in known:
        raise PlantRefusedError(
            "{step} is not a step that an office takes up; they are {known}",
            step=step,
            known=", ".join(known),
        )


def _office(step: str) -> str | None:
    """Return whose work a step is, if an office's."""
    return OFFICES.get(activity(step).by[0].role)


def _refuse_queue(queue: QueuePlant) -> None:
    for step in (queue.step, *([queue.behind] if queue.behind is not None else [])):
        _refuse_no_office(step)
    if queue.cause == "unavailability":
        if queue.behind is not None:
            raise PlantRefusedError(
                "who is away has nothing in hand: leave out behind = {step}", step=queue.behind
            )
        return
    same = [
        name
        for name in PROCESS.steps
        if name not in HAS_TERM and name != queue.step and _office(name) == _office(queue.step)
    ]
    if queue.behind not in same:
        raise PlantRefusedError(
            "behind what {step} waits must be another step of the same office; they are {known}",
            step=queue.step,
            known=", ".join(same),
        )


def _refuse_stall(stall: StallPlant) -> None:
    steps = [step for step in PROCESS.steps if step not in ONLY_IN_TROUBLE]
    if stall.step not in steps:
        raise PlantRefusedError(
            "{step} is not a step before which projects can be made to wait; near it are {known}",
            step=stall.step,
            known=steps_like(PROCESS, stall.step),
        )
    causes = tuple(terms("hold_causes")) if stall.record != "none" else (MISSING_ROLE, OPEN_OBJECTION)
    if stall.cause not in causes:
        raise PlantRefusedError(
            "{cause} is not a cause to wait; they are {known}", cause=stall.cause, known=", ".join(causes)
        )
    if stall.cause == OPEN_OBJECTION and stall.step != SHUT_BY_OBJECTION:
        raise PlantRefusedError(
            "an objection that stays open stalls {right}, not {step}",
            right=SHUT_BY_OBJECTION,
            step=stall.step,
        )
