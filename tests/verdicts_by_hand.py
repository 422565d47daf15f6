"""What becomes of cases by the small model, as read in plain Python: slow, obvious, without queries.

`counted(cases, model)` is what a report of conformance counts of some cases, of their fitness what needs no
alignment.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from statistics import quantiles

from played_logs import START, Step
from small_model import ROLES

from eventlogs.cities import known_city
from mining.conformance.case_conformance import CaseRule, CaseStep
from mining.conformance.counts import (
    CaseStates,
    ChainLag,
    FirstBreaks,
    OnePerson,
    Recurrence,
    RuleCount,
    StepCount,
)
from mining.conformance.judging import RuleDeviation
from mining.normative.model import Loop, NormativeModel, OrderRule

STATES = {"completed": "completed", "vote_lost": "failed", "shelved": "halted", "odd": "ended"}
ENDS = {"done": "completed", "quit": "failed"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a case did with a rule, and the event that tested it."""

    status: str
    position: int
    at: datetime

    @property
    def broken(self) -> bool:
        """Whether the case broke the rule without leave."""
        return self.status not in {"kept", "waived"}


class Case:
    """One case, whose steps all have their hours: its trace is what was completed of them.

    `project` is what is told of the case itself.
    """

    def __init__(self, case_id: str, steps: Sequence[Step]) -> None:
        self.case_id = case_id
        self.steps = steps
        self.trace = [step for step in steps if step.lifecycle == "complete"]
        self.project = {one.name: str(one.value) for step in steps for one in step.changes}
        self.group = next((step.attributes["group"] for step in steps if "group" in step.attributes), None)
        city = next((str(step.attributes["city"]) for step in steps if "city" in step.attributes), "")
        self.city = known_city(city) or city

    def at(self, position: int) -> datetime:
        hours = self.trace[position].hours
        assert hours is not None
        return START + timedelta(hours=hours)

    def places(self, role: str) -> list[int]:
        return [place for place, step in enumerate(self.trace) if role_of(step) == role]

    def first(self, role: str) -> int | None:
        return next(iter(self.places(role)), None)

    @cached_property
    def state(self) -> str:
        said = [
            str(step.attributes["outcome"])
            for step in self.steps
            if step.attributes.get("outcome") is not None
        ]
        if word := said[-1] if said else self.project.get("outcome"):
            return STATES[word]
        ends = [ENDS[step.activity] for step in self.trace if step.activity in ENDS]
        return ends[-1] if ends else "running"

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The roles of the chains, one that acts several times in a row taken once."""
        found = [role for step in self.trace if (role := role_of(step)) is not None]
        return tuple(role for role, before in zip(found, [None, *found], strict=False) if role != before)

    def fits(self, model: NormativeModel) -> bool:
        """Tell whether the roles of each chain came in its order without a gap, at a good end all of them."""
        for chain in model.chains:
            came = [role for role in dict.fromkeys(self.roles) if role in chain.roles]
            if came != list(chain.roles[: len(came)]):
                return False
            if self.state == "completed" and len(came) < len(chain.roles):
                return False
        return True

    def told(self, rule: OrderRule, model: NormativeModel) -> Told | None:
        """Say what the case did with a rule; None if it never came to test it."""
        found = self._by_gate(rule) if rule.before is None else self._by_order(rule)
        if found is None or found.status == "kept":
            return found
        leave = self.trace[found.position].attributes.get("waiver")
        waived = rule.key in (leave if isinstance(leave, list) else [leave]) or any(
            (one.rule, one.city) == (rule.key, self.city)
            and found.at < datetime(one.until.year, one.until.month, one.until.day, tzinfo=UTC) + timedelta(1)
            for one in model.waivers
        )
        return Told("waived", found.position, found.at) if waived else found

    def answer(self, rule: OrderRule, model: NormativeModel) -> str:
        """Say in one word what the case did with a rule."""
        told = self.told(rule, model)
        return "untested" if told is None else "broken" if told.broken else told.status

    def _by_order(self, rule: OrderRule) -> Told | None:
        assert rule.before is not None
        before, after = (self._first_of(mark.keys) for mark in (rule.before, rule.after))
        elsewhere = rule.cities and self.city not in rule.cities
        if after is None or elsewhere or (rule.only_if_both and before is None):
            return None
        status = "skipped" if before is None else "kept" if before < after else "out_of_order"
        return Told(status, after, self.at(after))

    def _by_gate(self, rule: OrderRule) -> Told | None:
        passed = [place for role in rule.after.keys for place in self.places(role)]
        if not passed:
            return None
        shut = [place for place in passed if any(self._is_open(name, place) for name in self._objections)]
        place = (shut or passed)[0]
        return Told("gate_shut" if shut else "kept", place, self.at(place))

    def _first_of(self, roles: Sequence[str]) -> int | None:
        return min((place for role in roles for place in self.places(role)), default=None)

    @cached_property
    def _objections(self) -> set[str]:
        return {
            link.object_id for step in self.trace for link in step.objects if link.object_type == "objection"
        }

    def _is_open(self, name: str, place: int) -> bool:
        """Tell whether an objection was raised before an event and not settled by then or with it."""
        about = [n for n, step in enumerate(self.trace) if name in {link.object_id for link in step.objects}]
        settled = [n for n in about if "resolution" in self.trace[n].attributes]
        return about[0] < place and not any(n <= place for n in settled)

    def verdict(self, roles: Sequence[str], step: int) -> str:
        """Say how the case stands with a step of a chain."""
        place = self.first(roles[step])
        earlier = [found for role in roles[:step] if (found := self.first(role)) is not None]
        if place is not None:
            return "out_of_order" if any(place < other for other in earlier) else "in_order"
        if any(role_of(one) == roles[step] and one.lifecycle == "withdraw" for one in self.steps):
            return "withdrawn"
        if self.state == "completed" or any(self.first(role) is not None for role in roles[step + 1 :]):
            return "skipped"
        return "not_reached" if self.state in {"running", "halted"} else "withdrawn"

    def first_break(self, model: NormativeModel) -> OrderRule | None:
        """Return the rule that broke first."""
        broken = [
            (told.position, number)
            for number, rule in enumerate(model.rules)
            if rule.strength != "regulatory" and (told := self.told(rule, model)) and told.broken
        ]
        return model.rules[min(broken)[1]] if broken else None

    def conformance_of_steps(self, model: NormativeModel) -> Iterator[CaseStep]:
        for chain in model.chains:
            for step, role in enumerate(chain.roles):
                places = self.places(role)
                first_at = self.at(places[0]) if places else None
                yield CaseStep(chain.key, role, self.verdict(chain.roles, step), first_at, len(places))

    def conformance_of_rules(self, model: NormativeModel) -> Iterator[CaseRule]:
        for rule in model.rules:
            if told := self.told(rule, model):
                yield CaseRule(rule.key, told.status, told.position, told.at)

    def returns(self, loop: Loop) -> int:
        """Say how often the case came back along a loop."""
        source = self.first(loop.source)
        return 0 if source is None else sum(place > source for place in self.places(loop.target))

    def actors(self, role: str) -> set[str]:
        return {step.actor for step in self.trace if role_of(step) == role and step.actor}


def counted(cases: Sequence[Case], model: NormativeModel) -> Mapping[str, object]:
    """Return what is counted of some cases, by the names of a group's fields."""
    states = Counter(case.state for case in cases)
    return {
        "fitting": (sum(case.fits(model) for case in cases), len({case.roles for case in cases})),
        "states": CaseStates(
            len(cases),
            *(states[it] for it in ("running", "halted", "completed", "failed", "ended", "silent")),
        ),
        "rules": tuple(_rule(cases, rule, model) for rule in model.rules),
        "steps": tuple(_steps(cases, model)),
        "first_breaks": _first_breaks(cases, model),
        "lags": tuple(_lags(cases, model)),
        "recurrences": tuple(_recurrences(cases, model)),
        "one_person": tuple(_persons(cases, model)),
    }


def deviations(cases: Sequence[Case], model: NormativeModel) -> Iterator[RuleDeviation]:
    """Yield what deviates, rule by rule, in the order of cases."""
    for rule in model.rules:
        for case in cases:
            told = case.told(rule, model)
            if told is not None and told.status != "kept":
                activity = case.trace[told.position].activity
                yield RuleDeviation(rule.key, case.case_id, told.position, activity, told.at, told.status)


def role_of(step: Step) -> str | None:
    """Return as what somebody acted: as was said, else as who usually does it."""
    return step.role or ROLES.get(step.activity)


def _rule(cases: Sequence[Case], rule: OrderRule, model: NormativeModel) -> RuleCount:
    found = [case.told(rule, model) for case in cases]
    n = Counter("untested" if told is None else told.status for told in found)
    return RuleCount(
        rule.key, n["kept"], n["skipped"], n["out_of_order"], n["gate_shut"], n["waived"], n["untested"]
    )


def _steps(cases: Sequence[Case], model: NormativeModel) -> Iterator[StepCount]:
    for chain in model.chains:
        for number, role in enumerate(chain.roles):
            n = Counter(case.verdict(chain.roles, number) for case in cases)
            yield StepCount(
                chain.key, role,
                n["in_order"], n["out_of_order"], n["skipped"], n["not_reached"], n["withdrawn"],
            )  # fmt: skip


def _first_breaks(cases: Sequence[Case], model: NormativeModel) -> tuple[FirstBreaks, ...]:
    broken = Counter(
        (rule.chain, rule.strength) for case in cases if (rule := case.first_break(model)) is not None
    )
    found = [FirstBreaks(chain, strength, n) for (chain, strength), n in broken.items()]
    return tuple(sorted(found, key=lambda one: (-one.cases, one.chain, one.strength)))


def _lags(cases: Sequence[Case], model: NormativeModel) -> Iterator[ChainLag]:
    one, other = model.chains
    for number, pair in enumerate(zip(one.roles, other.roles, strict=True)):
        places = [[case.first(role) for role in pair] for case in cases]
        lags = [
            case.at(later) - case.at(earlier)
            for case, (earlier, later) in zip(cases, places, strict=True)
            if earlier is not None and later is not None
        ]
        if lags:
            yield ChainLag(one.key, other.key, number + 1, len(lags), *_quartiles(lags))


def _quartiles(lags: Sequence[timedelta]) -> list[timedelta]:
    if len(lags) == 1:
        return [lags[0]] * 3
    seconds = quantiles([lag.total_seconds() for lag in lags], n=4, method="inclusive")
    return [timedelta(seconds=one) for one in seconds]


def _recurrences(cases: Sequence[Case], model: NormativeModel) -> Iterator[Recurrence]:
    for loop in model.loops:
        returns = [case.returns(loop) for case in cases]
        if any(returns):
            yield Recurrence(loop.key, sum(n > 0 for n in returns), sum(returns))


def _persons(cases: Sequence[Case], model: NormativeModel) -> Iterator[OnePerson]:
    for same in model.same_persons:
        acted = [tuple(case.actors(role) for role in same.roles) for case in cases]
        both = [(one, other) for one, other in acted if one and other]
        if both:
            yield OnePerson(same.key, len(both), sum(bool(one & other) for one, other in both))
