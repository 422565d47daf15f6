"""The count of a vote, by exclusive area and by heads, in exact fractions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, Protocol

from eventlogs.events import Attribute
from eventlogs.language import say
from flows.policies.policy_model import Vote

Choice = Literal["for", "against", "abstain", "absent"]


class Ballot(Protocol):
    """One household's vote."""

    @property
    def area(self) -> Decimal:
        """Exclusive area in square metres."""
        ...

    @property
    def choice(self) -> Choice:
        """What the household chose."""
        ...


@dataclass(frozen=True)
class Tally:
    """A count of votes: shares of the whole unit for participation, and of the policy's base for approval."""

    participation_area: Fraction
    participation_heads: Fraction
    approval_area: Fraction
    approval_heads: Fraction
    n_against: int
    enough_took_part: bool
    enough_approved: bool
    vetoed: bool

    @property
    def carried(self) -> bool:
        """Whether the vote is carried."""
        return self.enough_took_part and self.enough_approved and not self.vetoed

    def attributes(self) -> dict[str, Attribute]:
        """Return the count for an event to keep."""
        return {
            "participation_area": float(self.participation_area),
            "participation_heads": float(self.participation_heads),
            "approval_area": float(self.approval_area),
            "approval_heads": float(self.approval_heads),
            "n_against": self.n_against,
            "vetoed": self.vetoed,
        }


def told_tally(kept: Mapping[str, Any]) -> str:
    """Return the count that a vote's event keeps, in one line."""
    shares = ("participation_area", "participation_heads", "approval_area", "approval_heads")
    took, heads, for_area, for_heads = (f"{kept[name]:.1%}" for name in shares)
    lost = say("vetoed by a vote against") if kept["vetoed"] else say("lost")
    return say(
        "took part {area} of area and {heads} of owners; approved {for_area} and {for_heads}: {verdict}",
        area=took,
        heads=heads,
        for_area=for_area,
        for_heads=for_heads,
        verdict=say("carried") if kept["succeeded"] else lost,
    )


def tally(ballots: Sequence[Ballot], rule: Vote) -> Tally:
    """Count `ballots`, one for each household of the unit, against a policy's rule.

    Whoever is not absent took part; an abstention is no approval. Under a veto one vote against is enough
    to lose.
    """
    voting = [ballot for ballot in ballots if ballot.choice != "absent"]
    base = voting if rule.approval_of.value == "participants" else ballots
    in_favour = [ballot for ballot in voting if ballot.choice == "for"]
    n_against = sum(ballot.choice == "against" for ballot in ballots)
    took_area, took_heads = _share(voting, ballots)
    for_area, for_heads = _share(in_favour, base)
    more_than = rule.approval_exceeds.value
    return Tally(
        took_area,
        took_heads,
        for_area,
        for_heads,
        n_against,
        enough_took_part=took_area >= rule.participation_area.value
        and took_heads >= rule.participation_heads.value,
        enough_approved=_reaches(for_area, rule.approval_area.value, more_than)
        and _reaches(for_heads, rule.approval_heads.value, more_than),
        vetoed=rule.veto.value and n_against > 0,
    )


def _share(part: Sequence[Ballot], whole: Sequence[Ballot]) -> tuple[Fraction, Fraction]:
    if not whole:
        return Fraction(0), Fraction(0)
    area = sum((Fraction(ballot.area) for ballot in whole), Fraction(0))
    return sum((Fraction(ballot.area) for ballot in part), Fraction(0)) / area, Fraction(
        len(part), len(whole)
    )


def _reaches(share: Fraction, ratio: Fraction, more_than: bool) -> bool:
    return share > ratio if more_than else share >= ratio
