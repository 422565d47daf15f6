"""Whole comparisons: of cohorts without a difference, with planted ones, and of logs by command."""

import io
import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from compared_cohorts import USUAL, Habit, cohort
from played_logs import Step, Trace, record

from dashboards.cli import retrofit
from eventlogs.commands import Session, run
from eventlogs.console import TerminalConsole, json_text
from eventlogs.data_directory import open_ledger
from eventlogs.language import speaking
from eventlogs.prepared import PreparedLog, prepare
from eventlogs.storage import Ledger
from mining.cases.case_filter import CaseFilter, filtered
from mining.comparison.answer import Comparison
from mining.comparison.comparing import Plan, compare
from mining.comparison.log_comparison import Choices, compare_log, compare_sources
from mining.comparison.testing import Question
from mining.normative.file import lift_model

CITIES = ("shanghai", "tianjin", "dalian")
SLOW = replace(USUAL, slowness=3.0)
SKIPS = replace(USUAL, leaves_out={"vote": 0.9, "plan": 0.3, "meeting": 0.1})
FAILS = replace(USUAL, fails=0.85)
BREAKS = replace(USUAL, breaks_rule=0.8)


def compared(seed: int, *habits: Habit, n_cases: int = 15) -> Comparison:
    named = dict(zip(CITIES, habits, strict=False))
    return compare(cohort(seed, named, n_cases), Plan("city", ("made up",), seed=seed))


def test_where_nothing_differs_at_most_one_cohort_in_twenty_shows_a_difference() -> None:
    cohorts = 24
    showing = [seed for seed in range(cohorts) if compared(seed, USUAL, USUAL, USUAL).differences]
    assert len(showing) <= 0.05 * cohorts, showing


@pytest.mark.parametrize(
    ("planted", "findings"),
    [
        (SKIPS, [("activity", ("vote",)), ("control_flow", ())]),
        (SLOW, [("time", ()), ("waiting", None)]),
        (FAILS, [("completion", ())]),
        (BREAKS, [("rule", ("R1",))]),
    ],
    ids=["a step left out", "slowness", "failures", "a rule broken"],
)
def test_a_planted_difference_is_found_and_only_where_it_is_planted(
    planted: Habit, findings: list[tuple[Question, tuple[str, ...] | None]]
) -> None:
    for seed in range(2):
        answer = compared(seed, USUAL, planted, USUAL, n_cases=60)
        for question, subject in findings:
            told = {
                (one.one, one.other) for one in answer.of_question(question) if subject in (None, one.subject)
            }
            assert told == {("shanghai", "tianjin"), ("tianjin", "dalian")}


def test_the_direction_and_the_values_of_a_difference_are_told() -> None:
    first = next(compared(1, USUAL, SKIPS, n_cases=60).of_question("activity"))
    assert (first.subject, first.one, first.other) == (("vote",), "shanghai", "tianjin")
    assert first.one_value.value is not None
    assert first.other_value.value is not None
    assert first.effect == pytest.approx(first.one_value.value - first.other_value.value)
    assert first.effect > 0.5


def test_a_group_of_too_few_cases_has_no_number_and_no_test() -> None:
    profiles = cohort(1, {"shanghai": USUAL, "tianjin": USUAL}, 20) + cohort(2, {"dalian": SKIPS}, 4)
    answer = compare(profiles, Plan("city", ("made up",)))
    small = answer.groups[2]
    assert (small.name, small.too_few, small.figures, small.mean_to_good_end) == ("dalian", True, None, None)
    assert {one.other for one in answer.distances} == {"tianjin"}
    with speaking("en"):
        assert "Too few: fewer than 5 cases and so no number of Dalian" in answer.as_text()
    with speaking("zh"):
        assert "案例太少：大连" in answer.as_text()


def test_one_group_alone_is_told_of_and_not_compared() -> None:
    answer = compare(cohort(1, {"shanghai": USUAL}, 20), Plan("city", ("made up",)))
    assert (answer.differences, answer.distances) == ((), ())
    with speaking("en"):
        assert "nothing can be compared" in answer.as_text()


def test_the_same_seed_gives_the_same_digest_and_another_cohort_another() -> None:
    first = compared(1, USUAL, SKIPS)
    assert compared(1, USUAL, SKIPS).rerun.digest == first.rerun.digest
    assert compared(2, USUAL, SKIPS).rerun.digest != first.rerun.digest


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    found = open_ledger(tmp_path / "data")
    yield found
    found.close()


def lift_case(city: str, n: int, *, votes: bool) -> Trace:
    steps = ["raise_wish", "survey_household_wishes", *(["owners_vote"] if votes else []), "sign_agreement"]
    first = Step(steps[0], hours=24.0 * n, attributes={"city": city, "floors": 6 + n % 2})
    last = Step("case_closed", hours=24.0 * n + 240 + 10 * n % 37, attributes={"outcome": "completed"})
    waits = [Step(step, hours=24.0 * n + 30 * (place + 1)) for place, step in enumerate(steps[1:])]
    return [first, *waits, last]


@pytest.fixture
def log(ledger: Ledger) -> PreparedLog:
    cases = {
        f"{city}-{n}": lift_case(city, n, votes=city == "shanghai" or n % 8 == 0)
        for city in CITIES[:2]
        for n in range(24)
    }
    record(ledger, "lifts", cases | {"dalian-1": lift_case("dalian", 1, votes=True)})
    return prepare(ledger, "lifts")


def test_a_log_is_compared_by_any_attribute_of_its_cases(log: PreparedLog) -> None:
    answer = compare_log(log, lift_model(), Choices("city"))
    assert {group.name: group.too_few for group in answer.groups} == {
        "shanghai": False, "tianjin": False, "dalian": True
    }  # fmt: skip
    votes = [one for one in answer.of_question("activity") if one.subject == ("owners_vote",)]
    assert [(one.one_value.value, one.other_value.value) for one in votes] == [(1.0, 0.125)]
    assert not compare_log(log, lift_model(), Choices("floors")).differences


def test_a_difference_is_told_also_among_like_cases(log: PreparedLog) -> None:
    answer = compare_log(log, lift_model(), Choices("city", adjust=("floors",)))
    (vote,) = [one for one in answer.of_question("activity") if one.subject == ("owners_vote",)]
    assert vote.like_cases is True
    with speaking("en"):
        assert "also among like cases" in answer.as_text()


def test_the_answer_says_how_to_find_its_numbers_again(log: PreparedLog) -> None:
    answer = compare_log(log, lift_model(), Choices("city", min_cases=6))
    assert answer.rerun.command == "retrofit mine compare lifts --by city --min-cases 6 --seed 20220615"
    assert dict(answer.rerun.versions).keys() >= {"retrofit-engine", "duckdb", "numpy"}
    assert answer.rerun.digest in answer.as_text()
    assert json.loads(json_text(answer))["rerun"]["digest"] == answer.rerun.digest


def test_the_command_of_several_logs_holds_what_was_chosen_in_each(log: PreparedLog) -> None:
    here = filtered(log, CaseFilter(where=(("floors", "6"),)))
    there = filtered(log, CaseFilter(where=(("floors", "6"),), with_activities=("owners_vote",)))
    answer = compare_sources([here, there], [], lift_model(), Choices("city"))
    assert answer.rerun.command.endswith("--where floors=6 --with owners_vote")


def test_groups_beyond_the_most_have_figures_and_are_said_to_be_tested_against_nobody() -> None:
    profiles = cohort(3, dict.fromkeys([f"town {n}" for n in range(62)], USUAL), 6)
    answer = compare(profiles, Plan("town", ("made up",)))
    assert sum(group.tested for group in answer.groups) == 60
    assert not any(group.too_few for group in answer.groups)
    assert "of 2 more there are figures alone" in answer.as_text()


def test_the_command_told_gives_the_same_numbers_again(ledger: Ledger, log: PreparedLog) -> None:
    def asked(line: str) -> tuple[int, str]:
        out = io.StringIO()
        argv = ["--data", "elsewhere", *shlex.split(line)[1:]]
        session = Session(TerminalConsole(out, io.StringIO()), Path(), tuple(argv), ledger)
        return run(retrofit, argv, session), out.getvalue()

    _, first = asked("retrofit mine compare lifts --where floors=6 --without owners_vote --seed 4 --json")
    told = json.loads(first)["rerun"]
    assert told["command"].endswith("--seed 4 --where floors=6 --without owners_vote")
    status, again = asked(f"{told['command']} --verify {told['digest']}")
    assert status == 0
    assert "Verified" in again
    status, again = asked(f"{told['command']} --verify 0000")
    assert status == 1
    assert f"gives {told['digest']}, not 0000" in again


def test_cases_fit_the_model_of_their_own_group_better_than_that_of_one_that_works_otherwise() -> None:
    profiles = cohort(5, {"shanghai": USUAL, "tianjin": SKIPS}, 40)
    answer = compare(profiles, Plan("city", ("made up",), cross_check=True))
    fitness = {(one.model_of, one.cases_of): one.fitness for one in answer.cross_checks}
    assert len(fitness) == 4
    assert all(one is not None and 0 < one <= 1 for one in fitness.values())
    assert fitness["tianjin", "shanghai"] < fitness["shanghai", "shanghai"]  # type: ignore[operator]
    assert all(one.precision is not None for one in answer.cross_checks)
    with speaking("zh"):
        assert "上海的案例与从天津发现的模型最不相符" in answer.as_text()
