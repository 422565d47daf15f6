"""City policies: what each city asks of a retrofit project, dated, each value with source and confidence.

A file `policies/CITY-DAY.toml` is one city's policy from one day on, until the city's next. The engine
brings some; an office keeps its own in its data directory. A case keeps the policy it began under, by its
name such as `harbin/2021-05-11`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_origin

from pydantic import ValidationError

from eventlogs.cities import NATIONAL, POLICIES, city_named_in, known_city, office_policies
from eventlogs.errors import EventLogError
from flows.errors import Fault, NoPolicyError, PolicyFaultError
from flows.forms.forms import fault_of_file
from flows.policies.policy_model import Part, Policy, Setting

_WRITTEN = {  # what has no source of its own, as it is written in a file
    "city": '"harbin"',
    "name": '{ en = "…", zh = "…" }',
    "in_force_from": "2021-05-11",
    "document": '{ en = "…", zh = "…" }',
}


@cache
def engine_policies() -> tuple[Policy, ...]:
    """Return every policy that comes with the engine, by city and day."""
    found = [
        parsed_policy(file.read_text("utf-8"), file.name)
        for file in (files("flows") / POLICIES).iterdir()
        if file.name.endswith(".toml")
    ]
    return _by_day(found)


def city_key(city: str) -> str:
    """Return the key of a city named in Chinese, in English or by its key; an unknown name is its own key.

    >>> city_key("哈尔滨"), city_key("Dalian")
    ('harbin', 'dalian')
    """
    return known_city(city) or city.strip().removesuffix("市").casefold()


def policy_in_force(city: str, on: date) -> Policy:
    """Return the policy of `city` on a day; the national default where the city had none of its own."""
    keys = (city_key(city), NATIONAL)
    known = [_policies_of(key) for key in keys]
    for of_one in known:
        if dated := [policy for policy in of_one if policy.in_force_from <= on]:
            return dated[-1]
    raise NoPolicyError(
        "no policy for {city} was in force on {day}; the earliest is {first}",
        city=city,
        day=on,
        first=min(policy.in_force_from for of_one in known for policy in of_one),
    )


def policy_named(name: str) -> Policy:
    """Return the policy that a case keeps; what is wrong with another does not matter to it."""
    for policy in engine_policies():
        if policy.key == name:
            return policy
    for file in office_policies():
        if file.stem == name.replace("/", "-"):
            return office_policy(file)
    known = [*(policy.key for policy in engine_policies()), *(file.stem for file in office_policies())]
    raise NoPolicyError(
        "there is no policy {name}; known are {known}. One of an office's own stays in {folder}/ of the data "
        "directory as long as a project keeps it",
        name=name,
        known=", ".join(known),
        folder=POLICIES,
    )


def office_policy(file: Path) -> Policy:
    """Return an office's own policy; one that is not named after what is in it is refused."""
    policy = read_policy(file)
    name = policy.key.replace("/", "-")
    if file.stem != name:
        raise PolicyFaultError(
            "{file} holds the policy {policy}; name it {name}",
            (),
            file=file,
            policy=policy.key,
            name=f"{name}.toml",
        )
    if any(one.key == policy.key for one in engine_policies()):
        raise PolicyFaultError(
            "{file} is named as the engine's own {policy}, which projects keep; put the day from which yours "
            "holds into its name and into in_force_from",
            (),
            file=file,
            policy=policy.key,
        )
    return policy


def write_policy(policy: Policy, target: Path) -> None:
    """Write the file of a policy to `target`; a file that is there is left alone."""
    name = f"{policy.key.replace('/', '-')}.toml"
    own = (file for file in office_policies() if file.name == name)
    text = next(own, files("flows") / POLICIES / name).read_text("utf-8")
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise EventLogError("{file} is there already; name another file", file=target) from None
    except OSError as error:
        raise EventLogError("{file} cannot be written: {reason}", file=target, reason=error) from None


def office_faults() -> list[PolicyFaultError]:
    """Return what is wrong with the office's own policies, file by file."""
    found = []
    for file in office_policies():
        try:
            office_policy(file)
        except PolicyFaultError as fault:
            found.append(fault)
    return found


def read_policy(file: Path) -> Policy:
    """Return the policy written in `file`, or refuse it with every fault and its place."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyFaultError("{file} cannot be read: {reason}", (), file=file, reason=error) from error
    return parsed_policy(text, str(file))


@lru_cache(maxsize=64)
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


def _policies_of(city: str) -> tuple[Policy, ...]:
    """Return the policies of the city of that key; a fault in one of another city does not matter."""
    of_the_engine = [policy for policy in engine_policies() if policy.city == city]
    of_the_office = [
        office_policy(file)
        for file in office_policies()
        if file.stem.startswith(f"{city}-") or ((named := city_named_in(file)) and named.key == city)
    ]
    return _by_day([*of_the_engine, *of_the_office])


def _by_day(found: Iterable[Policy]) -> tuple[Policy, ...]:
    return tuple(sorted(found, key=lambda policy: (policy.city, policy.in_force_from)))


def _fault(detail: Any) -> Fault:
    where = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "missing":
        return Fault(where, "is missing; it is written {example}", {"example": _example(where)})
    return fault_of_file(detail)


def _example(where: str) -> str:
    """Return how a part of a policy file is written: plain, as a table of its own, or with its source."""
    part = Policy.model_fields[where].annotation if where in Policy.model_fields else None
    parts = isinstance(part, type) and issubclass(part, Part) and not issubclass(part, Setting)
    if where not in _WRITTEN and (parts or get_origin(part) in (dict, Mapping)):
        return f"[{where}] …"
    return _WRITTEN.get(where, '{ value = …, source = "…", confidence = "A" }')
