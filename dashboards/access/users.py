"""The users: who they are, as what they come, which places they may see."""

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards.access.access_file import AccessFile, moment_of, moment_text
from dashboards.access.errors import UserError
from dashboards.access.passwords import Cost, fits, hashed, one_time_password, refuse_weak
from dashboards.access.visitor import EVERYWHERE, ROLES, Role, Scope

FIRST = "admin"  # the first user, an administrator
ONE_TIME_LASTS = timedelta(days=7)
_LONGEST_NAME = 64

_ADD = """
    INSERT INTO user (name, password, must_change, password_until, roles, places, created_at)
    VALUES (:name, :password, :must_change, :password_until, :roles, :places, :created_at)
"""
_CHANGE = "UPDATE user SET roles = :roles, places = :places WHERE name = :name"
_SET_PASSWORD = """
    UPDATE user SET password = :password, must_change = :must_change, password_until = :until
    WHERE name = :name
"""
_OTHER_ADMINISTRATORS = """
    SELECT count(*) FROM user
    WHERE NOT disabled AND name <> :name
        AND EXISTS (SELECT 1 FROM json_each(roles) WHERE value = 'administrator')
"""


@dataclass(frozen=True, slots=True)
class User:
    """A user as the administrator sees them."""

    number: int
    name: str
    roles: frozenset[Role]
    scope: Scope
    disabled: bool
    must_change: bool
    has_password: bool
    created_at: datetime


class Users:
    """Those who may sign in."""

    def __init__(self, file: AccessFile, cost: Cost = Cost()) -> None:  # noqa: B008 - a frozen value
        self._file = file
        self._cost = cost

    def add(
        self, name: str, roles: Iterable[str], scope: Scope = EVERYWHERE, *, with_password: bool = True
    ) -> str | None:
        """Make a user and return the one-time password, to be shown once; None for one without password."""
        plain = plain_name(name)
        password = one_time_password() if with_password else None
        row = {
            "name": plain,
            "password": hashed(password, self._cost) if password else None,
            "must_change": with_password,
            "password_until": self._one_time_until() if with_password else None,
            "roles": json.dumps(sorted(checked_roles(roles))),
            "places": _places(scope),
            "created_at": moment_text(self._file.now()),
        }
        with self._file.writing() as connection:
            try:
                connection.execute(_ADD, row)
            except sqlite3.IntegrityError as error:
                raise UserError("there is a user {name} already; choose another name", name=plain) from error
        return password

    def add_first_administrator(self) -> str | None:
        """Make the administrator of an empty file and return the one-time password; None if there are users.

        Of two processes that start at the same time one makes it.
        """
        if self.all():
            return None
        try:
            return self.add(FIRST, ["administrator"])
        except UserError:
            return None

    def all(self) -> Sequence[User]:
        """Return every user by name, those disabled included."""
        with self._file.reading() as connection:
            return [_user(row) for row in connection.execute("SELECT * FROM user ORDER BY name")]

    def staff(self) -> tuple[str, ...]:
        """Return the names of those who may be given work."""
        return tuple(user.name for user in self.all() if "staff" in user.roles and not user.disabled)

    def named(self, name: str) -> User:
        """Return a user; refuse a name that is nobody's."""
        plain = plain_name(name)
        with self._file.reading() as connection:
            row = connection.execute("SELECT * FROM user WHERE name = ?", (plain,)).fetchone()
        if row is None:
            raise UserError("there is no user {name}; `retrofit user list` shows all", name=plain)
        return _user(row)

    def checked(self, name: str, password: str) -> User | None:
        """Return the user whose password this is; it takes as long to say that it is nobody's."""
        try:
            plain = plain_name(name)
        except UserError:
            plain = ""
        with self._file.reading() as connection:
            row = connection.execute("SELECT * FROM user WHERE name = ?", (plain,)).fetchone()
        kept = row["password"] if row else None
        if not fits(password, kept, self._cost) or row["disabled"]:
            return None
        until = moment_of(row["password_until"])
        if until is not None and until <= self._file.now():
            return None
        return _user(row)

    def change(self, name: str, roles: Iterable[str], scope: Scope) -> User:
        """Give a user other roles and places."""
        user, wanted = self.named(name), checked_roles(roles)
        if "administrator" not in wanted:
            self._refuse_last_administrator(user)
        row = {"name": user.name, "roles": json.dumps(sorted(wanted)), "places": _places(scope)}
        with self._file.writing() as connection:
            connection.execute(_CHANGE, row)
        return self.named(user.name)

    def disable(self, name: str) -> User:
        """Let a user in no longer: sessions end and tokens stop at once; the name stays with its deeds."""
        user = self.named(name)
        self._refuse_last_administrator(user)
        with self._file.writing() as connection:
            connection.execute("UPDATE user SET disabled = 1 WHERE user_id = ?", (user.number,))
            connection.execute("DELETE FROM session WHERE user_id = ?", (user.number,))
        return self.named(user.name)

    def enable(self, name: str) -> User:
        """Let a user in again."""
        user = self.named(name)
        with self._file.writing() as connection:
            connection.execute("UPDATE user SET disabled = 0 WHERE user_id = ?", (user.number,))
        return self.named(user.name)

    def reset_password(self, name: str) -> str:
        """Give a user a one-time password, to be shown once; their sessions end, a lockout is lifted."""
        user, password = self.named(name), one_time_password()
        self._set(user, password, must_change=True)
        return password

    def change_password(self, name: str, old: str, new: str) -> None:
        """Put a user's own new password in place of the old; all their sessions end."""
        user = self.checked(name, old)
        if user is None:
            raise UserError("the present password is not this one")
        if old == new:
            raise UserError("the new password is the old one; choose another")
        refuse_weak(new, user.name)
        self._set(user, new, must_change=False)

    def _set(self, user: User, password: str, *, must_change: bool) -> None:
        row = {
            "name": user.name,
            "password": hashed(password, self._cost),
            "must_change": must_change,
            "until": self._one_time_until() if must_change else None,
        }
        with self._file.writing() as connection:
            connection.execute(_SET_PASSWORD, row)
            connection.execute("DELETE FROM session WHERE user_id = ?", (user.number,))
            connection.execute("DELETE FROM failure WHERE kind = 'account' AND name = ?", (user.name,))

    def _refuse_last_administrator(self, user: User) -> None:
        if "administrator" not in user.roles or user.disabled:
            return
        with self._file.reading() as connection:
            (others,) = connection.execute(_OTHER_ADMINISTRATORS, {"name": user.name}).fetchone()
        if not others:
            raise UserError(
                "{name} is the last administrator; make another one first, or nobody could let people in",
                name=user.name,
            )

    def _one_time_until(self) -> str:
        return moment_text(self._file.now() + ONE_TIME_LASTS)


def plain_name(name: str) -> str:
    """Return a user's name in one form, whichever keyboard wrote it; refuse what cannot be one.

    >>> plain_name("  Ｗang  Li ")
    'wang li'
    """
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    if not plain or len(plain) > _LONGEST_NAME or not plain.isprintable():
        raise UserError("a user's name has 1 to {most} letters that can be seen", most=_LONGEST_NAME)
    return plain


def checked_roles(roles: Iterable[str]) -> frozenset[Role]:
    """Return roles; refuse none at all and words that are not one."""
    asked = frozenset(roles)
    known = frozenset(role for role in ROLES if role in asked)
    if not asked or asked - known:
        raise UserError(
            "a user has one or more roles of {known}; asked for were: {asked}",
            known=", ".join(ROLES),
            asked=", ".join(sorted(asked)) or "–",
        )
    return known


def _places(scope: Scope) -> str | None:
    return None if scope.places is None else json.dumps(sorted(scope.places), ensure_ascii=False)


def scope_of(places: str | None) -> Scope:
    """Return the scope that the file keeps as `places`."""
    return EVERYWHERE if places is None else Scope(frozenset(json.loads(places)))


def roles_of(roles: str) -> frozenset[Role]:
    """Return the roles that the file keeps as `roles`."""
    return frozenset(json.loads(roles))


def _user(row: sqlite3.Row) -> User:
    return User(
        row["user_id"],
        row["name"],
        roles_of(row["roles"]),
        scope_of(row["places"]),
        bool(row["disabled"]),
        bool(row["must_change"]),
        row["password"] is not None,
        datetime.fromisoformat(row["created_at"]),
    )
