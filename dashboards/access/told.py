"""What the commands about users answer with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.access.tokens import Token
from dashboards.access.users import User
from dashboards.access.visitor import role_word
from eventlogs.language import say
from eventlogs.layout import table
from flows.worklist.listing import local_day


@dataclass(frozen=True, slots=True)
class OneTimePassword:
    """A password that is shown this once."""

    user: str
    password: str

    def as_text(self) -> str:
        """Return the password and what becomes of it."""
        return say(
            "{user} signs in with the one-time password {password} within 7 days and then chooses another",
            user=self.user,
            password=self.password,
        )


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that is shown this once."""

    number: int
    user: str
    key: str
    until: datetime | None

    def as_text(self) -> str:
        """Return the token alone, so that a script can take it."""
        return self.key


@dataclass(frozen=True, slots=True)
class UserList:
    """The users and the tokens of machines."""

    users: Sequence[User]
    tokens: Sequence[Token]

    def as_text(self) -> str:
        """Return two tables."""
        head = [say(word) for word in ("User", "Roles", "Sees", "Stands")]
        text = table(head, [_user_row(user) for user in self.users])
        if not self.tokens:
            return text
        head = [say(word) for word in ("Token", "User", "For", "May", "Until", "Stands")]
        return f"{text}\n\n{table(head, [_token_row(token) for token in self.tokens])}"


def user_state(user: User) -> str:
    """Return how a user stands, in a word."""
    if user.disabled:
        return say("disabled")
    return say("one-time password") if user.must_change else say("may come in")


def roles_text(user: User) -> str:
    """Return a user's roles for people."""
    return say(", ").join(role_word(role) for role in sorted(user.roles))


def token_state(token: Token) -> str:
    """Return how a token stands, in a word."""
    if token.revoked_at:
        return say("revoked")
    return say("used {day}", day=local_day(token.used_at)) if token.used_at else say("never used")


def _user_row(user: User) -> list[str]:
    return [user.name, roles_text(user), user.scope.as_text(), user_state(user)]


def _token_row(token: Token) -> list[str]:
    may = say("act") if token.may_act else say("read")
    return [str(token.number), token.user, token.label, may, local_day(token.until), token_state(token)]
