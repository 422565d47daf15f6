"""Bundles: counts handed over without cases, which compare as the logs they come from do."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from compared_cohorts import USUAL, Habit, cohort
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from played_logs import Step, record

from eventlogs.data_directory import open_ledger
from eventlogs.language import speaking
from eventlogs.prepared import PreparedLog, prepare
from mining.comparison.bundle import Bundle, BundleRefusedError, read_bundle, write_bundle
from mining.comparison.log_comparison import Choices, compare_sources
from mining.comparison.profiles import Profile
from mining.comparison.questions import ask
from mining.comparison.sharing import share
from mining.comparison.suppression import suppressed
from mining.normative.file import lift_model

SLOW = Habit({"plan": 0.3, "vote": 0.4}, slowness=2.0)
Row = tuple[str, tuple[str, ...], int, int]


def handed_over(file: Path, profiles: list[Profile], k: int) -> list[Profile]:
    told = tuple(profile for profile, _ in suppressed(profiles, k))
    write_bundle(file, Bundle("city", k, simulated=False, has_ends=True, model="lift", profiles=told))
    return list(read_bundle(file).profiles)


def p_values(profiles: list[Profile]) -> dict[Row, tuple[float, float]]:
    asked = ask([[one.counts for one in profiles]], "completed", 5, 1, has_ends=True)
    return {
        (question, tests.subjects[subject], one, other): (effect, p_value)
        for question, tests in asked.tests.items()
        for subject, one, other, effect, p_value in zip(
            *(
                column.tolist()
                for column in (tests.subject, tests.one, tests.other, tests.effect, tests.p_value)
            ),
            strict=True,
        )
    }


@given(st.integers(0, 10_000), st.integers(10, 60))
@settings(max_examples=8, deadline=None)
def test_where_nothing_is_kept_back_a_bundle_gives_the_numbers_of_the_log(
    tmp_path_factory: pytest.TempPathFactory, seed: int, n_cases: int
) -> None:
    profiles = cohort(seed, {"a": USUAL, "b": SLOW}, n_cases)
    told = handed_over(tmp_path_factory.mktemp("bundle") / "b.json", profiles, k=1)
    assert p_values(told) == p_values(profiles)
    assert [one.figures for one in told] == [one.figures for one in profiles]


@given(st.integers(0, 10_000), st.integers(20, 80), st.integers(2, 8))
@settings(max_examples=8, deadline=None)
def test_every_count_that_is_told_gives_the_same_test_as_the_log(
    tmp_path_factory: pytest.TempPathFactory, seed: int, n_cases: int, k: int
) -> None:
    profiles = cohort(seed, {"a": USUAL, "b": SLOW}, n_cases)
    told = handed_over(tmp_path_factory.mktemp("bundle") / "b.json", profiles, k)
    of_log, of_bundle = p_values(profiles), p_values(told)
    counted = {row: found for row, found in of_bundle.items() if row[0] in ("activity", "arc", "rule")}
    assume(counted)  # with few cases and a large k nothing is told
    for row, found in counted.items():
        assert found == pytest.approx(of_log[row], rel=1e-9)


@given(st.integers(0, 10_000), st.integers(5, 60), st.integers(2, 10))
@settings(max_examples=20, deadline=None)
def test_nothing_in_a_bundle_rests_on_fewer_than_k_cases(seed: int, n_cases: int, k: int) -> None:
    profiles = cohort(seed, {"a": USUAL, "b": SLOW}, n_cases)
    for told, _ in suppressed(profiles, k):
        counts = told.counts
        numbers = [*counts.traces.values(), *counts.activities.values(), *counts.arcs.values()]
        numbers += [n for one in counts.waits.values() for n in one.cases.values()]
        assert min(numbers, default=k) >= k
        rows = {step for one in counts.lasting.values() for step in one.cases}
        assert all(sum(one.cases.get(row, 0) for one in counts.lasting.values()) >= k for row in rows)


def test_what_is_kept_back_is_counted() -> None:
    profiles = cohort(3, {"a": USUAL}, 40)
    ((told, kept_back),) = suppressed(profiles, 5)
    rare = {arc for arc, n in profiles[0].counts.arcs.items() if n < 5 or 0 < 40 - n < 5}
    assert kept_back.arcs == len(rare) > 0
    assert kept_back.cases_of_rare_traces == told.counts.hidden_cases > 0
    assert all(told.counts.keeps_back("arcs", arc) for arc in rare)
    assert not told.counts.keeps_back("arcs", ("use", "plan"))


def test_a_word_that_only_few_cases_show_does_not_leave_the_office(tmp_path: Path) -> None:
    (profile,) = cohort(3, {"a": Habit({}, fails=0.0)}, 40)
    (odd,) = cohort(4, {"b": USUAL}, 40)
    odd.counts.activities["visit Mrs Wang"] = 2  # type: ignore[index]
    told = handed_over(tmp_path / "b.json", [profile, odd], 5)
    assert "Wang" not in (tmp_path / "b.json").read_text("utf-8")
    assert told[1].counts.keeps_back("activities", ("call Mr Li",))
    assert not told[0].counts.keeps_back("activities", ("call Mr Li",))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[PreparedLog]:
    ledger = open_ledger(tmp_path / "data")
    cases = {
        f"{city}-secret-{n}": [
            Step(
                "raise_lift_wish", hours=24.0 * n, actor="王丽", attributes={"city": city, "note": "private"}
            ),
            Step("survey_household_wishes", hours=24.0 * n + 20 + n),
            Step("vote_on_installation", hours=24.0 * n + 90 + n, attributes={"outcome": "completed"}),
        ]
        for city in ("shanghai", "harbin")
        for n in range(20)
    }
    record(ledger, "lifts", cases)
    yield prepare(ledger, "lifts")
    ledger.close()


def test_a_bundle_names_no_case_no_person_and_no_free_text(log: PreparedLog, tmp_path: Path) -> None:
    answer = share(log, lift_model(), "city", 5, tmp_path / "b.json")
    text = (tmp_path / "b.json").read_text("utf-8")
    assert not any(word in text for word in ("secret", "王丽", "private", "2024"))
    assert [(one.name, one.cases) for one in answer.groups] == [("harbin", 20), ("shanghai", 20)]
    with speaking("zh"):
        assert "哈尔滨" in answer.as_text()


def test_a_bundle_stands_beside_a_log(log: PreparedLog, tmp_path: Path) -> None:
    share(log, lift_model(), "city", 5, tmp_path / "other.json")
    bundle = (tmp_path / "other.json", read_bundle(tmp_path / "other.json"))
    answer = compare_sources([log], [bundle], lift_model(), Choices("city"))
    assert {group.name for group in answer.groups} == {
        "harbin (lifts)", "harbin (other)", "shanghai (lifts)", "shanghai (other)"
    }  # fmt: skip
    assert not answer.differences
    assert answer.sources == ("lifts", "other.json")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text[:-40], "not JSON"),
        (lambda text: text.replace('"cases":20', '"cases":21'), "its digest differs"),
        (lambda text: text.replace('"version":1', '"version":9'), "this engine reads version 1"),
        (lambda text: json.dumps({"traces": 1}), "is not a bundle"),
        (lambda text: "[]", "is not a bundle"),
    ],
)
def test_a_faulty_or_foreign_bundle_is_refused_in_one_sentence(
    log: PreparedLog, tmp_path: Path, change: object, sentence: str
) -> None:
    file = tmp_path / "b.json"
    share(log, lift_model(), "city", 5, file)
    file.write_text(change(file.read_text("utf-8")), "utf-8")  # type: ignore[operator]
    with pytest.raises(BundleRefusedError, match=sentence):
        read_bundle(file)


def test_a_bundle_cannot_be_adjusted(log: PreparedLog, tmp_path: Path) -> None:
    share(log, lift_model(), "city", 5, tmp_path / "b.json")
    bundle = (tmp_path / "b.json", read_bundle(tmp_path / "b.json"))
    with pytest.raises(Exception, match="leave out --adjust"):
        compare_sources([], [bundle], lift_model(), Choices("city", adjust=("floors",)))
