"""The guards before every route: who is let in, who is refused and how."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from access_stage import MovedClock, access_at, signed_in, small_app, user_in
from starlette.testclient import TestClient

from dashboards.access.access import Access
from dashboards.access.guards import COOKIE, may_see_project
from dashboards.access.visitor import Scope, Visitor
from dashboards.engine import Engine
from eventlogs.ledger.duckdb_ledger import DuckDBLedger


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def access(tmp_path: Path, clock: MovedClock) -> Access:
    access = access_at(tmp_path, clock)
    user_in(access, "li", "staff")
    user_in(access, "wang", "analyst")
    return access


@pytest.fixture
def client(access: Access, ledger: DuckDBLedger, tmp_path: Path) -> Iterator[TestClient]:
    app = small_app(access, Engine(ledger, tmp_path))
    with TestClient(app, follow_redirects=False) as client:
        yield client


def test_a_stranger_sees_only_what_is_open_to_all(client: TestClient) -> None:
    assert client.get("/open").json() == "a stranger"
    assert client.get("/somebody").status_code == 401
    assert client.get("/api/staff").status_code == 401


def test_a_machine_is_refused_by_a_problem_that_says_how_to_come_in(client: TestClient) -> None:
    refused = client.get("/api/staff")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["www-authenticate"] == "Bearer"
    assert {"type", "title", "status", "detail", "instance"} <= refused.json().keys()


def test_a_role_opens_its_own_pages_and_no_other(client: TestClient, access: Access) -> None:
    signed_in(client, access, "wang")
    assert client.get("/somebody").json() == "wang"
    assert client.get("/staff").status_code == 403
    signed_in(client, access, "li")
    assert client.get("/staff").json() == "li"


def test_a_change_without_the_secret_of_the_session_is_refused(client: TestClient, access: Access) -> None:
    form = signed_in(client, access, "li")
    assert client.post("/staff").status_code == 403
    assert client.post("/staff", headers={"X-CSRF-Token": "guessed"}).status_code == 403
    assert client.post("/staff", headers=form).status_code == 200
    assert client.post("/staff", data={"csrf": form["X-CSRF-Token"]}).status_code == 200
    assert client.post("/staff", files={"csrf": (None, form["X-CSRF-Token"])}).status_code == 200


def test_the_secret_of_another_session_does_not_do(client: TestClient, access: Access) -> None:
    others = signed_in(client, access, "wang")
    signed_in(client, access, "li")
    assert client.post("/staff", headers=others).status_code == 403


@pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_a_change_that_another_site_asks_for_is_refused(
    client: TestClient, access: Access, sent: dict[str, str]
) -> None:
    form = signed_in(client, access, "li")
    assert client.post("/staff", headers=form | sent).status_code == 403
    assert client.post("/open", headers=sent).status_code == 403
    assert client.get("/staff", headers=sent).status_code == 200


def test_a_change_from_a_page_of_ours_is_taken(client: TestClient, access: Access) -> None:
    form = signed_in(client, access, "li")
    ours = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/staff", headers=form | ours).status_code == 200


def test_a_session_ends_when_it_is_not_used(client: TestClient, access: Access, clock: MovedClock) -> None:
    signed_in(client, access, "li")
    for _ in range(3):
        clock.move(timedelta(hours=1, minutes=59))
        assert client.get("/staff").status_code == 200
    clock.move(timedelta(hours=2))
    assert client.get("/staff").status_code == 401


def test_a_session_ends_after_a_day_of_work_however_it_is_used(
    client: TestClient, access: Access, clock: MovedClock
) -> None:
    signed_in(client, access, "li")
    for _ in range(11):
        clock.move(timedelta(hours=1))
        assert client.get("/staff").status_code == 200
    clock.move(timedelta(hours=1))
    assert client.get("/staff").status_code == 401


def test_a_disabled_user_is_out_at_once(client: TestClient, access: Access) -> None:
    signed_in(client, access, "li")
    access.users.disable("li")
    assert client.get("/staff").status_code == 401


def test_a_one_time_password_opens_nothing_else(client: TestClient, access: Access) -> None:
    access.users.reset_password("li")
    signed_in(client, access, "li")
    sent_on = client.get("/somebody")
    assert (sent_on.status_code, sent_on.headers["location"]) == (
        303,
        "/account/password?goes_on=%2Fsomebody",
    )
    assert client.get("/account").status_code == 200


def test_a_token_opens_the_api_and_no_page(client: TestClient, access: Access) -> None:
    _, key = access.tokens.make("li", "nightly report")
    bearer = {"Authorization": f"Bearer {key}"}
    assert client.get("/api/staff", headers=bearer).json() == "li"
    assert client.get("/staff", headers=bearer).status_code == 401


def test_a_token_that_only_reads_changes_nothing(client: TestClient, access: Access) -> None:
    _, reading = access.tokens.make("li", "report")
    _, acting = access.tokens.make("li", "intake", may_act=True)
    assert client.post("/api/staff", headers={"Authorization": f"Bearer {reading}"}).status_code == 403
    assert client.post("/api/staff", headers={"Authorization": f"Bearer {acting}"}).status_code == 200


def test_a_token_ends_by_its_date_and_when_it_is_revoked(
    client: TestClient, access: Access, clock: MovedClock
) -> None:
    _, dated = access.tokens.make("li", "trial", until=clock() + timedelta(days=1))
    number, revoked = access.tokens.make("li", "lost")
    access.tokens.revoke(number)
    assert client.get("/api/staff", headers={"Authorization": f"Bearer {revoked}"}).status_code == 401
    assert client.get("/api/staff", headers={"Authorization": f"Bearer {dated}"}).status_code == 200
    clock.move(timedelta(days=1))
    assert client.get("/api/staff", headers={"Authorization": f"Bearer {dated}"}).status_code == 401


def test_a_wrong_token_is_not_helped_by_a_session(client: TestClient, access: Access) -> None:
    signed_in(client, access, "li")
    assert client.get("/api/staff", headers={"Authorization": "Bearer nothing"}).status_code == 401


def test_neither_cookie_nor_token_nor_password_stands_in_the_file(
    client: TestClient, access: Access, tmp_path: Path
) -> None:
    signed_in(client, access, "li")
    _, token = access.tokens.make("li", "report")
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("access.sqlite*"))
    for secret in (client.cookies[COOKIE], token, "a quiet courtyard"):
        assert secret.encode() not in kept
    assert (tmp_path / "access.sqlite").stat().st_mode & 0o077 == 0


def test_too_much_is_refused_before_it_is_read(client: TestClient, access: Access) -> None:
    form = signed_in(client, access, "li")
    much = b"x" * (3 * 2**20)
    assert client.post("/staff", content=much, headers=form).status_code == 413
    pieces = (much[at : at + 2**16] for at in range(0, len(much), 2**16))
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/staff", content=pieces, headers=sent).status_code == 413


def test_every_answer_tells_browsers_to_run_nothing_foreign(client: TestClient) -> None:
    for path in ("/open", "/staff", "/nothing"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("scope", "city", "district", "seen"),
    [
        (Scope(), None, None, True),
        (Scope.of("harbin"), "harbin", "南岗区", True),
        (Scope.of("harbin"), "dalian", None, False),
        (Scope.of("harbin"), None, None, False),
        (Scope.of("harbin/南岗区"), "harbin", "南岗区", True),
        (Scope.of("harbin/南岗区"), "harbin", "道里区", False),
        (Scope.of("harbin/南岗区"), "harbin", None, False),
        (Scope.of("harbin/南岗区", "dalian"), "dalian", "沙河口区", True),
        (Scope(frozenset()), "harbin", None, False),
    ],
)
def test_a_project_is_seen_by_those_of_its_city_or_district(
    scope: Scope, city: str | None, district: str | None, seen: bool
) -> None:
    visitor = Visitor("li", frozenset({"staff"}), scope)
    assert may_see_project(visitor, city, district) is seen
