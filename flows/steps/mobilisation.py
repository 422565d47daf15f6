"""Steps of the opinion leader: the wish, calling together, and the three stages of the unified will."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from eventlogs.events import ObjectChange, ObjectLink
from flows.errors import Fault
from flows.steps.base import (
    Circumstances,
    Count,
    Entry,
    Floor,
    Mark,
    Step,
    household_link,
    labels,
    repeated,
    unknown_households,
)


class RaiseLiftWish(Step):
    """Somebody raises the wish for a lift."""

    activity: ClassVar[str] = "raise_lift_wish"
    raised_by: Literal["block_leader", "resident", "committee", "other"] = Field(
        title="Raised by",
        json_schema_extra=labels(
            block_leader="block leader", resident="resident", committee="committee", other="other"
        ),
    )
    floor: Floor | None = Field(default=None, title="Floor")


class ContactCoreResidents(Step):
    """The backbone residents are won first."""

    activity: ClassVar[str] = "contact_core_residents"
    residents: int = Field(title="Residents", ge=1)


class Meeting(Step):
    """A step that is a meeting."""

    attended: Count = Field(title="People who attended")
    place: str | None = Field(default=None, title="Place")
    agreed: bool | None = Field(default=None, title="Agreement reached")

    def objects(self, at: Circumstances) -> Iterator[ObjectLink]:
        """Yield the meeting."""
        yield ObjectLink(f"{at.case_id}/meeting/{self.activity}-{at.occurrence}", "meeting", "held")


class CallResidentsTogether(Meeting):
    """The residents are called together to talk about a lift."""

    activity: ClassVar[str] = "call_residents_together"


class Visit(Step):
    """A step that is a visit to households."""

    households: list[Mark] = Field(title="Households visited", min_length=1)
    result: Literal["won", "still_hesitant", "refused"] | None = Field(
        default=None,
        title="Result",
        json_schema_extra=labels(won="won over", still_hesitant="still hesitant", refused="refused"),
    )

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also households that the project does not have."""
        yield from super().faults(at)
        yield from repeated(self.households, "households")
        yield from unknown_households(at, {f"households.{n}": mark for n, mark in enumerate(self.households)})

    def objects(self, at: Circumstances) -> Iterator[ObjectLink]:
        """Yield the households."""
        yield from (household_link(at, mark, "visited") for mark in self.households)


class PersuadeHesitantHouseholds(Visit):
    """Hesitant households are visited at home."""

    activity: ClassVar[str] = "persuade_hesitant_households"


class Wish(Entry):
    """What one household says."""

    household: Mark = Field(title="Household")
    wish: Literal["agrees", "hesitates", "opposes", "not_reached"] = Field(
        title="Wish",
        json_schema_extra=labels(
            agrees="agrees", hesitates="hesitates", opposes="opposes", not_reached="not reached"
        ),
    )
    concern: Literal["light", "noise", "money", "safety", "privacy", "use", "other"] | None = Field(
        default=None,
        title="Concern",
        json_schema_extra=labels(
            light="daylight",
            noise="noise",
            money="money",
            safety="structural safety",
            privacy="privacy",
            use="little use for a low floor",
            other="other",
        ),
    )


class Wishes(Step):
    """A step that records what households wish."""

    wishes: list[Wish] = Field(title="Wishes", min_length=1)

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also households entered twice or not in the register."""
        yield from super().faults(at)
        marks = [wish.household for wish in self.wishes]
        yield from repeated(marks, "wishes")
        yield from unknown_households(at, {f"wishes.{n}.household": mark for n, mark in enumerate(marks)})

    def objects(self, at: Circumstances) -> Iterator[ObjectLink]:
        """Yield the households."""
        yield from (household_link(at, wish.household) for wish in self.wishes)

    def changes(self, at: Circumstances) -> Iterator[ObjectChange]:
        """Yield each household's wish."""
        for wish in self.wishes:
            yield ObjectChange(f"{at.case_id}/household/{wish.household}", "wish", wish.wish)


class SurveyHouseholdWishes(Wishes):
    """Every household is asked at its door."""

    activity: ClassVar[str] = "survey_household_wishes"

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also households that nobody asked."""
        yield from super().faults(at)
        left_out = sorted(set(at.households) - {wish.household for wish in self.wishes})
        if left_out:
            yield Fault(
                "wishes",
                "{households} are missing; enter each household, those not met as not_reached",
                {"households": ", ".join(left_out)},
            )


class ReconcileHouseholdWishes(Wishes):
    """Wishes are talked over until they meet."""

    activity: ClassVar[str] = "reconcile_household_wishes"


class SubmitIntentionForm(Step):
    """The collective intention form is fetched and handed in."""

    activity: ClassVar[str] = "submit_intention_form"
    households_for: Count = Field(title="Households in favour")
    number: str | None = Field(default=None, title="Number of the form")

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also a count beyond the register."""
        yield from super().faults(at)
        if at.households and self.households_for > len(at.households):
            yield Fault(
                "households_for",
                "{given} are more than the {n} households of this project",
                {"given": self.households_for, "n": len(at.households)},
            )
