"""Why a project stands still, told beforehand by hand from what is known of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mining.normative.file import lift_model
from mining.normative.model import Mark
from mining.stalls.facts import Attempt, CaseEvidence, Evidence, OpenItem
from mining.stalls.limits import hold_overdue_by
from mining.stalls.reasons import Reason, Reasons, regulated

DAY = datetime(2025, 3, 3, tzinfo=UTC)
CASE = CaseEvidence("it", None, "running", None, "raise_lift_wish", DAY, None, timedelta(90), None)
LOG = Evidence(
    cases=[], needs={"set_cost_sharing": (0.9, 0.5), "study_regulations": (0.3, 0.1)}, n_good=10,
    following={}, needed_marks={}, marks={}, halts=[], watched=[], idle_steps=[], n_cases=11,
    n_running=1,
    supposed=False, too_small=False,
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
