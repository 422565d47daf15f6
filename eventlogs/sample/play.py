"""The seeded play of simulated lift projects: who did what, when, and how each project ended.

Nothing here is an observation. The order follows the vocabulary's sources, with planted departures;
waiting times are a guess around the durations that the press reports (two months to a consensus, one to
three for approvals, two to five of building).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from eventlogs.vocabulary import activity, term

ZONE = ZoneInfo("Asia/Shanghai")
SEED = 4
SEEN_UNTIL = datetime(2024, 6, 30, 18, tzinfo=ZONE)
CITIES = ("shanghai", "tianjin", "dalian", "harbin")
PROJECTS_PER_CITY = 15

STARTS = {
    "residents": """raise_lift_wish contact_core_residents call_residents_together publicise_policy
        create_owner_chat_group""",
    "community": """publicise_policy create_owner_chat_group assess_feasibility raise_lift_wish
        call_residents_together""",
    "party": """establish_party_lift_group recruit_group_members publicise_policy raise_lift_wish
        contact_core_residents call_residents_together""",
    "pilot": "publicise_policy raise_lift_wish call_residents_together bring_in_expert_resources",
}
WISHES = "survey_household_wishes reconcile_household_wishes submit_intention_form"
PLANS = {
    "residents": """convene_joint_meeting draft_lift_rules hold_owners_assembly set_cost_sharing
        calculate_cost_shares merge_opinions_into_plan""",
    "community": """convene_joint_meeting draft_lift_rules hold_owners_assembly set_cost_sharing
        merge_opinions_into_plan""",
    "party": """convene_joint_meeting draft_lift_rules study_regulations visit_model_community
        hold_owners_assembly set_cost_sharing merge_opinions_into_plan""",
    "pilot": """apply_pilot_listing convene_joint_meeting draft_lift_rules hold_owners_assembly
        set_cost_sharing provide_original_drawings""",
}
DETOUR = "file_written_objection lobby_opposing_household mediate_dispute negotiate_low_floor_subsidy"
CONSENT = "vote_on_installation sign_lift_agreement publicise_result"
BUILDING = """design_drawings raise_funds joint_review grant_permit_or_filing sign_construction_contract
    relocate_pipelines install_lift supervise_works inspect_and_accept register_lift_use claim_subsidy
    handover_maintenance"""

# Median days before an activity; all others take a week.
DAYS = {
    "survey_household_wishes": 14,
    "reconcile_household_wishes": 21,
    "mediate_dispute": 30,
    "vote_on_installation": 20,
    "publicise_result": 10,
    "design_drawings": 30,
    "raise_funds": 21,
    "joint_review": 45,
    "relocate_pipelines": 40,
    "install_lift": 75,
    "inspect_and_accept": 20,
    "claim_subsidy": 40,
    "abandon_project": 120,
}
PACE = {"shanghai": 0.8, "tianjin": 1.0, "dalian": 1.15, "harbin": 1.3}
FAILING = {"shanghai": 0.25, "tianjin": 0.3, "dalian": 0.4, "harbin": 0.45}
# Where a failing project stops, and why.
ENDS = (
    ("reconcile_household_wishes", "objection_unresolved"),
    ("vote_on_installation", "vote_lost"),
    ("sign_lift_agreement", "retracted_after_signing"),
    ("design_drawings", "funding_gap"),
    ("sign_construction_contract", "firm_withdrawn"),
)
WINTER = (11, 12, 1, 2, 3)
OUTDOORS = {"relocate_pipelines", "install_lift"}


@dataclass(frozen=True, slots=True)
class Act:
    """One event of the play."""

    activity: str
    occurred_at: datetime
    role: str
    tool: str | None
    actor: str


@dataclass(slots=True)
class Project:
    """One simulated project; `outcome` is None while it runs."""

    case_id: str
    city: str
    estate: str
    floors: int
    households: int
    outcome: str | None = None
    acts: list[Act] = field(default_factory=list)


def projects(seed: int = SEED) -> list[Project]:
    """Return the whole play, project by project, with a few faults for `retrofit log check` to find."""
    played = _all_played(Random(seed))
    for faulty in (played[20], played[40]):
        faulty.acts.insert(2, faulty.acts[2])  # entered twice
    hardly_begun = played[-1]
    hardly_begun.acts, hardly_begun.outcome = hardly_begun.acts[:1], None
    return played


def _all_played(chance: Random) -> list[Project]:
    return [_played(chance, city, number) for city in CITIES for number in range(1, PROJECTS_PER_CITY + 1)]


def _played(chance: Random, city: str, number: int) -> Project:
    floors = chance.choice((4, 5, 6, 6, 6, 7))
    project = Project(
        f"SIM-{city.upper()}-{number:02d}",
        city,
        f"{term('cities', city).zh}示例{number}村",
        floors,
        floors * chance.choice((2, 2, 3)),
    )
    script, project.outcome = _cut(chance, city, _script(chance, city))
    now = datetime(2020, 3, 1, 9, tzinfo=ZONE) + timedelta(days=chance.randrange(1400))
    for name in script:
        now = _next_moment(chance, city, name, now)
        if now > SEEN_UNTIL:
            project.outcome = None
            break
        project.acts.append(_act(chance, project, name, now))
    return project


def _script(chance: Random, city: str) -> list[str]:
    """Return the activities of a project that goes through, sometimes out of order."""
    start = chance.choices(tuple(PLANS), weights=(4, 3, 2, 1))[0]
    script = f"{STARTS[start]} {WISHES} {PLANS[start]}".split()
    if chance.random() < 0.3:
        after = script.index("draft_lift_rules") + 1
        script[after:after] = DETOUR.split()
    script += f"{CONSENT} {BUILDING}".split()
    if city == "harbin":
        _swap(script, "sign_lift_agreement", "publicise_result")
    for one, other, share in (
        ("survey_household_wishes", "reconcile_household_wishes", 0.07),
        ("grant_permit_or_filing", "sign_construction_contract", 0.1),
        ("register_lift_use", "claim_subsidy", 0.07),
    ):
        if chance.random() < share:
            _swap(script, one, other)
    if chance.random() < 0.15:
        script.remove("supervise_works")
    return script


def _swap(script: list[str], one: str, other: str) -> None:
    first, second = script.index(one), script.index(other)
    script[first], script[second] = other, one


def _cut(chance: Random, city: str, script: list[str]) -> tuple[list[str], str]:
    """Return the script as far as the project comes, and how it ends."""
    if chance.random() >= FAILING[city]:
        return script, "completed"
    last, outcome = chance.choice(ENDS)
    kept = script[: script.index(last) + 1]
    if chance.random() < 0.3:
        return kept, "shelved"
    return [*kept, "abandon_project"], outcome


def _next_moment(chance: Random, city: str, name: str, now: datetime) -> datetime:
    """Return when the next activity is done: in office hours, outdoors in Harbin not in winter."""
    wait = DAYS.get(name, 7) * PACE[city] * chance.lognormvariate(0, 0.5)
    moment = now + timedelta(days=max(1, round(wait)))
    if city == "harbin" and name in OUTDOORS and moment.month in WINTER:
        moment = moment.replace(year=moment.year + (moment.month > 10), month=4, day=1 + moment.day % 20)
    return moment.replace(hour=chance.randrange(9, 18), minute=chance.randrange(0, 60, 5))


def _act(chance: Random, project: Project, name: str, now: datetime) -> Act:
    ways = activity(name).by
    done = chance.choices(ways, weights=[4] + [1] * (len(ways) - 1))[0]
    actor = f"{project.estate}{done.zh.partition('（')[0].partition('、')[0]}"
    return Act(name, now, done.role, done.tool, actor)
