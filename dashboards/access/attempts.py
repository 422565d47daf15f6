"""Attempts to sign in at an identity provider, between being sent there and coming back, each used once."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from dashboards.access.access_file import AccessFile, moment_text
from dashboards.access.sessions import key_hash

LASTS = timedelta(minutes=10)
_ADD = """
    INSERT INTO attempt (key_hash, state, nonce, verifier, goes_on, until)
    VALUES (:key, :state, :nonce, :verifier, :goes_on, :until)
"""
_TAKE = """
    DELETE FROM attempt WHERE key_hash = :key AND state = :state AND until > :now
    RETURNING state, nonce, verifier, goes_on
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What must come back from the provider, and the page that was asked for."""

    state: str
    nonce: str
    verifier: str
    goes_on: str


class Attempts:
    """The attempts that are under way."""

    def __init__(self, file: AccessFile) -> None:
        self._file = file

    def begin(self, goes_on: str) -> tuple[str, Attempt]:
        """Return the key for the browser's cookie, and the attempt that is bound to it."""
        key = secrets.token_urlsafe(32)
        state, nonce, verifier = (secrets.token_urlsafe(size) for size in (32, 32, 48))
        now = self._file.now()
        row = {
            "key": key_hash(key),
            "state": state,
            "nonce": nonce,
            "verifier": verifier,
            "goes_on": goes_on,
            "until": moment_text(now + LASTS),
        }
        with self._file.writing() as connection:
            connection.execute("DELETE FROM attempt WHERE until <= ?", (moment_text(now),))
            connection.execute(_ADD, row)
        return key, Attempt(state, nonce, verifier, goes_on)

    def take(self, key: str, state: str) -> Attempt | None:
        """Return the attempt of a browser that comes back, which is then over; None for any other."""
        asked = {"key": key_hash(key), "state": state, "now": moment_text(self._file.now())}
        with self._file.writing() as connection:
            row = connection.execute(_TAKE, asked).fetchone()
        return Attempt(*row) if row else None
