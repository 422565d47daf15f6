"""Where projects stall: when a single one is told of, by what it is judged, and what is said of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from played_logs import START, Step, Trace, played
from scipy.stats import norm
from scipy.stats import t as student

from eventlogs.events import ObjectLink
from eventlogs.language import speaking
from mining.normative.file import lift_model
from mining.stalls.finding import CaseStall, NoSuchOpenCaseError, Stall, case_stall, stalls
from mining.stalls.limits import Strata

DAY = 24.0

ITEM = "work_item"


def item(case: str, step: str) -> tuple[ObjectLink, ...]:
    return (ObjectLink(f"{case}/{step}/1", ITEM, "moves"),)


def offered(case: str, step: str, role: str, day: float) -> Step:
    return Step(
        step, day * DAY, lifecycle="schedule", role=role, attributes={"role": role}, objects=item(case, step)
    )


def usual(n: int, *, wait: float = 5) -> dict[str, Trace]:
    """Return projects that went well, `wait` days from step to step, so that the log knows what is normal."""
    steps = ["raise_lift_wish", "survey_household_wishes", "design_drawings", "raise_funds", "joint_review"]
    found: dict[str, Trace] = {}
    for number in range(n):
        trace: list[Step | str] = [
            Step(step, (place * (wait + 0.1 * (number % 5))) * DAY) for place, step in enumerate(steps)
        ]
        trace.append(Step("handover_maintenance", 60 * DAY, attributes={"outcome": "completed"}))
        found[f"usual-{number}"] = trace
    return found


def told(tmp_path: Path, cases: Mapping[str, Trace], *, day: float, n_usual: int = 30) -> dict[str, Stall]:
    with played(tmp_path, usual(n_usual) | dict(cases)) as prepared:
        report = stalls(prepared, lift_model(), now=START + timedelta(days=day))
    return {one.case_id: one for one in report.stalls}


def test_a_project_idle_beyond_what_is_normal_for_its_step_is_told_of_and_a_busy_one_is_not(
    tmp_path: Path,
) -> None:
    cases: dict[str, Trace] = {
        "late": ["raise_lift_wish", Step("survey_household_wishes", 10 * DAY)],
        "busy": ["raise_lift_wish", Step("survey_household_wishes", 96 * DAY)],
    }
    found = told(tmp_path, cases, day=100)
    assert set(found) == {"late"}
    late = found["late"]
    assert late.normal is not None
    assert (late.normal.stratum, late.normal.n) == ("step", 30)
    assert late.normal.median == timedelta(days=5.2)
    assert late.idle == timedelta(days=90)
    assert late.percentile == 1
    assert late.followers[0].activity == "design_drawings"
    assert "what usually follows" in late.sentence
    with speaking("zh"):
        assert "通常接着是" in late.sentence


def test_a_project_that_waits_for_a_step_which_often_takes_long_may_wait_as_long_as_others_for_it(
    tmp_path: Path,
) -> None:
    cases: dict[str, Trace] = {}
    for n in range(60):
        funded = 5 + 0.05 * n + 20 * 1.06**n  # 20 to over 600 days for the money, after the drawings
        cases[f"good-{n}"] = [
            "survey_household_wishes",
            Step("design_drawings", (5 + 0.05 * n) * DAY),
            Step("raise_funds", funded * DAY),
            Step("handover_maintenance", (funded + 3) * DAY, attributes={"outcome": "completed"}),
        ]
    survey = Step("survey_household_wishes", 600 * DAY)
    cases["for money"] = [survey, offered("for money", "raise_funds", "household", 601)]
    cases["for nothing"] = [survey]
    found = told(tmp_path, cases, day=720, n_usual=0)
    assert set(found) == {"for nothing"}
    with played(tmp_path / "later", cases) as prepared:
        waiting = case_stall(prepared, lift_model(), "for money", now=START + timedelta(days=720))
    normal = waiting.stall.normal
    assert normal is not None
    assert (normal.stratum, normal.awaited, normal.n) == ("awaited step", "raise_funds", 60)
    assert normal.limit > timedelta(days=600)
    assert "of 60 waits before “Raise the owners' funds”" in waiting.stall.sentence


def test_a_known_and_dated_hold_is_no_alarm_until_its_day_is_over(tmp_path: Path) -> None:
    hold = Step("raise_funds", 12 * DAY, lifecycle="suspend", objects=item("held", "raise_funds"),
                attributes={"cause": "money", "until": "2024-09-01"})  # fmt: skip
    cases: dict[str, Trace] = {
        "held": [Step("raise_lift_wish", 9 * DAY), offered("held", "raise_funds", "household", 10), hold]
    }
    assert told(tmp_path / "before", cases, day=150) == {}
    after = told(tmp_path / "after", cases, day=200)["held"]
    assert (after.cause, after.place, after.kind, after.confidence) == (
        "money",
        "raise_funds",
        "hold",
        "high",
    )
    assert "that day is over" in after.sentence


def test_an_overdue_hold_has_its_working_days_of_grace_before_it_alarms(tmp_path: Path) -> None:
    hold = Step("raise_funds", 12 * DAY, lifecycle="suspend", objects=item("held", "raise_funds"),
                attributes={"cause": "money", "until": "2024-09-30"})  # fmt: skip
    cases: dict[str, Trace] = {
        "held": [Step("raise_lift_wish", 9 * DAY), offered("held", "raise_funds", "household", 10), hold]
    }
    with played(tmp_path, usual(30) | cases) as prepared:

        def looked(month: int, day: int) -> CaseStall:
            return case_stall(prepared, lift_model(), "held", now=datetime(2024, month, day, 4, tzinfo=UTC))

        assert not looked(10, 12).alarm  # the week of National Day is off, this Saturday is a working day
        assert "5 working days to be taken up" in looked(10, 10).stall.sentence
        assert looked(10, 13).alarm
        assert "that day is over" in looked(10, 13).stall.sentence


def test_after_a_hold_a_project_is_judged_by_how_others_went_on_after_theirs(tmp_path: Path) -> None:
    def held(case: str, *after: Step) -> Trace:
        return [
            "raise_lift_wish",
            Step("project", 1 * DAY, lifecycle="suspend", attributes={"cause": "office"}),
            Step("project", 100 * DAY, lifecycle="resume"),
            *after,
        ]

    cases = {
        f"on-{n}": held(
            f"on-{n}", Step("design_drawings", (160 + n) * DAY, attributes={"outcome": "completed"})
        )
        for n in range(30)
    }
    cases["back"] = held("back")
    assert "back" not in told(tmp_path / "soon", cases, day=180)
    back = told(tmp_path / "late", cases, day=700)["back"]
    assert back.normal is not None
    assert (back.normal.stratum, back.normal.n) == ("hold", 30)
    assert back.normal.median == timedelta(days=74.5)


def test_the_more_projects_are_looked_at_the_longer_one_must_stand_still_to_be_told_of(
    tmp_path: Path,
) -> None:
    def limit(n_running: int) -> timedelta:
        cases: dict[str, Trace] = {
            f"busy-{n}": [Step("survey_household_wishes", 1090 * DAY)] for n in range(n_running)
        }
        cases["late"] = [Step("survey_household_wishes", 0)]
        normal = told(tmp_path / str(n_running), cases, day=1091, n_usual=60)["late"].normal
        assert normal is not None
        return normal.limit

    assert limit(1) < limit(30)


def test_chances_of_standing_still_are_those_of_a_case_found_in_the_midst_of_a_wait() -> None:
    rng = np.random.default_rng(7)
    waits = rng.lognormal(3, 0.8, 2_000_000)
    met = rng.choice(waits, 400_000, p=waits / waits.sum())  # long waits are met oftener
    seen = met * rng.random(400_000)
    strata = Strata(*(np.array([x]) for x in (1e9, np.exp(3), 0.8, 1e9, 1.0)))
    for days in (60.0, 150.0):  # few waits know less, so that the same wait says less
        few = Strata(np.array([8.0]), strata.median, strata.spread, strata.longest, strata.least)
        score = (np.log(days) - 3) / 0.8 / np.sqrt(1 + 1 / 8)
        as_rare = np.exp(3 - 0.8 * norm.ppf(student.sf(score, 7)))  # where all is known
        assert few.chances(np.array([days])) == pytest.approx(strata.chances(np.array([as_rare])))
        chance = strata.chances(np.array([days]))[0]
        assert chance == pytest.approx((seen > days).mean(), rel=0.1)
        assert strata.limits(chance)[0] == pytest.approx(days, rel=1e-3)


def test_a_missing_role_is_named_once_and_its_tools_not_beside_it(tmp_path: Path) -> None:
    steps = ["publicise_policy", "raise_lift_wish", "design_drawings", "handover_maintenance"]
    cases: dict[str, Trace] = {
        f"good-{n}": [
            *(Step(step, place * 5 * DAY) for place, step in enumerate(steps)),
            Step("claim_subsidy", 30 * DAY, attributes={"outcome": "completed"}),
        ]
        for n in range(30)
    }
    cases["late"] = ["raise_lift_wish", offered("late", "design_drawings", "contractor", 1)]
    late = told(tmp_path, cases, day=900, n_usual=0)["late"]
    assert (late.missing_roles, late.missing_tools) == (("coordinator",), ("empowerment",))
    assert "act as Coordinator; this one has not" in late.sentence
    assert "Empowerment" not in late.sentence
    with speaking("zh"):
        assert "都已有人担任多方关系协调者，本项目还没有" in late.sentence
        assert "放权赋能" not in late.sentence


def test_a_hold_without_a_day_is_told_of_at_once_with_its_cause(tmp_path: Path) -> None:
    hold = Step("project", 12 * DAY, lifecycle="suspend", attributes={"cause": "utility"})
    cases: dict[str, Trace] = {
        "held": [
            Step("raise_lift_wish", 9 * DAY),
            offered("held", "raise_funds", "household", 10),
            offered("held", "relocate_pipelines", "contractor", 10),
            hold,
        ]
    }
    held = told(tmp_path, cases, day=13)["held"]
    assert (held.cause, held.place, held.confidence) == ("utility", "relocate_pipelines", "high")


def test_the_role_that_never_came_is_named(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        "stuck": [
            Step("raise_lift_wish", 1 * DAY, role="opinion_leader"),
            offered("stuck", "design_drawings", "contractor", 2),
            offered("stuck", "study_regulations", "community_elite", 2),
        ]
    }
    stuck = told(tmp_path, cases, day=100)["stuck"]
    assert (stuck.cause, stuck.place, stuck.role) == ("missing_role", "design_drawings", "contractor")
    assert (stuck.role_seen, stuck.confidence) == (False, "medium")
    assert "nobody in that role" in stuck.sentence


def test_a_vote_that_failed_and_was_not_held_again_is_where_a_project_stands(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        "lost": [
            "raise_lift_wish",
            Step("vote_on_installation", 8 * DAY, attributes={"succeeded": False}),
            offered("lost", "assess_feasibility", "administration", 9),
        ],
        "back": [
            Step("sign_lift_agreement", 8 * DAY, objects=item("back", "sign_lift_agreement")),
            Step("sign_lift_agreement", 9 * DAY, lifecycle="withdraw", attributes={"taken_back": True},
                 objects=item("back", "sign_lift_agreement")),
        ],
    }  # fmt: skip
    found = told(tmp_path, cases, day=400)
    assert (found["lost"].cause, found["lost"].place) == ("failed", "vote_on_installation")
    assert (found["back"].cause, found["back"].place) == ("taken_back", "sign_lift_agreement")


def test_an_open_objection_shuts_the_gate_and_a_settled_one_does_not(tmp_path: Path) -> None:
    def objecting(case: str, *settled: Step) -> Trace:
        link = (ObjectLink(f"{case}/objection/1", "objection", "filed"),)
        return [
            Step("raise_lift_wish", 1 * DAY),
            Step("file_written_objection", 2 * DAY, objects=link),
            *settled,
        ]

    settling = Step("mediate_dispute", 3 * DAY, attributes={"resolution": "settled"},
                    objects=(ObjectLink("b/objection/1", "objection", "talked over"),))  # fmt: skip
    found = told(tmp_path, {"a": objecting("a"), "b": objecting("b", settling)}, day=200)
    assert (found["a"].cause, found["a"].place) == ("objection", "submit_intention_form")
    assert found["b"].kind == "idle"


def test_failed_and_shelved_projects_are_told_of_with_their_recorded_outcome(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        "failed": [
            Step("vote_on_installation", 8 * DAY, attributes={"succeeded": False}),
            Step("abandon_project", 9 * DAY, attributes={"outcome": "vote_lost"}),
        ],
        "shelved": ["raise_lift_wish", Step("raise_funds", 9 * DAY, attributes={"outcome": "shelved"})],
    }
    found = told(tmp_path, cases, day=20)
    assert (found["failed"].state, found["failed"].cause) == ("failed", "vote_lost")
    assert found["failed"].place == "vote_on_installation"
    assert (found["shelved"].state, found["shelved"].cause) == ("halted", "shelved")


def test_what_is_normal_is_told_by_the_city_where_it_has_waits_enough(tmp_path: Path) -> None:
    def of(city: str, n: int, wait: float) -> dict[str, Trace]:
        return {
            f"{city}-{number}": [
                Step("raise_lift_wish", 0, attributes={"city": city}),
                Step("design_drawings", (wait + 0.01 * number) * DAY),
                Step("handover_maintenance", 300 * DAY, attributes={"outcome": "completed"}),
            ]
            for number in range(n)
        }

    cases = of("shanghai", 30, 2) | of("harbin", 30, 50) | of("dalian", 3, 2)
    for city in ("shanghai", "harbin", "dalian"):
        cases[f"{city}-idle"] = [Step("raise_lift_wish", 400 * DAY, attributes={"city": city})]
    with played(tmp_path, cases) as prepared:
        soon = stalls(prepared, lift_model(), now=START + timedelta(days=440))
        later = stalls(prepared, lift_model(), now=START + timedelta(days=4400))
    assert [one.case_id for one in soon.stalls] == ["shanghai-idle"]
    strata = {one.case_id: one.normal.stratum for one in later.stalls if one.normal}
    assert strata == {
        "shanghai-idle": "step and group",
        "harbin-idle": "step and group",
        "dalian-idle": "step",
    }


def test_waits_with_a_hold_in_them_do_not_make_long_waits_normal(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {"late": [Step("survey_household_wishes", 240 * DAY)]}
    cases |= {
        f"held-{n}": [
            Step("survey_household_wishes", 0),
            Step("project", 1 * DAY, lifecycle="suspend", attributes={"cause": "office"}),
            Step("project", 300 * DAY, lifecycle="resume"),
            Step("design_drawings", 301 * DAY),
            Step("handover_maintenance", 302 * DAY, attributes={"outcome": "completed"}),
        ]
        for n in range(30)
    }
    late = told(tmp_path, cases, day=400)["late"]
    assert late.normal is not None
    assert late.normal.n == 30
    assert late.normal.limit < timedelta(days=30)


def test_a_case_that_went_well_is_no_stall(tmp_path: Path) -> None:
    with played(tmp_path, usual(3)) as prepared, pytest.raises(NoSuchOpenCaseError):
        case_stall(prepared, lift_model(), "usual-0", now=datetime(2025, 1, 1, tzinfo=UTC))


def test_projects_that_all_still_run_are_not_supposed_to_have_ended(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {f"late-{n}": ["raise_lift_wish", "call_residents_together"] for n in range(30)}
    with played(tmp_path, cases) as prepared:
        report = stalls(prepared, lift_model(), now=START + timedelta(days=300))
    assert not report.supposed
    assert len(report.alarms) == 30
