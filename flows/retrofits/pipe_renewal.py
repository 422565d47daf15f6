"""Renewing the pipes of a stairwell: a second, smaller type of retrofit."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from eventlogs.retrofit_types import retrofit_types
from eventlogs.vocabulary import Activity, Performance
from flows.errors import Fault
from flows.policies.policy_model import Policy, Vote
from flows.process.process import Process, Project, Requirements
from flows.steps.base import Circumstances, Step, Text, Yuan, labels
from flows.steps.decision import VoteOnInstallation
from flows.steps.initiation import PublicisePolicy
from flows.steps.registry import STEPS

CODE = "Civil Code art. 278, items 1-5 and 9: more than half of the area and of the owners taking part"
PIPES = labels(water="water", sewer="sewer", gas="gas", heating="heating")


class PublicisePipeRenewal(PublicisePolicy):
    """The community makes the renewal of pipes known."""

    activity: ClassVar[str] = "publicise_pipe_renewal"


class InspectPipes(Step):
    """The old pipes are inspected."""

    activity: ClassVar[str] = "inspect_pipes"
    pipes: list[Literal["water", "sewer", "gas", "heating"]] = Field(
        title="Lines", min_length=1, json_schema_extra=PIPES
    )
    worn_out: bool = Field(title="Must be renewed")

    def succeeded(self, at: Circumstances) -> bool:
        """Tell whether there is anything to renew."""
        return self.worn_out


class VoteOnPipes(VoteOnInstallation):
    """The owners vote; more than half of those taking part are enough."""

    activity: ClassVar[str] = "vote_on_pipes"

    @staticmethod
    def rule(vote: Vote) -> Vote:
        """Return the ordinary majority."""
        return ordinary_majority(vote)


class RenewPipes(Step):
    """The pipes are renewed."""

    activity: ClassVar[str] = "renew_pipes"
    firm: Text = Field(title="Firm")
    yuan: Yuan = Field(title="Yuan")


class AcceptPipes(Step):
    """The new pipes are tested and accepted."""

    activity: ClassVar[str] = "accept_pipes"
    passed: bool = Field(title="Passed")
    defects: list[Text] = Field(default=[], title="Defects")

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield also a refusal that names no defect."""
        yield from super().faults(at)
        if not self.passed and not self.defects:
            yield Fault("defects", "is needed when the works are not accepted")

    def succeeded(self, at: Circumstances) -> bool:
        """Tell whether the pipes are accepted."""
        return self.passed


def pipe_renewal(project: Project) -> None:
    """Carry the renewal of pipes from their inspection to the acceptance, led by acts of its own."""
    project.alongside(leading)
    pipes(project)


def pipe_renewal_1(project: Project) -> None:
    """Carry it as its first version did, which made a policy known by the step that is about lifts."""
    project.alongside(leading_1)
    pipes(project)


def pipes(project: Project) -> None:
    """Ask for what the renewal itself needs."""
    project.need("inspect_pipes", or_else="not_feasible")
    project.need("survey_household_wishes")
    project.need("vote_on_pipes", or_else="vote_lost")
    project.need("raise_funds", or_else="funding_gap")
    project.need("renew_pipes", or_else="firm_withdrawn")
    project.need("accept_pipes")


def leading(project: Project) -> None:
    """Make it known, talk it over, and settle objections."""
    objections(project)
    project.guide("publicise_pipe_renewal", "create_owner_chat_group")
    project.guide("convene_joint_meeting")


def leading_1(project: Project) -> None:
    """Lead as in the first version."""
    objections(project)
    project.guide("publicise_policy", "create_owner_chat_group")
    project.guide("convene_joint_meeting")


def objections(project: Project) -> None:
    """Talk every open objection over, whenever it comes."""
    if project.has_open_objection:
        project.offer("mediate_dispute", again=True)


def legal_order(policy: Policy) -> Requirements:
    """Return what comes before each step."""
    return {"renew_pipes": ("vote_on_pipes", "raise_funds"), "accept_pipes": ("renew_pipes",)}


def ordinary_majority(vote: Vote) -> Vote:
    """Return the rule of the ordinary majority, for the same unit and participation."""
    rule = {"approval_area": "1/2", "approval_heads": "1/2", "approval_exceeds": True, "veto": False}
    own = {name: {"value": value, "source": CODE, "confidence": "A"} for name, value in rule.items()}
    return Vote.model_validate(vote.model_dump() | own)


def words() -> dict[str, Activity]:
    """Return the activities of this type of retrofit alone."""
    return {
        key: Activity(key=key, **{**table, "by": tuple(Performance(**one) for one in table["by"])})
        for key, table in retrofit_types()["pipe_renewal"].activities.items()
    }


OWN = (PublicisePipeRenewal, InspectPipes, VoteOnPipes, RenewPipes, AcceptPipes)
SHARED = (
    "create_owner_chat_group",
    "convene_joint_meeting",
    "survey_household_wishes",
    "raise_funds",
    "file_written_objection",
    "mediate_dispute",
)
PROCESS = Process(
    key="pipe_renewal",
    version=2,
    run=pipe_renewal,
    steps={step.activity: step for step in OWN} | {name: STEPS[name] for name in SHARED},
    legal_order=legal_order,
    closed_by_objection=lambda policy: frozenset(),
    words=words(),
)
EARLIER = (
    replace(
        PROCESS,
        version=1,
        run=pipe_renewal_1,
        steps={name: step for name, step in PROCESS.steps.items() if name != "publicise_pipe_renewal"}
        | {"publicise_policy": STEPS["publicise_policy"]},
    ),
)
