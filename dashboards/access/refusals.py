"""How a refusal of access is answered: to people as a page, to machines as a problem of RFC 9457."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from dashboards.access.errors import AccessError, PasswordChangeNeededError, SignInNeededError
from dashboards.access.guards import API, name_by_proxy
from dashboards.access.origin import SAFE_METHODS
from dashboards.access.sign_in import CHANGE
from dashboards.access.sign_in_page import page_asked_for, sign_in_page
from dashboards.access.single_sign_on import address_by_proxy
from dashboards.api.problems import problem_of
from dashboards.error_pages import fault
from dashboards.refusal import as_sentence


def refused(request: Request, error: AccessError) -> Response:
    """Return the answer to a request that was refused."""
    if request.url.path.startswith(API):
        return problem_of(request, error)
    told = as_sentence(error)
    if request.headers.get("hx-request"):
        return PlainTextResponse(told, error.status)
    if isinstance(error, SignInNeededError):
        if request.method in SAFE_METHODS and name_by_proxy(request) is not None:
            return RedirectResponse(address_by_proxy(page_asked_for(request)), 303)
        return sign_in_page(request, page_asked_for(request), status=error.status)
    if isinstance(error, PasswordChangeNeededError):
        return RedirectResponse(f"{CHANGE}?{urlencode({'goes_on': page_asked_for(request)})}", 303)
    return fault(request, error.status, told)


async def answer_refusal(request: Request, error: Exception) -> Response:
    """Answer a refusal that a route raised."""
    assert isinstance(error, AccessError)
    return refused(request, error)
