"""Steps that bring a project about: the group, the policy made known, feasibility, outside resources."""

from typing import ClassVar, Literal

from pydantic import Field

from flows.steps.base import Circumstances, Count, Entry, Floor, Mark, Step, Text, labels


class EstablishPartyLiftGroup(Step):
    """The temporary lift party branch or self-management group is set up (direct leading)."""

    activity: ClassVar[str] = "establish_party_lift_group"
    form: Literal["party_branch", "self_management_group"] = Field(
        title="Form",
        json_schema_extra=labels(
            party_branch="temporary lift party branch", self_management_group="self-management group"
        ),
    )
    members: int = Field(title="Number of members", ge=1, le=200)


class Member(Entry):
    """Somebody who joins the group."""

    person: Mark = Field(title="Person", description="A pseudonym, not a name.")
    kind: Literal["block_leader", "owner_representative", "party_member", "other"] = Field(
        title="Joins as",
        json_schema_extra=labels(
            block_leader="block leader",
            owner_representative="owner representative",
            party_member="party member",
            other="other",
        ),
    )


class RecruitGroupMembers(Step):
    """Block leaders, owner representatives and party members join the group (embedded leading)."""

    activity: ClassVar[str] = "recruit_group_members"
    members: list[Member] = Field(title="Members", min_length=1)
    working_line: str | None = Field(default=None, title="Working line")


class PublicisePolicy(Step):
    """The community makes the lift policy known."""

    activity: ClassVar[str] = "publicise_policy"
    means: Literal["poster", "meeting", "door_to_door", "online", "other"] = Field(
        title="Means",
        json_schema_extra=labels(
            poster="poster", meeting="meeting", door_to_door="door to door", online="online", other="other"
        ),
    )
    households_reached: Count = Field(title="Households reached")


class CreateOwnerChatGroup(Step):
    """A chat group with one owner of each household is set up."""

    activity: ClassVar[str] = "create_owner_chat_group"
    households_joined: int = Field(title="Households that joined", ge=1)


class AssessFeasibility(Step):
    """A lift is found feasible at the house, or not."""

    activity: ClassVar[str] = "assess_feasibility"
    feasible: bool = Field(title="Feasible")
    grade: Literal["A", "B", "C"] | None = Field(
        default=None, title="Grade", description="A: suitable; B: with difficulties; C: not suitable."
    )
    assessor: Text = Field(title="Assessed by")
    obstacles: list[Text] = Field(default=[], title="Obstacles")
    floors: Floor | None = Field(default=None, title="Floors")

    def succeeded(self, at: Circumstances) -> bool:
        """Tell whether a lift is feasible."""
        return self.feasible


class BringInExpertResources(Step):
    """An expert or research project from outside is brought in."""

    activity: ClassVar[str] = "bring_in_expert_resources"
    institution: Text = Field(title="Institution")
    contribution: Text = Field(title="Contribution")


class ApplyPilotListing(Step):
    """The house is put forward as a pilot or listed project."""

    activity: ClassVar[str] = "apply_pilot_listing"
    office: Text = Field(title="Office")
    listed: bool | None = Field(default=None, title="Listed")
