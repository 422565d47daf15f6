"""What people enter into the forms of the steps."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from eventlogs.working_calendar import working_days_after
from flows.policies.cost_sharing import proposed_shares, rounded_shares
from flows.policies.tally import tally
from flows.process.history import day_of
from flows.simulation.calibration import calibration
from flows.simulation.scene import Scene
from flows.steps.decision import HouseholdBallot

Entered = dict[str, Any]


def entered(scene: Scene, activity: str, moment: datetime) -> Entered:
    """Return what is entered for a step that is done at a moment."""
    if activity == "install_lift":
        begun = min(day_of(scene.last) + timedelta(days=scene.rng.randint(1, 10)), day_of(moment))
        return {"start": str(begun), "end": str(day_of(moment))}
    return FORMS[activity](scene)


def publicity(scene: Scene) -> tuple[Entered, datetime]:
    """Return the term for which the result is posted, by the city's working days, and when it is told."""
    start = day_of(scene.last) + timedelta(days=scene.rng.randint(1, 4))
    needed = scene.policy.publicity.working_days.value + scene.rng.randint(0, 3)
    end = working_days_after(start, needed).date
    told = working_days_after(end, 1).date
    moment = datetime.combine(told, scene.script.begins.timetz())
    return {"start": str(start), "end": str(end), "places": [word("place")]}, moment


def word(key: str) -> str:
    """Return words that people write."""
    return calibration().words[key]


def reluctant_marks(scene: Scene) -> list[str]:
    """Return the households to visit."""
    return [one.household for one in scene.script.people.reluctant()]


def settlement(scene: Scene, *, settles: bool) -> Entered:
    """Return what became of the talks about the oldest open objection."""
    objection = min(scene.history.open_objections, default=None)
    result = "settled" if settles and objection else "unresolved"
    return {"result": result} | ({"objection": objection} if objection else {})


def objection(scene: Scene, origin: str) -> Entered:
    """Return a written objection from inside the unit, by a low floor rather, or from outside."""
    known, household = calibration().objections, scene.script.people.reluctant()[0]
    low = origin == "outside" or household.floor <= 3
    grounds = [scene.rng.choice(known.grounds_low if low else known.grounds_high)]
    inside = {"household": household.household, "floor": household.floor} if origin == "inside" else {}
    return {"origin": origin, "grounds": grounds, **inside}


def owners_money(scene: Scene) -> int:
    """Return what the owners must raise: the cost less the city's subsidy, in yuan."""
    return scene.script.cost - subsidy(scene)


def subsidy(scene: Scene) -> int:
    """Return the city's subsidy in yuan."""
    return int(scene.policy.subsidy.amount(Decimal(scene.script.cost), scene.script.people.floors))


def _size(scene: Scene) -> int:
    return len(scene.script.people.residents)


def _joined(scene: Scene) -> int:
    return scene.rng.randint(_size(scene) // 2, _size(scene))


def _survey(scene: Scene) -> Entered:
    rows = []
    for one in scene.script.people.residents:
        grounds = (
            calibration().objections.grounds_low if one.floor <= 3 else calibration().objections.grounds_high
        )
        concern = {} if one.wish == "agrees" else {"concern": scene.rng.choice(grounds)}
        rows.append({"household": one.household, "wish": one.wish, **concern})
    return {"wishes": rows}


def _reconciled(scene: Scene) -> Entered:
    residents = scene.script.people.reluctant()
    return {"wishes": [{"household": one.household, "wish": one.later_wish} for one in residents]}


def _mediation(scene: Scene) -> Entered:
    script = scene.script
    settles = not script.objects_for_good and scene.times("mediate_dispute") + 1 >= script.mediations
    return {"mediator": word("mediator"), **settlement(scene, settles=settles)}


def _ballots(scene: Scene) -> Entered:
    lost = scene.times("vote_on_installation") < scene.script.lost_votes
    rows = [{**one.registered(), "choice": one.ballot} for one in scene.script.people.residents]
    order = rows if lost else rows[::-1]  # low floors turn against it first, high floors for it
    for row in order:
        if _carried(scene, rows) != lost:
            break
        row["choice"] = "against" if lost else "for"
    return {"ballots": rows}


def _carried(scene: Scene, rows: list[dict[str, Any]]) -> bool:
    return tally([HouseholdBallot.model_validate(row) for row in rows], scene.policy.vote).carried


def _signatories(scene: Scene) -> Entered:
    vote = scene.history.latest("vote_on_installation")
    rows = vote.entered["ballots"] if vote else []
    return {"signed_by": [row["household"] for row in rows if row["choice"] == "for"]}


def _shares(scene: Scene) -> Entered:
    shares = proposed_shares(scene.script.people.floors, scene.policy.cost_sharing)
    return {"shares": [{"floor": floor, "percent": str(percent)} for floor, percent in shares.items()]}


def _amounts(scene: Scene) -> Entered:
    shares = proposed_shares(scene.script.people.floors, scene.policy.cost_sharing)
    residents = dict(enumerate(scene.script.people.residents))
    weights = {n: Fraction(shares[one.floor]) for n, one in residents.items()}
    yuan = rounded_shares(weights, Decimal(owners_money(scene)), Decimal(1))
    amounts = [{"household": residents[n].household, "yuan": int(each)} for n, each in yuan.items()]
    return {"cost": scene.script.cost, "subsidy": subsidy(scene), "amounts": amounts}


def _funds(scene: Scene) -> Entered:
    needed = owners_money(scene)
    low, high = calibration().cost.raised_when_short
    short = scene.times("raise_funds") < scene.script.short_funds
    raised = int(needed * scene.rng.uniform(low, high)) if short else needed
    public = int(raised * scene.rng.choice((0, 0, 0.2, 0.4)))
    sources = [{"source": "owners", "yuan": raised - public}, {"source": "provident_fund", "yuan": public}]
    return {"needed": needed, "raised": [fund for fund in sources if fund["yuan"]]}


def _feasibility(scene: Scene) -> Entered:
    if scene.script.fate == "not_feasible":
        unfit = {"feasible": False, "grade": "C", "obstacles": [word("unfit")]}
        return {"assessor": word("designer"), **unfit}
    return {"feasible": True, "grade": scene.rng.choice("AAB"), "assessor": word("designer")}


def _review(scene: Scene) -> Entered:
    offices = [word("housing_office"), word("planning_office")]
    if scene.times("joint_review") < scene.script.failed_reviews:
        return {"passed": False, "offices": offices, "remarks": [word("mended")]}
    return {"passed": True, "offices": offices}


def _permit(scene: Scene) -> Entered:
    approval = scene.policy.approval
    asked = approval.permit.value
    if asked == "by_cost":
        limit = approval.filing_up_to_yuan
        asked = "filing" if limit is not None and scene.script.cost <= limit.value else "permit"
    return {"kind": asked, "number": f"{scene.script.case_id}-1"}


def _acceptance(scene: Scene) -> Entered:
    if scene.times("inspect_and_accept") < scene.script.failed_acceptances:
        return {"passed": False, "body": word("inspector"), "defects": [word("defect")]}
    return {"passed": True, "body": word("inspector")}


def _subsidy_claim(scene: Scene) -> Entered:
    return {"claimed": subsidy(scene), "granted": subsidy(scene), "office": word("housing_office")}


def _meeting(scene: Scene) -> Entered:
    return {"attended": _joined(scene), "agreed": True}


def _members(scene: Scene) -> Entered:
    people = scene.script.people
    kinds = ("block_leader", "owner_representative", "party_member")
    marks = dict.fromkeys((people.leader, people.action_leader, people.elite))
    return {"members": [{"person": mark, "kind": kind} for mark, kind in zip(marks, kinds, strict=False)]}


def _visit(scene: Scene) -> Entered:
    result = (
        "won" if all(one.ballot == "for" for one in scene.script.people.reluctant()) else "still_hesitant"
    )
    return {"households": reluctant_marks(scene), "result": result}


FORMS: Mapping[str, Callable[[Scene], Entered]] = {
    "establish_party_lift_group": lambda scene: {
        "form": scene.rng.choice(("party_branch", "self_management_group")),
        "members": scene.rng.randint(3, 9),
    },
    "recruit_group_members": _members,
    "publicise_policy": lambda scene: {
        "means": scene.rng.choice(("poster", "meeting", "door_to_door", "online")),
        "households_reached": _joined(scene),
    },
    "create_owner_chat_group": lambda scene: {"households_joined": _joined(scene)},
    "assess_feasibility": _feasibility,
    "bring_in_expert_resources": lambda scene: {
        "institution": word("university"),
        "contribution": word("survey"),
    },
    "apply_pilot_listing": lambda scene: {"office": word("lift_office"), "listed": True},
    "raise_lift_wish": lambda scene: {"raised_by": "block_leader"},
    "contact_core_residents": lambda scene: {"residents": scene.rng.randint(1, 4)},
    "call_residents_together": lambda scene: {"attended": _joined(scene)},
    "persuade_hesitant_households": _visit,
    "survey_household_wishes": _survey,
    "reconcile_household_wishes": _reconciled,
    "submit_intention_form": lambda scene: {
        "households_for": sum(one.later_wish == "agrees" for one in scene.script.people.residents)
    },
    "convene_joint_meeting": _meeting,
    "draft_lift_rules": lambda scene: {"covers": ["cost_sharing", "construction", "operation"]},
    "negotiate_low_floor_subsidy": lambda scene: {
        "floors": [1],
        "yuan": scene.rng.randrange(5000, 40000, 1000),
        "agreed": True,
    },
    "promise_corridor_upgrade": lambda scene: {"promise": word("promise")},
    "study_regulations": lambda scene: {"people": scene.rng.randint(2, 6), "subject": word("subject")},
    "visit_model_community": lambda scene: {
        "community": word("community"),
        "people": scene.rng.randint(2, 8),
    },
    "hold_owners_assembly": _meeting,
    "set_cost_sharing": _shares,
    "merge_opinions_into_plan": lambda scene: {
        "taken_up": scene.rng.randint(1, 6),
        "left_out": scene.rng.randint(0, 2),
    },
    "calculate_cost_shares": _amounts,
    "vote_on_installation": _ballots,
    "sign_lift_agreement": _signatories,
    "provide_original_drawings": lambda scene: {"drawings": scene.rng.randint(2, 20)},
    "design_drawings": lambda scene: {"designer": word("designer"), "cost": scene.script.cost},
    "raise_funds": _funds,
    "joint_review": _review,
    "grant_permit_or_filing": _permit,
    "sign_construction_contract": lambda scene: {
        "firm": scene.script.people.firm,
        "yuan": scene.script.cost,
    },
    "relocate_pipelines": lambda scene: {
        "lines": scene.rng.sample(["water", "sewer", "power", "gas", "telecom"], 2)
    },
    "supervise_works": lambda scene: {"findings": 2, "mended": scene.rng.randint(0, 2)},
    "inspect_and_accept": _acceptance,
    "register_lift_use": lambda scene: {"number": f"{scene.script.case_id}-t"},
    "claim_subsidy": _subsidy_claim,
    "handover_maintenance": lambda scene: {"manager": word("manager")},
    "mediate_dispute": _mediation,
    "lobby_opposing_household": lambda scene: settlement(scene, settles=False),
    "care_for_affected_households": lambda scene: {
        "households": reluctant_marks(scene),
        "kind": scene.rng.choice(("material", "spiritual")),
    },
}
