"""What went wrong, for machines: stable problems of RFC 9457, told in the language that was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import orjson
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.errors import AccessError, LockedOutError
from eventlogs.errors import (
    ConcurrentAppendError,
    EventLogError,
    SchemaError,
    StoreBusyError,
    UnknownLogError,
    UnknownTermError,
)
from eventlogs.language import current_language, say, sayable
from flows.errors import (
    FaultsError,
    GateClosedError,
    NoPolicyError,
    OrderWarningError,
    ProjectExistsError,
    StepRefusedError,
)
from flows.papers.sent_files import UploadRefusedError
from flows.worklist.asked import UnknownNameError

TYPES = "/api/v1/problems/"
MEDIA_TYPE = "application/problem+json"

TITLES: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "sign-in-needed": (401, sayable("Sign in, or show a token that holds")),
        "not-allowed": (403, sayable("Not for this user or token")),
        "not-from-this-site": (403, sayable("Not sent by a page of this site")),
        "password-change-needed": (403, sayable("A password of one's own is needed first")),
        "read-only": (403, sayable("This is a copy to look at")),
        "not-found": (404, sayable("There is nothing of that name")),
        "no-such-method": (405, sayable("This address does not take that method")),
        "refused": (409, sayable("This cannot be done as things stand")),
        "gate-closed": (409, sayable("The legal order does not allow it yet")),
        "order-warning": (409, sayable("It breaks the model's order; give a reason to go on")),
        "exists-already": (409, sayable("There is one of that name already")),
        "changed-meanwhile": (412, sayable("It has changed since it was read")),
        "too-large": (413, sayable("Too much was sent")),
        "wrong-type": (415, sayable("Not of a type that is taken here")),
        "wrong-values": (422, sayable("Values that do not fit")),
        "too-many-attempts": (429, sayable("Signing in failed too often")),
        "fault": (500, sayable("A fault of the engine")),
        "busy": (503, sayable("The event log cannot be used now")),
    }
)
"""The kinds of problems, each with its status and title; programs may tell them apart by the slug."""

_SLUGS: Sequence[tuple[type[EventLogError], str]] = (
    (OrderWarningError, "order-warning"),
    (StepRefusedError, "wrong-values"),
    (GateClosedError, "gate-closed"),
    (ProjectExistsError, "exists-already"),
    (UnknownLogError, "not-found"),
    (UnknownTermError, "wrong-values"),
    (UnknownNameError, "wrong-values"),
    (NoPolicyError, "wrong-values"),
    (UploadRefusedError, "wrong-values"),
    (ConcurrentAppendError, "changed-meanwhile"),
    (StoreBusyError, "busy"),
    (SchemaError, "busy"),
)


@dataclass(frozen=True, slots=True)
class FieldFault:
    """A value that does not fit: its place, such as `data.shares.2.percent`, and what would be right."""

    field: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as it is sent; `type` leads to what is meant by it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: Sequence[FieldFault]


def problem_response(
    request: Request,
    slug: str,
    detail: str,
    errors: Sequence[FieldFault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer that tells a problem."""
    status, title = TITLES[slug]
    problem = Problem(TYPES + slug, say(title), status, detail, request.url.path, errors)
    return Response(orjson.dumps(problem), status, headers, MEDIA_TYPE)


def problem_of(request: Request, error: EventLogError) -> Response:
    """Return the answer that tells a refusal."""
    language = current_language()
    slug = slug_of(error)
    headers = {}
    if isinstance(error, LockedOutError):
        headers["retry-after"] = str(error.seconds)
    if slug == "sign-in-needed":
        headers["www-authenticate"] = "Bearer"
    if not isinstance(error, FaultsError):
        return problem_response(request, slug, error.in_language(language), headers=headers)
    faults = [FieldFault(fault.place, fault.sentence(language)) for fault in error.faults]
    told = error.in_language(language).partition("\n")[0].rstrip(":：")
    return problem_response(request, slug, told, faults)


def slug_of(error: EventLogError) -> str:
    """Return the kind of problem that a refusal is."""
    if isinstance(error, AccessError):
        return error.slug
    return next((slug for kind, slug in _SLUGS if isinstance(error, kind)), "refused")
