"""What stands before every route: the largest size of what is sent, and what browsers are told to hold to."""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.access.errors import AccessError, TooLargeError
from dashboards.access.origin import is_https, refuse_other_sites
from dashboards.access.refusals import refused
from dashboards.access.settings import AccessSettings

FORM_BYTES = 2 * 2**20
UPLOAD_BYTES = 64 * 2**20

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",  # charts are saved as pictures
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
)
_KEPT = "/static"  # what browsers may keep


class Protection:
    """Refuses what is too large or sent by another site, and adds the headers that keep pages safe."""

    def __init__(self, app: ASGIApp, settings: AccessSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request behind the protection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        shielded = _with_headers(send, request, self._settings)
        limit = UPLOAD_BYTES if _is_upload(request.headers) else FORM_BYTES
        try:
            refuse_other_sites(request, self._settings)
            _refuse_large(request.headers, limit)
        except AccessError as error:
            await refused(request, error)(scope, receive, shielded)
            return
        await self._app(scope, _Counted(receive, limit), shielded)


class _Counted:
    """What is sent, counted as it comes, for those who do not say its size before."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._came = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._came += len(message.get("body", b""))
        if self._came > self._limit:
            # one of HTTP's own, since FastAPI takes any other for a body that cannot be read
            raise HTTPException(413, str(_too_large(self._limit)))
        return message


def _is_upload(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("multipart/form-data")


def _refuse_large(headers: Headers, limit: int) -> None:
    told = headers.get("content-length", "0")
    if not told.isdecimal() or int(told) > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(
        "what was sent is too large; at most {mib} MiB are taken at once", mib=limit // 2**20
    )


def _with_headers(send: Send, request: Request, settings: AccessSettings) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if not request.url.path.startswith(_KEPT):
                headers.setdefault("cache-control", "no-store")
            if is_https(request, settings):
                headers.setdefault("strict-transport-security", "max-age=31536000")
        await send(message)

    return sending
