"""What is refused before an endpoint sees it: an unknown address, another method, a body of another kind."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

from dashboards.api.problems import FieldFault, problem_response
from eventlogs.language import current_language, say
from flows.forms.forms import fault_of

JSON = "application/json"
_BY_STATUS: Mapping[int, str] = MappingProxyType(
    {404: "not-found", 405: "no-such-method", 413: "too-large", 422: "wrong-values"}
)


def problem_of_status(request: Request, status: int, detail: str) -> Response:
    """Return a refusal with a status as a problem."""
    slug = _BY_STATUS.get(status, "fault" if status >= 500 else "refused")
    return problem_response(request, slug, detail)


def problem_of_http(request: Request, error: HTTPException) -> Response:
    """Return the answer to what HTTP itself refuses, with the methods that an address does take."""
    if error.status_code == 404:
        return problem_of_status(
            request, 404, say("there is nothing at this address; /api lists all there are")
        )
    if error.status_code != 405:
        return problem_of_status(request, error.status_code, str(error.detail))
    methods = ", ".join(sorted(set(_methods_at(request))))
    told = say("{method} is not taken here; right is {methods}", method=request.method, methods=methods)
    return problem_response(request, "no-such-method", told, headers={"allow": methods})


def problem_of_fault(request: Request) -> Response:
    """Return the answer to a request that the engine failed at."""
    told = say(
        "something unexpected went wrong here and nothing was recorded; try again, and tell the "
        "administrator if it happens again"
    )
    return problem_response(request, "fault", told)


def problem_of_entry(request: Request, found: RequestValidationError) -> Response:
    """Return the answer to parameters or a body that are not what an endpoint takes."""
    if _is_of_another_kind(request, found):
        kind = request.headers.get("content-type", "")
        told = say("{kind} is not taken here; send JSON with Content-Type: {right}", kind=kind, right=JSON)
        return problem_response(request, "wrong-type", told)
    told = say("what was sent does not fit this address")
    return problem_response(request, "wrong-values", told, list(_faults(found)))


def _faults(found: RequestValidationError) -> Iterator[FieldFault]:
    for detail in found.errors():
        if detail["type"] == "json_invalid":
            *_, place = detail["loc"]
            yield FieldFault("body", say("is no JSON; it breaks off at character {n}", n=place))
            continue
        fault = fault_of(detail)
        yield FieldFault(fault.place, fault.sentence(current_language()))


def _is_of_another_kind(request: Request, found: RequestValidationError) -> bool:
    """Tell whether the body was not read, since it does not say that it is JSON."""
    unread = any(
        detail["loc"] == ("body",) and isinstance(detail["input"], bytes) for detail in found.errors()
    )
    return unread and not request.headers.get("content-type", "").partition(";")[0].strip().endswith("json")


def _methods_at(request: Request) -> Iterator[str]:
    for route in iter_route_contexts(request.app.routes):
        if route.path and compile_path(route.path)[0].match(request.url.path):
            yield from route.methods or ()
