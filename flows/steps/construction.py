"""Steps from drawings to handover, and the end of a project that fails."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from eventlogs.events import ObjectLink
from flows.errors import Fault
from flows.steps.base import Circumstances, Count, Step, Text, Yuan, labels


class ProvideOriginalDrawings(Step):
    """Somebody who knows the house supplies its drawings."""

    activity: ClassVar[str] = "provide_original_drawings"
    drawings: int = Field(title="Drawings", ge=1)


class DesignDrawings(Step):
    """Design and construction drawings are made."""

    activity: ClassVar[str] = "design_drawings"
    designer: Text = Field(title="Designer")
    cost: Yuan = Field(title="Estimated cost", description="Of the whole lift, in yuan.")
    structurally_safe: bool = Field(default=True, title="Structural safety confirmed")

    def succeeded(self, at: Circumstances) -> bool:
        """Tell whether the house can bear the lift."""
        return self.structurally_safe


class JointReview(Step):
    """The offices review drawings and papers together."""

    activity: ClassVar[str] = "joint_review"
    passed: bool = Field(title="Passed")
    offices: list[Text] = Field(title="Offices", min_length=1)
    remarks: list[Text] = Field(default=[], title="What must be mended")

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also a refusal that gives no reason."""
        yield from super().faults(at)
        if not self.passed and not self.remarks:
            yield Fault("remarks", "is needed when the review is not passed")

    def succeeded(self, at: Circumstances) -> bool:
        """Tell whether the review is passed."""
        return self.passed


class GrantPermitOrFiling(Step):
    """The construction permit is granted or the start-of-work filing accepted."""

    activity: ClassVar[str] = "grant_permit_or_filing"
    kind: Literal["permit", "filing"] = Field(
        title="Kind", json_schema_extra=labels(permit="permit", filing="filing")
    )
    number: Text = Field(title="Number")
    granted: bool = Field(default=True, title="Granted")

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also the kind that the city does not use at this cost."""
        yield from super().faults(at)
        asked, limit = at.policy.approval.permit.value, at.policy.approval.filing_up_to_yuan
        if asked == "by_cost" and limit is not None and at.cost is not None:
            asked = "filing" if at.cost <= limit.value else "permit"
        if asked in {"permit", "filing"} and self.kind != asked:
            yield Fault(
                "kind",
                "{kind} is not what this city asks for here; right is {asked}",
                {"kind": self.kind, "asked": asked},
            )

    def succeeded(self, at: Circumstances) -> bool:
        """Tell whether work may begin."""
        return self.granted


class SignConstructionContract(Step):
    """Applicant and lift firm sign."""

    activity: ClassVar[str] = "sign_construction_contract"
    firm: Text = Field(title="Firm")
    yuan: Yuan = Field(title="Yuan")

    def objects(self, at: Circumstances) -> Iterator[ObjectLink]:
        """Yield the firm."""
        yield ObjectLink(f"firm/{self.firm}", "firm", "contractor")


class RelocatePipelines(Step):
    """Water, power, gas and telecom lines are moved, or found not to lie in the way."""

    activity: ClassVar[str] = "relocate_pipelines"
    lines: list[Literal["water", "sewer", "power", "gas", "heating", "telecom"]] = Field(
        title="Lines",
        json_schema_extra=labels(
            water="water", sewer="sewer", power="power", gas="gas", heating="heating", telecom="telecom"
        ),
    )
    yuan: Yuan | None = Field(default=None, title="Yuan")


class InstallLift(Step):
    """Shaft and lift are built."""

    activity: ClassVar[str] = "install_lift"
    past: ClassVar[tuple[str, ...]] = ("start", "end")
    span: ClassVar[tuple[str, str] | None] = ("start", "end")
    start: date = Field(title="Work began on")
    end: date = Field(title="Work ended on")
    notification: str | None = Field(default=None, title="Number of the installation notice")


class SuperviseWorks(Step):
    """Residents watch the works."""

    activity: ClassVar[str] = "supervise_works"
    findings: Count = Field(title="Findings")
    mended: Count = Field(default=0, title="Findings mended")


class InspectAndAccept(Step):
    """The lift is inspected and the works are accepted."""

    activity: ClassVar[str] = "inspect_and_accept"
    passed: bool = Field(title="Passed")
    body: Text = Field(title="Inspecting body")
    defects: list[Text] = Field(default=[], title="Defects")

    def succeeded(self, at: Circumstances) -> bool:
        """Tell whether the works are accepted."""
        return self.passed


class RegisterLiftUse(Step):
    """The use of the lift is registered."""

    activity: ClassVar[str] = "register_lift_use"
    past: ClassVar[tuple[str, ...]] = ("first_use",)
    number: Text = Field(title="Number")
    first_use: date | None = Field(default=None, title="First use")

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also a registration too long after the first use."""
        yield from super().faults(at)
        limit = at.policy.register_within_days.value
        if (
            self.first_use is not None
            and not self.explanation
            and (at.occurred_on - self.first_use).days > limit
        ):
            yield Fault(
                "first_use",
                "registered {days} days after the first use; {limit} are allowed; mend it or explain",
                {"days": (at.occurred_on - self.first_use).days, "limit": limit},
            )


class HandoverMaintenance(Step):
    """A manager and a maintenance firm take the lift over."""

    activity: ClassVar[str] = "handover_maintenance"
    manager: Text = Field(title="Manager")
    maintenance_firm: str | None = Field(default=None, title="Maintenance firm")


class AbandonProject(Step):
    """The project ends or is shelved for good, for a coded cause."""

    activity: ClassVar[str] = "abandon_project"
    cause: Text = Field(title="Cause")
    reason: Text = Field(title="Reason")
