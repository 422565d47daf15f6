"""What a case shows that has not gone well, as read in plain Python: slow, obvious, without queries."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal, NamedTuple

from played_logs import START, Step
from small_model import MODEL, ROLES, rule
from verdicts_by_hand import ENDS, STATES, role_of

from eventlogs.events import Attribute
from mining.normative.model import Mark
from mining.stalls.facts import Attempt, ChainPlace, Halt, OpenItem

TOOLS = {"b": "hammer", "x": "hammer", "y": "saw"}
LIFT = replace(
    MODEL,
    key="lift",  # so that there is a type of retrofit that it is not about
    rules=(
        *MODEL.rules,
        replace(rule("tooled", "soft", "one", "a", "c"), before=Mark("tool", ("hammer",))),
        replace(rule("sawn", "soft", "one", "a", "c"), before=Mark("tool", ("saw", "plane"))),
    ),
    performances={activity: (one, TOOLS.get(activity)) for activity, one in ROLES.items()},
)
MARKS = {*(Mark("role", (one,)) for one in ROLES.values()), Mark("tool", ("hammer",))}
UNSAID = {"schedule", "assign", "reassign", "unknown"}  # of a halt: they neither begin nor end one
OVER = {"complete", "manualskip", "autoskip", "withdraw", "abort", "pi_abort", "ate_abort"}
AFTER_HALT = "after a halt"
NO_TIME = timedelta(0)


def at(hours: float | None) -> datetime:
    assert hours is not None
    return START + timedelta(hours=hours)


class Wait(NamedTuple):
    """How long a case waited after an activity, or a halt, until it went on to the next."""

    after: str
    group: Attribute
    target: str
    long: timedelta


class Case:
    """One case, its steps as they were recorded; its trace is what was completed of them, by time."""

    def __init__(self, case_id: str, steps: Sequence[Step], by: str) -> None:
        self.case_id = case_id
        self.steps = steps
        self.trace = sorted((it for it in steps if it.lifecycle == "complete"), key=lambda it: at(it.hours))
        self.group = next((it.attributes[by] for it in steps if by in it.attributes), None)
        self.names = [it.activity for it in self.trace]
        self.acted = [it for it in self.trace if ENDS.get(it.activity) != "failed"]
        retrofit = [str(one.value) for it in steps for one in it.changes]
        self.judged = "pipe_renewal" not in retrofit

    @cached_property
    def outcome(self) -> str | None:
        said = [it.attributes["outcome"] for it in self.steps if it.attributes.get("outcome") is not None]
        return str(said[-1]) if said and said[-1] != "" else None

    @cached_property
    def state(self) -> str:
        if self.outcome is not None:
            return STATES[self.outcome]
        ends = [ENDS[name] for name in self.names if name in ENDS]
        return ends[-1] if ends else "running"

    @property
    def last(self) -> Step:
        return self.acted[-1]

    @property
    def last_at(self) -> datetime:
        return at(self.last.hours)

    @cached_property
    def over_at(self) -> datetime | None:
        return at(self.trace[-1].hours) if self.state == "failed" else None

    @cached_property
    def holds(self) -> list[Halt]:
        told = [it for it in self.steps if it.lifecycle not in UNSAID]
        moved: dict[tuple[bool, str], list[Step]] = defaultdict(list)
        for it in sorted(told, key=lambda it: at(it.hours)):
            item = _item(it)
            moved[item is not None, item or it.activity].append(it)
        found = [
            _halt(it, of_item, following)
            for (of_item, _), them in moved.items()
            for it, following in zip(them, [*them[1:], None], strict=True)
            if it.lifecycle == "suspend"
        ]
        return sorted(found, key=lambda it: (it.began_at, it.of_item))

    @property
    def standing(self) -> list[Halt]:
        return [it for it in self.holds if it.ended_at is None]

    def resumed(self, now: datetime) -> datetime | None:
        """Return when the last halt ended, if it has."""
        return max((it.ended_at for it in self.holds if it.ended_at and it.ended_at <= now), default=None)

    def since(self, now: datetime) -> str:
        resumed = self.resumed(now)
        back = self.state != "failed" and resumed is not None and resumed > self.last_at
        return AFTER_HALT if back else self.last.activity

    def idle(self, now: datetime) -> timedelta:
        if self.over_at is not None:
            return self.over_at - self.last_at
        return max(now - max(self.last_at, self.resumed(now) or self.last_at), NO_TIME)

    def waits(self) -> Iterator[Wait]:
        for place, (it, following) in enumerate(zip(self.trace, self.trace[1:], strict=False)):
            long = at(following.hours) - at(it.hours)
            held = [hold.ended_at for hold in self.holds if self._place_at(hold.began_at) == place]
            if not held:
                yield Wait(it.activity, self.group, following.activity, long)
            elif None not in held:
                lasted = max(one for one in held if one) - at(it.hours)
                if long > lasted:
                    yield Wait(AFTER_HALT, self.group, following.activity, long - lasted)

    def _place_at(self, moment: datetime) -> int:
        return sum(at(it.hours) <= moment for it in self.trace) - 1

    @cached_property
    def items(self) -> list[OpenItem]:
        moves: dict[str, list[Step]] = defaultdict(list)
        for it in self.steps:
            if (item := _item(it)) is not None:
                moves[item].append(it)
        found = [_open_item(them) for them in moves.values() if not any(map(self._is_over, them))]
        return sorted(found, key=lambda it: (it.offered_at is None, it.offered_at or START, it.activity))

    def _is_over(self, it: Step) -> bool:
        by_the_end = self.over_at is not None and it.lifecycle == "withdraw" and at(it.hours) >= self.over_at
        return it.lifecycle in OVER and not by_the_end

    def attempts(self) -> Iterator[Attempt]:
        deeds = {it.activity: it for it in self.steps if _result(it)}
        for activity in sorted(deeds, key=lambda one: self.steps.index(deeds[one])):
            if (result := _result(deeds[activity])) in ("failed", "taken_back"):
                them = [it for it in self.steps if it.activity == activity and _result(it)]
                times = sum(_result(it) != "done" for it in them)
                yield Attempt(activity, times, result, max(at(it.hours) for it in them))

    @cached_property
    def objecting(self) -> list[datetime]:
        """Since when each objection is open."""
        linked: dict[str, list[Step]] = defaultdict(list)
        for it in self.steps:
            for link in it.objects:
                if link.object_type == "objection":
                    linked[link.object_id].append(it)
        return [
            min(at(it.hours) for it in them)
            for them in linked.values()
            if not any("resolution" in it.attributes for it in them)
        ]

    def chains(self) -> Iterator[ChainPlace]:
        for chain in LIFT.chains:
            done = [it for it in self.trace if role_of(it) in chain.roles]
            if done and self.judged:
                yield ChainPlace(chain.key, str(role_of(done[-1])), done[-1].activity, at(done[-1].hours))

    def marks(self, before: int | None = None) -> set[Mark]:
        """Return the roles of chains and the tools that were shown, before a place in the trace."""
        shown = {Mark("role", (str(role_of(it)),)) for it in self.trace[:before]}
        shown |= {Mark("tool", (str(_tool(it)),)) for it in self.trace[:before]}
        return shown & MARKS


def _tool(it: Step) -> str | None:
    return TOOLS.get(it.activity) if it.role in (None, ROLES.get(it.activity)) else None


def _item(it: Step) -> str | None:
    return next((link.object_id for link in it.objects if link.object_type == "work_item"), None)


def _halt(it: Step, of_item: bool, following: Step | None) -> Halt:
    cause, reason = (str(it.attributes[key]) if key in it.attributes else None for key in ("cause", "reason"))
    until = it.attributes.get("until")
    assert until is None or isinstance(until, datetime)
    ended_at = None if following is None else at(following.hours)
    return Halt(it.activity, of_item, at(it.hours), ended_at, cause, until, reason)


def _open_item(moves: Sequence[Step]) -> OpenItem:
    meant = [it.role for it in moves if it.role is not None]
    offered = [at(it.hours) for it in moves if it.lifecycle == "schedule"]
    taken = any(it.lifecycle in {"start", "assign", "reassign"} for it in moves)
    return OpenItem(moves[0].activity, meant[-1] if meant else None, min(offered, default=None), taken)


def _result(it: Step) -> Literal["failed", "taken_back", "done"] | None:
    if it.attributes.get("taken_back") is True:
        return "taken_back"
    if it.lifecycle != "complete":
        return None
    return "failed" if it.attributes.get("succeeded") is False else "done"
