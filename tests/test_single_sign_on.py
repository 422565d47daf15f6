"""Signing in by an identity provider or by a proxy's word, and all that must not get anybody in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from access_stage import access_at, user_in
from identity_provider import CLIENT, SECRET, IdentityProvider, identity_provider
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from dashboards.access.errors import AccessSettingsError
from dashboards.access.settings import read_settings
from dashboards.access.visitor import EVERYWHERE
from dashboards.app import create_app
from dashboards.engine import Engine
from eventlogs.ledger.duckdb_ledger import DuckDBLedger

PROXY = "10.0.0.5"


@contextmanager
def served(data: Path, ledger: DuckDBLedger, settings: str, *, peer: str = PROXY) -> Iterator[TestClient]:
    """Lend a client of an application with these settings, whose requests come from `peer`."""
    (data / "access.toml").write_text(settings, "utf-8")
    access = access_at(data)
    user_in(access, "li", "staff")
    user_in(access, "王敏", "staff")
    app = create_app(Engine(ledger, data), access)
    headers = {"accept-language": "en"}
    with TestClient(app, follow_redirects=False, client=(peer, 1), headers=headers) as client:
        yield client


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as lent:
        yield lent


@pytest.fixture
def client(provider: IdentityProvider, ledger: DuckDBLedger, tmp_path: Path) -> Iterator[TestClient]:
    settings = f"""
        [site]
        address = "http://testserver"
        [oidc]
        issuer = "{provider.issuer}"
        client_id = "{CLIENT}"
        client_secret = "{SECRET}"
    """
    with served(tmp_path, ledger, settings) as lent:
        yield lent


def sent_there(client: TestClient, goes_on: str = "/glossary") -> str:
    """Return where a browser is sent to sign in."""
    answer = client.get("/sign-in/provider", params={"goes_on": goes_on})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_who_the_provider_names_is_signed_in_and_goes_on(
    client: TestClient, provider: IdentityProvider
) -> None:
    page = client.get("/glossary?a=1")
    assert "/sign-in/provider?goes_on=%2Fglossary%3Fa%3D1" in page.text
    back = provider.authorize(sent_there(client, "/glossary?a=1"))
    answer = client.get(back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/glossary?a=1")
    assert client.get("/account").status_code == 200


def test_the_provider_is_asked_with_a_challenge_a_state_and_a_nonce(client: TestClient) -> None:
    asked = parse_qs(urlsplit(sent_there(client)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"code_challenge", "state", "nonce"} <= asked.keys()
    again = parse_qs(urlsplit(sent_there(client)).query)
    assert all(asked[part] != again[part] for part in ("code_challenge", "state", "nonce"))


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another site"},
        {"nonce": "of another attempt"},
        {"exp": 1},
        {"preferred_username": 17},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_token_that_is_not_for_this_attempt_lets_nobody_in(
    client: TestClient, provider: IdentityProvider, changed: dict[str, object]
) -> None:
    provider.changed = changed
    answer = client.get(provider.authorize(sent_there(client)))
    assert answer.status_code == 502
    assert client.get("/account").status_code == 401


def test_a_token_signed_by_somebody_else_lets_nobody_in(
    client: TestClient, provider: IdentityProvider
) -> None:
    provider.signing = RSAKey.generate_key(2048, {"kid": "one"})
    assert client.get(provider.authorize(sent_there(client))).status_code == 502


def test_a_browser_that_was_not_sent_there_is_not_signed_in(
    client: TestClient, provider: IdentityProvider
) -> None:
    back = provider.authorize(sent_there(client))
    client.cookies.clear()
    answer = client.get(back)
    assert (answer.status_code, "did not come to an end" in answer.text) == (401, True)


def test_an_attempt_is_good_once_and_for_its_own_state(
    client: TestClient, provider: IdentityProvider
) -> None:
    back = provider.authorize(sent_there(client))
    assert client.get("/sign-in/provider/back?state=guessed&code=code-0").status_code == 401
    back = provider.authorize(sent_there(client))
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 401


def test_who_is_no_user_here_is_told_so(client: TestClient, provider: IdentityProvider) -> None:
    provider.name = "somebody"
    answer = client.get(provider.authorize(sent_there(client)))
    assert (answer.status_code, "somebody is no user here" in answer.text) == (401, True)


def test_a_provider_that_does_not_answer_leaves_the_password(tmp_path: Path, ledger: DuckDBLedger) -> None:
    settings = """
        [site]
        address = "http://testserver"
        [oidc]
        issuer = "http://127.0.0.1:9"
        client_id = "retrofit"
    """
    with served(tmp_path, ledger, settings) as client:
        answer = client.get("/sign-in/provider")
        assert answer.status_code == 502
        assert 'name="password"' in answer.text


HEADER = f"""
    [proxy]
    addresses = ["{PROXY}"]
    [header]
    name = "X-Remote-User"
"""


def test_whom_the_proxy_names_is_signed_in(tmp_path: Path, ledger: DuckDBLedger) -> None:
    with served(tmp_path, ledger, HEADER) as client:
        named = {b"X-Remote-User": "王敏".encode()}
        sent = client.get("/glossary", headers=named)
        assert sent.headers["location"] == "/sign-in/proxy?goes_on=%2Fglossary"
        assert client.get(sent.headers["location"], headers=named).headers["location"] == "/glossary"
        assert "王敏" in client.get("/account", headers=named).text


def test_the_header_of_anybody_else_is_not_believed(tmp_path: Path, ledger: DuckDBLedger) -> None:
    with served(tmp_path, ledger, HEADER, peer="10.0.0.66") as client:
        forged = {"X-Remote-User": "li", "X-Forwarded-For": PROXY}
        assert client.get("/glossary", headers=forged).status_code == 401
        assert client.get("/sign-in/proxy", headers=forged).status_code == 401
        assert client.get("/glossary", headers=forged).status_code == 401


def test_without_the_setting_no_header_signs_anybody_in(tmp_path: Path, ledger: DuckDBLedger) -> None:
    with served(tmp_path, ledger, f'[proxy]\naddresses = ["{PROXY}"]\n') as client:
        for name in ("X-Remote-User", "Remote-User", "X-Forwarded-User"):
            assert client.get("/sign-in/proxy", headers={name: "li"}).status_code == 401


def test_a_session_does_not_outlive_the_change_of_user_at_the_proxy(
    tmp_path: Path, ledger: DuckDBLedger
) -> None:
    with served(tmp_path, ledger, HEADER) as client:
        client.get("/sign-in/proxy", headers={"X-Remote-User": "li"})
        assert client.get("/account", headers={"X-Remote-User": "li"}).status_code == 200
        other = {b"X-Remote-User": "王敏".encode()}
        assert client.get("/account", headers=other).status_code == 303


def test_a_session_does_not_outlive_the_sign_out_at_the_proxy(tmp_path: Path, ledger: DuckDBLedger) -> None:
    with served(tmp_path, ledger, HEADER) as client:
        client.get("/sign-in/proxy", headers={"X-Remote-User": "li"})
        assert client.get("/account", headers={"X-Remote-User": "li"}).status_code == 200
        assert client.get("/account").status_code == 401


def test_whoever_signs_in_elsewhere_needs_no_password_here(tmp_path: Path, ledger: DuckDBLedger) -> None:
    with served(tmp_path, ledger, HEADER) as client:
        access_at(tmp_path).users.add("zhao", ("staff",), EVERYWHERE)  # with a one-time password
        named = {"X-Remote-User": "zhao"}
        client.get("/sign-in/proxy", headers=named)
        page = client.get("/glossary", headers=named)
        assert page.status_code == 200


def test_where_a_request_came_from_is_what_trusted_proxies_say(tmp_path: Path, ledger: DuckDBLedger) -> None:
    with served(tmp_path, ledger, HEADER) as client:
        told = {"X-Forwarded-For": "1.2.3.4, 192.168.7.7, 10.0.0.5"}
        client.post("/sign-in", data={"name": "li", "password": "wrong"}, headers=told)
        audit = client.app.state.access.audit  # type: ignore[attr-defined]
        assert audit.lines(what="sign_in_refused")[0].address == "192.168.7.7"
    (tmp_path / "other").mkdir()
    with served(tmp_path / "other", ledger, HEADER, peer="10.0.0.66") as client:
        client.post("/sign-in", data={"name": "li", "password": "wrong"}, headers=told)
        audit = client.app.state.access.audit  # type: ignore[attr-defined]
        assert audit.lines(what="sign_in_refused")[0].address == "10.0.0.66"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("[site", "cannot be read"),
        ("[nonsense]\n", "nonsense"),
        ('[site]\naddress = "retrofit.example"\n', "https://retrofit.example"),
        ('[site]\naddress = "https://retrofit.example/path"\n', "https://retrofit.example"),
        ('[proxy]\naddresses = ["10.0.0.0/8"]\n', "single machines"),
        ('[proxy]\naddress = "10.0.0.5"\n', "it also has: address"),
        ("[session]\nhours = 0\n", "number of hours"),
        ('[session]\nhours = "12"\n', "number of hours"),
        ('[header]\nname = "X-Remote-User"\n', "from a proxy only"),
        ('[oidc]\nissuer = "https://id.example"\nclient_id = "a"\n', "needs [site] address"),
        ('[site]\naddress = "https://a.b"\n[oidc]\nissuer = "https://id.example"\n', "needs client_id"),
        ('[site]\naddress = "https://a.b"\n[oidc]\nissuer = "http://id.x"\nclient_id = "a"\n', "https://"),
    ],
)
def test_settings_that_would_not_hold_are_refused_with_what_is_right(
    tmp_path: Path, settings: str, told: str
) -> None:
    (tmp_path / "access.toml").write_text(settings, "utf-8")
    with pytest.raises(AccessSettingsError) as refused:
        read_settings(tmp_path)
    assert told in str(refused.value)
    assert "access.toml" in str(refused.value)
