"""Passwords, kept as scrypt hashes that carry their own cost, so that it can be raised later."""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass

from dashboards.access.errors import UserError

SHORTEST, LONGEST = 10, 200  # characters
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another
_LENGTH = 32
_MEMORY = 256 * 2**20  # the most that scrypt may take, bytes


@dataclass(frozen=True, slots=True)
class Cost:
    """How dear one guess is: scrypt with block size 8 takes `n` * 1 KiB of memory, `times` over."""

    n: int = 2**15
    times: int = 3


def hashed(password: str, cost: Cost) -> str:
    """Return the hash of a password under a new salt."""
    salt = secrets.token_bytes(16)
    return f"scrypt${cost.n}${cost.times}${_text(salt)}${_text(_scrypt(password, salt, cost))}"


def fits(password: str, kept: str | None, cost: Cost) -> bool:
    """Tell whether `password` is the one kept; where none is kept it takes as long to say no."""
    if kept is None:
        hashed(password, cost)
        return False
    _, n, times, salt, expected = kept.split("$")
    found = _scrypt(password, base64.b64decode(salt), Cost(int(n), int(times)))
    return hmac.compare_digest(found, base64.b64decode(expected))


def one_time_password() -> str:
    """Return a password that can be read aloud, of about 79 bits.

    >>> len(one_time_password())
    19
    """
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def refuse_weak(password: str, name: str) -> None:
    """Refuse a password that is too short, too long, or the user's name over again."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise UserError(
            "a password has {least} to {most} characters; a sentence is easy to remember",
            least=SHORTEST,
            most=LONGEST,
        )
    if name.casefold() in password.casefold() and len(password) < len(name) + SHORTEST:
        raise UserError("a password may not be little more than the user's name; choose another")
    if len(set(password)) < 5:
        raise UserError("a password of so few different characters is guessed at once; choose another")


def _scrypt(password: str, salt: bytes, cost: Cost) -> bytes:
    typed = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(typed, salt=salt, n=cost.n, r=8, p=cost.times, maxmem=_MEMORY, dklen=_LENGTH)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
