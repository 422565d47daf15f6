"""Every route of the application, with every role and scope and with none: what each may see."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from api_stage import NAMES, NANGANG, PLACES, ROLES, SCOPES, Office, office
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.testclient import TestClient

from dashboards.access.guards import COOKIE, Allowed, OpenToAll
from dashboards.access.origin import SAFE_METHODS
from dashboards.api.acts import PROJECT_ACTS, WORK_ITEM_ACTS

pytestmark = pytest.mark.xdist_group("routes")
TRUTH: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "data/routes.toml").read_text("utf-8")
)
USUAL = {
    "project": NANGANG,
    "activity": "publicise_policy",
    "occurrence": "1",
    "digest": sha256(b"%PDF-1.7 evidence").hexdigest(),
    "item": f"{NANGANG}/publicise_policy/1",
    "log": "projects",
}
REFUSED = frozenset({401, 403, 404, 405})
FILES = "/static"  # what every visitor's browser needs, the stranger's too


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office")) as lent:
        yield lent


@pytest.fixture(scope="module")
def client(at: Office) -> Iterator[TestClient]:
    with TestClient(at.app, follow_redirects=False) as lent:
        yield lent


@dataclass(frozen=True)
class Asking:
    """Somebody asking for a route."""

    role: str
    scope: str

    @property
    def sees_the_project(self) -> bool:
        return SCOPES[self.scope].covers(*PLACES[NANGANG])


EVERYBODY = [Asking(role, scope) for role in ROLES for scope in SCOPES]
EXAMPLES = {
    **{f"POST /api/v1/projects/{{project}}/{act.word}": act.example for act in PROJECT_ACTS},
    **{
        f"POST /api/v1/projects/{{project}}/work-items/{{activity}}/{{occurrence}}/{act.word}": act.example
        for act in WORK_ITEM_ACTS
    },
}


def routes(at: Office) -> Iterator[tuple[str, RouteContext]]:
    for route in iter_route_contexts(at.app.routes):
        for method in sorted(route.methods or {"GET"}):
            if route.path != FILES and method != "HEAD":
                yield f"{method} {route.path}", route


def address_of(route: str) -> tuple[str, str]:
    """Return method and filled address of a route."""
    method, _, path = route.partition(" ")
    fills = USUAL | TRUTH[route].get("with", {})
    return method, re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: str(fills[found[1]]), path)


def asked(at: Office, client: TestClient, route: str, asking: Asking | None) -> Any:
    """Return the answer that somebody, or nobody, gets."""
    method, address = address_of(route)
    client.cookies.clear()
    headers = {"accept-language": "en"}
    if asking is not None:
        key = at.access.sessions.begin(at.user(asking.role, asking.scope), "test")
        visitor = at.access.sessions.find(key, "test")
        assert visitor is not None
        headers |= {"x-csrf-token": visitor.csrf, "cookie": f"{COOKIE}={key}"}
    sends = method not in SAFE_METHODS and address.startswith("/api/")
    body = TRUTH[route].get("body", EXAMPLES.get(route, {})) if sends else None
    if TRUTH[route].get("file"):
        return client.request(method, address, headers=headers, files={"file": ("a.pdf", b"%PDF-1.7 a")})
    return client.request(method, address, headers=headers, json=body)


def may(route: str, role: str) -> bool:
    who = TRUTH[route]["who"]
    return who in {"anyone", "everybody"} or role in who.split()


def expected(route: str, asking: Asking) -> set[int]:
    """Return how a refusal must look; empty where it must be none."""
    if not may(route, asking.role):
        return {403}
    if asking.sees_the_project:
        return set()
    if "{project}" in route or "elsewhere" in TRUTH[route]:
        return {TRUTH[route].get("elsewhere", 404)}
    return {404, 200} if "{log}" in route else set()


def hidden_from(route: str, asking: Asking) -> list[str]:
    """Return the numbers and names of projects that an answer may not hold."""
    if TRUTH[route].get("everything"):
        return []
    cases = [case for case, place in PLACES.items() if not SCOPES[asking.scope].covers(*place)]
    return [word for case in cases for word in (case, NAMES[case]) if word not in address_of(route)[1]]


def test_the_truth_names_exactly_the_routes_there_are(at: Office) -> None:
    assert {name for name, _ in routes(at)} == set(TRUTH)


def test_every_route_says_who_may_use_it(at: Office) -> None:
    for name, route in routes(at):
        guards = [one.call for one in route.dependant.dependencies]
        (guard,) = [one for one in guards if isinstance(one, Allowed | OpenToAll)]
        assert isinstance(guard, OpenToAll) == (TRUTH[name]["who"] == "anyone"), name


@pytest.mark.parametrize("route", TRUTH)
def test_a_stranger_gets_in_only_where_anyone_may(at: Office, client: TestClient, route: str) -> None:
    status = asked(at, client, route, None).status_code
    assert (status == 401) == (TRUTH[route]["who"] != "anyone" or TRUTH[route].get("refuses") == 401)


@pytest.mark.parametrize("route", [route for route in TRUTH if "refuses" not in TRUTH[route]])
def test_a_role_and_a_scope_open_what_the_truth_says_and_no_project_elsewhere(
    at: Office, client: TestClient, route: str
) -> None:
    for asking in EVERYBODY:
        if may(route, asking.role) and TRUTH[route].get("stream"):
            continue
        answer = asked(at, client, route, asking)
        refused = expected(route, asking)
        assert answer.status_code < 500, asking
        assert (answer.status_code in refused) if refused else (answer.status_code not in REFUSED), asking
        assert not [word for word in hidden_from(route, asking) if word in answer.text], asking


@pytest.mark.parametrize("route", [route for route in TRUTH if not route.startswith("GET ")])
def test_every_change_from_a_browser_needs_the_secret_of_its_session(
    at: Office, client: TestClient, route: str
) -> None:
    if TRUTH[route]["who"] == "anyone":
        return
    role = next(role for role in ROLES if may(route, role))
    key = at.access.sessions.begin(at.user(role), "test")
    method, address = address_of(route)
    forged = client.request(method, address, headers={"cookie": f"{COOKIE}={key}"}, json={})
    assert forged.status_code == 403
    assert at.access.sessions.find(key, "test") is not None
