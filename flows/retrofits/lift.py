"""Adding a lift to an existing house: the process from the first wish to the handover.

The owners' and offices' steps follow the law of the city. The acts of leadership run alongside, in the order
the paper's model expects; they are offered, never demanded.
"""

from eventlogs.language import sayable
from flows.policies.policy_model import Policy
from flows.process.process import Process, Project, Requirements
from flows.steps.registry import STEPS
from mining.normative.file import lift_model


def lift(project: Project) -> None:
    """Carry a lift project from the first wish to the handover."""
    project.alongside(objections)
    if not project.reached("joint_review"):
        project.alongside(party_building, formal_chain, informal_chain)
    project.need("assess_feasibility", or_else="not_feasible")
    project.wait_for("submit_intention_form")
    decide(project)
    project.together(design, funding)
    approve(project)
    build(project)
    finish(project)


def objections(project: Project) -> None:
    """Talk every open objection over, whenever it comes, construction included."""
    if project.has_open_objection:
        project.offer("mediate_dispute", again=True)
        project.offer("lobby_opposing_household", again=True)
        project.offer("care_for_affected_households")


def party_building(project: Project) -> None:
    """Lead directly by a group of the project's own, then embedded, by its members."""
    project.guide("establish_party_lift_group")
    project.guide("recruit_group_members")


def formal_chain(project: Project) -> None:
    """Coordinate, then organise the deliberation, then promote the common vision."""
    project.guide("publicise_policy", "create_owner_chat_group")
    project.guide("convene_joint_meeting", "draft_lift_rules")
    project.guide(
        "bring_in_expert_resources",
        "apply_pilot_listing",
        "negotiate_low_floor_subsidy",
        "promise_corridor_upgrade",
    )


def informal_chain(project: Project) -> None:
    """Mobilise, unite the wishes in three stages, decide together; then use the elite's knowledge."""
    project.guide("raise_lift_wish")
    project.guide("contact_core_residents", "call_residents_together", "persuade_hesitant_households")
    project.guide("survey_household_wishes")
    project.guide("reconcile_household_wishes")
    project.need("submit_intention_form")
    project.guide("hold_owners_assembly")
    project.guide("set_cost_sharing", "merge_opinions_into_plan")
    project.guide("calculate_cost_shares", "study_regulations", "visit_model_community")


def decide(project: Project) -> None:
    """Vote, publicise and sign, in the order of the city."""
    project.need("vote_on_installation", or_else="vote_lost")
    for step in publicity_and_agreement(project.policy):
        project.need(step, or_else="retracted_after_signing")


def design(project: Project) -> None:
    """Have the drawings made."""
    project.offer("provide_original_drawings")
    project.need("design_drawings", or_else="not_feasible")


def funding(project: Project) -> None:
    """Bring the owners' money together."""
    project.need("raise_funds", or_else="funding_gap")


def approve(project: Project) -> None:
    """Have the papers reviewed, get the permit or file, and sign with the firm."""
    project.need("joint_review")
    if project.policy.approval.permit.value == "none":
        project.skip("grant_permit_or_filing", sayable("this city asks for no permit"))
    else:
        project.need("grant_permit_or_filing")
    project.need("sign_construction_contract", or_else="firm_withdrawn")


def build(project: Project) -> None:
    """Move the pipes and build, under the residents' eyes."""
    project.need("relocate_pipelines", or_else="pipelines_blocked")
    if not project.reached("install_lift"):
        project.offer("supervise_works")
    project.need("install_lift", or_else="firm_withdrawn")


def finish(project: Project) -> None:
    """Accept, register, claim the subsidy and hand over."""
    project.need("inspect_and_accept")
    project.together(registration, subsidy)
    project.need("handover_maintenance")


def registration(project: Project) -> None:
    """Register the use of the lift."""
    project.need("register_lift_use")


def subsidy(project: Project) -> None:
    """Claim the subsidy where the city pays one, after the step it is paid after."""
    if project.policy.subsidy.kind.value == "none":
        project.skip("claim_subsidy", sayable("this city pays no subsidy"))
    elif project.reached(project.policy.subsidy.paid_after.value):
        project.need("claim_subsidy")


def publicity_and_agreement(policy: Policy) -> tuple[str, str]:
    """Return the two steps in the order of the city."""
    if policy.publicity.place.value == "before_agreement":
        return "publicise_result", "sign_lift_agreement"
    return "sign_lift_agreement", "publicise_result"


def legal_order(policy: Policy) -> Requirements:
    """Return what the law asks for before each step (rules A1 to A10 of the normative model)."""
    first, second = publicity_and_agreement(policy)
    before_work: tuple[str, ...] = ("joint_review", "sign_construction_contract")
    if policy.approval.permit.value != "none":
        before_work = (*before_work, "grant_permit_or_filing")
    return {
        first: ("vote_on_installation",),
        second: ("vote_on_installation", first),
        "joint_review": ("sign_lift_agreement", "publicise_result", "design_drawings"),
        "grant_permit_or_filing": ("joint_review",),
        "install_lift": before_work,
        "inspect_and_accept": ("install_lift",),
        "register_lift_use": ("inspect_and_accept",),
        "claim_subsidy": (policy.subsidy.paid_after.value,),
        "handover_maintenance": ("register_lift_use",),
    }


def closed_by_objection(policy: Policy) -> frozenset[str]:
    """Return the steps that wait while an explicit objection is open."""
    return frozenset(policy.objection.closes.value)


PROCESS = Process(
    key="lift",
    version=1,
    run=lift,
    steps=STEPS,
    legal_order=legal_order,
    closed_by_objection=closed_by_objection,
    optional=frozenset({"claim_subsidy"}),
    model=lift_model,
    least_floors=lambda policy: policy.min_floors.value,
)
