"""Odd entries in every form are taken or refused beside their field, whether sent by a page or as JSON."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from counted import Count
from fuzz_values import odd_tree, odd_value
from fuzzing import fuzzed
from lift_play import REGISTER, good_data

from dashboards.staff.form_fields import Known, fields_of
from dashboards.staff.form_reading import data_of
from flows.forms.forms import entered, form
from flows.policies.policies import policy_in_force
from flows.steps.base import Circumstances, Household
from flows.steps.registry import STEPS

DAY = date(2024, 6, 3)
AT = Circumstances(
    "p-1",
    policy_in_force("harbin", DAY),
    6,
    {str(row["household"]): Household.model_validate(row) for row in REGISTER},
    DAY,
    DAY,
    open_objections=frozenset({"1"}),
    cost=Decimal(500_000),
)


def good(activity: str) -> dict[str, Any]:
    """Return a good entry, or an empty one where the play has none."""
    try:
        return good_data(activity, DAY)
    except KeyError:
        return {}


def test_an_odd_entry_is_taken_or_refused_beside_its_field(n_inputs: int, count: Count) -> None:
    with fuzzed("forms as JSON", n_inputs, count, at_least_refused=0.1) as run:
        for dice in run.dice():
            activity = dice.choice(list(STEPS))
            data = odd_tree(good(activity), dice)
            with run.input(f"{activity} {data!r}"):
                if isinstance(data, dict):
                    entered(STEPS[activity], {str(name): value for name, value in data.items()}, AT)


def test_an_odd_form_is_taken_or_refused_and_shown_again(n_inputs: int, count: Count) -> None:
    forms = {name: form(step, "zh") for name, step in STEPS.items()}
    with fuzzed("forms of the pages", n_inputs, count, at_least_refused=0.1) as run:
        for dice in run.dice():
            activity = dice.choice(list(STEPS))
            sent = odd_form(dict(flat(good(activity))), dice)
            with run.input(f"{activity} {sent!r}"):
                data = data_of(fields_of(forms[activity], {}, {}, Known()), sent)
                fields_of(forms[activity], data, {}, Known())
                entered(STEPS[activity], data, AT)


def flat(data: Any, name: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield the fields of a form that would be sent for `data`."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from flat(value, f"{name}.{key}" if name else str(key))
    elif isinstance(data, list) and data and isinstance(data[0], dict):
        for number, value in enumerate(data):
            yield from flat(value, f"{name}.{number}")
    else:
        yield name, [str(value) for value in (data if isinstance(data, list) else [data])]


def odd_form(sent: Mapping[str, list[str]], dice: Random) -> dict[str, list[str]]:
    """Return a sent form with odd fields and values; a form holds texts only."""
    odd = odd_tree(dict(sent) | {"note": ["x"], "documents.0.name": ["y"]}, dice)
    found = odd if isinstance(odd, dict) else {"note": [str(odd)]}
    if dice.random() < 0.2:
        found[f"{dice.choice(list(found) or ['a'])}.{odd_value(dice)}.x"] = "1"
    return {
        str(name): [str(value) for value in values] if isinstance(values, list) else [str(values)]
        for name, values in found.items()
    }
