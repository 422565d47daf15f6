"""The parts of a city policy, each value with where it is from and how sure it is."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from eventlogs.language import sayable
from eventlogs.vocabulary import terms
from flows.errors import WrongValueError

Value = TypeVar("Value")
Confidence = Literal["A", "A-", "B", "C+", "C", "R", "unconfirmed"]
CONFIRMED = frozenset({"A", "A-", "B"})

_NO_RATIO = sayable('{value} is not a ratio; right is one between 0 and 1 such as "2/3"')


def _ratio(value: Any) -> Fraction:
    try:
        ratio = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise WrongValueError(_NO_RATIO, value=value) from None
    if not 0 <= ratio <= 1:
        raise WrongValueError(_NO_RATIO, value=value)
    return ratio


Ratio = Annotated[Fraction, BeforeValidator(_ratio), PlainSerializer(str)]
Days = Annotated[int, Field(ge=0, le=400)]
Yuan = Annotated[Decimal, Field(ge=0)]
Bilingual = Annotated[dict[Literal["en", "zh"], str], Field(min_length=2)]


class Part(BaseModel):
    """A table of a policy file; a key that is not known is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Setting(Part, Generic[Value]):
    """A value with its source; what is neither from an office nor from the ordinary press is unconfirmed.

    Confidence A: government page or central media quoting the bureau; B: ordinary media, association or
    journal; C: aggregator or translation; R: our own arithmetic or recollection; unconfirmed: not found,
    a placeholder until the city says.
    """

    value: Value
    source: str = Field(min_length=1)  # a key of the file's table of sources
    confidence: Confidence

    @property
    def confirmed(self) -> bool:
        """Whether staff may rely on it without asking the city."""
        return self.confidence in CONFIRMED


class Vote(Part):
    """Who must vote and who must agree; both ratios hold by exclusive area and by heads."""

    unit: Setting[Literal["doorway", "building", "community"]]
    participation_area: Setting[Ratio]
    participation_heads: Setting[Ratio]
    approval_area: Setting[Ratio]
    approval_heads: Setting[Ratio]
    approval_of: Setting[Literal["participants", "all"]]
    approval_exceeds: Setting[bool]  # "more than" the ratio, not "at least"
    veto: Setting[bool]
    adjacent_owners_heard: Setting[bool]


class Publicity(Part):
    """How long, and whether before the formal agreement or after it."""

    working_days: Setting[Days]
    place: Setting[Literal["before_agreement", "after_agreement"]]


class Objection(Part):
    """What an open explicit objection holds up, and the way it is dealt with."""

    closes: Setting[list[Literal["submit_intention_form", "joint_review", "install_lift"]]]
    outside_counts: Setting[bool]
    procedure: Setting[Bilingual]


class Approval(Part):
    """Review and permit."""

    review_working_days: Setting[Days]
    permit: Setting[Literal["permit", "filing", "by_cost", "none"]]
    filing_up_to_yuan: Setting[Yuan] | None = None


class Subsidy(Part):
    """Public money for one lift, in yuan, and after which step it is paid."""

    kind: Setting[Literal["share_of_cost", "flat", "by_floors", "none"]]
    share: Setting[Ratio] | None = None
    cap_yuan: Setting[Yuan] | None = None
    flat_yuan: Setting[Yuan] | None = None
    base_floors: Setting[int] | None = None
    base_yuan: Setting[Yuan] | None = None
    more_per_floor_yuan: Setting[Yuan] | None = None
    less_per_floor_yuan: Setting[Yuan] | None = None
    paid_after: Setting[Literal["inspect_and_accept", "register_lift_use"]]

    @model_validator(mode="after")
    def _complete(self) -> "Subsidy":
        needed = {
            "share_of_cost": ("share", "cap_yuan"),
            "flat": ("flat_yuan",),
            "by_floors": (
                "base_floors",
                "base_yuan",
                "more_per_floor_yuan",
                "less_per_floor_yuan",
                "cap_yuan",
            ),
            "none": (),
        }
        missing = [name for name in needed[self.kind.value] if getattr(self, name) is None]
        if missing:
            raise WrongValueError(
                sayable("a subsidy of the kind {kind} also needs {missing}"),
                kind=self.kind.value,
                missing=", ".join(missing),
            )
        return self

    def amount(self, cost: Decimal, floors: int) -> Decimal:
        """Return the subsidy in yuan for a lift that costs `cost` in a house of `floors` floors."""
        cap = self.cap_yuan.value if self.cap_yuan else None
        if self.share is not None and self.kind.value == "share_of_cost":
            paid = (cost * self.share.value.numerator / self.share.value.denominator).quantize(Decimal(1))
        elif self.flat_yuan is not None and self.kind.value == "flat":
            paid = self.flat_yuan.value
        elif self.kind.value == "by_floors":
            paid = self._by_floors(floors)
        else:
            return Decimal(0)
        return max(Decimal(0), min(paid, cap) if cap is not None else paid)

    def _by_floors(self, floors: int) -> Decimal:
        assert self.base_floors is not None
        assert self.base_yuan is not None
        assert self.more_per_floor_yuan is not None
        assert self.less_per_floor_yuan is not None
        beyond = floors - self.base_floors.value
        step = self.more_per_floor_yuan.value if beyond > 0 else self.less_per_floor_yuan.value
        return self.base_yuan.value + beyond * step


class CostSharing(Part):
    """How the owners' money is split by floor where they have not agreed otherwise."""

    scheme: Setting[Literal["linear", "coefficients"]]
    free_floors: Setting[int]
    coefficients: Setting[dict[int, Decimal]] | None = None

    @model_validator(mode="after")
    def _complete(self) -> "CostSharing":
        if self.scheme.value == "coefficients" and self.coefficients is None:
            raise WrongValueError(sayable("the scheme coefficients also needs a table coefficients by floor"))
        return self


class Policy(Part):
    """What one city asks from one day on."""

    city: str = Field(pattern=r"^[a-z][a-z_]*$")
    name: Bilingual
    in_force_from: date
    document: Bilingual
    scope: Setting[Bilingual]
    min_floors: Setting[int]
    vote: Vote
    publicity: Publicity
    objection: Objection
    approval: Approval
    subsidy: Subsidy
    cost_sharing: CostSharing
    register_within_days: Setting[Days]
    due_working_days: dict[str, Setting[Days]]
    escalation: dict[str, Setting[str]]  # to which role overdue work of a role is told next
    sources: dict[str, Bilingual]

    @model_validator(mode="after")
    def _sourced(self) -> "Policy":
        for place, one in self.settings():
            if one.source not in self.sources:
                raise WrongValueError(
                    sayable(
                        "{place} names the source {source}, which the table sources lacks; known are: {known}"
                    ),
                    place=place,
                    source=one.source,
                    known=", ".join(self.sources),
                )
        if "default" not in self.due_working_days:
            raise WrongValueError(sayable("due_working_days needs a default"))
        return self

    @model_validator(mode="after")
    def _told_to_roles(self) -> "Policy":
        roles = terms("roles")
        for role, one in self.escalation.items():
            unknown = next((name for name in (role, one.value) if name not in roles), None)
            if unknown is not None:
                raise WrongValueError(
                    sayable("escalation names the role {role}; known are: {known}"),
                    role=unknown,
                    known=", ".join(roles),
                )
            if one.value == role:
                raise WrongValueError(
                    sayable("escalation tells overdue work of {role} to that role itself"), role=role
                )
        return self

    @property
    def key(self) -> str:
        """The name a case keeps it by."""
        return f"{self.city}/{self.in_force_from.isoformat()}"

    def settings(self) -> Iterator[tuple[str, Setting[Any]]]:
        """Yield every setting with its place in the file, such as `vote.unit`."""
        yield from _settings(self, "")


def _settings(part: Any, place: str) -> Iterator[tuple[str, Setting[Any]]]:
    if isinstance(part, Setting):
        yield place, part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _settings(getattr(part, name), f"{place}.{name}" if place else name)
    elif isinstance(part, dict):
        for name, inner in part.items():
            yield from _settings(inner, f"{place}.{name}")
