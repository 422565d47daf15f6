"""Tokens: how a machine uses the API as a user, each shown once, ended by its date or by being revoked."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dashboards.access.access_file import AccessFile, moment_of, moment_text, number_to_find
from dashboards.access.errors import UserError
from dashboards.access.sessions import key_hash
from dashboards.access.users import roles_of, scope_of
from dashboards.access.visitor import Visitor

PREFIX = "retrofit_"  # so that scanners of leaked secrets can know one
_ADD = """
    INSERT INTO token (key_hash, user_id, label, may_act, created_at, until)
    SELECT :key, user_id, :label, :may_act, :now, :until FROM user WHERE name = :name AND NOT disabled
    RETURNING token_id
"""
_FIND = """
    SELECT token_id, name, roles, places, may_act FROM token JOIN user USING (user_id)
    WHERE key_hash = :key AND revoked_at IS NULL AND (until IS NULL OR until > :now) AND NOT disabled
"""
_USED = "UPDATE token SET used_at = :now WHERE token_id = :id AND (used_at IS NULL OR used_at < :minute)"
_LIST = """
    SELECT token_id, name, label, may_act, token.created_at, until, revoked_at, used_at
    FROM token JOIN user USING (user_id) ORDER BY token_id
"""
_REVOKE = "UPDATE token SET revoked_at = ? WHERE token_id = ? AND revoked_at IS NULL"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as the administrator sees it; the key itself is nowhere kept."""

    number: int
    user: str
    label: str
    may_act: bool
    created_at: datetime
    until: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None


class Tokens:
    """The tokens of machines."""

    def __init__(self, file: AccessFile) -> None:
        self._file = file

    def make(
        self, name: str, label: str, *, may_act: bool = False, until: datetime | None = None
    ) -> tuple[int, str]:
        """Return number and key of a new token for a user; the key cannot be had again."""
        key = PREFIX + secrets.token_urlsafe(32)
        row = {
            "key": key_hash(key),
            "label": label,
            "may_act": may_act,
            "now": moment_text(self._file.now()),
            "until": moment_text(until) if until else None,
            "name": name,
        }
        with self._file.writing() as connection:
            made = connection.execute(_ADD, row).fetchone()
        if made is None:
            raise UserError("{name} is disabled or nobody; a token needs a user who may come in", name=name)
        return made["token_id"], key

    def find(self, key: str, address: str) -> Visitor | None:
        """Return as whom the bearer of `key` comes; None if it is no token, or no longer."""
        now = self._file.now()
        with self._file.reading() as connection:
            row = connection.execute(_FIND, {"key": key_hash(key), "now": moment_text(now)}).fetchone()
        if row is None:
            return None
        used = {"now": moment_text(now), "minute": moment_text(now.replace(second=0, microsecond=0))}
        with self._file.writing() as connection:
            connection.execute(_USED, used | {"id": row["token_id"]})
        found = Visitor(row["name"], roles_of(row["roles"]), scope_of(row["places"]), address=address)
        return replace(found, may_act=bool(row["may_act"]))

    def all(self) -> Sequence[Token]:
        """Return every token, those revoked included."""
        with self._file.reading() as connection:
            rows = connection.execute(_LIST).fetchall()
        return [
            Token(
                row["token_id"],
                row["name"],
                row["label"],
                bool(row["may_act"]),
                datetime.fromisoformat(row["created_at"]),
                moment_of(row["until"]),
                moment_of(row["revoked_at"]),
                moment_of(row["used_at"]),
            )
            for row in rows
        ]

    def revoke(self, number: int) -> None:
        """End a token at once."""
        with self._file.writing() as connection:
            ended = connection.execute(
                _REVOKE, (moment_text(self._file.now()), number_to_find(number))
            ).rowcount
        if not ended:
            raise UserError("there is no token {number} that could still be revoked", number=number)
