"""City policies: what each city asks of a retrofit project, dated, each value with source and confidence.

A file of `policies/` is one city's policy from one day on, until the city's next. A case keeps the policy
it began under, by its name such as `harbin/2021-05-11`.
"""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from flows.errors import Fault, NoPolicyError, PolicyFaultError
from flows.forms.forms import fault_of_file
from flows.policies.policy_model import Policy

NATIONAL = "national"


@cache
def policies() -> tuple[Policy, ...]:
    """Return every policy that comes with the engine, by city and day."""
    folder = files("flows") / "policies"
    found = [
        parsed_policy(file.read_text("utf-8"), file.name)
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda policy: (policy.city, policy.in_force_from)))


def city_key(city: str) -> str:
    """Return the key of a city named in Chinese, in English or by its key; an unknown name is its own key.

    >>> city_key("哈尔滨"), city_key("Dalian")
    ('harbin', 'dalian')
    """
    asked = city.strip().removesuffix("市").casefold()
    for policy in policies():
        if asked in {policy.city, policy.name["en"].casefold(), policy.name["zh"].removesuffix("市")}:
            return policy.city
    return asked


def policy_in_force(city: str, on: date) -> Policy:
    """Return the policy of `city` on a day; the national default where the city had none of its own."""
    for key in (city_key(city), NATIONAL):
        dated = [policy for policy in policies() if policy.city == key and policy.in_force_from <= on]
        if dated:
            return dated[-1]
    raise NoPolicyError(
        "no policy for {city} was in force on {day}; the earliest is {first}",
        city=city,
        day=on,
        first=min(p.in_force_from for p in policies() if p.city in {city_key(city), NATIONAL}),
    )


def policy_named(name: str) -> Policy:
    """Return the policy that a case keeps."""
    for policy in policies():
        if policy.key == name:
            return policy
    raise NoPolicyError(
        "there is no policy {name}; known are {known}",
        name=name,
        known=", ".join(policy.key for policy in policies()),
    )


def read_policy(file: Path) -> Policy:
    """Return the policy written in `file`, or refuse it with every fault and its place."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyFaultError("{file} cannot be read: {reason}", (), file=file, reason=error) from error
    return parsed_policy(text, str(file))


def parsed_policy(text: str, name: str) -> Policy:
    """Return the policy in a TOML text; `name` is the file's, for the refusal."""
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PolicyFaultError("{file} is not TOML: {reason}", (), file=name, reason=error) from error
    try:
        return Policy.model_validate(table, strict=False)
    except ValidationError as error:
        faults = [_fault(detail) for detail in error.errors()]
        raise PolicyFaultError("{file} is not a policy:", faults, file=name) from error


def _fault(detail: Any) -> Fault:
    where = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "missing":
        example = '{ value = …, source = "…", confidence = "A" }'
        return Fault(where, "is missing; each value is written {example}", {"example": example})
    return fault_of_file(detail)
