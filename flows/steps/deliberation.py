"""Steps of talking it over: meetings, rules, conflicts, care, interests, learning, objections."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from eventlogs.events import ObjectChange, ObjectLink
from flows.errors import Fault
from flows.steps.base import (
    Circumstances,
    Count,
    Floor,
    Mark,
    Step,
    Text,
    Yuan,
    household_link,
    labels,
    unknown_households,
)
from flows.steps.mobilisation import Meeting, Visit


class ConveneJointMeeting(Meeting):
    """Party branch and committee convene the formal joint meeting."""

    activity: ClassVar[str] = "convene_joint_meeting"


class HoldOwnersAssembly(Meeting):
    """The owners hold their assembly."""

    activity: ClassVar[str] = "hold_owners_assembly"


class DraftLiftRules(Step):
    """Plan and detailed rules are drafted."""

    activity: ClassVar[str] = "draft_lift_rules"
    covers: list[
        Literal["cost_sharing", "publicity_work", "construction", "operation", "subsidy", "other"]
    ] = Field(
        title="Covers",
        min_length=1,
        json_schema_extra=labels(
            cost_sharing="cost sharing",
            publicity_work="publicity and mobilisation",
            construction="construction",
            operation="operation and upkeep",
            subsidy="subsidy",
            other="other",
        ),
    )


class MergeOpinionsIntoPlan(Step):
    """The households' opinions are worked into the plan."""

    activity: ClassVar[str] = "merge_opinions_into_plan"
    taken_up: Count = Field(title="Opinions taken up")
    left_out: Count = Field(default=0, title="Opinions left out")


class CareForAffectedHouseholds(Visit):
    """Households that lose by the lift are cared for."""

    activity: ClassVar[str] = "care_for_affected_households"
    kind: Literal["material", "spiritual"] = Field(
        title="Kind", json_schema_extra=labels(material="material", spiritual="spiritual")
    )
    yuan: Yuan | None = Field(default=None, title="Yuan")


class NegotiateLowFloorSubsidy(Step):
    """Upper and lower floors bargain over a payment to the low ones."""

    activity: ClassVar[str] = "negotiate_low_floor_subsidy"
    floors: list[Floor] = Field(title="Floors that are paid", min_length=1)
    yuan: Yuan = Field(
        title="Yuan in all", description="An amount, not a promise: an oral one leads to dispute."
    )
    agreed: bool = Field(title="Agreement reached")


class PromiseCorridorUpgrade(Step):
    """The street promises to beautify the corridor or the like."""

    activity: ClassVar[str] = "promise_corridor_upgrade"
    promise: Text = Field(title="Promise")


class StudyRegulations(Step):
    """The group studies the law."""

    activity: ClassVar[str] = "study_regulations"
    people: int = Field(title="People", ge=1)
    subject: Text | None = Field(default=None, title="Subject")


class VisitModelCommunity(Step):
    """The group visits a community that has its lift."""

    activity: ClassVar[str] = "visit_model_community"
    community: Text = Field(title="Community")
    people: int = Field(title="People", ge=1)


def objection_id(at: Circumstances, mark: str) -> str:
    """Return the object id of an objection given by its number or its id.

    >>> from types import SimpleNamespace
    >>> objection_id(SimpleNamespace(case_id="SH-01"), "2")
    'SH-01/objection/2'
    """
    return mark if "/" in mark else f"{at.case_id}/objection/{mark}"


class FileWrittenObjection(Step):
    """Somebody objects in writing, from inside the voting unit or outside it, at any time."""

    activity: ClassVar[str] = "file_written_objection"
    origin: Literal["inside", "outside"] = Field(
        title="Objection comes from",
        json_schema_extra=labels(inside="inside the voting unit", outside="outside the voting unit"),
    )
    household: Mark | None = Field(default=None, title="Household")
    floor: Floor | None = Field(default=None, title="Floor")
    grounds: list[Literal["light", "noise", "money", "safety", "privacy", "use", "retraction", "other"]] = (
        Field(
            title="Grounds",
            min_length=1,
            json_schema_extra=labels(
                light="daylight",
                noise="noise",
                money="money",
                safety="structural safety",
                privacy="privacy",
                use="little use for a low floor",
                retraction="takes back a signature",
                other="other",
            ),
        )
    )

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also an inside objection without a household of the unit."""
        yield from super().faults(at)
        if self.origin == "inside" and self.household is None:
            yield Fault("household", "is needed for an objection from inside the unit")
        if self.origin == "inside" and self.household is not None:
            yield from unknown_households(at, {"household": self.household})

    def objects(self, at: Circumstances) -> Iterator[ObjectLink]:
        """Yield the objection and its household."""
        yield ObjectLink(objection_id(at, str(at.occurrence)), "objection", "filed")
        if self.household is not None and self.origin == "inside":
            yield household_link(at, self.household, "objector")

    def changes(self, at: Circumstances) -> Iterator[ObjectChange]:
        """Yield what the objection is about."""
        objection = objection_id(at, str(at.occurrence))
        yield ObjectChange(objection, "origin", self.origin)
        yield ObjectChange(objection, "grounds", list(self.grounds))


class Settlement(Step):
    """A step that may settle an objection."""

    objection: Mark | None = Field(
        default=None, title="Objection", description="Its number or id; empty if there is none."
    )
    result: Literal["settled", "objection_withdrawn", "overruled", "unresolved"] = Field(
        title="Result",
        json_schema_extra=labels(
            settled="settled",
            objection_withdrawn="objection withdrawn",
            overruled="overruled by office or court",
            unresolved="unresolved",
        ),
    )

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also an objection that is not open."""
        yield from super().faults(at)
        if self.objection is not None and objection_id(at, self.objection) not in at.open_objections:
            yield Fault(
                "objection",
                "{objection} is not an open objection; open are: {known}",
                {"objection": self.objection, "known": ", ".join(sorted(at.open_objections)) or "–"},
            )

    def objects(self, at: Circumstances) -> Iterator[ObjectLink]:
        """Yield the objection."""
        if self.objection is not None:
            yield ObjectLink(objection_id(at, self.objection), "objection", "talked over")

    def changes(self, at: Circumstances) -> Iterator[ObjectChange]:
        """Yield how the objection ended, if it did."""
        if self.objection is not None and self.result != "unresolved":
            yield ObjectChange(objection_id(at, self.objection), "resolution", self.result)


class MediateDispute(Settlement):
    """Committee or street mediates a dispute."""

    activity: ClassVar[str] = "mediate_dispute"
    mediator: Text = Field(title="Mediator")
    terms: str | None = Field(default=None, title="Terms agreed")

    def succeeded(self, at: Circumstances) -> bool:
        """Tell whether the dispute is settled."""
        return self.result != "unresolved"


class LobbyOpposingHousehold(Settlement):
    """The opposing household is visited by neighbours."""

    activity: ClassVar[str] = "lobby_opposing_household"
    household: Mark | None = Field(default=None, title="Household")
