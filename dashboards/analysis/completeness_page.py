"""How much of its process a log has shown, and what further cases would likely show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.choice import Choice
from dashboards.analysis.head import BASE, Head, head_of
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.page import Page
from dashboards.tables import Column, Table, Value
from eventlogs.amounts import share_text
from eventlogs.language import say, sayable
from mining.completeness import Completeness, KindCompleteness, completeness
from mining.normative.file import read_model

router = APIRouter()
PATH = f"{BASE}/completeness"
_SEEN_ON = {
    "variants": f"{BASE}/variants",
    "arcs": f"{BASE}/map",
    "roles": f"{BASE}/handover",
    "rules": f"{BASE}/conformance",
}
_KINDS = {
    "variants": sayable("whole sequences of steps (variants)"),
    "arcs": sayable("ways from one step to the next"),
    "roles": sayable("roles"),
    "rules": sayable("rules and what became of them"),
}


@dataclass(frozen=True)
class CompletenessPage(Page):
    """What the chosen cases have shown of each kind of thing, and what is likely left."""

    template: ClassVar[str] = "analysis/completeness.html"
    head: Head
    answer: str
    found: Completeness
    choice: Choice

    @property
    def kinds_table(self) -> Table:
        """The kinds with what was seen, what there is, and how much of it is known."""
        columns = [
            Column(say("What")),
            Column(say("Seen"), "number"),
            Column(say("Seen once"), "number"),
            Column(say("All there is, estimated"), "number"),
            Column(say("Known"), "share"),
            Column(say("Further cases until it is enough"), "number"),
            Column(say("Held out: shown by the rest"), "share"),
        ]
        rows = [_row(one) for one in self.found.kinds]
        links = [self.choice.address(_SEEN_ON[one.kind]) for one in self.found.kinds]
        return Table("kinds", say("How much the cases have shown"), columns, rows, links, {1: links})

    def tables(self) -> Sequence[Table]:
        """Return the kinds."""
        return (self.kinds_table,)


@router.get(PATH)
def completeness_route(request: Request, visitor: Analyst) -> Response:
    """Show how much the cases have shown."""
    return studied(request, visitor, lambda study: completeness_page(request, study))


def completeness_page(request: Request, study: Study) -> CompletenessPage:
    """Return how much the cases of a study have shown."""
    found = study.kept("completeness", lambda log: completeness(log, read_model(None)))
    return CompletenessPage(head_of(request, study), _answer(found), found, study.choice)


def _answer(found: Completeness) -> str:
    told = {one.kind: one.estimate for one in found.kinds if one.estimate is not None}
    arcs, variants = told.get("arcs"), told.get("variants")
    if arcs is None or variants is None:
        return say("There are too few cases to tell how much of the process they show.")
    return say(
        "Of the steps from one activity to the next that a further case will make, {arcs} have been seen "
        "before; of whole sequences, {variants}.",
        arcs=share_text(arcs.coverage),
        variants=share_text(variants.coverage),
    )


def _row(one: KindCompleteness) -> list[Value]:
    estimate, held = one.estimate, one.saturation
    if estimate is None:
        return [say(_KINDS[one.kind]), None, None, None, None, None, None]
    return [
        say(_KINDS[one.kind]),
        estimate.seen,
        estimate.once,
        round(estimate.total),
        estimate.coverage,
        estimate.further,
        None if held is None else held.share,
    ]
