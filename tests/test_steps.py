"""What people enter for steps: votes, shares, terms, days; and what a refusal tells."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from flow_texts import fault_texts, form_texts
from hypothesis import given
from hypothesis import strategies as st
from lift_play import REGISTER, ballots, good_data, wishes

from eventlogs.language import Language, chinese_texts
from eventlogs.vocabulary import terms
from flows.errors import StepRefusedError
from flows.forms.forms import entered, form
from flows.policies.cost_sharing import proposed_shares, rounded_shares
from flows.policies.policies import engine_policies, policy_named
from flows.policies.tally import Choice, tally
from flows.steps.base import Circumstances, Household
from flows.steps.decision import VoteOnInstallation
from flows.steps.money import SetCostSharing
from flows.steps.registry import STEPS

TODAY = date(2024, 6, 3)
NATIONAL = policy_named("national/2021-01-01")
HARBIN = policy_named("harbin/2021-05-11")


def circumstances(policy: str = "harbin/2021-05-11", **more: Any) -> Circumstances:
    households = {str(row["household"]): Household.model_validate(row) for row in REGISTER}
    usual: dict[str, Any] = {
        "case_id": "p-1",
        "policy": policy_named(policy),
        "floors": 6,
        "households": households,
        "occurred_on": TODAY,
        "today": TODAY,
        "open_objections": frozenset({"p-1/objection/1"}),
    }
    return Circumstances(**(usual | more))


def refusal(activity: str, data: dict[str, Any], language: Language = "en", **more: Any) -> str:
    with pytest.raises(StepRefusedError) as refused:
        entered(STEPS[activity], data, circumstances(**more))
    return refused.value.in_language(language)


@dataclass(frozen=True)
class Vote:
    area: Decimal
    choice: Choice


VOTES = st.lists(
    st.builds(
        Vote,
        st.decimals("20", "200", places=2),
        st.sampled_from(["for", "for", "for", "against", "abstain", "absent"]),
    ),
    min_size=1,
    max_size=30,
)


def test_every_activity_has_a_form_and_takes_what_is_right() -> None:
    assert set(STEPS) == set(terms("activities"))
    for activity in set(STEPS) - {"file_written_objection", "abandon_project"}:
        entered(STEPS[activity], good_data(activity, TODAY), circumstances())


@given(VOTES, st.integers(0, 29))
def test_a_vote_turned_in_favour_never_loses_what_was_carried(votes: list[Vote], place: int) -> None:
    place %= len(votes)
    better = [*votes[:place], Vote(votes[place].area, "for"), *votes[place + 1 :]]
    for policy in engine_policies():
        if tally(votes, policy.vote).carried:
            assert tally(better, policy.vote).carried


@given(VOTES)
def test_shares_lie_between_none_and_all_and_order_does_not_matter(votes: list[Vote]) -> None:
    count = tally(votes, NATIONAL.vote)
    for share in (
        count.participation_area,
        count.participation_heads,
        count.approval_area,
        count.approval_heads,
    ):
        assert 0 <= share <= 1
    assert tally(votes[::-1], NATIONAL.vote) == count


@given(VOTES)
def test_under_a_veto_one_vote_against_loses(votes: list[Vote]) -> None:
    count = tally([*votes, Vote(Decimal(1), "against")], HARBIN.vote)
    assert count.vetoed
    assert not count.carried


def equal_votes(n_for: int, n_against: int, n_absent: int) -> list[Vote]:
    counted: list[tuple[Choice, int]] = [("for", n_for), ("against", n_against), ("absent", n_absent)]
    return [Vote(Decimal(60), choice) for choice, n in counted for _ in range(n)]


@pytest.mark.parametrize(
    ("votes", "carried"),
    [
        (equal_votes(6, 2, 4), True),  # eight of twelve vote, six of the eight are three quarters
        (equal_votes(5, 3, 4), False),
        (equal_votes(7, 0, 5), False),  # seven of twelve are less than two thirds
        (equal_votes(8, 4, 0), False),  # all vote, eight of twelve are less than three quarters
        (equal_votes(9, 3, 0), True),
    ],
)
def test_twelve_equal_households_count_as_the_civil_code_says(votes: list[Vote], carried: bool) -> None:
    assert tally(votes, NATIONAL.vote).carried is carried


def test_two_thirds_exactly_are_enough_in_tianjin_but_not_in_dalian() -> None:
    votes = equal_votes(8, 0, 4)
    assert tally(votes, policy_named("tianjin/2019-08-01").vote).approval_heads == Fraction(2, 3)
    assert tally(votes, policy_named("tianjin/2019-08-01").vote).carried
    assert not tally(votes, policy_named("dalian/2020-11-13").vote).carried
    assert tally(equal_votes(9, 3, 0), policy_named("dalian/2020-11-13").vote).carried


def test_area_counts_as_well_as_heads() -> None:
    votes = [Vote(Decimal(40), "for")] * 9 + [Vote(Decimal(200), "against")] * 3
    assert not tally(votes, NATIONAL.vote).carried


@given(st.integers(1, 40), st.sampled_from(engine_policies()))
def test_proposed_shares_sum_to_a_hundred_and_rise_by_floor(floors: int, policy: Any) -> None:
    shares = proposed_shares(floors, policy.cost_sharing)
    assert sum(shares.values()) == 100
    assert list(shares.values()) == sorted(shares.values())
    assert all(share >= 0 for share in shares.values())
    if floors > 1:
        assert shares[1] == 0


@given(
    st.dictionaries(st.integers(1, 30), st.fractions(0, 50), min_size=1), st.decimals("0", "900000", places=2)
)
def test_rounded_shares_sum_to_the_whole_and_miss_their_weight_by_less_than_a_cent(
    weights: dict[int, Fraction], total: Decimal
) -> None:
    shares = rounded_shares(weights, total)
    assert sum(shares.values()) == total
    whole = sum(weights.values())
    if whole:
        for key, weight in weights.items():
            assert abs(Fraction(shares[key]) - weight * Fraction(total) / whole) < Fraction(1, 100)


def test_six_floors_get_the_linear_ladder() -> None:
    shares = SetCostSharing.proposed(circumstances()).shares
    assert [str(share.percent) for share in shares] == ["0.00", "6.67", "13.33", "20.00", "26.67", "33.33"]


@pytest.mark.parametrize(
    ("activity", "data", "english", "chinese"),
    [
        (
            "set_cost_sharing",
            {"shares": [{"floor": 1, "percent": "40"}, {"floor": 6, "percent": "50.5"}]},
            "shares: the shares sum to 90.5 %, not 100 %; 9.5 % are missing",
            "shares：各层比例合计 90.5 %，不是 100 %；还差 9.5 %",
        ),
        (
            "set_cost_sharing",
            {"shares": [{"floor": 9, "percent": "100"}]},
            "shares, row 1 (floor 9), floor: the house has no floor 9",
            "此楼没有 9 层",
        ),
        ("vote_on_installation", {"ballots": ballots()[1:]}, "ballots: 1A are missing", "缺少 1A"),
        (
            "vote_on_installation",
            {"ballots": [ballots()[0] | {"area": 10}, *ballots()[1:]]},
            "ballots, row 1 (household 1A), area: 10 is not what the register says of 1A: 60.5",
            "登记为 60.5",
        ),
        (
            "vote_on_installation",
            {"ballots": [ballots()[0] | {"choice": "maybe"}, *ballots()[1:]]},
            "ballots, row 1 (household 1A), choice: 'maybe' is not a choice; right is for (in favour)",
            "不在可选范围内；应为 for（赞成）",
        ),
        (
            "survey_household_wishes",
            {"wishes": [*wishes(), {"household": "1A", "wish": "agrees"}]},
            "wishes: 1A stands there more than once",
            "重复",
        ),
        (
            "publicise_result",
            {"start": "2024-04-30", "end": "2024-05-07", "places": ["门口"]},
            "has 2 working days, 5 are needed; right is 2024-05-10 or later",
            "只有 2 个工作日",
        ),
        (
            "publicise_result",
            {"start": "2024-05-30", "end": "2024-06-30", "places": ["门口"]},
            "end: 2024-06-30 lies in the future",
            "在将来",
        ),
        ("joint_review", {"passed": False, "offices": ["局"]}, "remarks: is needed", "审查未通过时必填"),
        ("joint_review", {"passed": "perhaps", "offices": []}, "passed: 'perhaps' is neither", "真假值"),
        (
            "calculate_cost_shares",
            {"cost": 10, "subsidy": 3, "amounts": [{"household": "1A", "yuan": 5}]},
            "amounts: the amounts sum to 5 yuan; cost less subsidy is 7 yuan",
            "造价减补贴应为 7 元",
        ),
        (
            "file_written_objection",
            {"origin": "inside", "grounds": ["light"]},
            "household: is needed for an objection from inside",
            "本单元住户提出异议时必填",
        ),
        (
            "mediate_dispute",
            {"mediator": "x", "objection": "7", "result": "settled"},
            "objection: 7 is not an open objection; open are: p-1/objection/1",
            "不是未化解的异议",
        ),
        (
            "raise_lift_wish",
            {"raised_by": "resident", "mood": 3},
            "mood: is not a field of this step",
            "没有这一项",
        ),
        ("raise_lift_wish", {}, "raised_by: is required", "raised_by：必填"),
        ("study_regulations", {"people": 0}, "people: 0 is too small; right is 1 or more", "应不小于 1"),
    ],
)
def test_a_refusal_names_the_field_and_what_is_right_in_both_languages(
    activity: str, data: dict[str, Any], english: str, chinese: str
) -> None:
    assert english in refusal(activity, data)
    assert chinese in refusal(activity, data, "zh")


def test_a_day_before_what_it_follows_is_refused_unless_explained() -> None:
    before: dict[str, Any] = {"follows": {"vote_on_installation": date(2024, 6, 4)}}
    told = refusal("sign_lift_agreement", {"signed_by": ["6A"]}, **before)
    assert "2024-06-03 lies before “Owners vote on the lift” on 2024-06-04" in told
    explained = {"signed_by": ["6A"], "explanation": "signed at the count"}
    entered(STEPS["sign_lift_agreement"], explained, circumstances(**before))


def test_what_lasts_begins_after_what_it_follows_and_ends_before_it_is_done() -> None:
    posted = {"start": "2024-05-20", "end": "2024-05-30", "places": ["门口"]}
    before: dict[str, Any] = {"follows": {"vote_on_installation": date(2024, 5, 21)}}
    assert "start：2024-05-20 早于“业主表决”" in refusal("publicise_result", posted, "zh", **before)
    told_early: dict[str, Any] = {"occurred_on": date(2024, 5, 29)}
    assert "end: 2024-05-30 lies after the day on which" in refusal("publicise_result", posted, **told_early)
    entered(STEPS["publicise_result"], posted | {"explanation": "so it was"}, circumstances(**before))
    assert "end: 2024-05-01 lies before 2024-05-30" in refusal(
        "install_lift", {"start": "2024-05-30", "end": "2024-05-01"}
    )


def test_shanghai_asks_for_a_filing_below_a_million_and_a_permit_above() -> None:
    permit = {"kind": "permit", "number": "1"}
    cheap: dict[str, Any] = {"policy": "shanghai/2021-01-01", "cost": Decimal(600000)}
    assert "right is filing" in refusal("grant_permit_or_filing", permit, **cheap)
    entered(STEPS["grant_permit_or_filing"], permit, circumstances(**(cheap | {"cost": Decimal(1200000)})))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_is_a_schema_with_titles_and_named_choices(language: Language) -> None:
    for step in STEPS.values():
        for part in form(step, language)["properties"].values():
            assert part["title"]
            assert "labels" not in part
    choice = form(VoteOnInstallation, language)["$defs"]["HouseholdBallot"]["properties"]["choice"]
    assert [one["const"] for one in choice["oneOf"]] == ["for", "against", "abstain", "absent"]
    assert choice["title"] == {"zh": "意见", "en": "Choice"}[language]


def test_every_text_of_forms_and_faults_has_its_chinese() -> None:
    missing = sorted({*form_texts(), *fault_texts()} - set(chinese_texts()))
    assert missing == []
