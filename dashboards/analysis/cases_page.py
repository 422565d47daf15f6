"""The cases behind a number: sorted, searched, page by page, each leading to what happened in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.case_selection import Selection, selection_of
from dashboards.analysis.head import BASE, Head, Link, head_of
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.analysis.words import state_word
from dashboards.page import Page
from dashboards.tables import Column, Table
from eventlogs.amounts import number_text
from eventlogs.language import say, sayable
from eventlogs.vocabulary import label
from eventlogs.words import activity_label, value_label
from mining.cases.case_list import ORDERS, CaseLine, CaseList, Order, case_list

router = APIRouter()
PATH = f"{BASE}/cases"
_A_PAGE = 50
_ORDER_WORDS: dict[Order, str] = {
    "case": sayable("Case"),
    "start": sayable("Began"),
    "end": sayable("Last event"),
    "duration": sayable("Duration"),
    "events": sayable("Events"),
}


@dataclass(frozen=True)
class CasesPage(Page):
    """Some of the chosen cases, `selection` telling which, if not all."""

    template: ClassVar[str] = "analysis/cases.html"
    head: Head
    selection: str
    search: str
    fitting: int
    first: int
    lines: tuple[CaseLine, ...]
    addresses: tuple[str, ...]
    orders: tuple[Link, ...]
    before: str | None
    after: str | None
    own: tuple[tuple[str, str], ...]

    @property
    def answer(self) -> str:
        """Which cases these are."""
        if self.selection:
            return say("{n} cases: {which}.", n=number_text(self.fitting), which=self.selection)
        return say("{n} cases.", n=number_text(self.fitting))

    @property
    def last(self) -> int:
        """The number of the last case of the page."""
        return self.first + len(self.lines) - 1

    @property
    def cases_table(self) -> Table:
        """The cases of this page."""
        columns = [
            Column(say("Case")),
            Column(say("City")),
            Column(say("Stands")),
            Column(say("Last step")),
            Column(say("Began"), "day"),
            Column(say("Last event"), "day"),
            Column(say("Duration"), "span"),
            Column(say("Events"), "number"),
        ]
        rows = [
            [
                one.case_id,
                value_label("city", one.city) if one.city else None,
                _stands(one),
                activity_label(one.last_activity),
                one.start,
                one.end,
                one.duration_seconds,
                one.events,
            ]
            for one in self.lines
        ]
        return Table("cases", say("Cases"), columns, rows, self.addresses, {7: self.addresses})

    def tables(self) -> Sequence[Table]:
        """Return the cases."""
        return (self.cases_table,)


@router.get(PATH)
def cases(request: Request, visitor: Analyst) -> Response:
    """Show the cases behind a number; as a file all of them."""
    return studied(request, visitor, lambda study: cases_page(request, study))


def cases_page(request: Request, study: Study) -> CasesPage:
    """Return a page of the cases that the address asks for."""
    asked = request.query_params
    order: Order = next((one for one in ORDERS if one == asked.get("order")), "start")
    descending = asked.get("down") == "1"
    search = asked.get("search", "").strip()
    page = int(asked["page"]) if asked.get("page", "").isdecimal() else 1
    whole = asked.get("format") in {"csv", "xlsx"}
    selection = selection_of(asked, persons=study.log.log.kind == "imported")
    offset = 0 if whole else (max(page, 1) - 1) * _A_PAGE
    found = _found(study, selection, search, order, descending, offset, None if whole else _A_PAGE)
    own = selection.pairs
    sorting = [("order", order)] + ([("down", "1")] if descending else [])
    turning = [*own, *sorting] + ([("search", search)] if search else [])

    def turned(number: int) -> str:
        return study.choice.address(PATH, [*turning, ("page", str(number))])

    return CasesPage(
        head=head_of(request, study),
        selection=selection.text,
        search=search,
        fitting=found.fitting,
        first=offset + 1 if found.lines else 0,
        lines=found.lines,
        addresses=tuple(study.choice.case(one.case_id) for one in found.lines),
        orders=tuple(_orders(study, own, search, order, descending)),
        before=turned(page - 1) if page > 1 else None,
        after=turned(page + 1) if offset + len(found.lines) < found.fitting else None,
        own=(*own, *sorting),
    )


def _found(
    study: Study,
    selection: Selection,
    search: str,
    order: Order,
    descending: bool,
    offset: int,
    limit: int | None,
) -> CaseList:
    about = ("cases", selection.pairs, search, order, descending, offset, limit)
    return study.kept(
        about,
        lambda log: case_list(
            log,
            any_of=selection.any_of,
            case_ids=selection.case_ids(study),
            part_of_name=search,
            states=selection.stands,
            order=order,
            descending=descending,
            offset=offset,
            limit=limit,
        ),
    )


def _orders(
    study: Study, own: Sequence[tuple[str, str]], search: str, order: Order, descending: bool
) -> Sequence[Link]:
    links = []
    for one in ORDERS:
        down = one == order and not descending
        more = [*own, ("order", one)] + ([("down", "1")] if down else [])
        more += [("search", search)] if search else []
        text = say(_ORDER_WORDS[one]) + ((" ↓" if descending else " ↑") if one == order else "")
        links.append(Link(text, study.choice.address(PATH, more), one == order))
    return links


def _stands(one: CaseLine) -> str:
    if one.word and one.word != one.state:
        return f"{state_word(one.state)} · {label('outcomes', one.word)}"
    return state_word(one.state)
