"""`retrofit user`: who may come in, from the terminal of the machine that serves the pages."""

from typing import TYPE_CHECKING

import click

from eventlogs.commands import Group, Session, answers, option

if TYPE_CHECKING:
    from dashboards.access.access import Access
    from dashboards.access.told import NewToken, OneTimePassword, UserList
    from eventlogs.deeds import Done

TERMINAL = "terminal"  # what the audit says of deeds done here


@click.group("user", cls=Group, help="Let people and machines in, and out again.")
def user() -> None:
    """Gather the commands about users."""


@user.command("add", help="Make a user and show the one-time password, once.")
@click.argument("name", metavar="NAME")
@option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    help="What they may do: staff, analyst, leader, administrator or auditor; repeat for more.",
)
@option("--place", "places", multiple=True, help="A city, city/district, or all; repeat for more.")
@option("--machine", is_flag=True, help="No password: it comes in by tokens only.")
@answers
def add(
    name: str, roles: tuple[str, ...], places: tuple[str, ...], machine: bool
) -> "OneTimePassword | Done":
    """Make a user."""
    from dashboards.access.places import named_scope
    from dashboards.access.told import OneTimePassword
    from dashboards.access.users import plain_name
    from eventlogs.deeds import Done
    from eventlogs.language import sayable

    access = _access()
    password = access.users.add(name, roles, named_scope(places), with_password=not machine)
    plain = plain_name(name)
    access.audit.add(TERMINAL, "user_added", plain, "-", roles=sorted(roles), places=sorted(places))
    if password is None:
        return Done(sayable("{user} comes in by tokens: `retrofit user token {user}`"), {"user": plain})
    return OneTimePassword(plain, password)


@user.command("list", help="List the users and the tokens of machines.")
@answers
def list_users() -> "UserList":
    """Answer with everybody."""
    from dashboards.access.told import UserList

    access = _access()
    return UserList(access.users.all(), access.tokens.all())


@user.command("disable", help="Let a user in no longer; sessions and tokens end at once.")
@click.argument("name", metavar="NAME")
@answers
def disable(name: str) -> "Done":
    """Disable a user."""
    from eventlogs.deeds import Done
    from eventlogs.language import sayable

    access = _access()
    found = access.users.disable(name)
    access.audit.add(TERMINAL, "user_disabled", found.name, "-")
    return Done(sayable("{user} may not come in any more"), {"user": found.name})


@user.command("enable", help="Let a user in again.")
@click.argument("name", metavar="NAME")
@answers
def enable(name: str) -> "Done":
    """Enable a user."""
    from eventlogs.deeds import Done
    from eventlogs.language import sayable

    access = _access()
    found = access.users.enable(name)
    access.audit.add(TERMINAL, "user_enabled", found.name, "-")
    return Done(sayable("{user} may come in again"), {"user": found.name})


@user.command("reset-password", help="Give a user a one-time password and lift a lockout.")
@click.argument("name", metavar="NAME")
@answers
def reset_password(name: str) -> "OneTimePassword":
    """Reset a password."""
    from dashboards.access.told import OneTimePassword

    access = _access()
    found, password = access.users.named(name), access.users.reset_password(name)
    access.audit.add(TERMINAL, "password_reset", found.name, "-")
    return OneTimePassword(found.name, password)


@user.command("token", help="Make a token with which a machine uses the API as a user; it is shown once.")
@click.argument("name", metavar="NAME")
@option("--for", "label", required=True, help="What the token is for, such as `nightly report`.")
@option("--act", "may_act", is_flag=True, help="It may record acts too; otherwise it only reads.")
@option("--days", type=click.IntRange(1, 3650), help="How long it holds; otherwise until it is revoked.")
@answers
def token(name: str, label: str, may_act: bool, days: int | None) -> "NewToken":
    """Make a token."""
    from datetime import UTC, datetime, timedelta

    from dashboards.access.told import NewToken

    access = _access()
    found = access.users.named(name)
    until = datetime.now(UTC) + timedelta(days=days) if days else None
    number, key = access.tokens.make(found.name, label, may_act=may_act, until=until)
    access.audit.add(TERMINAL, "token_made", found.name, "-", number=number, label=label, may_act=may_act)
    return NewToken(number, found.name, key, until)


@user.command("revoke", help="End a token at once; `retrofit user list` shows the numbers.")
@click.argument("number", metavar="TOKEN", type=int)
@answers
def revoke(number: int) -> "Done":
    """Revoke a token."""
    from eventlogs.deeds import Done
    from eventlogs.language import sayable

    access = _access()
    access.tokens.revoke(number)
    access.audit.add(TERMINAL, "token_revoked", str(number), "-")
    return Done(sayable("token {number} ends here"), {"number": number})


def _access() -> "Access":
    """Return the access of the session's data directory; the file may be in use elsewhere."""
    from dashboards.access.access import open_access

    session = click.get_current_context().find_object(Session)
    assert session is not None
    return open_access(session.data)
