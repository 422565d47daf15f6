"""What the description of the API says of an answer: its schema, and the problems it may be instead."""

from typing import Any

from dashboards.api.problems import MEDIA_TYPE, TITLES, Problem
from dashboards.api.schemas import Schema, schema_of
from eventlogs.language import sayable

OpenApi = dict[int | str, dict[str, Any]]

_PROBLEM = {"content": {MEDIA_TYPE: {"schema": schema_of(Problem)}}}
_READ_ETAG = {
    "ETag": {
        "description": sayable("The state that was read; send it back as If-Match with an act."),
        "schema": {"type": "string"},
    }
}


def answers_with(schema: Schema, *statuses: int, status: int = 200, etag: bool = False) -> OpenApi:
    """Return the description of an endpoint's answers: what it gives, and the problems of `statuses`."""
    good: dict[str, Any] = {
        "description": sayable("The answer"),
        "content": {"application/json": {"schema": schema}},
    }
    if etag:
        good["headers"] = _READ_ETAG
    return {status: good, **problem_answers(401, 403, 422, *statuses)}


def problem_answers(*statuses: int) -> OpenApi:
    """Return the description of the problems of some statuses."""
    titles = dict(reversed(list(TITLES.values())))
    return {each: {"description": titles[each]} | _PROBLEM for each in sorted(set(statuses))}
