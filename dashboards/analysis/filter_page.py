"""The choosing of cases: by what they are, when they began, and what happened in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.choice import Choice
from dashboards.analysis.head import BASE, TABS, Head, empty_head, head_of
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.analysis.words import STATE_ORDER, attribute_word, state_word, value_word
from dashboards.page import Page
from dashboards.sentences import Sentence, leading
from eventlogs.amounts import number_text
from eventlogs.case_attributes import case_attribute_names
from eventlogs.language import say
from eventlogs.prepared import PreparedLog
from eventlogs.words import activity_label
from mining.cases.case_filter import NoCaseFitsError
from mining.cases.case_groups import case_groups
from mining.cases.progress import progress

router = APIRouter()
PATH = f"{BASE}/filter"
_ATTRIBUTES = 16  # looked at
_VALUES = 14  # of an attribute that is offered
_FIRST = ("city", "district")
_ACTIVITIES = "SELECT name FROM activity_code ORDER BY code"

Offered = tuple[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True)
class Value:
    """A value that cases can be chosen by; the address chooses it, or lets it go if it is chosen."""

    text: str
    cases: str
    chosen: bool
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """An attribute with its values."""

    title: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class FilterPage(Page):
    """All that cases can be chosen by; `back` is the page that the choice is for."""

    template: ClassVar[str] = "analysis/filter.html"
    head: Head
    back: str
    back_address: str
    parts: tuple[Part, ...]
    activities: tuple[tuple[str, str], ...]

    @property
    def answer(self) -> Sentence:
        """How many cases are chosen, and how conditions go together."""
        told = say(
            "Chosen: {counted}. Conditions of different kinds must all hold; of one kind any of the values "
            "will do.",
            counted=leading(self.head.counted, self.head.cases_address),
        )
        return Sentence(told)


@router.get(PATH)
def filter_route(request: Request, visitor: Analyst) -> Response:
    """Show what cases can be chosen by."""
    return studied(request, visitor, lambda study: filter_page(request, study))


def filter_page(request: Request, study: Study) -> FilterPage:
    """Return what the cases of a study can be chosen by."""
    asked = request.query_params.get("back", BASE)
    back = asked if asked in {path for _, path in TABS} else BASE
    offered = study.kept_of_all("offered", _offered)
    try:
        head = head_of(request, study)
    except NoCaseFitsError:
        head = empty_head(request, study)
    names = study.kept_of_all("activities", _activities)
    return FilterPage(
        head,
        back,
        study.choice.address(back),
        (_states(study, back), *(_part(one, study.choice, back) for one in offered)),
        tuple(sorted(((name, activity_label(name)) for name in names), key=lambda one: one[1])),
    )


def _offered(prepared: PreparedLog) -> tuple[Offered, ...]:
    """Return the attributes that part the cases into a few groups, with each group's size."""
    with prepared.reading() as connection:
        names = case_attribute_names(connection, prepared.choice.log_id)
    names.sort(key=lambda name: (name not in _FIRST, _FIRST.index(name) if name in _FIRST else 0))
    found = []
    for name in [name for name in names if name != "outcome"][:_ATTRIBUTES]:
        groups = case_groups(prepared, prepared.attribute(name))
        if 1 < len(groups) <= _VALUES:
            values = sorted((_written(group.value), group.cases) for group in groups)
            found.append((name, tuple(values)))
    return tuple(found)


def _written(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _activities(prepared: PreparedLog) -> tuple[str, ...]:
    with prepared.reading() as connection:
        return tuple(name for (name,) in connection.execute(_ACTIVITIES).fetchall())


def _states(study: Study, back: str) -> Part:
    found = study.kept_of_all("progress", progress)
    counts = {one.state: one.cases for one in found.standings}
    values = ((state, state_word(state), counts[state]) for state in STATE_ORDER if state in counts)
    return Part(say("How they stand"), tuple(_values("outcome", values, study.choice, back)))


def _part(offered: Offered, choice: Choice, back: str) -> Part:
    name, counts = offered
    values = ((value, value_word(name, value), n) for value, n in counts)
    return Part(attribute_word(name), tuple(_values(name, values, choice, back)))


def _values(name: str, values: Iterable[tuple[str, str, int]], choice: Choice, back: str) -> Iterable[Value]:
    for value, text, n in values:
        condition = ("where", f"{name}={value}")
        chosen = condition in choice.conditions
        after = choice.without(condition) if chosen else choice.with_(condition)
        yield Value(text, number_text(n), chosen, after.address(PATH, [("back", back)]))
