"""The administrator's pages: users and tokens are let in and out, and the audit tells of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from access_stage import access_at, signed_in, user_in
from starlette.testclient import TestClient

from dashboards.access.access import Access
from dashboards.access.visitor import Scope
from dashboards.app import create_app
from dashboards.engine import Engine
from eventlogs.ledger.duckdb_ledger import DuckDBLedger


@pytest.fixture
def access(tmp_path: Path) -> Access:
    access = access_at(tmp_path)
    user_in(access, "zhao", "administrator")
    return access


@pytest.fixture
def client(access: Access, ledger: DuckDBLedger, tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(Engine(ledger, tmp_path), access)
    with TestClient(app, follow_redirects=False, headers={"accept-language": "en"}) as client:
        client.headers.update(signed_in(client, access, "zhao"))
        yield client


def test_a_user_is_added_and_the_password_shown_once(client: TestClient, access: Access) -> None:
    form = {"name": "王敏", "roles": ["staff", "analyst"], "places": "哈尔滨/南岗区，Dalian"}
    page = client.post("/users", data=form)
    assert page.status_code == 201
    password = page.text.partition('secret">')[2].partition("<")[0]
    user = access.users.checked("王敏", password)
    assert user is not None
    assert sorted(user.roles) == ["analyst", "staff"]
    assert user.scope == Scope.of("harbin/南岗区", "dalian")
    assert password not in client.get("/users").text


def test_a_wrong_entry_keeps_what_was_typed(client: TestClient) -> None:
    page = client.post("/users", data={"name": "王敏", "places": "哈尔滨"})
    assert page.status_code == 422
    assert "one or more roles" in page.text
    assert 'value="王敏"' in page.text
    assert 'value="哈尔滨"' in page.text


def test_a_user_is_changed_disabled_enabled_and_given_a_new_password(
    client: TestClient, access: Access
) -> None:
    user_in(access, "li", "staff")
    changed = client.post("/users/li/change", data={"roles": ["auditor"], "places": "all"})
    assert (changed.status_code, sorted(access.users.named("li").roles)) == (303, ["auditor"])
    client.post("/users/li/disable")
    assert access.users.named("li").disabled
    client.post("/users/li/enable")
    assert not access.users.named("li").disabled
    assert 'secret">' in client.post("/users/li/reset").text
    assert access.users.named("li").must_change


def test_the_last_administrator_stays(client: TestClient, access: Access) -> None:
    page = client.post("/users/zhao/disable")
    assert (page.status_code, "last administrator" in page.text) == (422, True)
    assert not access.users.named("zhao").disabled


def test_a_token_is_revoked(client: TestClient, access: Access) -> None:
    number, key = access.tokens.make("zhao", "report")
    assert client.post(f"/users/tokens/{number}/revoke").status_code == 303
    assert access.tokens.find(key, "-") is None


@pytest.mark.parametrize("number", [7, -1, 10**40])
def test_a_token_that_is_not_there_is_not_revoked(client: TestClient, number: int) -> None:
    page = client.post(f"/users/tokens/{number}/revoke")
    assert (page.status_code, f"no token {number}" in page.text) == (422, True)


def test_the_audit_shows_who_let_whom_in_from_where(client: TestClient, access: Access) -> None:
    client.post("/users", data={"name": "王敏", "roles": ["staff"], "places": "哈尔滨"})
    page = client.get("/audit", params={"what": "user_added"}).text
    for word in ("zhao", "added a user", "王敏", "testclient", "roles staff; places Harbin"):
        assert word in page
    assert "角色 工作人员；地区 哈尔滨" in client.get("/audit?lang=zh").text
    access.audit.add("zhao", "document_taken", "harbin-001", "-", name="纪要.pdf", digest="ab12")
    assert "文件 纪要.pdf；摘要 ab12" in client.get("/audit?lang=zh").text
    client.get("/audit?lang=en")
    assert "signed in" not in page.partition("<tbody>")[2]
    assert "王敏" in client.get("/audit?format=csv&table=audit").text
    older = client.get("/audit", params={"before": 1}).text
    assert "There is nothing to show" in older
