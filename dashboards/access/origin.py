"""Where a request comes from: its machine, its address bar, and whether a page of this site sent it."""

import hmac
from urllib.parse import urlsplit

from starlette.requests import Request

from dashboards.access.errors import ForgedRequestError
from dashboards.access.settings import AccessSettings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def is_from_proxy(request: Request, settings: AccessSettings) -> bool:
    """Tell whether a machine whose word is taken sent the request."""
    return request.client is not None and request.client.host in settings.proxies


def address_of(request: Request, settings: AccessSettings) -> str:
    """Return the machine a request came from: what a proxy says, the last that is no proxy itself."""
    nearest = request.client.host if request.client else "-"
    if nearest not in settings.proxies:
        return nearest
    told = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    for address in reversed([one.strip() for one in told]):
        if address and address not in settings.proxies:
            return address[:64]
    return nearest


def is_https(request: Request, settings: AccessSettings) -> bool:
    """Tell whether the browser speaks to us encrypted."""
    told = request.headers.get("x-forwarded-proto") if is_from_proxy(request, settings) else None
    return settings.is_https or (told or request.url.scheme) == "https"


def refuse_other_sites(request: Request, settings: AccessSettings) -> None:
    """Refuse a change that a browser says another site asked for."""
    if request.method in SAFE_METHODS:
        return
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None and fetched not in {"same-origin", "none"}:
        raise _forged()
    origin = request.headers.get("origin")
    if origin is not None and not _is_ours(origin, request, settings):
        raise _forged()


async def refuse_forged(request: Request, csrf: str) -> None:
    """Refuse a change of a signed-in browser that does not carry its session's key, as field or header."""
    shown = request.headers.get(CSRF_HEADER)
    if shown is None and request.headers.get("content-type", "").startswith(_FORMS):
        field = (await request.form()).get(CSRF_FIELD)
        shown = field if isinstance(field, str) else None
    if not hmac.compare_digest((shown or "").encode(), csrf.encode()) or not csrf:
        raise ForgedRequestError(
            "this form is out of date; load the page again and send it once more, what was typed stays"
        )


def _is_ours(origin: str, request: Request, settings: AccessSettings) -> bool:
    if settings.address is not None and origin == settings.address:
        return True
    return urlsplit(origin).netloc == request.headers.get("host")


def _forged() -> ForgedRequestError:
    return ForgedRequestError("this did not come from a page of this site, so nothing was changed")
