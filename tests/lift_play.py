"""A lift project played by the public functions, for the tests of the flows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from eventlogs.storage import Ledger
from eventlogs.working_calendar import working_days_after
from flows.process.history import CaseHistory, day_of
from flows.project import projects
from flows.project.acts import By
from flows.project.advance import Advance, read_case
from flows.worklist import worklist
from flows.worklist.work_item import WorkItem

LOG = "projects"
MONDAY = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)
REGISTER = [
    {"household": f"{floor}{side}", "floor": floor, "area": "60.5"} for floor in range(1, 7) for side in "AB"
]
QUICK = "played in a day"  # what takes weeks would make the waits of a small log long
SHARES = [0, "6.67", "13.33", 20, "26.67", "33.33"]


def intake(city: str = "harbin", **more: Any) -> dict[str, Any]:
    return {"name": "7号楼2门", "city": city, "floors": 6, "households": REGISTER} | more


def ballots(**choices: str) -> list[dict[str, Any]]:
    """Return everybody's vote in favour but for the households named."""
    return [row | {"choice": choices.get(str(row["household"]), "for")} for row in REGISTER]


def wishes(**said: str) -> list[dict[str, Any]]:
    return [
        {"household": row["household"], "wish": said.get(str(row["household"]), "agrees")} for row in REGISTER
    ]


def good_data(activity: str, today: date, city: str = "harbin") -> dict[str, Any]:
    """Return what is entered for a step that goes well."""
    start = today - timedelta(days=40)
    fixed: Mapping[str, dict[str, Any]] = {
        "establish_party_lift_group": {"form": "party_branch", "members": 5},
        "recruit_group_members": {"members": [{"person": "p1", "kind": "block_leader"}]},
        "publicise_policy": {"means": "poster", "households_reached": 12},
        "create_owner_chat_group": {"households_joined": 12},
        "assess_feasibility": {"feasible": True, "assessor": "设计院"},
        "bring_in_expert_resources": {"institution": "大学", "contribution": "勘察"},
        "apply_pilot_listing": {"office": "区加梯办"},
        "raise_lift_wish": {"raised_by": "block_leader"},
        "contact_core_residents": {"residents": 2},
        "call_residents_together": {"attended": 10},
        "persuade_hesitant_households": {"households": ["1A"], "result": "won"},
        "survey_household_wishes": {"wishes": wishes(**{"1A": "hesitates"})},
        "reconcile_household_wishes": {"wishes": [{"household": "1A", "wish": "agrees"}]},
        "submit_intention_form": {"households_for": 12},
        "convene_joint_meeting": {"attended": 9, "agreed": True},
        "draft_lift_rules": {"covers": ["cost_sharing", "operation"]},
        "negotiate_low_floor_subsidy": {"floors": [1], "yuan": 20000, "agreed": True},
        "promise_corridor_upgrade": {"promise": "粉刷楼道"},
        "study_regulations": {"people": 3},
        "visit_model_community": {"community": "某小区", "people": 3},
        "hold_owners_assembly": {"attended": 12, "agreed": True},
        "set_cost_sharing": {"shares": [{"floor": n, "percent": p} for n, p in enumerate(SHARES, 1)]},
        "merge_opinions_into_plan": {"taken_up": 4},
        "calculate_cost_shares": {
            "cost": 500000,
            "subsidy": 150000,
            "amounts": [{"household": "6A", "yuan": 350000}],
        },
        "vote_on_installation": {"ballots": ballots()},
        "sign_lift_agreement": {"signed_by": [row["household"] for row in REGISTER]},
        "publicise_result": {
            "start": str(start),
            "end": str(working_days_after(start, 12).date),
            "places": ["单元门口"],
            "explanation": QUICK,
        },
        "provide_original_drawings": {"drawings": 3},
        "design_drawings": {"designer": "设计院", "cost": 500000},
        "raise_funds": {"needed": 350000, "raised": [{"source": "owners", "yuan": 350000}]},
        "joint_review": {"passed": True, "offices": ["区住建局"]},
        "grant_permit_or_filing": {"kind": "filing" if city == "shanghai" else "permit", "number": "1"},
        "sign_construction_contract": {"firm": "加梯公司", "yuan": 500000},
        "relocate_pipelines": {"lines": ["water", "gas"]},
        "install_lift": {"start": str(start), "end": str(today), "explanation": QUICK},
        "supervise_works": {"findings": 1, "mended": 1},
        "inspect_and_accept": {"passed": True, "body": "特检院"},
        "register_lift_use": {"number": "梯1"},
        "claim_subsidy": {"claimed": 150000, "granted": 150000},
        "handover_maintenance": {"manager": "物业公司"},
        "mediate_dispute": {"mediator": "街道", "objection": "1", "result": "settled"},
        "lobby_opposing_household": {"objection": "1", "result": "settled"},
        "care_for_affected_households": {"households": ["1A"], "kind": "material"},
    }
    return fixed[activity]


@dataclass
class Play:
    """One project in the hands of one person; every deed is a day later than the last."""

    ledger: Ledger
    case_id: str = "p-1"
    city: str = "harbin"
    now: datetime = field(default=MONDAY)
    reason: str | None = None
    log: str = LOG

    def start(self, **more: Any) -> Advance:
        return projects.start(
            self.ledger, self.log, intake(self.city, **more), self.by(), case_id=self.case_id
        )

    def by(self, reason: str | None = None, actor: str = "wang") -> By:
        return By(actor, self.now, reason=reason)

    @property
    def history(self) -> CaseHistory:
        return read_case(self.ledger, self.log, self.case_id)

    def open(self) -> dict[str, WorkItem]:
        return {item.activity: item for item in self.history.items.values() if item.is_open}

    def complete(self, activity: str, reason: str | None = None, **data: Any) -> Advance:
        return self.complete_item(self.open()[activity], reason, data)

    def complete_item(self, item: WorkItem, reason: str | None, data: Mapping[str, Any]) -> Advance:
        self.now += timedelta(days=1)
        entered = data or good_data(item.activity, day_of(self.now), self.city)
        name = f"{self.case_id}/{item.activity}/{item.occurrence}"
        return worklist.complete(self.ledger, self.log, name, entered, self.by(reason))

    def act(self, activity: str, reason: str | None = None, **data: Any) -> Advance:
        self.now += timedelta(days=1)
        entered = data or good_data(activity, day_of(self.now), self.city)
        return projects.act(self.ledger, self.log, self.case_id, activity, entered, self.by(reason))

    def until(self, *activities: str) -> None:
        """Complete everything that is offered until the activities are offered."""
        self._deeds(lambda open_items, outcome: set(activities) <= set(open_items), leave=set(activities))

    def to_the_end(self) -> None:
        """Complete everything that is offered until the project is over."""
        self._deeds(lambda open_items, outcome: outcome is not None, leave=set())

    def _deeds(self, over: Callable[[Mapping[str, WorkItem], str | None], bool], leave: set[str]) -> None:
        history = self.history
        for _ in range(80):
            open_items = {item.activity: item for item in history.items.values() if item.is_open}
            if over(open_items, history.outcome):
                return
            item = next(item for name, item in open_items.items() if name not in leave)
            history = self.complete_item(item, self.reason, {}).history
        raise AssertionError(f"stuck at {list(self.open())}")


def outcome_seen(ledger: Ledger) -> str | None:
    """Return the outcome that the view of cases shows of the only one."""
    with ledger.reading() as connection:
        found = connection.execute("SELECT outcome FROM case_state").fetchone()
    assert found is not None
    return str(found[0]) if found[0] else None
