"""The cities that people here speak of: those of the vocabulary, and those that have a policy.

A policy is a file `policies/CITY-DAY.toml` of any floor, or of the data directory in use, where an office
keeps its own. Only the names in it are read here: a policy with faults is refused where it is followed.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from eventlogs.floors import tables_of_floors
from eventlogs.language import Language
from eventlogs.vocabulary import Term, terms

POLICIES = "policies"
NATIONAL = "national"  # the policy where a city has none of its own

_of_the_office: list[Path] = []


def use_policies_of(data: Path) -> None:
    """Take the policies in the data directory `data`, as they are now, beside those of the engine."""
    _of_the_office[:] = sorted((data / POLICIES).glob("*.toml"))
    cities.cache_clear()


def office_policies() -> tuple[Path, ...]:
    """Return the files of the policies that the data directory had when it was last opened."""
    return tuple(_of_the_office)


@cache
def cities() -> Mapping[str, Term]:
    """Return every city by its key, the value of the case attribute `city`: those of the vocabulary first."""
    found = dict(terms("cities"))
    for file in (*tables_of_floors(POLICIES), *office_policies()):
        if (city := city_named_in(file)) is not None and city.key != NATIONAL:
            found.setdefault(city.key, city)
    return MappingProxyType(found)


def city_label(key: str, language: Language | None = None) -> str:
    """Return what a city is called in `language`, or in the current one; a foreign word stays as it is."""
    known = cities().get(key)
    return known.label(language) if known else key


def known_city(word: str) -> str | None:
    """Return the key of a city named in Chinese, in English or by its key; None if it is none of ours.

    >>> known_city("上海市"), known_city("Tianjin"), known_city("Utrecht")
    ('shanghai', 'tianjin', None)
    """
    asked = word.strip().removesuffix("市").casefold()
    for key, city in cities().items():
        if asked in {key, city.zh.removesuffix("市"), city.en.casefold()}:
            return key
    return None


def city_named_in(file: Path) -> Term | None:
    """Return the city that a policy is of; None where the file does not say so."""
    try:
        table = tomllib.loads(file.read_text("utf-8"))
        return Term(key=str(table["city"]), zh=str(table["name"]["zh"]), en=str(table["name"]["en"]))
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return None
