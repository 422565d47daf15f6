"""Sessions: a browser that is signed in, known by a random key of which the file keeps only the hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from dashboards.access.access_file import AccessFile, moment_text
from dashboards.access.users import roles_of, scope_of
from dashboards.access.visitor import Visitor

Proof = Literal["password", "provider", "proxy"]  # what proved who somebody is
_SEEN_EVERY = timedelta(minutes=1)  # how exactly the last use is known, so that most requests write nothing
_FIND = """
    SELECT name, roles, places, must_change, csrf, seen_at, began_by FROM session JOIN user USING (user_id)
    WHERE key_hash = :key AND began_at > :oldest AND seen_at > :quietest AND NOT disabled
"""
_ADD = """
    INSERT INTO session (key_hash, user_id, csrf, address, began_at, seen_at, began_by)
    SELECT :key, user_id, :csrf, :address, :now, :now, :by FROM user WHERE name = :name AND NOT disabled
"""
_SWEEP = "DELETE FROM session WHERE began_at <= :oldest OR seen_at <= :quietest"


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session lasts: unused, and at all."""

    unused: timedelta = timedelta(hours=2)
    at_all: timedelta = timedelta(hours=12)


class Sessions:
    """The browsers that are signed in."""

    def __init__(self, file: AccessFile, lasting: Lasting) -> None:
        self._file = file
        self._lasting = lasting

    def begin(self, name: str, address: str, by: Proof = "password") -> str:
        """Sign a user in and return the key for the cookie; never one that was shown before."""
        key, now = secrets.token_urlsafe(32), self._file.now()
        row = {
            "key": key_hash(key),
            "csrf": secrets.token_urlsafe(32),
            "address": address,
            "now": moment_text(now),
            "name": name,
            "by": by,
        }
        with self._file.writing() as connection:
            connection.execute(_SWEEP, self._ends())
            connection.execute(_ADD, row)
        return key

    def find(self, key: str, address: str, *, touching: bool = True) -> Visitor | None:
        """Return who holds the session of `key`, unless it has ended; `touching` counts as a use of it."""
        asked = {"key": key_hash(key), **self._ends()}
        with self._file.reading() as connection:
            row = connection.execute(_FIND, asked).fetchone()
        if row is None:
            return None
        now = self._file.now()
        if touching and row["seen_at"] <= moment_text(now - _SEEN_EVERY):
            with self._file.writing() as connection:
                seen = (moment_text(now), asked["key"])
                connection.execute("UPDATE session SET seen_at = ? WHERE key_hash = ?", seen)
        return Visitor(
            row["name"],
            roles_of(row["roles"]),
            scope_of(row["places"]),
            row["csrf"],
            must_change=bool(row["must_change"]) and row["began_by"] == "password",
            by_proxy=row["began_by"] == "proxy",
            address=address,
        )

    def end(self, key: str) -> None:
        """End a session."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM session WHERE key_hash = ?", (key_hash(key),))

    def _ends(self) -> dict[str, str]:
        now = self._file.now()
        return {
            "oldest": moment_text(now - self._lasting.at_all),
            "quietest": moment_text(now - self._lasting.unused),
        }


def key_hash(key: str) -> bytes:
    """Return what the file keeps of a key; a plain hash, since the key is random and long."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
