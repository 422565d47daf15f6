"""Users, passwords and the lockout: who may come in, and how often one may be wrong."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from access_stage import PASSWORD, MovedClock, access_at, user_in
from running import ran

from dashboards.access.access import Access
from dashboards.access.errors import AccessError, LockedOutError, SignInNeededError, UserError
from dashboards.access.passwords import Cost, fits, hashed
from dashboards.access.places import named_scope
from dashboards.access.visitor import EVERYWHERE, Scope


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def access(tmp_path: Path, clock: MovedClock) -> Access:
    return access_at(tmp_path, clock)


def wrong(access: Access, name: str = "li", address: str = "10.0.0.1", times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(SignInNeededError):
            access.sign_in(name, "not the password", address)


def test_the_first_start_makes_one_administrator_whose_password_is_shown_once(access: Access) -> None:
    password = access.users.add_first_administrator()
    assert password is not None
    assert access.users.add_first_administrator() is None
    (first,) = access.users.all()
    assert (first.name, sorted(first.roles), first.must_change) == ("admin", ["administrator"], True)
    visitor = access.sessions.find(access.sign_in("admin", password, "-"), "-")
    assert visitor is not None
    assert visitor.must_change


def test_a_one_time_password_ends_after_a_week(access: Access, clock: MovedClock) -> None:
    password = access.users.add("li", ["staff"])
    assert password is not None
    clock.move(timedelta(days=7))
    with pytest.raises(SignInNeededError):
        access.sign_in("li", password, "-")


def test_a_changed_password_ends_every_session_and_is_the_only_one(access: Access) -> None:
    user_in(access, "li", "staff")
    before = access.sign_in("li", PASSWORD, "-")
    access.users.change_password("li", PASSWORD, "another courtyard")
    assert access.sessions.find(before, "-") is None
    wrong(access)
    access.sign_in("li", "another courtyard", "-")


@pytest.mark.parametrize(
    "weak", ["short", "x" * 201, "li12345678", "aaaaaaaaaaaaaaa", PASSWORD], ids=lambda word: word[:12]
)
def test_a_weak_password_is_refused(access: Access, weak: str) -> None:
    user_in(access, "li", "staff")
    with pytest.raises(UserError):
        access.users.change_password("li", PASSWORD, weak)


def test_a_name_is_one_however_it_is_typed(access: Access) -> None:
    user_in(access, "Wang Li", "staff")
    access.sign_in("ＷＡＮＧ  li", PASSWORD, "-")
    with pytest.raises(UserError):
        access.users.add("wang li", ["staff"])


def test_a_name_in_chinese_signs_in(access: Access) -> None:
    user_in(access, "王丽", "staff")
    assert access.sign_in("王丽", PASSWORD, "-")


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\x00b", "‮evil"])
def test_a_name_that_cannot_be_seen_is_refused(access: Access, name: str) -> None:
    with pytest.raises(UserError):
        access.users.add(name, ["staff"])
    with pytest.raises(SignInNeededError):
        access.sign_in(name, "anything at all", "-")


def test_the_last_administrator_cannot_be_shut_out(access: Access) -> None:
    user_in(access, "zhao", "administrator")
    with pytest.raises(UserError):
        access.users.disable("zhao")
    with pytest.raises(UserError):
        access.users.change("zhao", ["staff"], EVERYWHERE)
    user_in(access, "qian", "administrator")
    assert access.users.disable("zhao").disabled
    with pytest.raises(UserError):
        access.users.disable("qian")


def test_a_disabled_user_cannot_sign_in_until_enabled(access: Access) -> None:
    user_in(access, "li", "staff")
    access.users.disable("li")
    with pytest.raises(SignInNeededError):
        access.sign_in("li", PASSWORD, "-")
    access.users.enable("li")
    access.sign_in("li", PASSWORD, "-")


def test_an_unknown_name_and_a_wrong_password_are_refused_alike(access: Access) -> None:
    user_in(access, "li", "staff")
    told = []
    for name in ("li", "nobody"):
        with pytest.raises(SignInNeededError) as refused:
            access.sign_in(name, "not the password", "-")
        told.append(str(refused.value))
    assert told[0] == told[1]


def test_after_five_failures_the_wait_doubles(access: Access, clock: MovedClock) -> None:
    user_in(access, "li", "staff")
    wrong(access, times=5)
    waits = []
    for _ in range(4):
        with pytest.raises(LockedOutError) as refused:
            access.sign_in("li", PASSWORD, "10.0.0.1")
        waits.append(refused.value.seconds)
        clock.move(timedelta(seconds=refused.value.seconds))
        wrong(access)
    assert waits == [15, 30, 60, 120]


def test_who_waits_gets_in_and_starts_anew(access: Access, clock: MovedClock) -> None:
    user_in(access, "li", "staff")
    wrong(access, times=5)
    clock.move(timedelta(seconds=15))
    access.sign_in("li", PASSWORD, "10.0.0.1")
    wrong(access, times=4)
    access.sign_in("li", PASSWORD, "10.0.0.1")


def test_one_address_cannot_try_many_accounts(access: Access) -> None:
    for number in range(30):
        wrong(access, f"guess{number}")
    user_in(access, "li", "staff")
    with pytest.raises(LockedOutError):
        access.sign_in("li", PASSWORD, "10.0.0.1")
    access.sign_in("li", PASSWORD, "10.0.0.2")


def test_guesses_at_the_same_moment_are_counted_each(access: Access) -> None:
    user_in(access, "li", "staff")

    def guess(number: int) -> str:
        try:
            access.sign_in("li", f"guess number {number}", f"10.0.1.{number}")
        except AccessError as refused:
            return refused.slug
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(20)))
    assert answers.count("sign-in-needed") == 5
    assert answers.count("too-many-attempts") == 15


def test_an_administrator_lifts_a_lockout_by_a_new_password(access: Access) -> None:
    user_in(access, "li", "staff")
    wrong(access, times=5)
    access.sign_in("li", access.users.reset_password("li"), "10.0.0.1")


def test_every_sign_in_and_every_failure_stands_in_the_audit(access: Access) -> None:
    user_in(access, "li", "staff")
    wrong(access)
    access.sign_in("li", PASSWORD, "10.0.0.1")
    assert [(line.what, line.who, line.address) for line in access.audit.lines()] == [
        ("sign_in", "li", "10.0.0.1"),
        ("sign_in_refused", "li", "10.0.0.1"),
    ]


def test_the_audit_cannot_be_changed_even_by_who_holds_the_file(access: Access, tmp_path: Path) -> None:
    access.audit.add("li", "sign_in", "li", "-")
    with sqlite3.connect(tmp_path / "access.sqlite") as file:
        for deed in ("UPDATE audit SET who = 'wang'", "DELETE FROM audit"):
            with pytest.raises(sqlite3.IntegrityError):
                file.execute(deed)


def test_a_password_is_kept_as_a_dear_hash_under_its_own_salt() -> None:
    one, other = hashed(PASSWORD, Cost()), hashed(PASSWORD, Cost())
    assert one != other
    assert one.startswith("scrypt$32768$3$")
    assert fits(PASSWORD, one, Cost())
    assert not fits(PASSWORD + "s", one, Cost())


def test_places_are_named_in_either_language() -> None:
    assert named_scope(["哈尔滨", "Dalian/沙河口区"]) == Scope.of("harbin", "dalian/沙河口区")
    assert named_scope(["all"]) == EVERYWHERE
    for nothing in ([], ["/"], ["harbin/a/b"]):
        with pytest.raises(UserError):
            named_scope(nothing)


def test_the_terminal_makes_lists_and_disables_users(tmp_path: Path) -> None:
    status, out, _ = ran("user add 王丽 --role staff --place 哈尔滨 --json", tmp_path)
    made = json.loads(out)
    assert status == 0
    assert access_at(tmp_path).users.checked("王丽", made["password"]) is not None
    ran("user add robot --role analyst --place all --machine", tmp_path)
    status, key, _ = ran("user token robot --for 'nightly report' --days 30", tmp_path)
    assert status == 0
    assert access_at(tmp_path).tokens.find(key.strip(), "-") is not None
    assert ran("user revoke 1", tmp_path)[0] == 0
    assert access_at(tmp_path).tokens.find(key.strip(), "-") is None
    assert ran("user disable 王丽", tmp_path)[0] == 0
    _, listed, _ = ran("user list --lang zh", tmp_path)
    assert "已停用" in listed
    assert "哈尔滨" in listed
    assert "nightly report" in listed
    assert ran("user disable nobody", tmp_path)[0] == 1
