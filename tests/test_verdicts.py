"""What becomes of cases by a small model of two chains, told beforehand by hand."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from exchanged_logs import MadeEvent, ledger_in, make_log
from played_logs import START, Step, Trace, played, record

from eventlogs.data_directory import open_ledger
from eventlogs.events import Attribute, ObjectLink
from eventlogs.prepared import PreparedLog, prepare
from mining.case_conformance import case_conformance
from mining.case_endings import CaseAttributes, standing_cases
from mining.conformance import ConformanceReport, conformance
from mining.normative import (
    Chain,
    Ending,
    Gate,
    Loop,
    Mark,
    NormativeModel,
    OrderRule,
    SamePerson,
    Strength,
    Waiver,
)  # fmt: skip
from mining.rule_cases import cases_of_rule
from mining.verdicts import judged

ROLES = {"a": "one_a", "b": "one_b", "c": "one_c", "x": "two_x", "y": "two_y", "z": "two_z"}


def role(activity: str) -> Mark:
    return Mark("role", (ROLES[activity],))


def rule(
    key: str, strength: Strength, chain: str, before: str | None, after: str, **more: object
) -> OrderRule:
    first = None if before is None else role(before)
    return OrderRule(
        key=key, zh="", en="", strength=strength, chain=chain, before=first, after=role(after), **more  # type: ignore[arg-type]
    )  # fmt: skip


MODEL = NormativeModel(
    key="small",
    zh="",
    en="",
    source="",
    doi="",
    chains=(
        Chain(key="one", zh="", en="", roles=("one_a", "one_b", "one_c")),
        Chain(key="two", zh="", en="", roles=("two_x", "two_y", "two_z")),
    ),
    rules=(
        rule("AB", "strict", "one", "a", "b"),
        rule("XY", "soft", "two", "x", "y"),
        rule("BZ", "regulatory", "two", "b", "z"),
        rule("CX", "strict", "one", "c", "x", only_if_both=True),
        rule("gate", "gate", "one", None, "c", forbidden_while=Gate("objection", "resolution")),
    ),
    loops=(
        Loop(key="back", zh="", en="", chain="one", source="one_c", target="one_a"),
        Loop(key="again", zh="", en="", chain="two", source="two_y", target="two_x"),
    ),
    same_persons=(
        SamePerson(key="P", zh="", en="", roles=("one_a", "two_x")),
        SamePerson(key="Q", zh="", en="", roles=("one_b", "two_y")),
    ),
    ending=Ending(success=("done",), failure=("quit",)),
    performances={activity: (one, None) for activity, one in ROLES.items()},
)


def found(directory: Path, cases: Mapping[str, Trace], model: NormativeModel = MODEL) -> ConformanceReport:
    with played(directory, cases) as log:
        return conformance(log, model)


def told(report: ConformanceReport) -> list[tuple[str, str, int, str]]:
    return [(one.rule, one.case_id, one.position, one.status) for one in report.deviations]


def counts(report: ConformanceReport, key: str) -> tuple[int, ...]:
    (one,) = [one for one in report.whole.rules if one.rule == key]
    return (one.kept, one.skipped, one.out_of_order, one.gate_shut, one.waived, one.untested)


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


def objection(name: str, activity: str = "talk", *, kind: str = "objection", **attributes: Attribute) -> Step:
    return Step(activity, objects=(ObjectLink(name, kind),), attributes=attributes)


def settled(name: str) -> Step:
    return objection(name, resolution="withdrawn")


def test_a_gate_is_shut_from_the_opening_of_an_objection_to_its_settlement(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        "before": ["c", objection("1")],
        "during": [objection("2"), "c", settled("2")],
        "after": [objection("3"), settled("3"), "c"],
        "one of two": [objection("4"), objection("5"), settled("4"), "c", "c"],
        "second time": ["c", objection("6"), objection("6"), "c", settled("6"), "c"],
        "opened by passing": [objection("7", "c")],
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
    assert counts(report, "gate") == (7, 0, 0, 3, 0, 1)
    times = {one.case_id: one.occurred_at for one in report.deviations if one.rule == "gate"}
    assert times["second time"] == START + timedelta(hours=4)


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


def ended(outcome: str | None, activity: str = "talk") -> Step:
    return Step(activity, attributes={"outcome": outcome})


def test_a_case_stands_as_its_last_outcome_says_else_as_its_last_ending_activity(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        "running": ["a"],
        "done": ["a", "done", "a"],
        "quit then done": ["quit", "done"],
        "done then quit": ["a", "done", "quit"],
        "outcome over activity": [ended("vote_lost"), "done"],
        "last outcome": [ended("vote_lost"), ended("completed")],
        "opened again": [ended("completed"), ended("")],
        "opened again after its end": ["done", ended("completed"), ended("")],
        "no outcome": [ended(None)],
        "shelved": [ended("shelved")],
        "in plain words": [ended("failed")],
        "kind of ending": [ended("failure")],
        "said to run": [ended("running"), "done"],
        "odd": [ended("odd")],
    }
    with (
        played(tmp_path, cases) as log,
        standing_cases(log, MODEL.ending, CaseAttributes.of(log, None)) as (connection, supposed),
    ):
        states = dict(
            connection.execute("SELECT case_id, state FROM trace JOIN norm_case USING (case_no)").fetchall()
        )
    assert supposed is False
    assert states == {
        "running": "running",
        "done": "completed",
        "quit then done": "completed",
        "done then quit": "failed",
        "outcome over activity": "failed",
        "last outcome": "completed",
        "opened again": "running",
        "opened again after its end": "completed",
        "no outcome": "running",
        "shelved": "halted",
        "in plain words": "failed",
        "kind of ending": "failed",
        "said to run": "running",
        "odd": "ended",
    }


def test_an_outcome_known_of_the_case_itself_counts_unless_an_event_says_another(tmp_path: Path) -> None:
    with ledger_in(tmp_path) as ledger:
        events = [MadeEvent(case, "a", START) for case in ("good", "bad", "mended", "open")]
        events.append(MadeEvent("mended", "b", START, {"outcome": "completed"}))
        objects = {
            "good": {"outcome": "completed"},
            "bad": {"outcome": "failed"},
            "mended": {"outcome": "failed"},
        }
        make_log(ledger, events, objects)
        report = conformance(prepare(ledger, "made"), MODEL)
    states = report.whole.states
    assert (states.cases, states.running, states.completed, states.failed) == (4, 1, 2, 1)


def test_every_count_is_told_for_all_and_for_each_group(tmp_path: Path) -> None:
    def case(group: str | None, *steps: Step | str) -> Trace:
        first = Step("talk", 0) if group is None else Step("talk", 0, attributes={"group": group})
        return [first, *steps]

    cases = {
        "1": case(
            "g", Step("a", 1, actor="li"), Step("x", 4, actor="li"), Step("c", 5), Step("a", 6), Step("a", 7)
        ),
        "2": case(
            "g", Step("x", 1, actor="li"), Step("a", 2, actor="wu"), Step("a", 3, actor="li"), Step("c", 4)
        ),
        "3": case("h", Step("a", 1, actor="li"), Step("x", 2, actor="wu"), "done"),
        "4": case("h", Step("b", 1), Step("y", 2), "quit"),
        "5": case(None, Step("y", 1), Step("x", 2), Step("b", 3), Step("y", 4)),
    }
    with played(tmp_path, cases) as log:
        report = conformance(log, MODEL, by="group")
        ungrouped = conformance(log, MODEL)
    assert ungrouped.groups == ()
    assert ungrouped.whole == report.whole
    assert [one.group for one in report.groups] == [None, "g", "h"]
    told = (report.whole, *report.groups)  # all, without a group, g, h
    states = [it.states for it in told]
    assert {(it.halted, it.ended) for it in states} == {(0, 0)}
    assert [(it.cases, it.running, it.completed, it.failed) for it in states] == [
        (5, 3, 1, 1), (1, 1, 0, 0), (2, 2, 0, 0), (2, 0, 1, 1),
    ]  # fmt: skip
    first = [it.rules[0] for it in told]
    assert [(it.kept, it.skipped, it.untested) for it in first] == [
        (0, 2, 3),
        (0, 1, 0),
        (0, 0, 2),
        (0, 1, 1),
    ]
    steps = [it.steps[0] for it in told]
    assert [(it.in_order, it.skipped, it.withdrawn) for it in steps] == [
        (3, 2, 0),
        (0, 1, 0),
        (2, 0, 0),
        (1, 1, 0),
    ]
    assert [[(one.chain, one.strength, one.cases) for one in it.first_breaks] for it in told] == [
        [("one", "strict", 3), ("two", "soft", 1)],
        [("two", "soft", 1)],
        [("one", "strict", 2)],
        [("one", "strict", 1)],
    ]
    assert [[(one.step, one.cases, one.median / timedelta(hours=1)) for one in it.lags] for it in told] == [
        [(1, 3, 1), (2, 2, -0.5)], [(2, 1, -2)], [(1, 2, 1)], [(1, 1, 1), (2, 1, 1)],
    ]  # fmt: skip
    assert [[(one.loop, one.cases, one.events) for one in it.recurrences] for it in told] == [
        [("back", 1, 2), ("again", 1, 1)], [("again", 1, 1)], [("back", 1, 2)], [],
    ]  # fmt: skip
    assert [[(one.statement, one.cases, one.same) for one in it.one_person] for it in told] == [
        [("P", 3, 2)], [], [("P", 2, 2)], [("P", 1, 0)],
    ]  # fmt: skip


def test_the_quartiles_of_lags_are_those_of_the_cases(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {str(hours): [Step("a", 0), Step("x", hours)] for hours in (1, 2, 3, 4, 5)}
    (lag,) = found(tmp_path, cases).whole.lags
    assert [it / timedelta(hours=1) for it in (lag.lower_quartile, lag.median, lag.upper_quartile)] == [
        2,
        3,
        4,
    ]
    assert (lag.chain, lag.other, lag.step, lag.cases) == ("one", "two", 1, 5)


def test_how_cases_stand_is_counted(tmp_path: Path) -> None:
    ends = ("odd", "odd", "shelved", "shelved", "shelved", "completed")
    states = found(tmp_path, {str(n): ["a", ended(one)] for n, one in enumerate(ends)}).whole.states
    assert (states.ended, states.halted, states.completed, states.running, states.failed) == (2, 3, 1, 0, 0)


def test_the_cases_of_a_rule_are_named_by_what_they_did_with_it(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        "kept": "ab",
        "late": "ba",
        "never": "b",
        "allowed": [Step("b", attributes={"waiver": "AB"})],
        "untested": "y",
    }
    with played(tmp_path, cases) as log:
        answers = {
            answer: cases_of_rule(log, MODEL, "AB", answer)
            for answer in ("kept", "broken", "waived", "untested")
        }
        assert cases_of_rule(log, MODEL, "XY", "broken") == ("untested",)
    assert answers == {
        "kept": ("kept",), "broken": ("late", "never"), "waived": ("allowed",), "untested": ("untested",),
    }  # fmt: skip


def test_marks_that_one_role_of_a_chain_or_one_tool_shows_are_those_performed(tmp_path: Path) -> None:
    shown = (
        Mark("tool", ("pen",)),
        Mark("tool", ("pen", "ink")),
        Mark("role", ("one_a", "one_b")),
        Mark("role", ("guest",)),
        Mark("activity", ("a",)),
    )
    rules = tuple(replace(MODEL.rules[0], key=str(n), before=mark) for n, mark in enumerate(shown))
    with played(tmp_path, {"1": "ab"}) as log, judged(log, replace(MODEL, rules=rules)) as verdicts:
        marks = set(verdicts.tables.performed_marks().values())
    assert marks == {Mark("tool", ("pen",)), *(Mark("role", (one,)) for one in ROLES.values())}


@contextmanager
def beside_another(
    directory: Path, cases: Mapping[str, Trace], others: Mapping[str, Trace]
) -> Iterator[PreparedLog]:
    """Lend the log of `cases` from a file in which another log has cases of the same names."""
    ledger = open_ledger(directory)
    try:
        record(ledger, "another", others)
        record(ledger, "played", cases)
        record(ledger, "one more", others)
        yield prepare(ledger, "played")
    finally:
        ledger.close()


def test_what_another_log_says_of_cases_of_the_same_name_changes_nothing(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {"1": [objection("o"), settled("o"), "c"], "2": "by", "3": "axb", "4": "xa"}
    others: dict[str, Trace] = {
        "1": [objection("o", outcome="failed"), "c"],
        "2": [
            Step("b", attributes={"waiver": "AB", "outcome": "vote_lost"}),
            Step("y", attributes={"waiver": "XY"}),
        ],
        "3": [
            Step("b", lifecycle="withdraw"),
            Step("c", lifecycle="withdraw", attributes={"outcome": "shelved"}),
        ],
        "4": [Step("b", lifecycle="withdraw", tool="odd"), "done"],
    }
    with beside_another(tmp_path / "a", cases, others) as log:
        beside = conformance(log, MODEL)
        steps = case_conformance(log, MODEL, "4").steps
    alone = found(tmp_path / "b", cases)
    assert beside == alone
    assert steps[1].verdict == "not_reached"


def test_a_log_that_tells_of_no_end_has_ended_where_its_cases_usually_stop(tmp_path: Path) -> None:
    cases = {"1": "abd", "2": "abd", "3": "ab", "4": "dab", "5": "ac", "6": "ca"}
    with (
        played(tmp_path, {case: [f"act {one}" for one in trace] for case, trace in cases.items()}) as log,
        standing_cases(log, Ending(), CaseAttributes.of(log, None)) as (connection, supposed),
    ):
        states = dict(
            connection.execute("SELECT case_id, state FROM trace JOIN norm_case USING (case_no)").fetchall()
        )
    assert supposed is True
    # d ends two of its three cases, b two of four, c one of two, a one of six
    assert states == {"1": "ended", "2": "ended", "3": "ended", "4": "ended", "5": "ended", "6": "running"}


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
