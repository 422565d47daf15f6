"""The first start of a data directory: its administrator, whose password is shown once."""

from pathlib import Path

from dashboards.access.access import Access, open_access
from dashboards.access.users import FIRST
from eventlogs.console import Console
from eventlogs.language import say


def access_at_start(data: Path, console: Console) -> Access:
    """Return the access of a data directory; where there is no user, make the administrator and say so."""
    access = open_access(data)
    password = access.users.add_first_administrator()
    if password is not None:
        access.audit.add("terminal", "user_added", FIRST, "-", roles=["administrator"])
        console.note(
            say(
                "the administrator {name} signs in with the one-time password {password} (shown only now)",
                name=FIRST,
                password=password,
            )
        )
    return access
