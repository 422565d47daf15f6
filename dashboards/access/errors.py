"""What access refuses, each with the HTTP status it is answered by."""

from eventlogs.errors import EventLogError


class AccessError(EventLogError):
    """A visitor may not do what was asked."""

    status = 403
    slug = "not-allowed"


class SignInNeededError(AccessError):
    """Nobody is signed in, or no longer."""

    status = 401
    slug = "sign-in-needed"


class PasswordChangeNeededError(AccessError):
    """Who signed in with a one-time password must first choose one of their own."""

    slug = "password-change-needed"


class NotSeenError(AccessError):
    """A project, or what belongs to one, is not there or not for this visitor; which of both is not told."""

    status = 404
    slug = "not-found"

    def __init__(self, name: str) -> None:
        super().__init__("there is no {name}, or it lies outside your places", name=name)


class ForgedRequestError(AccessError):
    """A request that would change something did not come from a page of this site."""

    slug = "not-from-this-site"


class LockedOutError(AccessError):
    """Signing in failed too often lately."""

    status = 429
    slug = "too-many-attempts"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(
            "signing in failed too often; it can be tried again in {seconds} seconds", seconds=seconds
        )


class TooLargeError(AccessError):
    """More was sent than is taken."""

    status = 413
    slug = "too-large"


class UserError(EventLogError):
    """A user cannot be made or changed so."""


class AccessSettingsError(EventLogError):
    """The settings of access are not as they must be."""
