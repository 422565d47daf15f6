"""Steps about money: shares by floor, amounts by household, funds raised, subsidy."""

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from eventlogs.events import Attribute
from flows.errors import Fault
from flows.policies.cost_sharing import proposed_shares
from flows.steps.base import (
    Circumstances,
    Entry,
    Floor,
    Mark,
    Step,
    Text,
    Yuan,
    labels,
    repeated,
    unknown_households,
)


class FloorShare(Entry):
    """The share of one floor."""

    floor: Floor = Field(title="Floor")
    percent: Decimal = Field(title="Share in per cent", ge=0, le=100, decimal_places=4)


class SetCostSharing(Step):
    """The owners agree how the cost is split by floor."""

    activity: ClassVar[str] = "set_cost_sharing"
    shares: list[FloorShare] = Field(title="Shares by floor", min_length=1)

    @classmethod
    def proposed(cls, at: Circumstances) -> "SetCostSharing":
        """Return the shares that the city's scheme gives."""
        shares = proposed_shares(at.floors, at.policy.cost_sharing)
        return cls(shares=[FloorShare(floor=floor, percent=percent) for floor, percent in shares.items()])

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also shares that do not sum to 100 %, and floors the house has not."""
        yield from super().faults(at)
        yield from repeated([str(share.floor) for share in self.shares], "shares")
        total = sum((share.percent for share in self.shares), Decimal(0))
        if total < 100:
            yield Fault(
                "shares",
                "the shares sum to {total} %, not 100 %; {change} % are missing",
                {"total": total, "change": 100 - total},
            )
        if total > 100:
            yield Fault(
                "shares",
                "the shares sum to {total} %, not 100 %; {change} % are too much",
                {"total": total, "change": total - 100},
            )
        for n, share in enumerate(self.shares):
            if not 1 <= share.floor <= at.floors:
                yield Fault(
                    f"shares.{n}.floor",
                    "the house has no floor {floor}; its floors are 1 to {floors}",
                    {"floor": share.floor, "floors": at.floors},
                )


class HouseholdAmount(Entry):
    """What one household pays."""

    household: Mark = Field(title="Household")
    yuan: Yuan = Field(title="Yuan")


class CalculateCostShares(Step):
    """The amount of each household is worked out."""

    activity: ClassVar[str] = "calculate_cost_shares"
    cost: Yuan = Field(title="Cost", description="Of the whole lift, in yuan.")
    subsidy: Yuan = Field(title="Subsidy expected", description="In yuan.")
    amounts: list[HouseholdAmount] = Field(title="Amounts by household", min_length=1)

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also amounts that do not sum to cost less subsidy."""
        yield from super().faults(at)
        marks = [amount.household for amount in self.amounts]
        yield from repeated(marks, "amounts")
        yield from unknown_households(at, {f"amounts.{n}.household": mark for n, mark in enumerate(marks)})
        total = sum((amount.yuan for amount in self.amounts), Decimal(0))
        if total != self.cost - self.subsidy:
            yield Fault(
                "amounts",
                "the amounts sum to {total} yuan; cost less subsidy is {right} yuan",
                {"total": total, "right": self.cost - self.subsidy},
            )


class Fund(Entry):
    """Money from one source."""

    source: Literal["owners", "provident_fund", "maintenance_fund", "loan", "public", "other"] = Field(
        title="Source",
        json_schema_extra=labels(
            owners="owners",
            provident_fund="housing provident fund",
            maintenance_fund="maintenance fund",
            loan="loan",
            public="public money",
            other="other",
        ),
    )
    yuan: Yuan = Field(title="Yuan")


class RaiseFunds(Step):
    """The owners' money is brought together."""

    activity: ClassVar[str] = "raise_funds"
    needed: Yuan = Field(title="Yuan needed")
    raised: list[Fund] = Field(title="Yuan raised", min_length=1)

    @property
    def gap(self) -> Decimal:
        """What is missing, in yuan."""
        return max(Decimal(0), self.needed - sum((fund.yuan for fund in self.raised), Decimal(0)))

    def results(self, at: Circumstances) -> dict[str, Attribute]:
        """Return what is missing, in yuan."""
        return {"gap_yuan": float(self.gap)}

    def succeeded(self, at: Circumstances) -> bool:
        """Tell whether nothing is missing."""
        return self.gap == 0


class ClaimSubsidy(Step):
    """The subsidy is claimed, and granted or not."""

    activity: ClassVar[str] = "claim_subsidy"
    claimed: Yuan = Field(title="Yuan claimed")
    granted: Yuan | None = Field(default=None, title="Yuan granted")
    office: Text | None = Field(default=None, title="Office")

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also more granted than claimed."""
        yield from super().faults(at)
        if self.granted is not None and self.granted > self.claimed:
            yield Fault(
                "granted",
                "{granted} yuan are more than the {claimed} claimed",
                {"granted": self.granted, "claimed": self.claimed},
            )
