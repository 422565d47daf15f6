"""The verdicts on cases of a small model, counted for all and by groups."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from played_logs import Step, Trace, played
from small_model import MODEL, ROLES, ended, found, rule

from eventlogs.events import ObjectChange, ObjectLink
from eventlogs.language import speaking
from mining.conformance.case_conformance import case_conformance
from mining.conformance.judging import conformance
from mining.conformance.rule_cases import cases_of_rule
from mining.conformance.verdicts import NoModelError, Unjudged, judged
from mining.normative.file import lift_model
from mining.normative.model import Chain, Mark


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


def test_first_breaks_of_the_same_number_are_told_in_the_order_of_chains_and_strengths(
    tmp_path: Path,
) -> None:
    model = replace(MODEL, rules=(*MODEL.rules, rule("AC", "soft", "one", "a", "c")))
    breaks = found(tmp_path, {"1": "y", "2": "b", "3": "c"}, model).whole.first_breaks
    assert [(one.chain, one.strength) for one in breaks] == [
        ("one", "soft"),
        ("one", "strict"),
        ("two", "soft"),
    ]


def test_lags_are_told_of_every_pair_of_chains_in_the_order_of_the_model(tmp_path: Path) -> None:
    third = Chain(key="three", zh="", en="", roles=("three_p", "three_q", "three_r"))
    shown = {"p": ("three_p", None), "q": ("three_q", None)}
    model = replace(MODEL, chains=(*MODEL.chains, third), performances={**MODEL.performances, **shown})
    lags = found(tmp_path, {"1": "axpbq"}, model).whole.lags
    assert [(one.chain, one.other, one.step, one.median / timedelta(hours=1)) for one in lags] == [
        ("one", "two", 1, 1), ("one", "three", 1, 2), ("one", "three", 2, 1), ("two", "three", 1, 1),
    ]  # fmt: skip


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


def raised(case_id: str, retrofit: str, lifecycle: str = "complete") -> Trace:
    told = ObjectChange(case_id, "retrofit", retrofit)
    linked = (ObjectLink(case_id, "project"),)
    return [Step("raise_lift_wish", objects=linked, changes=(told,), lifecycle=lifecycle)]


def test_a_case_that_is_not_judged_is_not_one_that_never_tests_a_rule(tmp_path: Path) -> None:
    cases = {
        "lift-1": raised("lift-1", "lift"),
        "pipe-1": raised("pipe-1", "pipe_renewal"),
        "pipe-2": raised("pipe-2", "pipe_renewal", "schedule"),  # nothing was done: no case of the log
    }
    with played(tmp_path, cases) as log, speaking("en"):
        assert cases_of_rule(log, lift_model(), "S1", "untested") == ("lift-1",)
        (left_out,) = conformance(log, lift_model()).unjudged
        assert left_out == Unjudged("pipe_renewal", 1)
        assert left_out.as_text().startswith("1 case is held against no model: there is none for this kind")
        said = case_conformance(log, lift_model(), "pipe-1").as_text()
        assert said.startswith("case pipe-1 of played is held against no model: there is none for this kind")


def test_a_log_of_another_type_alone_is_held_against_no_model(tmp_path: Path) -> None:
    with (
        played(tmp_path, {"pipe-1": raised("pipe-1", "pipe_renewal")}) as log,
        pytest.raises(NoModelError, match="no model for the kind of project that the log played holds"),
    ):
        conformance(log, lift_model())


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ({}, {"ink": ("1", "3", "4"), "pen": ()}),
        ({"write": ("writer", "pen")}, {"ink": (), "pen": ("1", "3", "4")}),
    ],
    ids=["as recorded", "as the model says"],
)
def test_a_tool_is_the_one_that_was_recorded_most_often_unless_the_model_knows_the_tool_of_the_activity(
    tmp_path: Path, shown: dict[str, tuple[str, str | None]], kept: dict[str, tuple[str, ...]]
) -> None:
    rules = tuple(replace(rule(tool, "soft", "one", "a", "b"), before=Mark("tool", (tool,))) for tool in kept)
    model = replace(MODEL, rules=rules, performances={**MODEL.performances, **shown})
    cases: dict[str, Trace] = {
        case: [Step("write", tool=tool), "b"] for case, tool in (("1", "ink"), ("3", "pen"), ("4", "ink"))
    }
    with played(tmp_path, cases | {"2": "b"}) as log:
        assert {tool: cases_of_rule(log, model, tool, "kept") for tool in kept} == kept


def test_a_chain_is_shown_by_any_of_its_roles(tmp_path: Path) -> None:
    two_first = replace(rule("2B", "soft", "one", "a", "b"), before=Mark("chain", ("two",)))
    with played(tmp_path, {"1": "xb", "2": "ayb", "3": "ab"}) as log:
        assert cases_of_rule(log, replace(MODEL, rules=(two_first,)), "2B", "kept") == ("1", "2")
