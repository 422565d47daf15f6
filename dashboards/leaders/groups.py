"""By what cases are compared: the attribute an address names, cities where it names none."""

from dataclasses import dataclass

from starlette.requests import Request

from dashboards.analysis.choice import Choice
from dashboards.analysis.study import Study
from dashboards.analysis.words import attribute_word
from eventlogs.prepared import PreparedLog
from mining.comparison.log_comparison import Choices

USUAL = "city"
MOST_GROUPS = 60  # an attribute with more values parts the cases into too many groups
_ATTRIBUTES = """
    SELECT name, count(DISTINCT value) AS n FROM (
        SELECT unnest(json_keys(attributes)) AS name, attributes -> ('$."' || name || '"') AS value
        FROM main.object
        WHERE log_id = $log_id AND object_type = $object_type
    )
    GROUP BY name HAVING n BETWEEN 2 AND $most ORDER BY name
"""
_OF_EVENTS = """
    SELECT name, count(DISTINCT value) AS n FROM (
        SELECT unnest(json_keys(attributes)) AS name, attributes -> ('$."' || name || '"') AS value
        FROM main.event
        WHERE log_id = $log_id
    )
    GROUP BY name HAVING n BETWEEN 2 AND $most ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """An attribute to compare by, in words, with the address of the page that does."""

    attribute: str
    text: str
    address: str
    current: bool


def chosen_attribute(request: Request, study: Study) -> str:
    """Return what the address compares by; cities, or the first attribute there is where no case has one."""
    named = request.query_params.get("by")
    if named:
        return named
    found = study.kept_of_all("comparable", comparable)
    return USUAL if USUAL in found or not found else found[0]


def group_choices(study: Study, path: str, current: str) -> tuple[GroupChoice, ...]:
    """Return the attributes that cases can be compared by."""
    found = study.kept_of_all("comparable", comparable)
    return tuple(
        GroupChoice(name, attribute_word(name), _address(study.choice, path, name), name == current)
        for name in found
    )


def choices(by: str) -> Choices:
    """Return what is asked of a comparison."""
    return Choices(by, cross_check=False)  # which takes as long as all the rest, and no page shows it


def comparable(prepared: PreparedLog) -> tuple[str, ...]:
    """Return the attributes of cases that part them into a few groups; of events where cases have none."""
    log_id, object_type = prepared.choice.log_id, prepared.choice.object_type
    asked = {"log_id": log_id, "object_type": object_type, "most": MOST_GROUPS}
    with prepared.reading() as connection:
        found = connection.execute(_ATTRIBUTES, asked).fetchall()
        found = found or connection.execute(_OF_EVENTS, {"log_id": log_id, "most": MOST_GROUPS}).fetchall()
    return tuple(name for name, _ in found)


def _address(choice: Choice, path: str, by: str) -> str:
    return choice.address(path, [("by", by)])
