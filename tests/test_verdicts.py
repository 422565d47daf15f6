"""What becomes of cases by a small model of two chains, told beforehand by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from exchanged_logs import MadeEvent, ledger_in, make_log
from played_logs import START, Step, Trace, played
from small_model import MODEL, ROLES, counts, found, objection, settled, told

from eventlogs.prepared import prepare
from mining.conformance.case_conformance import case_conformance
from mining.conformance.judged_cases import cases_judged
from mining.conformance.judging import conformance
from mining.normative.model import (
    Waiver,
)  # fmt: skip


def test_a_deviation_is_the_first_event_that_needed_the_other(tmp_path: Path) -> None:
    cases = {
        "kept": "aabb",
        "late": "cbba",
        "never": "cb",
        "untested": "ac",
        "both": "ybz",
        "only x": "x",
        "x first": "xc",
        "c first": "cx",
    }
    report = found(tmp_path, cases)
    assert told(report) == [
        ("AB", "late", 1, "out_of_order"),
        ("AB", "never", 1, "skipped"),
        ("AB", "both", 1, "skipped"),
        ("XY", "both", 0, "skipped"),
        ("CX", "x first", 0, "out_of_order"),
    ]
    assert [one.activity for one in report.deviations] == ["b", "b", "b", "y", "x"]
    assert report.deviations[0].occurred_at == START + timedelta(hours=2)
    assert counts(report, "AB") == (1, 2, 1, 0, 0, 4)
    assert counts(report, "gate") == (0, 0, 0, 0, 0, 8)
    assert [one.broken for one in report.whole.rules] == [3, 1, 0, 1, 0]
    assert counts(report, "BZ") == (1, 0, 0, 0, 0, 7)
    assert counts(report, "CX") == (1, 0, 1, 0, 0, 6)


def test_no_more_cases_are_named_than_asked_for_but_those_of_every_rule(tmp_path: Path) -> None:
    cases = {"1": "by", "2": "by", "3": "by"}
    with played(tmp_path, cases) as log:
        report = conformance(log, MODEL, n_deviations=2)
    assert [(one.rule, one.case_id) for one in report.deviations] == [
        ("AB", "1"), ("AB", "2"), ("XY", "1"), ("XY", "2"),
    ]  # fmt: skip


def test_a_gate_is_shut_from_the_opening_of_an_objection_to_its_settlement(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        "before": ["c", objection("1")],
        "during": [objection("2"), "c", settled("2")],
        "after": [objection("3"), settled("3"), "c"],
        "one of two": [objection("4"), objection("5"), settled("4"), "c", "c"],
        "second time": ["c", objection("6"), objection("6"), "c", settled("6"), "c"],
        "opened by passing": [objection("7", "c")],
        "settled twice": [objection("12"), settled("12"), "c", settled("12")],
        "settled by passing": [objection("8"), objection("8", "c", resolution="x")],
        "settled at once": [settled("9"), "c"],
        "none": ["c"],
        "elsewhere": ["a", objection("10")],
        "a document": [objection("11", kind="document"), "c"],
    }
    report = found(tmp_path, cases)
    shut = [one for one in told(report) if one[0] == "gate"]
    assert shut == [
        ("gate", "during", 1, "gate_shut"),
        ("gate", "one of two", 3, "gate_shut"),
        ("gate", "second time", 3, "gate_shut"),
    ]
    assert counts(report, "gate") == (8, 0, 0, 3, 0, 1)
    times = {one.case_id: one.occurred_at for one in report.deviations if one.rule == "gate"}
    assert times["second time"] == START + timedelta(hours=4)


def test_a_log_in_which_nothing_came_of_any_objection_tests_no_gate(tmp_path: Path) -> None:
    offered = replace(objection("1"), lifecycle="schedule")
    assert counts(found(tmp_path, {"it": [offered, "c"]}), "gate") == (0, 0, 0, 0, 0, 1)


def test_a_passed_gate_is_told_by_its_first_passage(tmp_path: Path) -> None:
    with played(tmp_path, {"it": ["a", "c", "c", objection("1")]}) as log:
        (gate,) = [one for one in case_conformance(log, MODEL, "it").rules if one.rule == "gate"]
    assert (gate.status, gate.position, gate.occurred_at) == ("kept", 1, START + timedelta(hours=2))


def test_leave_of_a_city_holds_for_its_rule_until_the_end_of_its_day(tmp_path: Path) -> None:
    def in_city(city: str, hours: float) -> Trace:
        return [Step("b", hours, attributes={"city": city}), Step("y", hours + 1)]

    last = 24 - 8 - 1  # the log starts at eight o'clock, UTC
    cases: dict[str, Trace] = {
        "in time": in_city("天津", last),
        "late": in_city("Tianjin", last + 1),
        "elsewhere": in_city("上海", last),
        "kept": [Step("a", attributes={"city": "天津"}), "b"],
    }
    leave = Waiver("AB", "tianjin", date(2024, 3, 1), "")
    report = found(tmp_path, cases, replace(MODEL, waivers=(leave,)))
    assert counts(report, "AB") == (1, 2, 0, 0, 1, 0)
    assert {one[1] for one in told(report) if one[0] == "AB" and one[3] != "waived"} == {"late", "elsewhere"}
    assert counts(report, "XY") == (0, 3, 0, 0, 0, 1)


def test_leave_told_with_the_event_holds_for_the_rules_it_names(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        "one": [Step("b", attributes={"waiver": "AB"}), "y"],
        "several": [Step("b", attributes={"waiver": ["XY", "AB"]}), Step("y", attributes={"waiver": "AB"})],
        "another event": ["b", Step("b", attributes={"waiver": "AB"})],
        "kept": ["a", Step("b", attributes={"waiver": "AB"})],
    }
    report = found(tmp_path, cases)
    assert counts(report, "AB") == (1, 1, 0, 0, 2, 0)
    assert counts(report, "XY") == (0, 2, 0, 0, 0, 2)


@pytest.mark.parametrize(
    ("trace", "verdicts"),
    [
        ("", "not_reached not_reached not_reached"),
        ("abc", "in_order in_order in_order"),
        ("aabcba", "in_order in_order in_order"),
        ("bac", "in_order out_of_order in_order"),
        ("acb", "in_order in_order out_of_order"),
        ("bca", "in_order out_of_order out_of_order"),
        ("c", "skipped skipped in_order"),
        ("b", "skipped in_order not_reached"),
        ("a done", "in_order skipped skipped"),
        ("a quit", "in_order withdrawn withdrawn"),
        ("b quit", "skipped in_order withdrawn"),
        ("a halted", "in_order not_reached not_reached"),
        ("a odd", "in_order withdrawn withdrawn"),
        ("a -b", "in_order withdrawn not_reached"),
        ("a -b c", "in_order withdrawn in_order"),
        ("a -b done", "in_order withdrawn skipped"),
        ("a -b b", "in_order in_order not_reached"),
    ],
)
def test_how_far_a_case_has_come_on_a_chain(tmp_path: Path, trace: str, verdicts: str) -> None:
    steps: list[Step | str] = ["x"]
    for word in trace.split():
        if word in {"halted", "odd"}:
            steps.append(Step("talk", attributes={"outcome": word}))
        elif word in {"done", "quit"}:
            steps.append(word)
        elif word.startswith("-"):
            steps.append(Step(word[1:], lifecycle="withdraw"))
        else:
            steps += word
    with played(tmp_path, {"it": steps}) as log:
        case = case_conformance(log, MODEL, "it")
    assert [step.verdict for step in case.steps[:3]] == verdicts.split()
    assert [step.role for step in case.steps] == list(ROLES.values())
    assert case.steps[3].verdict == "in_order"


def test_a_step_tells_when_it_was_first_done_and_how_often(tmp_path: Path) -> None:
    with played(tmp_path, {"it": "xaab"}) as log:
        first, second, third = case_conformance(log, MODEL, "it").steps[:3]
    assert (first.first_at, first.events) == (START + timedelta(hours=2), 2)
    assert (second.events, third.events, third.first_at) == (1, 0, None)


def test_work_is_withdrawn_of_the_role_whose_it_was(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        "another's": ["x", "a", Step("a", role="one_c", lifecycle="ate_abort")],
        "its own": ["x", Step("a", lifecycle="withdraw")],
        "offered": ["x", Step("a", lifecycle="schedule")],
        "none": ["b"],
    }
    with played(tmp_path, cases) as log:
        told = {case: [it.verdict for it in case_conformance(log, MODEL, case).steps[:3]] for case in cases}
    assert told == {
        "another's": ["in_order", "not_reached", "withdrawn"],
        "its own": ["withdrawn", "not_reached", "not_reached"],
        "offered": ["not_reached", "not_reached", "not_reached"],
        "none": ["skipped", "in_order", "not_reached"],
    }


def test_a_deviation_without_a_moment_borrows_none_of_a_later_event(tmp_path: Path) -> None:
    with ledger_in(tmp_path) as ledger:
        later = START + timedelta(hours=5)
        objection = [("o", "objection", "")]
        make_log(
            ledger,
            [
                MadeEvent("1", "b", None),
                MadeEvent("1", "b", later),
                MadeEvent("2", "talk", START, objects=objection),
                MadeEvent("2", "c", None),
                MadeEvent("2", "c", later),
            ],
            {},
        )
        report = conformance(prepare(ledger, "made"), MODEL)
    assert {(one.rule, one.case_id): one.occurred_at for one in report.deviations} == {
        ("AB", "1"): None,
        ("gate", "2"): None,
    }


def test_a_moment_is_told_with_its_zone(tmp_path: Path) -> None:
    (one,) = found(tmp_path, {"1": "b"}).deviations
    assert one.occurred_at == datetime(2024, 3, 1, 9, tzinfo=UTC)


def test_a_case_that_is_done_must_have_come_to_the_ends_of_its_chains_and_a_running_one_need_not(
    tmp_path: Path,
) -> None:
    cases: dict[str, Trace] = {
        "whole": [*"xyzabc", "done"],
        "cut": [*"xyza", "done"],
        "running": "xa",
    }
    with played(tmp_path, cases) as log:
        fitness = conformance(log, MODEL).whole.fitness
        fitting = cases_judged(log, MODEL, "fits_chains", {})
        moves = {case: [move.kind for move in case_conformance(log, MODEL, case).moves] for case in cases}
    assert (fitness.fitting_cases, fitness.cost, fitting) == (2, 2, ("running", "whole"))
    assert moves == {
        "whole": ["synchronous"] * 6,
        "cut": ["synchronous"] * 4 + ["model"] * 2,
        "running": ["synchronous"] * 2,
    }
