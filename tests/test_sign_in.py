"""Signing in, out, and choosing a password, as a browser does it."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from access_stage import PASSWORD, MovedClock, access_at, user_in
from running import ran
from starlette.testclient import TestClient

from dashboards.access.access import Access
from dashboards.access.guards import COOKIE, SECURE_COOKIE
from dashboards.app import create_app
from dashboards.engine import Engine
from eventlogs.ledger.duckdb_ledger import DuckDBLedger

HOST = "testserver.local"  # as the client's cookies know `testserver`


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def access(tmp_path: Path, clock: MovedClock) -> Access:
    access = access_at(tmp_path, clock)
    user_in(access, "li", "staff")
    return access


@pytest.fixture
def client(access: Access, ledger: DuckDBLedger, tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(Engine(ledger, tmp_path), access)
    with TestClient(app, follow_redirects=False, headers={"accept-language": "en"}) as client:
        yield client


def entered(client: TestClient, name: str = "li", password: str = PASSWORD, **more: str) -> int:
    status: int = client.post("/sign-in", data={"name": name, "password": password, **more}).status_code
    return status


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_page_that_needs_signing_in_shows_the_form_and_is_gone_on_to(client: TestClient) -> None:
    page = client.get("/glossary?a=1")
    assert page.status_code == 401
    assert 'action="/sign-in"' in page.text
    assert 'name="goes_on" value="/glossary?a=1"' in page.text
    answer = client.post("/sign-in", data={"name": "li", "password": PASSWORD, "goes_on": "/glossary?a=1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/glossary?a=1")
    assert client.get("/glossary").status_code == 200


def test_the_form_speaks_chinese(client: TestClient) -> None:
    assert "登录" in client.get("/glossary?lang=zh").text


def test_a_wrong_password_says_so_and_keeps_the_name(client: TestClient) -> None:
    page = client.post("/sign-in", data={"name": "li", "password": "wrong", "goes_on": "/glossary"})
    assert page.status_code == 401
    assert "do not fit together" in page.text
    assert 'value="li"' in page.text
    assert 'value="/glossary"' in page.text
    assert "wrong" not in page.text
    assert COOKIE not in client.cookies


def test_a_name_is_shown_as_text_never_as_markup(client: TestClient) -> None:
    page = client.post("/sign-in", data={"name": '"><script>alert(1)</script>', "password": "x"})
    assert "<script>alert" not in page.text


def test_too_many_failures_are_told_with_the_wait(client: TestClient) -> None:
    for _ in range(5):
        assert entered(client, password="wrong") == 401
    page = client.post("/sign-in", data={"name": "li", "password": PASSWORD})
    assert page.status_code == 429
    assert page.headers["retry-after"] == "15"
    assert "15 seconds" in page.text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\/evil.example", "javascript:alert(1)",
     "/\t/evil.example", "/sign-out"],
)  # fmt: skip
def test_after_signing_in_nobody_is_sent_elsewhere(client: TestClient, elsewhere: str) -> None:
    answer = client.post("/sign-in", data={"name": "li", "password": PASSWORD, "goes_on": elsewhere})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_session_that_was_there_before_signing_in_is_worth_nothing_after(
    client: TestClient, access: Access
) -> None:
    planted = access.sessions.begin("li", "attacker")
    client.cookies.set(COOKIE, planted, HOST)
    assert entered(client) == 303
    assert client.cookies[COOKIE] != planted
    assert access.sessions.find(planted, "-") is None
    client.cookies.clear()
    client.cookies.set(COOKIE, "a key of the attacker's own choice", HOST)
    assert entered(client) == 303
    assert access.sessions.find("a key of the attacker's own choice", "-") is None


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client: TestClient) -> None:
    answer = client.post("/sign-in", data={"name": "li", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie.replace(COOKIE, "")


def test_under_https_the_cookie_is_secure_and_bound_to_the_host(
    access: Access, ledger: DuckDBLedger, tmp_path: Path
) -> None:
    app = create_app(Engine(ledger, tmp_path), access)
    with TestClient(app, base_url="https://retrofit.example", follow_redirects=False) as client:
        answer = client.post("/sign-in", data={"name": "li", "password": PASSWORD})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(f"{SECURE_COOKIE}=")
        assert "; Secure" in cookie
        assert "strict-transport-security" in answer.headers


def test_signing_out_ends_the_session_for_whoever_has_its_key(client: TestClient, access: Access) -> None:
    assert entered(client) == 303
    key = client.cookies[COOKIE]
    assert client.post("/sign-out").status_code == 403
    answer = client.post("/sign-out", data={"csrf": csrf_of(client.get("/account").text)})
    assert answer.status_code == 303
    assert access.sessions.find(key, "-") is None
    assert client.get("/glossary").status_code == 401


def test_the_first_administrator_must_choose_a_password_and_then_goes_on(
    client: TestClient, access: Access
) -> None:
    access.users.disable("li")
    once = access.users.reset_password("li")
    access.users.enable("li")
    answer = client.post("/sign-in", data={"name": "li", "password": once, "goes_on": "/glossary"})
    assert answer.headers["location"] == "/account/password?goes_on=%2Fglossary"
    assert client.get("/glossary").status_code == 303
    page = client.get("/account/password?goes_on=/glossary").text
    form = {"csrf": csrf_of(page), "old": once, "goes_on": "/glossary"}
    wrong = client.post("/account/password", data=form | {"new": "a long sentence", "again": "another one"})
    assert (wrong.status_code, "two different ways" in wrong.text) == (422, True)
    before = client.cookies[COOKIE]
    done = client.post(
        "/account/password", data=form | {"new": "a long sentence", "again": "a long sentence"}
    )
    assert (done.status_code, done.headers["location"]) == (303, "/glossary")
    assert client.cookies[COOKIE] != before
    assert client.get("/glossary").status_code == 200


def test_the_present_password_cannot_be_guessed_from_a_session_left_open(client: TestClient) -> None:
    assert entered(client) == 303
    form = {
        "csrf": csrf_of(client.get("/account").text),
        "new": "a long sentence",
        "again": "a long sentence",
    }
    answers = [
        client.post("/account/password", data=form | {"old": f"guess {n}"}).status_code for n in range(7)
    ]
    assert answers == [422] * 5 + [429] * 2


def test_an_expired_session_asks_to_sign_in_and_comes_back_to_the_form(
    client: TestClient, clock: MovedClock
) -> None:
    assert entered(client) == 303
    csrf = csrf_of(client.get("/account").text)
    clock.move(timedelta(hours=3))
    page = client.post(
        "/account/password", data={"csrf": csrf}, headers={"referer": "http://testserver/account?tab=1"}
    )
    assert page.status_code == 401
    assert 'name="goes_on" value="/account?tab=1"' in page.text


def test_a_part_of_a_page_is_refused_in_a_word(client: TestClient) -> None:
    part = client.get("/glossary", headers={"hx-request": "true"})
    assert (part.status_code, "<" in part.text) == (401, False)


def test_the_terminal_shows_the_first_password_once(tmp_path: Path) -> None:
    from io import StringIO

    from dashboards.access.first_start import access_at_start
    from eventlogs.console import TerminalConsole

    told = StringIO()
    access_at_start(tmp_path, TerminalConsole(told, told))
    password = re.search(r"password (\S+)", told.getvalue())
    assert password is not None
    assert access_at(tmp_path).users.checked("admin", password[1]) is not None
    again = StringIO()
    access_at_start(tmp_path, TerminalConsole(again, again))
    assert again.getvalue() == ""
    assert "admin" in ran("user list", tmp_path)[1]


def test_sessions_of_a_file_of_an_earlier_engine_go_on(tmp_path: Path) -> None:
    access = access_at(tmp_path)
    user_in(access, "li", "staff")
    key = access.begin("li", "test", by="password")
    with closing(sqlite3.connect(tmp_path / "access.sqlite")) as file:
        file.execute("ALTER TABLE session DROP COLUMN began_by")
    found = access_at(tmp_path).sessions.find(key, "test")
    assert found is not None
    assert found.name == "li"
