"""The language of each request: chosen on the page, else remembered, else the browser's."""

from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from eventlogs.language import LANGUAGES, Language, speaking

_COOKIE = "lang"
_YEAR = 365 * 86_400


class LanguageChoice:
    """Speaks the reader's language while a request is answered; `?lang=` changes it and is remembered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request in its language."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked, language = _asked(scope), language_of(scope)

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-language", language)
                headers.add_vary_header("cookie")
                if asked:
                    headers.append("set-cookie", f"{_COOKIE}={asked}; Path=/; Max-Age={_YEAR}; SameSite=Lax")
            await send(message)

        with speaking(language):
            await self._app(scope, receive, telling)


def language_of(scope: Scope) -> Language:
    """Return the language of a request."""
    return _asked(scope) or _remembered(Headers(scope=scope))


def _asked(scope: Scope) -> Language | None:
    return _known(QueryParams(scope["query_string"]).get("lang"))


def _known(word: str | None) -> Language | None:
    return next((language for language in LANGUAGES if language == word), None)


def _remembered(headers: Headers) -> Language:
    cookie = SimpleCookie(headers.get("cookie", ""))
    if _COOKIE in cookie and (known := _known(cookie[_COOKIE].value)):
        return known
    wanted = headers.get("accept-language", "").lower()
    chinese, english = wanted.find("zh"), wanted.find("en")
    if chinese < 0:
        return "en" if english >= 0 else "zh"
    return "zh" if english < 0 or chinese < english else "en"
