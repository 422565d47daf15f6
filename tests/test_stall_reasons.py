"""Why a project stands still, told beforehand by hand from what is known of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from eventlogs.vocabulary import terms
from mining.normative.file import lift_model
from mining.normative.model import Mark
from mining.stalls.facts import Attempt, CaseEvidence, Evidence, Halt, OpenItem
from mining.stalls.limits import hold_overdue_by
from mining.stalls.reasons import Reason, Reasons, hold_places, regulated, usual_role

DAY = datetime(2025, 3, 3, tzinfo=UTC)
CASE = CaseEvidence("it", None, "running", None, "raise_lift_wish", DAY, None, timedelta(90), None)
LOG = Evidence(
    cases=[], needs={"set_cost_sharing": (0.9, 0.5), "study_regulations": (0.3, 0.1)}, n_good=10,
    following={}, needed_marks={}, marks={}, halts=[], watched=[], idle_steps=[], n_cases=11,
    n_running=1,
    supposed=None, silent=[], too_small=False,
)  # fmt: skip


def reason(log: Evidence = LOG, **known: Any) -> Reason:
    return Reasons(log, lift_model()).of(replace(CASE, **known))


def open_item(activity: str, role: str | None = None, *, taken: bool = False) -> OpenItem:
    return OpenItem(activity, role, DAY, taken)


def failed(activity: str) -> Attempt:
    return Attempt(activity, 2, "failed", DAY)


def test_what_most_good_projects_have_done_holds_the_rest_up_once_there_are_enough_of_them() -> None:
    items = [open_item("study_regulations"), open_item("set_cost_sharing")]
    assert reason(items=items).place == "set_cost_sharing"
    assert reason(replace(LOG, n_good=5), items=items).place == "set_cost_sharing"
    assert reason(replace(LOG, n_good=4), items=items).place == "study_regulations"


def test_what_regulations_ask_for_comes_before_what_is_usual_and_the_earlier_of_it_first() -> None:
    needs = {**LOG.needs, "sign_lift_agreement": (0.6, 0.7), "vote_on_installation": (0.7, 0.6)}
    steps = ["set_cost_sharing", "sign_lift_agreement", "vote_on_installation"]
    told = reason(replace(LOG, needs=needs), items=[open_item(step) for step in steps])
    assert told.place == "vote_on_installation"
    by_all = replace(LOG, needs=needs | {"set_cost_sharing": (1.0, 0.5)})
    assert reason(by_all, items=[open_item(step) for step in steps]).place == "set_cost_sharing"


def test_a_needed_deed_that_failed_comes_before_an_objection_and_another_after_it() -> None:
    objected: dict[str, Any] = {"objections": 1, "objecting_since": DAY}
    assert reason(attempts=[failed("set_cost_sharing")], **objected).kind == "attempt"
    assert reason(attempts=[failed("vote_on_installation")], **objected).kind == "attempt"
    assert reason(attempts=[failed("study_regulations")], **objected).kind == "objection"
    told = reason(attempts=[failed("study_regulations")])
    assert (told.kind, told.place, told.times) == ("attempt", "study_regulations", 2)


def test_an_objection_holds_up_the_step_it_shuts_or_once_that_is_past_the_open_work() -> None:
    gate = next(rule for rule in lift_model().rules if rule.forbidden_while is not None)
    (shut, *_) = gate.after.keys
    known: dict[str, Any] = {"objections": 1, "items": [open_item("raise_funds")]}
    assert reason(**known).place == shut
    assert reason(**known, activities=frozenset({shut})).place == "raise_funds"


def test_regulations_ask_for_activities_and_for_no_role_or_tool() -> None:
    regulatory = next(rule for rule in lift_model().rules if rule.strength == "regulatory")
    by_role = replace(
        regulatory, before=Mark("role", ("contractor",)), after=Mark("activity", ("install_lift",))
    )
    assert regulated(replace(lift_model(), rules=(by_role,))) == {"install_lift": (1.0, 0.0)}
    alone = replace(by_role, before=None)
    assert regulated(replace(lift_model(), rules=(alone,))) == {"install_lift": (1.0, 0.0)}


@pytest.mark.parametrize(
    ("role", "taken", "acted", "confidence"),
    [
        ("household", False, [], "medium"),
        ("household", False, ["household"], "low"),
        ("household", True, [], "low"),
        (None, False, [], "low"),
    ],
)
def test_open_work_of_a_role_that_never_acted_is_the_surer_reason(
    role: str | None, taken: bool, acted: list[str], confidence: str
) -> None:
    item = open_item("raise_funds", role, taken=taken)
    assert reason(items=[item], roles=frozenset(acted)).confidence == confidence


def test_a_hold_is_overdue_after_five_working_days_of_grace() -> None:
    def until(day: int) -> date:
        return hold_overdue_by(datetime(2025, 9, day, 4, tzinfo=UTC)).date()

    asked = (20, 21, 22, 23, 24, 25, 26)  # from a Saturday to a Friday
    assert [until(day) for day in asked] == [date(2025, 9, day) for day in (14, 14, 14, 15, 16, 17, 18)]


def open_work(*steps: str) -> list[OpenItem]:
    return [open_item(step) for step in steps]


def failures(*steps: str) -> list[Attempt]:
    return [failed(step) for step in steps]


def halt(activity: str = "project", day: int = 0, **more: Any) -> Halt:
    began = DAY + timedelta(days=day)
    known = {"of_item": activity != "project", "ended_at": None, "cause": None, "until": None, "reason": None}
    return Halt(activity, began_at=began, **(known | more))


OVER = DAY + timedelta(days=9)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({}, Reason(None, "unknown", "idle", "low", DAY)),
        ({"items": [open_item("raise_funds")]}, Reason("raise_funds", "missing_role", "role", "low", DAY)),
        (
            {"state": "failed", "outcome": "vote_lost", "attempts": [failed("vote_on_installation")]},
            Reason("vote_on_installation", "vote_lost", "outcome", "high", DAY, times=2),
        ),
        ({"state": "halted", "outcome": "odd"}, Reason(None, "odd", "outcome", "medium", DAY)),
        ({"state": "failed"}, Reason(None, "unknown", "idle", "low", DAY)),
        ({"outcome": "vote_lost"}, Reason(None, "unknown", "idle", "low", DAY)),  # it was opened again
        (
            {"halts": [halt(until=OVER)], "attempts": [failed("vote_on_installation")]},
            Reason(None, "unknown", "hold", "high", DAY, OVER),
        ),
        (
            {"halts": [halt("raise_funds", cause="money", ended_at=OVER)]},
            Reason("raise_funds", "money", "hold", "medium", DAY, over=True),
        ),
        (
            {"halts": [halt(day=1, cause="office"), halt(day=2, cause="season"), halt("raise_funds", 3)]},
            Reason(None, "season", "hold", "high", DAY + timedelta(days=2)),
        ),
        (
            {"halts": [halt("raise_funds", 1, cause="money"), halt(day=2, ended_at=OVER)]},
            Reason("raise_funds", "money", "hold", "high", DAY + timedelta(days=1)),
        ),
        (
            {"halts": [halt("raise_funds", day, cause=str(day), ended_at=OVER) for day in (1, 2, 3)]},
            Reason("raise_funds", "3", "hold", "medium", DAY + timedelta(days=3), over=True),
        ),
        (
            {"halts": [halt(reason="raise_funds")], "items": [open_item("joint_review")]},
            Reason("raise_funds", "unknown", "hold", "high", DAY),
        ),
        (
            {"halts": [halt(reason="a letter")], "items": [open_item("joint_review")]},
            Reason("joint_review", "unknown", "hold", "high", DAY),
        ),
        (
            {"halts": [halt(cause="utility")], "items": open_work("joint_review", "relocate_pipelines")},
            Reason("relocate_pipelines", "utility", "hold", "high", DAY),
        ),
        (
            {"objections": 3, "objecting_since": OVER, "judged": False},
            Reason(None, "objection", "objection", "medium", OVER, times=3),
        ),
        (
            {"objections": 1, "judged": False, "items": open_work("raise_funds")},
            Reason("raise_funds", "objection", "objection", "medium", None, times=1),
        ),
        (
            {"attempts": failures("study_regulations", "set_cost_sharing", "raise_lift_wish")},
            Reason("set_cost_sharing", "failed", "attempt", "medium", DAY, times=2),
        ),
        (
            {"attempts": failures("study_regulations", "raise_lift_wish", "publicise_policy")},
            Reason("publicise_policy", "failed", "attempt", "medium", DAY, times=2),
        ),
        (
            {"attempts": [failed("vote_on_installation")], "objections": 1, "judged": False},
            Reason(None, "objection", "objection", "medium", None, times=1),
        ),
        (
            {"items": open_work("study_regulations", "vote_on_installation"), "judged": False},
            Reason("study_regulations", "missing_role", "role", "low", DAY),
        ),
    ],
)  # fmt: skip
def test_a_case_stands_where_the_most_certain_of_what_it_shows_says(
    known: dict[str, Any], told: Reason
) -> None:
    assert reason(**known) == told


def test_a_hold_fits_work_by_what_is_done_or_by_who_does_it() -> None:
    activities = {cause: set(one.get("activities", ())) for cause, one in hold_places().items()}
    roles = {cause: set(one.get("roles", ())) for cause, one in hold_places().items()}
    (cause, role) = next((cause, role) for cause, known in roles.items() for role in known)
    strange = next(step for step in terms("activities") if step not in activities[cause])
    fitting = [open_item("joint_review"), OpenItem(strange, role, DAY, False)]
    assert reason(halts=[halt(cause=cause)], items=fitting).place == strange


def test_exactly_four_in_five_is_enough_to_be_needed() -> None:
    objected: dict[str, Any] = {"objections": 1}
    for share, kind in ((0.8, "attempt"), (0.79, "objection")):
        log = replace(LOG, needs={"study_regulations": (share, 0.1)})
        assert reason(log, attempts=[failed("study_regulations")], **objected).kind == kind


def test_who_usually_does_a_step_is_told_of_the_vocabulary_s_own_alone() -> None:
    assert usual_role("raise_funds") == "household"
    assert usual_role("own_words") is None
    assert usual_role(None) is None
