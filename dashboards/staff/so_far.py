"""What the server makes of a form while it is being filled in: the count of a vote, a sum, a last day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from eventlogs.amounts import share_text
from eventlogs.language import current_language, say
from eventlogs.working_calendar import working_days_after, working_days_between
from flows.policies.policy_model import Policy, Setting
from flows.policies.tally import Tally, tally
from flows.steps.decision import HouseholdBallot

COUNTED = frozenset(
    {"vote_on_installation", "set_cost_sharing", "calculate_cost_shares", "raise_funds", "publicise_result"}
)


@dataclass(frozen=True)
class Measure:
    """One thing measured: how much there is of what is asked, as shares from 0 to 1."""

    title: str
    words: str
    reached: bool
    share: float | None = None
    asked: float | None = None
    source: str | None = None


@dataclass(frozen=True)
class SoFar:
    """How a form stands as it is filled in now."""

    title: str
    verdict: str
    good: bool
    measures: tuple[Measure, ...]


def so_far(activity: str, policy: Policy, data: Mapping[str, Any]) -> SoFar | None:
    """Return how the form of a step stands; None for steps that nothing is counted in."""
    match activity:
        case "vote_on_installation":
            return _vote(policy, _entries(data, "ballots"))
        case "set_cost_sharing":
            return _shares(_entries(data, "shares"))
        case "calculate_cost_shares":
            return _amounts(data, _entries(data, "amounts"))
        case "raise_funds":
            return _funds(data, _entries(data, "raised"))
        case "publicise_result":
            return _publicity(policy, data)
        case _:
            return None


def _entries(data: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    return [one for one in data.get(name) or () if isinstance(one, Mapping)]


def _vote(policy: Policy, entries: Sequence[Mapping[str, Any]]) -> SoFar:
    rule, found = policy.vote, tally(list(_ballots(entries)), policy.vote)
    verdict = say("carried, if it stays like this") if found.carried else say("not carried as it stands")
    if found.vetoed:
        verdict = say("lost: one vote against is enough here")
    asked: list[tuple[str, Fraction, Setting[Fraction], bool]] = [
        (say("took part, by area"), found.participation_area, rule.participation_area, False),
        (say("took part, by owners"), found.participation_heads, rule.participation_heads, False),
        (say("in favour, by area"), found.approval_area, rule.approval_area, rule.approval_exceeds.value),
        (say("in favour, by owners"), found.approval_heads, rule.approval_heads, rule.approval_exceeds.value),
    ]
    measures = [_measure(policy, *one) for one in asked]
    return SoFar(_votes_title(found), verdict, found.carried, tuple(measures))


def _votes_title(found: Tally) -> str:
    return say("The vote so far, {n} against", n=found.n_against)


def _measure(policy: Policy, title: str, share: Fraction, asked: Setting[Fraction], more: bool) -> Measure:
    reached = share > asked.value if more else share >= asked.value
    least = (
        say("more than {ratio}", ratio=asked.value) if more else say("at least {ratio}", ratio=asked.value)
    )
    words = say("{share} of {least} asked", share=share_text(float(share)), least=least)
    source = policy.sources[asked.source][current_language()]
    return Measure(title, words, reached, float(share), float(asked.value), source)


def _ballots(entries: Sequence[Mapping[str, Any]]) -> Iterator[HouseholdBallot]:
    for entry in entries:
        try:
            yield HouseholdBallot.model_validate({"choice": "absent", **entry})
        except ValidationError:
            continue  # told beside its field once the form is sent


def _number(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)


def _sum(entries: Sequence[Mapping[str, Any]], name: str) -> Decimal:
    return sum((_number(entry.get(name, 0)) for entry in entries), Decimal(0))


def _shares(entries: Sequence[Mapping[str, Any]]) -> SoFar:
    total = _sum(entries, "percent")
    words = say("{total} % of 100 %", total=total)
    verdict = say("the shares sum to 100 %")
    if total < 100:
        verdict = say("{change} % are missing", change=100 - total)
    if total > 100:
        verdict = say("{change} % are too much", change=total - 100)
    measure = Measure(say("Sum of the shares"), words, total == 100, float(total) / 100, 1.0)
    return SoFar(say("The shares so far"), verdict, total == 100, (measure,))


def _amounts(data: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> SoFar:
    right, total = _number(data.get("cost", 0)) - _number(data.get("subsidy", 0)), _sum(entries, "yuan")
    good = total == right and right > 0
    words = say("{total} of {right} yuan", total=f"{total:,.2f}", right=f"{right:,.2f}")
    verdict = (
        say("the amounts sum to cost less subsidy")
        if good
        else say("{yuan} yuan apart", yuan=f"{right - total:,.2f}")
    )
    share = float(total / right) if right > 0 else 0.0
    measure = Measure(say("Sum of the amounts"), words, good, share, 1.0)
    return SoFar(say("The amounts so far"), verdict, good, (measure,))


def _funds(data: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> SoFar:
    needed, total = _number(data.get("needed", 0)), _sum(entries, "yuan")
    good = needed > 0 and total >= needed
    words = say("{total} of {right} yuan", total=f"{total:,.2f}", right=f"{needed:,.2f}")
    verdict = (
        say("nothing is missing")
        if good
        else say("{yuan:.2f} yuan are missing", yuan=max(Decimal(0), needed - total))
    )
    share = float(total / needed) if needed > 0 else 0.0
    return SoFar(say("The money so far"), verdict, good, (Measure(say("Raised"), words, good, share, 1.0),))


def _publicity(policy: Policy, data: Mapping[str, Any]) -> SoFar | None:
    needed, start, end = policy.publicity.working_days.value, _day(data.get("start")), _day(data.get("end"))
    if start is None:
        return None
    last = working_days_after(start, needed)
    given = working_days_between(start, end).count if end else 0
    words = say("{given} of {needed} working days", given=given, needed=needed)
    verdict = (
        say("posted long enough")
        if given >= needed
        else say("to be posted until {day} at least", day=last.as_text())
    )
    share = given / needed if needed else 1.0
    measure = Measure(say("Working days posted"), words, given >= needed, share, 1.0)
    return SoFar(say("The publicity so far"), verdict, given >= needed, (measure,))


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
