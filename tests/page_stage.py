"""Pages for tests: an application over a small simulated cohort, and visitors signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient

from dashboards.access.access import Access, open_access
from dashboards.access.guards import COOKIE
from dashboards.access.visitor import EVERYWHERE, Scope
from dashboards.app import create_app
from dashboards.engine import Engine
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.storage import Ledger

STAFF, OTHER, ANALYST = "王敏", "李强", "analyst"
SITE = "http://testserver"


def signed_in(access: Access, name: str, *roles: str, scope: Scope = EVERYWHERE) -> dict[str, str]:
    """Return the cookies of a user who is signed in, made if need be."""
    if name not in {user.name for user in access.users.all()}:
        access.users.add(name, roles, scope, with_password=False)
    return {COOKIE: access.begin(name, "testclient", by="password")}


class Browser:
    """A visitor's browser without a window: it keeps cookies and sends forms as pages do."""

    def __init__(self, client: TestClient, access: Access, cookies: dict[str, str]) -> None:
        self.client = client
        self._access = access
        self.client.cookies.update(cookies)
        self.client.headers["accept-language"] = "en"
        found = access.sessions.find(cookies[COOKIE], "testclient")
        assert found is not None
        self.csrf = found.csrf

    def get(self, address: str, lang: str = "en", **headers: str) -> str:
        """Return a page's text, which must be there."""
        answer = self.client.get(address, headers={"accept-language": lang, **headers})
        assert answer.status_code == 200, answer.text[:2000]
        text: str = answer.text
        return text

    def told(self, address: str, **parameters: str) -> dict[str, object]:
        """Return what a page says to machines."""
        answer = self.client.get(address, params={"format": "json", **parameters})
        assert answer.status_code == 200, answer.text[:2000]
        found: dict[str, object] = answer.json()
        return found


@contextmanager
def pages(
    data: Path, ledger: Ledger | None = None, *, log: str = "projects", read_only: bool = False
) -> Iterator[TestClient]:
    """Lend a client of an application over the ledger of `data`."""
    opened = ledger or DuckDBLedger(data / "events.duckdb")
    app = create_app(Engine(opened, data, log, read_only))
    try:
        yield TestClient(app, base_url=SITE, follow_redirects=False)
    finally:
        if ledger is None:
            opened.close()


@contextmanager
def browsing(
    data: Path, name: str = STAFF, *roles: str, ledger: Ledger | None = None, log: str = "projects"
) -> Iterator[Browser]:
    """Lend the browser of somebody signed in, by default one of the staff."""
    access = open_access(data)
    with pages(data, ledger, log=log) as client:
        yield Browser(client, access, signed_in(access, name, *(roles or ("staff",))))
