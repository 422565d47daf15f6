import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from played_logs import Step, Trace, played
from running import ran

from eventlogs.events import ObjectLink
from eventlogs.vocabulary import activities, activity
from mining.conformance.case_conformance import CaseConformance, case_conformance
from mining.conformance.judging import ConformanceReport, conformance
from mining.normative.file import lift_model, read_model
from mining.normative.model import Mark, OrderRule, Waiver
from mining.normative.norm_tables import NothingToCheckError

Words = list[Step | str]
WISHES: Words = ["survey_household_wishes", "reconcile_household_wishes", "submit_intention_form"]
START: Words = ["publicise_policy", "raise_lift_wish", "call_residents_together"]
LAW: Words = [
    "vote_on_installation",
    "sign_lift_agreement",
    "publicise_result",
    "design_drawings",
    "joint_review",
]
WHOLE: Words = [
    *START,
    *WISHES,
    "convene_joint_meeting",
    "hold_owners_assembly",
    "set_cost_sharing",
    "merge_opinions_into_plan",
    "negotiate_low_floor_subsidy",
    "study_regulations",
    *LAW,
    "grant_permit_or_filing",
    "sign_construction_contract",
    "install_lift",
    "inspect_and_accept",
    "register_lift_use",
    "claim_subsidy",
    "handover_maintenance",
]

PERMIT = """
[model]
key = "permit"
zh = "许可"
en = "Permit"
own_words = true
[ending]
success = "decide"
[[performance]]
activity = "receive"
role = "desk"
[[performance]]
activity = "check"
role = "expert"
tool = "checking"
[[performance]]
activity = "decide"
role = "head"
[[chain]]
key = "office"
zh = "办公室"
en = "Office"
roles = ["desk", "expert", "head"]
[[rule]]
key = "R1"
strength = "strict"
chain = "office"
before = { tool = "checking" }
after = { role = "head" }
zh = "先核对再决定"
en = "Check before deciding"
"""


def raised(number: int, hours: float) -> Step:
    link = ObjectLink(f"objection {number}", "objection", "")
    return Step("file_written_objection", hours, objects=(link,))


def resolved(number: int, hours: float) -> Step:
    link = ObjectLink(f"objection {number}", "objection", "")
    return Step("mediate_dispute", hours, objects=(link,), attributes={"resolution": "withdrawn"})


def report(directory: Path, cases: Mapping[str, Trace], by: str | None = None) -> ConformanceReport:
    with played(directory, cases) as log:
        return conformance(log, lift_model(), by=by)


def verdicts(directory: Path, trace: Trace) -> CaseConformance:
    with played(directory, {"x": trace, "other": START}) as log:
        return case_conformance(log, lift_model(), "x")


def steps(case: CaseConformance) -> list[str]:
    return [step.verdict for step in case.steps]


def broken(found: ConformanceReport) -> set[tuple[str, str, str]]:
    return {(one.rule, one.case_id, one.status) for one in found.deviations}


def test_a_project_that_goes_as_expected_breaks_nothing(tmp_path: Path) -> None:
    found = report(tmp_path, {"good": WHOLE})
    assert broken(found) == set()
    assert found.whole.fitness.fitting_cases == 1
    assert found.whole.states.completed == 1
    assert {(step.in_order, step.skipped) for step in found.whole.steps} == {(1, 0)}


@pytest.mark.parametrize("length", range(1, len(WHOLE), 4))
def test_a_running_project_is_never_blamed_for_what_it_has_not_come_to(tmp_path: Path, length: int) -> None:
    case = verdicts(tmp_path, WHOLE[:length])
    assert set(steps(case)) <= {"in_order", "not_reached"}
    assert {rule.status for rule in case.rules} <= {"kept"}
    assert sum(move.cost for move in case.moves) == 0


def test_an_early_role_is_out_of_order_and_a_missing_one_is_skipped(tmp_path: Path) -> None:
    early = verdicts(tmp_path / "a", ["convene_joint_meeting", *START])
    assert steps(early)[:3] == ["in_order", "out_of_order", "not_reached"]
    missing = verdicts(tmp_path / "b", ["convene_joint_meeting", "raise_lift_wish"])
    assert steps(missing)[:3] == ["skipped", "in_order", "not_reached"]
    assert {rule.rule: rule.status for rule in missing.rules}["S1"] == "skipped"


def test_what_an_ended_project_did_not_come_to_is_withdrawn_or_skipped(tmp_path: Path) -> None:
    failed = verdicts(tmp_path / "a", [*START, "abandon_project"])
    assert (failed.state, steps(failed)[1], steps(failed)[4]) == ("failed", "withdrawn", "withdrawn")
    done = verdicts(tmp_path / "b", [*START, "handover_maintenance"])
    assert (done.state, steps(done)[1], steps(done)[4]) == ("completed", "skipped", "skipped")


def test_a_step_declared_unnecessary_is_withdrawn_and_not_skipped(tmp_path: Path) -> None:
    unnecessary = Step("hold_owners_assembly", 8, lifecycle="manualskip")
    case = verdicts(tmp_path, [*START, unnecessary, Step("study_regulations", 9)])
    assert steps(case)[3:] == ["in_order", "withdrawn", "in_order"]


def test_a_recorded_outcome_says_more_than_an_activity(tmp_path: Path) -> None:
    def ended(outcome: str) -> Step:
        return Step("mediate_dispute", attributes={"outcome": outcome})

    cases = {
        "failed": [*START, ended("vote_lost")],
        "completed": [*START, ended("completed")],
        "reopened": [*START, ended("vote_lost"), ended("")],
    }
    found = report(tmp_path, cases).whole.states
    assert (found.failed, found.completed, found.running) == (1, 1, 1)


def test_the_gate_is_shut_while_an_objection_is_open(tmp_path: Path) -> None:
    before, submit = [*START, *WISHES[:2]], "submit_intention_form"
    cases: dict[str, Words] = {
        "shut": [*before, raised(1, 10), Step(submit, 15), resolved(1, 20)],
        "settled": [*before, raised(2, 10), resolved(2, 20), Step(submit, 25)],
        "later": [*before, Step(submit, 9), raised(3, 10)],
        "none": [*before, submit],
        "not there yet": [*before, raised(4, 10)],
    }
    found = report(tmp_path, cases)
    assert broken(found) == {("S8", "shut", "gate_shut")}
    gate = next(rule for rule in found.whole.rules if rule.rule == "S8")
    assert (gate.kept, gate.gate_shut, gate.untested) == (3, 1, 1)


def test_without_objections_on_record_the_gate_is_not_tested(tmp_path: Path) -> None:
    found = report(tmp_path, {"x": [*START, *WISHES]})
    assert next(rule for rule in found.whole.rules if rule.rule == "S8").untested == 1


def test_a_rule_of_some_cities_does_not_hold_elsewhere(tmp_path: Path) -> None:
    law = [*LAW, "sign_construction_contract", "install_lift"]
    cases: dict[str, Words] = {
        city: [Step("publicise_policy", 1, attributes={"city": city}), *(word for word in law)]
        for city in ("上海", "tianjin", "大连市", "elsewhere")
    }
    found = report(tmp_path, cases, by="city")
    assert broken(found) == {("A6", "上海", "skipped")}
    assert [group.group for group in found.groups] == ["上海", "tianjin", "大连市", "elsewhere"]
    assert [group.states.cases for group in found.groups] == [1, 1, 1, 1]


def test_role_and_tool_follow_from_activity_and_the_role_recorded(tmp_path: Path) -> None:
    # the same activity by an opinion leader unites wishes, by an action leader it decides
    as_opinion_leader: Words = [*START, Step("set_cost_sharing", role="opinion_leader")]
    as_action_leader: Words = [*START, Step("set_cost_sharing", role="action_leader")]
    found = report(tmp_path, {"opinion": as_opinion_leader, "action": as_action_leader})
    assert {(rule, case) for rule, case, _ in broken(found)} == {
        ("S4", "action"),
        ("W4", "opinion"),
        ("W4", "action"),
    }


def test_waivers_are_honoured_until_they_run_out_and_counted(tmp_path: Path) -> None:
    early = "convene_joint_meeting"
    here: dict[str, Words] = {
        "x": [Step(early, 1, attributes={"city": "天津"})],
        "y": [Step(early, 1, attributes={"waiver": "S1"})],
    }
    with played(tmp_path, here) as log:
        for until, waived in ((date(2024, 3, 1), 2), (date(2024, 2, 29), 1)):
            model = replace(lift_model(), waivers=(Waiver("S1", "tianjin", until, ""),))
            count = next(rule for rule in conformance(log, model).whole.rules if rule.rule == "S1")
            assert (count.waived, count.skipped) == (waived, 2 - waived)


def test_the_chain_that_broke_first_is_that_of_the_earliest_deviation(tmp_path: Path) -> None:
    cases = {
        "informal first": ["hold_owners_assembly", "convene_joint_meeting"],
        "formal first": ["convene_joint_meeting", "hold_owners_assembly"],
    }
    found = {(one.chain, one.strength): one.cases for one in report(tmp_path, cases).whole.first_breaks}
    assert found == {("informal", "strict"): 1, ("formal", "strict"): 1}


def test_lags_recurrences_and_persons_are_counted(tmp_path: Path) -> None:
    trace = [
        Step("publicise_policy", 0),
        Step("raise_lift_wish", 48, actor="li"),
        Step("negotiate_low_floor_subsidy", 60),
        Step("care_for_affected_households", 70),
        Step("publicise_policy", 80),
        Step("hold_owners_assembly", 90, actor="li"),
    ]
    whole = report(tmp_path, {"x": trace}).whole
    assert (whole.lags[0].step, whole.lags[0].median.total_seconds() / 3600) == (1, 48)
    assert [(back.loop, back.cases, back.events) for back in whole.recurrences] == [("L1", 1, 2)]
    assert [(one.statement, one.cases, one.same) for one in whole.one_person] == [("P1", 1, 1)]


def test_another_kind_of_project_is_judged_by_a_model_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "permit.toml"
    file.write_text(PERMIT, "utf-8")
    cases: dict[str, Words] = {
        "good": ["receive", "check", "decide"],
        "unchecked": ["receive", "decide"],
        "open": ["receive"],
    }
    with played(tmp_path / "data", cases) as log:
        found = conformance(log, read_model(file))
    assert broken(found) == {("R1", "unchecked", "skipped")}
    assert [(step.in_order, step.skipped, step.not_reached) for step in found.whole.steps] == [
        (3, 0, 0),
        (1, 1, 1),
        (2, 0, 1),
    ]


def test_a_log_that_speaks_of_other_things_is_refused(tmp_path: Path) -> None:
    with played(tmp_path, {"x": ["register", "decide"]}) as log, pytest.raises(NothingToCheckError):
        conformance(log, lift_model())


def test_the_command_answers_in_both_languages_and_as_json(tmp_path: Path) -> None:
    with played(tmp_path, {"early": ["convene_joint_meeting", *START], "good": WHOLE}):
        pass
    status, out, _ = ran("mine conformance played --json", tmp_path)
    assert status == 0
    answer = json.loads(out)
    assert answer["whole"]["states"]["cases"] == 2
    assert [one["rule"] for one in answer["deviations"]] == ["S1"]
    assert "breaks S1" in ran("mine conformance played --lang en", tmp_path)[1]
    assert "严格规则" in ran("mine conformance played --lang zh", tmp_path)[1]
    assert "失序" in ran("mine conformance played --case early --lang zh", tmp_path)[1]
    assert ran("mine conformance played --case nobody --lang en", tmp_path)[0] == 1


def expected(trace: list[str], rule: OrderRule) -> str:
    """Say by hand what a trace without recorded roles does with an order rule."""

    def first(mark: Mark) -> float:
        places = [place for place, word in enumerate(trace) if _shows(word, mark)]
        return places[0] if places else float("inf")

    assert rule.before is not None
    before, after = first(rule.before), first(rule.after)
    if after == float("inf") or (rule.only_if_both and before == float("inf")):
        return "untested"
    if before < after:
        return "kept"
    return "skipped" if before == float("inf") else "out_of_order"


def _shows(word: str, mark: Mark) -> bool:
    usual = activity(word).by[0]
    return {"activity": word, "role": usual.role, "tool": usual.tool}[mark.layer] in mark.keys


@given(st.integers(0, 2**32))
@settings(max_examples=5, deadline=None)
def test_every_order_rule_is_judged_as_by_hand(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    random = Random(seed)
    words = [one.key for one in activities()]
    cases = {str(n): random.choices(words, k=random.randint(1, 25)) for n in range(40)}
    rules = [replace(rule, cities=()) for rule in lift_model().rules if rule.before is not None]
    with played(tmp_path_factory.mktemp("log"), cases) as log:
        found = conformance(log, replace(lift_model(), rules=tuple(rules)))
    for rule, count in zip(rules, found.whole.rules, strict=True):
        by_hand = Counter(expected(trace, rule) for trace in cases.values())
        counted = {name: getattr(count, name) for name in ("kept", "skipped", "out_of_order", "untested")}
        assert counted == {name: by_hand[name] for name in counted}, rule.key
