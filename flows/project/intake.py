"""What is entered when a project begins: the house, its households, and how ready it is."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

from flows.errors import Fault
from flows.steps.base import Entry, Household, Text, labels, repeated

Degree = Literal["weak", "middling", "strong", "unknown"]
DEGREES = labels(weak="weak", middling="middling", strong="strong", unknown="not known")


class Readiness(Entry):
    """The paper's three factors of the environment and three that drive, as judged at intake.

    Environment makes willing to cooperate, the drivers make able to.
    """

    socio_economic_background: Degree = Field(
        default="unknown", title="Socio-economic background", json_schema_extra=DEGREES
    )
    mobiliser_traits: Degree = Field(default="unknown", title="Mobiliser's traits", json_schema_extra=DEGREES)
    firm_willingness: Degree = Field(default="unknown", title="Firm's willingness", json_schema_extra=DEGREES)
    public_perception: Degree = Field(default="unknown", title="Public perception", json_schema_extra=DEGREES)
    power_balance: Degree = Field(default="unknown", title="Balance of power", json_schema_extra=DEGREES)
    policy_deadlock_broken: Degree = Field(
        default="unknown", title="Policy deadlock broken", json_schema_extra=DEGREES
    )


class Intake(Entry):
    """A project as it is entered."""

    name: Text = Field(title="Name", description="Such as the estate, building and doorway.")
    city: Text = Field(title="City")
    district: str | None = Field(default=None, title="District")
    community: str | None = Field(default=None, title="Community")
    floors: int = Field(title="Floors", ge=2, le=60)
    households: list[Household] = Field(
        default=[], title="Households", description="Every household of the voting unit, with floor and area."
    )
    began_on: date | None = Field(
        default=None, title="Began on", description="Decides which policy holds; otherwise today."
    )
    readiness: Readiness = Field(default=Readiness(), title="Readiness")

    def faults(self, today: date) -> Iterator[Fault]:
        """Yield what is wrong with the register and the days."""
        yield from repeated([row.household for row in self.households], "households")
        for n, row in enumerate(self.households):
            if not 1 <= row.floor <= self.floors:
                yield Fault(
                    f"households.{n}.floor",
                    "the house has no floor {floor}; its floors are 1 to {floors}",
                    {"floor": row.floor, "floors": self.floors},
                )
        if self.began_on is not None and self.began_on > today:
            yield Fault(
                "began_on",
                "{day} lies in the future; enter a day up to {today}",
                {"day": self.began_on, "today": today},
            )
