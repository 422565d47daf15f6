"""Odd requests to every route, of the pages and of the API, are answered or refused, never with a fault."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from api_stage import NANGANG, ROLES, Office, office
from counted import Count
from fastapi.routing import iter_route_contexts
from fuzz_values import odd_bytes, odd_tree, odd_value
from fuzzing import Fuzz, fuzzed
from lift_play import good_data, intake
from page_stage import signed_in
from starlette.testclient import TestClient

from dashboards.access.guards import COOKIE
from eventlogs.errors import EventLogError

DAY = date(2024, 6, 3)
pytestmark = pytest.mark.xdist_group("routes")
USUAL = {
    "project": NANGANG,
    "activity": "publicise_policy",
    "occurrence": "1",
    "digest": sha256(b"%PDF-1.7 evidence").hexdigest(),
    "item": f"{NANGANG}/publicise_policy/1",
    "log": "projects",
    "case": NANGANG,
    "name": "王敏",
}
QUERY = (
    *(
        "lang",
        "format",
        "log",
        "q",
        "city",
        "state",
        "page",
        "from",
        "to",
        "with",
        "without",
        "where",
        "level",
    ),
    *(
        "variant",
        "by",
        "measure",
        "case",
        "limit",
        "after",
        "cursor",
        "role",
        "sort",
        "step",
        "arcs",
        "activities",
    ),
)
SKIPPED = {"/sign-out", "/events", "/live"}  # which end the visit, or stream without end


@dataclass(frozen=True)
class Route:
    """One route and one of its methods."""

    path: str
    method: str


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office")) as lent:
        yield lent


def routes(at: Office, *, api: bool) -> list[Route]:
    """Return the routes of the API, or those of the pages."""
    found = []
    for route in iter_route_contexts(at.app.routes):
        path, methods = route.path or "", (route.methods or {"GET"}) - {"HEAD", "OPTIONS"}
        if path.startswith("/api/") == api and not any(part in path for part in SKIPPED):
            found += [Route(path, method) for method in sorted(methods)]
    return found


def address(route: Route, dice: Random) -> str:
    """Return the address of a route with usual or odd parts."""

    def part(match: re.Match[str]) -> str:
        usual = USUAL.get(match[1], "1")
        return quote(usual if dice.random() < 0.7 else str(odd_value(dice))[:300], errors="replace")

    return re.sub(r"{(\w+)(?::\w+)?}", part, route.path)


def query(dice: Random) -> dict[str, str]:
    """Return a few odd parameters."""
    return {dice.choice(QUERY): str(odd_value(dice))[:2000] for _ in range(dice.choice((0, 0, 1, 2, 3)))}


def answered(client: TestClient, route: Route, run: Fuzz, dice: Random, csrf: str = "") -> None:
    """Send one odd request; whatever is refused is refused in a sentence."""
    body = odd_tree(
        dice.choice(
            (good_data("publicise_policy", DAY), intake(), {"data": {"means": "poster"}, "reason": "x"})
        ),
        dice,
    )
    sent: dict[str, Any] = {}
    if route.method in ("POST", "PUT", "PATCH"):
        if csrf:
            fields = body if isinstance(body, dict) else {"odd": body}
            sent["data"] = {str(k): str(v) for k, v in fields.items()} | {"csrf": csrf}
            if dice.random() < 0.2:
                sent["files"] = {"file": (str(odd_value(dice))[:200], odd_bytes(b"%PDF-1.7 x" * 20, dice))}
        else:
            text = json.dumps(body).encode()
            sent["content"] = text if dice.random() < 0.8 else odd_bytes(text, dice)
            sent["headers"] = {"content-type": "application/json"}
    where, asked = address(route, dice), query(dice)
    with run.input(f"{route} {where!r} {asked!r} {sent!r}"):
        answer = client.request(route.method, where, params=asked, **sent)
        assert answer.status_code < 500, answer.text[:500]
        assert "Traceback (most" not in answer.text
        if answer.status_code >= 400:
            raise EventLogError("拒绝 {status}", status=answer.status_code)


def test_an_odd_request_to_the_api_is_answered_or_refused(at: Office, n_inputs: int, count: Count) -> None:
    at.access.users.add("everything", ROLES, with_password=False)
    _, key = at.access.tokens.make("everything", "test", may_act=True)
    all_routes = routes(at, api=True)
    with (
        TestClient(at.app, headers={"authorization": f"Bearer {key}"}, follow_redirects=False) as client,
        fuzzed("API routes", n_inputs, count) as run,
    ):
        for dice in run.dice():
            answered(client, dice.choice(all_routes), run, dice)


def test_an_odd_request_to_a_page_is_answered_or_refused(at: Office, n_inputs: int, count: Count) -> None:
    cookies = signed_in(at.access, "everybody", *ROLES)
    found = at.access.sessions.find(cookies[COOKIE], "testclient")
    assert found is not None
    all_routes = routes(at, api=False)
    with (
        TestClient(at.app, cookies=cookies, follow_redirects=False) as client,
        fuzzed("pages and their forms", n_inputs, count) as run,
    ):
        for dice in run.dice():
            answered(client, dice.choice(all_routes), run, dice, found.csrf)
            client.cookies.clear()
            client.cookies.update(cookies)
