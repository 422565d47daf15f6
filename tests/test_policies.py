"""City policies: dated, each value with its source, chosen by city and day, and checked with every fault."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import ran

from eventlogs.language import chinese_texts
from flows.errors import NoPolicyError, PolicyFaultError
from flows.policies.policies import engine_policies, parsed_policy, policy_in_force, policy_named, read_policy
from flows.policies.policy_answers import NAMES, PolicyCard

FOLDER = Path(__file__).parent.parent / "flows" / "policies"
HARBIN = FOLDER / "harbin-2021-05-11.toml"


@pytest.mark.parametrize(
    ("city", "day", "key"),
    [
        ("上海", "2020-12-31", "shanghai/2019-12-25"),
        ("Shanghai", "2021-01-01", "shanghai/2021-01-01"),
        ("tianjin", "2021-03-06", "tianjin/2019-08-01"),
        ("大连市", "2020-11-12", "dalian/2016-01-01"),
        ("大连", "2020-11-13", "dalian/2020-11-13"),
        ("哈尔滨", "2021-03-06", "harbin/2019-07-10"),
        ("Harbin", "2026-01-01", "harbin/2021-05-11"),
        ("哈尔滨", "2015-01-01", "national/2007-10-01"),
        ("南京", "2024-01-01", "national/2021-01-01"),
    ],
)
def test_the_policy_in_force_is_chosen_by_city_and_day(city: str, day: str, key: str) -> None:
    assert policy_in_force(city, date.fromisoformat(day)).key == key
    assert policy_named(key).key == key


def test_before_the_first_policy_there_is_none() -> None:
    with pytest.raises(NoPolicyError, match="2007-10-01"):
        policy_in_force("harbin", date(1999, 1, 1))
    with pytest.raises(NoPolicyError, match="harbin/1999"):
        policy_named("harbin/1999")


def test_every_setting_has_a_source_and_a_name_in_both_languages() -> None:
    for policy in engine_policies():
        for place, one in policy.settings():
            assert set(policy.sources[one.source]) == {"en", "zh"}
            by_word = place.startswith(("due_working_days.", "escalation."))
            assert by_word or NAMES[place] in chinese_texts()


def test_the_national_rule_is_two_thirds_taking_part_and_three_quarters_approving() -> None:
    vote = policy_named("national/2021-01-01").vote
    assert vote.participation_area.value == vote.participation_heads.value == Fraction(2, 3)
    assert vote.approval_area.value == vote.approval_heads.value == Fraction(3, 4)


@pytest.mark.parametrize(
    ("city", "floors", "cost", "yuan"),
    [
        ("dalian", 4, 500000, 80000),
        ("dalian", 5, 500000, 130000),
        ("dalian", 6, 500000, 180000),
        ("dalian", 7, 500000, 200000),
        ("dalian", 8, 500000, 220000),
        ("dalian", 20, 500000, 220000),
        ("shanghai", 6, 500000, 200000),
        ("shanghai", 6, 900000, 280000),
        ("harbin", 6, 500000, 150000),
        ("tianjin", 6, 500000, 200000),
        ("nanjing", 6, 500000, 0),
    ],
)
def test_the_subsidy_is_the_city_s(city: str, floors: int, cost: int, yuan: int) -> None:
    assert policy_in_force(city, date(2022, 1, 1)).subsidy.amount(Decimal(cost), floors) == yuan


def test_a_city_without_a_policy_of_its_own_is_told_so() -> None:
    assert ran("policy show 南京 --on 2024-01-01 --lang zh")[1].startswith(
        "南京在此处没有自己的政策，适用全国默认\n"
    )
    assert "没有自己的政策" not in ran("policy show 大连 --lang zh")[1]
    assert "没有自己的政策" not in ran("policy show national --lang zh")[1]


def test_what_was_not_found_is_marked_as_not_confirmed() -> None:
    card = PolicyCard.of(policy_named("tianjin/2023-01-01"))
    days = next(line for line in card.settings if line.setting == "publicity.working_days")
    assert not days.confirmed
    assert "not confirmed" in card.as_text()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('value = "2/3"', 'value = "5/3"', "vote.participation_area.value: 5/3 is not a ratio"),
        ('value = "doorway"', 'value = "street"', "vote.unit.value: 'street' is not a choice"),
        (
            'source = "harbin_2021"',
            'source = "hearsay"',
            "names the source hearsay, which the table sources lacks",
        ),
        ('confidence = "A-"', 'confidence = "sure"', "scope.confidence: 'sure' is not a choice"),
        ("[publicity]", "[publicitiy]", "publicity: is missing; it is written [publicity] …"),
        ("in_force_from =", "since =", "in_force_from: is missing; it is written 2021-05-11"),
        ("working_days =", "weeks =", "publicity.weeks: is not known here"),
        ("flat_yuan", "flat_yen", "subsidy.flat_yen: is not known here"),
        (
            'contractor = { value = "administration"',
            'builder = { value = "administration"',
            "the role builder",
        ),
        (
            'household = { value = "coordinator"',
            'household = { value = "household"',
            "tells overdue work of household to that role itself",
        ),
        ("in_force_from = 2021-05-11", 'in_force_from = "soon"', "in_force_from: 'soon' is not a day"),
    ],
)
def test_a_fault_in_a_file_names_its_table_key_value_and_what_is_right(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    file = tmp_path / "city.toml"
    file.write_text(HARBIN.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(PolicyFaultError) as refusal:
        read_policy(file)
    assert told in str(refusal.value)
    assert str(file) in str(refusal.value)
    assert "city.toml" in refusal.value.in_language("zh")


def fault_of(text: str) -> str | None:
    try:
        parsed_policy(text, "some.toml")
    except PolicyFaultError as refusal:
        return str(refusal)
    return None


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_file_that_lacks_a_line_is_refused_in_a_sentence_or_still_a_policy(data: st.DataObject) -> None:
    lines = HARBIN.read_text("utf-8").splitlines()
    gone = data.draw(st.integers(0, len(lines) - 1))
    told = fault_of("\n".join(lines[:gone] + lines[gone + 1 :]))
    assert told is None or "some.toml" in told


def test_the_commands_show_and_check_in_both_languages(tmp_path: Path) -> None:
    status, out, _ = ran("policy show 哈尔滨 --on 2024-01-01 --lang zh")
    assert status == 0
    assert "一票反对即不通过" in out
    assert "未核实" in out
    status, out, _ = ran(f"policy check {HARBIN} --json")
    assert status == 0
    assert '"policy":"harbin/2021-05-11"' in out
    broken = tmp_path / "x.toml"
    broken.write_text("city = 3", "utf-8")
    status, _, err = ran(f"policy check {broken} --lang zh")
    assert status == 1
    assert "缺少" in err
    assert ran("policy show harbin --on never")[0] == 2
