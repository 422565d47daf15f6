"""The lockout: after a few failures to sign in, each further one must wait twice as long.

It counts by account and by address, so that neither one account is guessed from many addresses nor many
accounts from one.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from dashboards.access.access_file import AccessFile, moment_text
from dashboards.access.errors import LockedOutError

FREE: Mapping[str, int] = MappingProxyType({"account": 5, "address": 30})  # an office shares one address
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)

_COUNT = """
    INSERT INTO failure VALUES (:kind, :name, 1, :now)
    ON CONFLICT DO UPDATE SET n = n + 1, last_at = :now
"""


class Lockout:
    """How often signing in failed lately."""

    def __init__(self, file: AccessFile) -> None:
        self._file = file

    def count(self, account: str, address: str) -> None:
        """Count an attempt as failed before it is looked at, or refuse it while it must wait.

        Counted first, so that many attempts at the same moment are not all looked at.
        """
        now = self._file.now()
        with self._file.writing() as connection:
            connection.execute("DELETE FROM failure WHERE last_at < ?", (moment_text(now - FORGOTTEN_AFTER),))
            for kind, name in (("account", account), ("address", address)):
                asked = {"kind": kind, "name": name, "now": moment_text(now)}
                found = connection.execute(
                    "SELECT n, last_at FROM failure WHERE kind = :kind AND name = :name", asked
                ).fetchone()
                if found and (wait := _wait(kind, found["n"], found["last_at"], now)):
                    raise LockedOutError(wait)
                connection.execute(_COUNT, asked)

    def clear(self, account: str, address: str) -> None:
        """Forget an account's failures once its owner is in, and take this attempt off the address."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM failure WHERE kind = 'account' AND name = ?", (account,))
            connection.execute(
                "UPDATE failure SET n = max(n - 1, 0) WHERE kind = 'address' AND name = ?", (address,)
            )


def _wait(kind: str, n: int, last_at: str, now: datetime) -> int:
    """Return how many seconds must still pass; 0 for none."""
    beyond = n - FREE[kind]
    if beyond < 0:
        return 0
    wait = min(FIRST_WAIT * 2 ** min(beyond, 20), LONGEST_WAIT)
    left = datetime.fromisoformat(last_at) + wait - now
    return max(0, -(-int(left.total_seconds() * 1000) // 1000))
