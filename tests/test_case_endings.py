"""How cases stand: by their outcomes, their last activities, or what their log suggests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from exchanged_logs import MadeEvent, ledger_in, make_log
from played_logs import START, Step, Trace, append, played, record
from small_model import MODEL, ended, found, objection, settled

from eventlogs.data_directory import open_ledger
from eventlogs.events import ObjectChange
from eventlogs.language import speaking
from eventlogs.prepared import PreparedLog, prepare
from mining.cases.case_endings import CaseAttributes, standing_cases, supposed_ends
from mining.cases.case_filter import CaseFilter, filtered
from mining.cases.case_list import case_list
from mining.cases.progress import progress
from mining.cases.supposed_ends import SupposedEnds
from mining.comparison.log_comparison import Choices, compare_log
from mining.conformance.case_conformance import case_conformance
from mining.conformance.judging import conformance
from mining.normative.file import lift_model
from mining.normative.model import Ending
from mining.outlook.case_curves import case_curves
from mining.outlook.competing_risks import outlook
from mining.outlook.risk import risk
from mining.performance.activity_times import times
from mining.stalls.finding import stalls


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
    assert supposed is None
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
            Step("b", lifecycle="withdraw", changes=(ObjectChange("3", "outcome", "vote_lost"),)),
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
    assert supposed == SupposedEnds("played", 5, 0, 1, ("act b", "act c", "act d"), None)
    # d ends two of its three cases, b two of four, c one of two, a one of six
    assert states == {"1": "ended", "2": "ended", "3": "ended", "4": "ended", "5": "ended", "6": "running"}


DAY = 24.0


def ordered(hours: float) -> Step:
    return Step("order", hours, attributes={"desk": "north"})


def orders() -> dict[str, Trace]:
    """Return cases of a log that tells of no end: 60 end as usual, 8 stop on the way, 4 have just begun."""
    cases: dict[str, Trace] = {
        f"usual-{n}": [ordered(n), Step("pay", n + DAY * (1 + n % 9)), Step("send", n + 12 * DAY)]
        for n in range(60)
    }
    cases |= {f"stopped-{n}": [ordered(n), Step("pay", n + DAY)] for n in range(8)}
    cases |= {f"new-{n}": [ordered(60 * DAY + n)] for n in range(4)}
    cases["last"] = [ordered(50 * DAY), Step("pay", 51 * DAY), Step("send", 61 * DAY)]
    return cases


@contextmanager
def foreign(directory: Path, cases: Mapping[str, Trace]) -> Iterator[PreparedLog]:
    """Lend the log of `cases` as one of the past, whose last event is its last moment."""
    ledger = open_ledger(directory)
    try:
        ledger.create_log("played", simulated=True)
        append(ledger, "played", cases)
        yield prepare(ledger, "played")
    finally:
        ledger.close()


def test_every_question_supposes_the_same_ends_of_a_log_that_tells_of_none(tmp_path: Path) -> None:
    model, now = lift_model(), START + timedelta(days=61)
    with foreign(tmp_path, orders()) as log:
        supposed = supposed_ends(log, model.ending)
        assert supposed is not None
        assert (supposed.ended, supposed.silent, supposed.running) == (61, 8, 4)
        assert supposed.last_activities == ("send",)
        assert supposed.silence is not None
        assert timedelta(days=9) < supposed.silence < timedelta(days=12)
        told = [
            stalls(log, model).supposed,
            stalls(log, model, now=now).supposed,
            outlook(log, model.ending).supposed,
            risk(log, model.ending).supposed,
            progress(log).supposed,
            times(log).supposed,
            *compare_log(log, model, Choices("desk")).supposed,
        ]
        assert told == [supposed] * 7
        assert {one.state: one.cases for one in progress(log).standings} == {
            "ended": 61,
            "silent": 8,
            "running": 4,
        }
        listed = {one.case_id: one.state for one in case_list(log, limit=None).lines}
        assert sorted(case for case, state in listed.items() if state == "silent") == [
            f"stopped-{n}" for n in range(8)
        ]
        assert len(risk(log, model.ending).cases) == 4
        assert [one.case_id for one in stalls(log, model).silent] == [
            f"stopped-{n}" for n in reversed(range(8))
        ]
        assert not stalls(log, model).stalls
        curve = case_curves(log, model.ending)[0].curve
        assert curve.ended.sum(axis=1).tolist() == [0, 0, 61, 8]


def test_what_is_supposed_of_a_case_does_not_change_with_the_cases_beside_it(tmp_path: Path) -> None:
    with foreign(tmp_path, orders()) as log:
        for state, n in (("ended", 61), ("silent", 8), ("running", 4)):
            some = filtered(log, CaseFilter(where=(("outcome", state),)))
            assert {one.state: one.cases for one in progress(some).standings} == {state: n}
        # among these alone pay would be the usual end, and nobody would have waited for long
        stopped = filtered(log, CaseFilter(without_activities=("send",)))
        found = stalls(stopped, lift_model()).supposed
        assert found is not None
        assert (found.ended, found.silent, found.running) == (0, 8, 4)
        assert supposed_ends(stopped, lift_model().ending) == found


def test_of_a_log_in_our_words_nothing_is_supposed_nor_of_a_part_of_it(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        str(n): ["raise_lift_wish", Step("call_residents_together", n * DAY)] for n in range(9)
    }
    with foreign(tmp_path, cases) as log:
        part = filtered(log, CaseFilter(with_activities=("raise_lift_wish",)))
        for some in (log, part):
            assert stalls(some, lift_model()).supposed is None
            assert stalls(some, lift_model(), now=START + timedelta(days=4)).supposed is None


def test_of_a_log_whose_only_end_was_undone_nothing_is_supposed(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {"undone": ["a", "done", ended("running")], "other": ["a", "b"]}
    with (
        played(tmp_path, cases) as log,
        standing_cases(log, MODEL.ending, CaseAttributes.of(log, None)) as (_, supposed),
    ):
        assert supposed is None


def test_a_part_of_a_log_that_tells_of_ends_still_tells_of_them(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {str(n): ["order", ended("completed")] for n in range(30)}
    cases |= {f"open-{n}": ["order"] for n in range(3)}
    with foreign(tmp_path, cases) as log:
        assert progress(log).supposed is None
        still = progress(filtered(log, CaseFilter(where=(("outcome", "running"),))))
    assert still.supposed is None
    assert [(one.state, one.cases) for one in still.standings] == [("running", 3)]


def test_a_case_is_silent_only_beyond_nearly_all_waits_of_its_log(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        f"usual-{n}": [Step("order", 0), Step("pay", DAY), Step("send", 11 * DAY)] for n in range(30)
    }
    cases |= {"waits": [Step("order", 0), Step("pay", 5 * DAY)]}
    with foreign(tmp_path, cases) as log:
        for minutes, silent in ((0, 0), (1, 1)):
            now = START + timedelta(days=15, minutes=minutes)
            ends = stalls(log, lift_model(), now=now).supposed
            assert ends is not None
            assert (ends.running, ends.silent) == (1 - silent, silent)
            assert ends.silence == timedelta(days=10)


def test_too_few_waits_tell_of_nobody_that_he_fell_silent(tmp_path: Path) -> None:
    def supposed(n: int) -> SupposedEnds | None:
        cases: dict[str, Trace] = {f"usual-{one}": ["order", "send"] for one in range(n)}
        with foreign(tmp_path / str(n), cases | {"stopped": ["order"]}) as log:
            return stalls(log, lift_model(), now=START + timedelta(days=300)).supposed

    assert supposed(20) == SupposedEnds("played", 20, 1, 0, ("send",), timedelta(hours=1))
    ends = supposed(19)
    assert ends == SupposedEnds("played", 19, 0, 1, ("send",), None)
    assert "1 still run" in ends.as_text()
    assert "silent" not in ends.as_text()


def test_what_is_supposed_is_said_in_both_languages() -> None:
    ends = SupposedEnds("orders", 1234, 8, 4, ("a", "b", "c", "d"), timedelta(days=11))
    assert ends.as_text() == (
        "The log orders tells of no end, so ends are supposed: 1,234 cases have ended, as after their last "
        "activity (a, b, c and 1 more) a case usually ends; 8 fell silent, not heard of for more than 11 "
        "days, within which 99 % of all waits are over: they have ended or stand still; 4 still run."
    )
    with speaking("zh"):
        assert "8 个久无记录" in ends.as_text()


def test_a_step_that_a_case_never_came_to_is_not_held_against_a_supposed_end(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {str(n): "ab" for n in range(20)}
    cases |= {"silent": "a", "new": [Step("a", 90 * DAY), Step("c", 90 * DAY)]}
    model = replace(MODEL, ending=Ending())
    with foreign(tmp_path, cases) as log:
        report = conformance(log, model)
        verdicts = {
            case: [step.verdict for step in case_conformance(log, model, case).steps[:3]]
            for case in ("0", "silent", "new")
        }
    states = report.whole.states
    assert (states.ended, states.silent, states.running) == (21, 1, 0)
    assert report.supposed is not None
    assert verdicts == {
        "0": ["in_order", "in_order", "not_reached"],
        "silent": ["in_order", "not_reached", "not_reached"],
        "new": ["in_order", "skipped", "in_order"],
    }
    assert sum(step.withdrawn for step in report.whole.steps) == 0
