"""How cases stand: by their outcomes, their last activities, or what their log suggests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from exchanged_logs import MadeEvent, ledger_in, make_log
from played_logs import START, Step, Trace, played, record
from small_model import MODEL, ended, found, objection, settled

from eventlogs.data_directory import open_ledger
from eventlogs.prepared import PreparedLog, prepare
from mining.cases.case_endings import CaseAttributes, standing_cases
from mining.conformance.case_conformance import case_conformance
from mining.conformance.judging import conformance
from mining.normative.model import Ending


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
