"""The session cookie: set and taken away."""

from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import access_of, cookie_name
from dashboards.access.origin import is_https


def keep_session(request: Request, response: Response, key: str) -> None:
    """Give the browser the key of a new session and end the one it had."""
    name, access = cookie_name(request), access_of(request)
    if before := request.cookies.get(name):
        access.sessions.end(before)
    response.set_cookie(
        name,
        key,
        max_age=int(access.settings.lasting.at_all.total_seconds()),
        path="/",
        secure=is_https(request, access.settings),
        httponly=True,
        samesite="lax",  # `strict` would ask who follows a link from a mail to sign in again
    )


def end_session(request: Request, response: Response) -> None:
    """End the session of the browser and take its cookie away."""
    name, access = cookie_name(request), access_of(request)
    if key := request.cookies.get(name):
        access.sessions.end(key)
    secure = is_https(request, access.settings)
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")
