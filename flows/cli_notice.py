"""`retrofit notice`: who was told of what, and telling it now."""

from typing import TYPE_CHECKING

import click

from eventlogs.commands import Session, answers, option, with_ledger
from flows.cli import notice
from flows.cli_acting import log_option

if TYPE_CHECKING:
    from eventlogs.storage import Ledger
    from flows.notices.outbox import ToldList
    from flows.notices.telling import Telling, ToTell


@notice.command("list", help="List what people were told, what was not taken, and what is in doubt.")
@log_option
@option("--in-doubt", is_flag=True, help="Only what may have been told or not.")
@answers
@with_ledger
def list_notices(ledger: "Ledger", log: str, in_doubt: bool) -> "ToldList":
    """Answer with what was told."""
    from flows.notices.outbox import ToldList, told
    from flows.worklist.listing import utc_now

    now = utc_now()
    return ToldList([one for one in told(ledger, log) if not in_doubt or one.in_doubt(now)], now)


@notice.command("check", help="Check the settings and show what would be told, without telling it.")
@log_option
@answers
@with_ledger
@click.pass_obj
def check(session: Session, ledger: "Ledger", log: str) -> "ToTell":
    """Answer with the messages that are to be sent."""
    from flows.notices.telling import to_tell
    from flows.worklist.listing import utc_now

    return to_tell(ledger, session.data, log, utc_now())


@notice.command("send", help="Tell now what is to be told; each matter is told once.")
@log_option
@answers
@with_ledger
@click.pass_obj
def send(session: Session, ledger: "Ledger", log: str) -> "Telling":
    """Answer with how many matters were told."""
    from flows.notices.telling import tell
    from flows.worklist.listing import utc_now

    return tell(ledger, session.data, log, utc_now())


@notice.command("again", help="Let a matter in doubt be told again.")
@click.argument("matter", metavar="MATTER")
@log_option
@answers
@with_ledger
def tell_again(ledger: "Ledger", matter: str, log: str) -> "ToldList":
    """Answer with the matter, which is told again by the next sending."""
    from flows.notices.outbox import ToldList, again, told
    from flows.worklist.listing import utc_now

    now = utc_now()
    again(ledger, log, matter, now)
    return ToldList([one for one in told(ledger, log) if one.matter == matter], now)
