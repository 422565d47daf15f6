from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from lift_play import REGISTER

from dashboards.staff.form_fields import Choice, Field, Known, fields_of
from dashboards.staff.form_reading import data_of, plain_digits
from dashboards.staff.so_far import so_far
from eventlogs.language import LANGUAGES, Language, speaking
from flows.forms.forms import form
from flows.policies.policies import policy_in_force
from flows.steps.registry import STEPS

HOUSEHOLDS = Known({"household": [Choice("1A", "1A"), Choice("2A", "2A")]})


def fields(
    activity: str, values: Mapping[str, Any] | None = None, known: Known | None = None
) -> tuple[Field, ...]:
    return fields_of(form(STEPS[activity], "en"), values or {}, {}, known or Known())


def field(found: tuple[Field, ...], name: str) -> Field:
    return next(one for one in found if one.name == name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("activity", STEPS)
def test_every_typed_step_has_a_form_in_both_languages(activity: str, language: Language) -> None:
    found = fields_of(form(STEPS[activity], language), {}, {}, Known())
    assert {one.name for one in found} == set(STEPS[activity].model_fields)
    chinese = [one.title for one in found if any("\u4e00" <= letter <= "\u9fff" for letter in one.title)]
    assert len(chinese) == (len(found) if language == "zh" else 0)
    assert all(one.choices for one in found if one.kind in {"choice", "choices"})


@pytest.mark.parametrize(
    ("activity", "name", "kind"),
    [
        ("vote_on_installation", "ballots", "rows"),
        ("publicise_result", "start", "day"),
        ("publicise_result", "places", "lines"),
        ("joint_review", "passed", "yes_no"),
        ("draft_lift_rules", "covers", "choices"),
        ("raise_funds", "needed", "decimal"),
        ("study_regulations", "people", "integer"),
        ("file_written_objection", "origin", "choice"),
        ("sign_construction_contract", "note", "long"),
    ],
)
def test_a_field_is_of_the_kind_that_its_type_asks_for(activity: str, name: str, kind: str) -> None:
    assert field(fields(activity), name).kind == kind


def test_what_was_sent_becomes_the_data_of_the_step() -> None:
    data = data_of(
        fields("publicise_result"),
        {
            "start": ["２０２４-05-01"],
            "end": ["2024-05-20"],
            "places": ["单元门口\n \n小区公告栏"],
            "objections_received": ["３"],
            "note": [""],
        },
    )
    assert data == {
        "start": "2024-05-01",
        "end": "2024-05-20",
        "places": ["单元门口", "小区公告栏"],
        "objections_received": "3",
    }
    assert STEPS["publicise_result"].model_validate(data)


def test_rows_keep_their_order_and_empty_ones_are_left_out() -> None:
    data = data_of(
        fields("raise_funds"),
        {
            "needed": ["１０，０００"],
            "raised.7.source": ["loan"],
            "raised.7.yuan": ["4,000"],
            "raised.2.source": ["owners"],
            "raised.2.yuan": ["6000"],
            "raised.3.source": [""],
            "raised.3.yuan": [""],
        },
    )
    assert data["raised"] == [{"source": "owners", "yuan": "6000"}, {"source": "loan", "yuan": "4000"}]
    assert data["needed"] == "10000"


def test_rows_of_the_register_are_given_and_cannot_be_taken_away() -> None:
    given = [{"household": "1A", "floor": 1, "area": "60.5", "choice": "absent"}]
    ballots = field(fields("vote_on_installation", known=Known(given={"ballots": given})), "ballots")
    assert ballots.given
    assert ballots.pattern is None
    assert [one.last for one in ballots.rows[0].identity] == ["household", "floor", "area"]
    assert [one.last for one in ballots.rows[0].asked] == ["choice"]


def test_a_fault_stands_beside_its_field_also_in_a_row() -> None:
    found = fields_of(
        form(STEPS["raise_funds"], "en"),
        {"needed": "1", "raised": [{"source": "owners", "yuan": "x"}]},
        {"raised.0.yuan": ["no number"]},
        Known(),
    )
    raised = field(found, "raised")
    assert raised.is_wrong
    assert raised.rows[0].fields[1].faults == ("no number",)
    assert not field(found, "needed").is_wrong


def test_households_are_chosen_from_the_register() -> None:
    found = field(
        fields("care_for_affected_households", known=Known({"households": [Choice("1A", "1A")]})),
        "households",
    )
    assert found.kind == "choices"
    assert data_of([found], {"households": ["1A"]}) == {"households": ["1A"]}


def test_digits_of_a_chinese_keyboard_are_digits() -> None:
    assert plain_digits("３６．５") == "36.5"
    assert plain_digits("2024－05－01") == "2024-05-01"


def ballots(n_for: int) -> dict[str, Any]:
    return {"ballots": [row | {"choice": "for" if n < n_for else "absent"} for n, row in enumerate(REGISTER)]}


def test_the_vote_is_counted_against_the_policy_of_the_city_while_it_is_typed() -> None:
    policy = policy_in_force("harbin", date(2024, 1, 1))
    with speaking("en"):
        short, enough = (so_far("vote_on_installation", policy, ballots(n)) for n in (7, 9))
    assert short is not None
    assert enough is not None
    assert (short.good, enough.good) == (False, True)
    assert [round(one.share or 0, 2) for one in short.measures[:2]] == [0.58, 0.58]
    assert enough.measures[0].words == "75.0 % of at least 2/3 asked"


def test_an_ill_typed_ballot_is_not_counted() -> None:
    policy = policy_in_force("harbin", date(2024, 1, 1))
    data = {"ballots": [{"household": "1A", "floor": "1", "area": "x", "choice": "for"}]}
    found = so_far("vote_on_installation", policy, data)
    assert found is not None
    assert not found.good


@pytest.mark.parametrize(
    ("activity", "data", "good", "words"),
    [
        (
            "set_cost_sharing",
            {"shares": [{"percent": "60"}, {"percent": "33.5"}]},
            False,
            "6.5 % are missing",
        ),
        (
            "set_cost_sharing",
            {"shares": [{"percent": "60"}, {"percent": "40"}]},
            True,
            "the shares sum to 100 %",
        ),
        ("raise_funds", {"needed": "100", "raised": [{"yuan": "40"}]}, False, "60.00 yuan are missing"),
        (
            "publicise_result",
            {"start": "2024-05-06", "end": "2024-05-07"},
            False,
            "to be posted until 2024-05-11 at least",
        ),
        (
            "calculate_cost_shares",
            {"cost": "9", "subsidy": "4", "amounts": [{"yuan": "5"}]},
            True,
            "the amounts sum to cost less subsidy",
        ),
    ],
)
def test_sums_and_last_days_are_told_while_they_are_typed(
    activity: str, data: dict[str, Any], good: bool, words: str
) -> None:
    policy = policy_in_force("harbin", date(2024, 1, 1))
    with speaking("en"):
        found = so_far(activity, policy, data)
    assert found is not None
    assert (found.good, found.verdict) == (good, words)
