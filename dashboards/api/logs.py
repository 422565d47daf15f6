"""Logs: which there are, and what mining answers about one, for the cases in the user's places."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import allowed
from dashboards.access.log_scope import log_seen
from dashboards.access.visitor import Visitor
from dashboards.api.answers import LOG_ANSWERS, THINKERS, Asked, LogAnswer
from dashboards.api.cursor import sliced
from dashboards.api.documents import answers_with
from dashboards.api.projects import Cursor, Limit
from dashboards.api.replies import engine_of, replied
from dashboards.api.schemas import page_schema, schema_of
from eventlogs.language import sayable
from eventlogs.ledger.logs import LogSummary, logs
from flows.errors import Fault, StepRefusedError
from mining.cases.case_filter import CaseFilter, FilteredLog, filtered
from mining.cases.filter_options import ChosenAnswer

router = APIRouter(tags=["logs"])
Thinker = Annotated[Visitor, Depends(allowed(*THINKERS))]
By = Annotated[
    str | None,
    Query(max_length=100, description=sayable("Also part the cases by an attribute, such as city.")),
]
Top = Annotated[int, Query(ge=1, le=1000, description=sayable("How many variants or deviations at most."))]
Where = Annotated[
    list[str],
    Query(
        max_length=20, description=sayable("Only cases with this value, as attribute=value; may be repeated.")
    ),
]
Day = Annotated[
    date | None, Query(description=sayable("Only cases that began on this day or after, or before."))
]


@router.get(
    "/logs",
    summary=sayable("List logs"),
    description=sayable("The logs, live and imported; only for who may see everywhere, for others none."),
    responses=answers_with(page_schema(LogSummary)),
)
def list_logs(request: Request, visitor: Thinker, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """Answer with a page of the logs."""
    with engine_of(request).ledger.reading() as connection:
        found = logs(connection).logs if visitor.scope.is_everywhere else ()
    return replied(sliced(found, cursor, limit))


def _add(answer: LogAnswer) -> None:
    def endpoint(
        request: Request,
        log: Annotated[str, Path(description=sayable("The log's name."), examples=["projects"])],
        visitor: Thinker,
        by: By = None,
        top: Top = 100,
        where: Where = [],  # noqa: B006 - never changed
        started_from: Day = None,
        started_to: Day = None,
    ) -> Response:
        chosen = CaseFilter(tuple(_condition(one) for one in where), started_from, started_to)
        seen = filtered(log_seen(visitor, engine_of(request).ledger, log), chosen)
        given = answer.give(seen, Asked(by, top))
        return replied(ChosenAnswer(given, seen, None) if isinstance(seen, FilteredLog) else given)

    endpoint.__name__ = f"{answer.word}_of_log"
    router.add_api_route(
        f"/logs/{{log}}/{answer.word}",
        endpoint,
        methods=["GET"],
        summary=answer.tells,
        responses=answers_with(schema_of(answer.kind), 404, 409),
    )


for _answer in LOG_ANSWERS:
    _add(_answer)


def _condition(written: str) -> tuple[str, str]:
    attribute, equals, value = written.partition("=")
    if not equals or not attribute.strip():
        fault = Fault("where", "{value} is not written attribute=value", {"value": repr(written)})
        raise StepRefusedError("what was asked cannot be answered:", [fault])
    return attribute.strip(), value.strip()
