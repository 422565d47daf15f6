"""The files that pages need, each under an address that changes with its content, so browsers may keep it."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(str(files("dashboards") / "static"))
_FOREVER = "public, max-age=31536000, immutable"


@cache
def asset(name: str) -> str:
    """Return the address of a file of `static/`.

    >>> asset("app.css").startswith("/static/app.css?v=")
    True
    """
    mark = sha256((FOLDER / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={mark}"


class KeptFiles(StaticFiles):
    """`static/`, with leave to keep what is asked for by its mark or never changes."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file."""
        response = await super().get_response(path, scope)
        if b"v=" in scope["query_string"] or path.endswith(".woff2"):
            response.headers["cache-control"] = _FOREVER
        return response


def static_files() -> StaticFiles:
    """Return the application that hands the files out."""
    return KeptFiles(directory=FOLDER)
