"""What stands on each paper: what the project recorded, and the policy it began under; nothing else."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from eventlogs.cities import city_label
from eventlogs.language import current_language, say, sayable
from flows.papers.word_file import Sheet
from flows.policies.policy_answers import WORDS
from flows.policies.policy_model import Policy, Setting, Vote
from flows.policies.tally import Tally, tally
from flows.process.history import CaseHistory, Done, day_of
from flows.process.processes import policy_of, process_of
from flows.steps.decision import VoteOnInstallation
from flows.steps.money import CalculateCostShares, SetCostSharing

Write = Callable[[CaseHistory, Done, Policy], Sheet]
CHOICES = {
    "for": sayable("in favour"),
    "against": sayable("against"),
    "abstain": sayable("abstains"),
    "absent": sayable("did not vote"),
}


@dataclass(frozen=True)
class Paper:
    """A kind of paper: after which step it is made, and whether that step must have gone well."""

    key: str
    title: str
    after: str
    write: Write
    only_success: bool = False

    def sheet(self, history: CaseHistory, done: Done) -> Sheet:
        """Return what stands on it, in the current language."""
        return self.write(history, done, policy_of(history))


def _facts(history: CaseHistory, done: Done, policy: Policy) -> Iterator[tuple[str, str]]:
    yield say("Project"), f"{history.case_id} {history.facts.get('name', '')}".strip()
    yield say("City"), city_label(str(history.facts.get("city")))
    yield say("Day"), day_of(done.occurred_at).isoformat()
    yield say("Policy"), policy.document[current_language()]


def _vote(history: CaseHistory, done: Done, policy: Policy) -> Sheet:
    """List every household's vote and the count, for the file."""
    vote, rule = _voted(history, done, policy)
    return Sheet(
        title=say(VOTE),
        facts=[*_facts(history, done, policy), *_count(tally(vote.ballots, rule), rule)],
        head=[say("Household"), say("Floor"), say("Exclusive area (m²)"), say("Choice")],
        rows=[
            [one.household, str(one.floor), str(one.area), say(CHOICES[one.choice])] for one in vote.ballots
        ],
        remarks=[say("Signed: ____________  Day: ____________  Seal: ____________")],
    )


def _publicity(history: CaseHistory, done: Done, policy: Policy) -> Sheet:
    """Count by floor, to be posted: no household is named."""
    vote, rule = _voted(history, done, policy)
    by_floor: Mapping[int, Counter[str]] = {one.floor: Counter() for one in vote.ballots}
    for one in vote.ballots:
        by_floor[one.floor][one.choice] += 1
    days = policy.publicity.working_days
    return Sheet(
        title=say(PUBLICITY),
        facts=[
            *_facts(history, done, policy),
            *_count(tally(vote.ballots, rule), rule),
            (say("Working days to be posted"), f"{days.value}{_unsure(days)}"),
        ],
        head=[say("Floor"), *(say(choice) for choice in CHOICES.values())],
        rows=[
            [str(floor), *(str(by_floor[floor][choice]) for choice in CHOICES)] for floor in sorted(by_floor)
        ],
        remarks=[say("Posted on: ____________  Taken down on: ____________  Seal: ____________")],
    )


def _shares(history: CaseHistory, done: Done, policy: Policy) -> Sheet:
    shares = SetCostSharing.model_validate(done.entered).shares
    return Sheet(
        title=say(SHARES),
        facts=list(_facts(history, done, policy)),
        head=[say("Floor"), say("Share in per cent")],
        rows=[
            *([str(one.floor), f"{one.percent} %"] for one in sorted(shares, key=lambda one: one.floor)),
            [say("In all"), f"{sum(one.percent for one in shares)} %"],
        ],
    )


def _amounts(history: CaseHistory, done: Done, policy: Policy) -> Sheet:
    known = CalculateCostShares.model_validate(done.entered)
    return Sheet(
        title=say(AMOUNTS),
        facts=[
            *_facts(history, done, policy),
            (say("Cost (yuan)"), f"{known.cost:,.2f}"),
            (say("Subsidy expected (yuan)"), f"{known.subsidy:,.2f}"),
        ],
        head=[say("Household"), say("Yuan"), say("Signature")],
        rows=[
            *([one.household, f"{one.yuan:,.2f}", ""] for one in known.amounts),
            [say("In all"), f"{sum(one.yuan for one in known.amounts):,.2f}", ""],
        ],
    )


def _voted(history: CaseHistory, done: Done, policy: Policy) -> tuple[VoteOnInstallation, Vote]:
    """Return a vote and what decided it in its type of retrofit."""
    step = process_of(history).steps[done.activity]
    assert issubclass(step, VoteOnInstallation)
    return step.model_validate(done.entered), step.rule(policy.vote)


def _count(count: Tally, asked: Vote) -> Iterator[tuple[str, str]]:
    for name, area, heads, least in (
        (
            say("Took part"),
            count.participation_area,
            count.participation_heads,
            _least(asked.participation_area, asked.participation_heads, more=False),
        ),
        (
            say("Approved"),
            count.approval_area,
            count.approval_heads,
            _least(asked.approval_area, asked.approval_heads, more=asked.approval_exceeds.value)
            + " "
            + say("(counted of {whom})", whom=say(WORDS[asked.approval_of.value])),
        ),
    ):
        told = say(
            "{area} of area, {heads} of owners", area=f"{float(area):.1%}", heads=f"{float(heads):.1%}"
        )
        yield name, say("{told}; {least}", told=told, least=least)
    lost = say("vetoed by a vote against") if count.vetoed else say("lost")
    yield say("Result"), say("carried") if count.carried else lost


def _least(area: Setting[Fraction], heads: Setting[Fraction], *, more: bool) -> str:
    """Return what the policy asks for, and whether that is confirmed."""
    told = say("{area} of area, {heads} of owners", area=str(area.value), heads=str(heads.value))
    sentence = say("more than {ratios} needed", ratios=told) if more else say("{ratios} needed", ratios=told)
    return sentence + (_unsure(area) or _unsure(heads))


def _unsure(one: Setting[Any]) -> str:
    return "" if one.confirmed else " " + say("(unconfirmed: ask the city)")


VOTE = sayable("Result of the vote")
PUBLICITY = sayable("Notice of the result of the vote")
SHARES = sayable("Cost shares by floor")
AMOUNTS = sayable("Amounts of all households")
PAPERS = (
    Paper("vote", VOTE, "vote_on_installation", _vote),
    Paper("vote", VOTE, "vote_on_pipes", _vote),
    Paper("publicity", PUBLICITY, "vote_on_installation", _publicity, only_success=True),
    Paper("shares", SHARES, "set_cost_sharing", _shares),
    Paper("amounts", AMOUNTS, "calculate_cost_shares", _amounts),
)
