"""Steps by which the owners decide: vote, agreement, publicity of the result."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from pydantic import Field

from eventlogs.events import Attribute, ObjectChange, ObjectLink
from eventlogs.working_calendar import working_days_after, working_days_between
from flows.errors import Fault
from flows.policies.policy_model import Vote
from flows.policies.tally import Choice, Tally, tally
from flows.steps.base import (
    Circumstances,
    Count,
    Household,
    Mark,
    Step,
    Text,
    household_link,
    labels,
    repeated,
    unknown_households,
)


class HouseholdBallot(Household):
    """One household's vote, with the floor and area it counts for."""

    choice: Choice = Field(
        title="Choice",
        json_schema_extra=labels(
            **{"for": "in favour", "against": "against", "abstain": "abstains", "absent": "did not vote"}
        ),
    )


class VoteOnInstallation(Step):
    """The owners of the unit vote."""

    activity: ClassVar[str] = "vote_on_installation"
    ballots: list[HouseholdBallot] = Field(title="Ballots", min_length=1)

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also ballots that do not match the register."""
        yield from super().faults(at)
        marks = [ballot.household for ballot in self.ballots]
        yield from repeated(marks, "ballots")
        yield from unknown_households(at, {f"ballots.{n}.household": mark for n, mark in enumerate(marks)})
        if missing := sorted(set(at.households) - set(marks)):
            yield Fault(
                "ballots",
                "{households} are missing; enter each household, those who did not vote as absent",
                {"households": ", ".join(missing)},
            )
        yield from self._register_faults(at)

    def _register_faults(self, at: Circumstances) -> Iterator[Fault]:
        for n, ballot in enumerate(self.ballots):
            known = at.households.get(ballot.household)
            for name in ("floor", "area"):
                given = getattr(ballot, name)
                if known is not None and given != getattr(known, name):
                    yield Fault(
                        f"ballots.{n}.{name}",
                        "{given} is not what the register says of {household}: {right}",
                        {"given": given, "household": ballot.household, "right": getattr(known, name)},
                    )

    @staticmethod
    def rule(vote: Vote) -> Vote:
        """Return what decides, of what a policy says of votes."""
        return vote

    def tally(self, at: Circumstances) -> Tally:
        """Return the count against the case's policy."""
        return tally(self.ballots, self.rule(at.policy.vote))

    def succeeded(self, at: Circumstances) -> bool:
        """Tell whether the vote is carried."""
        return self.tally(at).carried

    def results(self, at: Circumstances) -> dict[str, Attribute]:
        """Return the count, as shares from 0 to 1."""
        return self.tally(at).attributes()

    def objects(self, at: Circumstances) -> Iterator[ObjectLink]:
        """Yield the vote and the households."""
        yield ObjectLink(f"{at.case_id}/vote/{at.occurrence}", "vote", "cast")
        yield from (household_link(at, ballot.household, "voter") for ballot in self.ballots)

    def changes(self, at: Circumstances) -> Iterator[ObjectChange]:
        """Yield each household's vote and the result."""
        yield ObjectChange(f"{at.case_id}/vote/{at.occurrence}", "carried", self.succeeded(at))
        for ballot in self.ballots:
            yield ObjectChange(f"{at.case_id}/household/{ballot.household}", "vote", ballot.choice)


class SignLiftAgreement(Step):
    """The owners in favour sign the agreement."""

    activity: ClassVar[str] = "sign_lift_agreement"
    signed_by: list[Mark] = Field(title="Households that signed", min_length=1)
    number: str | None = Field(default=None, title="Number of the agreement")

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also households entered twice or not in the register."""
        yield from super().faults(at)
        yield from repeated(self.signed_by, "signed_by")
        yield from unknown_households(at, {f"signed_by.{n}": mark for n, mark in enumerate(self.signed_by)})

    def objects(self, at: Circumstances) -> Iterator[ObjectLink]:
        """Yield the agreement and the signatories."""
        yield ObjectLink(f"{at.case_id}/agreement/{at.occurrence}", "agreement", "signed")
        yield from (household_link(at, mark, "signatory") for mark in self.signed_by)


class PubliciseResult(Step):
    """Result and plan are posted for the working days that the city asks for."""

    activity: ClassVar[str] = "publicise_result"
    past: ClassVar[tuple[str, ...]] = ("start", "end")
    span: ClassVar[tuple[str, str] | None] = ("start", "end")
    start: date = Field(title="Posted on")
    end: date = Field(title="Taken down on")
    places: list[Text] = Field(title="Places", min_length=1)
    objections_received: Count = Field(default=0, title="Objections received")

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also a term that is shorter than the city's."""
        yield from super().faults(at)
        needed = at.policy.publicity.working_days.value
        given = working_days_between(self.start, self.end)
        if self.start <= self.end and given.count < needed:
            right = working_days_after(self.start, needed)
            yield Fault(
                "end",
                "{start} to {end} has {given} working days, {needed} are needed; right is {right} or later",
                {
                    "start": self.start,
                    "end": self.end,
                    "given": given.count,
                    "needed": needed,
                    "right": right.as_text(),
                },
            )
