"""Access as the tests use it: cheap hashes, a clock that is moved by hand, a small application behind it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI
from starlette.testclient import TestClient

from dashboards.access.access import Access, open_access
from dashboards.access.guards import COOKIE, allowed, open_to_all
from dashboards.access.passwords import Cost
from dashboards.access.visitor import EVERYWHERE, Scope, Visitor
from dashboards.app import create_app
from dashboards.engine import Engine

CHEAP = Cost(n=2**4, times=1)
PASSWORD = "a quiet courtyard"


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, by: timedelta) -> None:
        self.moment += by


def access_at(data: Path, clock: MovedClock | None = None) -> Access:
    """Return the access of a data directory."""
    return open_access(data, now=clock or MovedClock(), cost=CHEAP)


def user_in(access: Access, name: str, *roles: str, scope: Scope = EVERYWHERE) -> str:
    """Make a user who has chosen a password, and return it."""
    once = access.users.add(name, roles, scope)
    assert once is not None
    access.users.change_password(name, once, PASSWORD)
    return PASSWORD


def signed_in(client: TestClient, access: Access, name: str) -> dict[str, str]:
    """Put a session of a user into a client and return the headers its forms send."""
    key = access.sessions.begin(name, "test")
    client.cookies.set(COOKIE, key)
    visitor = access.sessions.find(key, "test")
    assert visitor is not None
    return {"X-CSRF-Token": visitor.csrf}


def small_app(access: Access, engine: Engine) -> FastAPI:
    """Return the application with a page more for all, one for anybody signed in, and two for staff."""
    app = create_app(engine, access)

    @app.get("/open")
    @app.post("/open")
    def everybody(visitor: Annotated[Visitor | None, Depends(open_to_all)]) -> str:
        return visitor.name if visitor else "a stranger"

    @app.get("/somebody")
    def somebody(visitor: Annotated[Visitor, Depends(allowed())]) -> str:
        return visitor.name

    @app.get("/staff")
    @app.post("/staff")
    @app.get("/api/staff")
    @app.post("/api/staff")
    def staff(visitor: Annotated[Visitor, Depends(allowed("staff"))]) -> str:
        return visitor.name

    return app
