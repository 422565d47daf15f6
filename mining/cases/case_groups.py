"""Groups of cases, such as the cities: those that share the value of an attribute."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eventlogs.amounts import number_text
from eventlogs.attributes import decode_value
from eventlogs.events import Attribute
from eventlogs.language import say
from eventlogs.prepared import Connection, PreparedLog
from eventlogs.sql_files import sql
from eventlogs.words import value_label

GROUPS_SHOWN = 20  # one after another in a terminal, the largest
_VALUES = "SELECT code, value FROM attribute_value WHERE attribute = $attribute ORDER BY code"


@dataclass(frozen=True, slots=True)
class CaseGroup:
    """The cases that share one value; None is for those without one, or for all."""

    code: int
    value: Attribute
    cases: int
    events: int
    variants: int


def case_groups(prepared: PreparedLog, attribute: int | None) -> list[CaseGroup]:
    """Return the groups that an attribute parts the cases into, the largest first; all in one without it."""
    with prepared.reading() as connection:
        found = connection.execute(sql("discovery/groups", "mining"), {"attribute": attribute}).fetchall()
    return [
        CaseGroup(code, None if value is None else decode_value(value), *counts)
        for code, value, *counts in found
    ]


def group_values(connection: Connection, attribute: int | None) -> dict[int, Attribute]:
    """Return the values of an attribute by their codes; code 0 has none."""
    found = connection.execute(_VALUES, {"attribute": attribute}).fetchall()
    return {0: None} | {code: decode_value(value) for code, value in found}


def rest_text(groups: Sequence[object]) -> Iterator[str]:
    """Yield how many groups a text leaves out, if it does."""
    if len(groups) > GROUPS_SHOWN:
        yield say("and {n} more groups; --json tells all", n=number_text(len(groups) - GROUPS_SHOWN))


def value_text(attribute: str, value: Attribute) -> str:
    """Return a group's value as people read it."""
    return say("(none)") if value is None else value_label(attribute, str(value))
