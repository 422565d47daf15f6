"""All of access for one data directory, put together once at the start."""

from dataclasses import dataclass
from pathlib import Path

from dashboards.access.access_file import AccessFile, Clock, utc_now
from dashboards.access.attempts import Attempts
from dashboards.access.audit import Audit
from dashboards.access.errors import SignInNeededError, UserError
from dashboards.access.lockout import Lockout
from dashboards.access.passwords import Cost
from dashboards.access.sessions import Proof, Sessions
from dashboards.access.settings import AccessSettings, read_settings
from dashboards.access.tokens import Tokens
from dashboards.access.users import Users, plain_name


@dataclass(frozen=True)
class Access:
    """Who may come in, and the record of what they did."""

    settings: AccessSettings
    users: Users
    sessions: Sessions
    tokens: Tokens
    lockout: Lockout
    attempts: Attempts
    audit: Audit

    def sign_in(self, name: str, password: str, address: str) -> str:
        """Return the key of a new session, or refuse: one sentence for a wrong name and a wrong password."""
        account = _account(name)
        self.lockout.count(account, address)
        user = self.users.checked(name, password)
        if user is None:
            self.audit.add(account, "sign_in_refused", account, address)
            raise SignInNeededError("name and password do not fit together; try again")
        self.lockout.clear(account, address)
        return self.begin(user.name, address, by="password")

    def begin(self, name: str, address: str, *, by: Proof) -> str:
        """Return the key of a new session of a user whose identity is proved; `by` says how."""
        key = self.sessions.begin(name, address, by)
        self.audit.add(name, "sign_in", name, address, by=by)
        return key


def open_access(data: Path, *, now: Clock = utc_now, cost: Cost = Cost()) -> Access:  # noqa: B008 - frozen
    """Return the access of a data directory, whose file is made if there is none."""
    settings = read_settings(data)
    file = AccessFile(data, now)
    return Access(
        settings,
        Users(file, cost),
        Sessions(file, settings.lasting),
        Tokens(file),
        Lockout(file),
        Attempts(file),
        Audit(file),
    )


def _account(name: str) -> str:
    """Return under which name failures count, those of no possible user together."""
    try:
        return plain_name(name)
    except UserError:
        return "-"
