"""The commands that tell how long things take, what is done again, and who hands over to whom."""

from typing import TYPE_CHECKING

import click

from eventlogs.commands import answers, option, with_ledger
from mining.cases.filter_options import LogChoice, by_attribute, filter_options
from mining.cli import mine

if TYPE_CHECKING:
    from eventlogs.storage import Ledger
    from mining.performance.activity_times import Bottlenecks, Times
    from mining.performance.handover import Between, Handovers
    from mining.performance.rework import Rework
    from mining.performance.spans import Clock
    from mining.performance.waiting_causes import WaitingCauses

clock_option = option(
    "--clock",
    type=click.Choice(["clock", "working"]),
    default="clock",
    show_default=True,
    help="Count all time, or only that of China's working days.",
)


@mine.command("times", help="Tell how long each activity waits and takes, and how long whole cases take.")
@click.argument("name", metavar="LOG")
@clock_option
@by_attribute
@answers
@filter_options
@with_ledger
def mine_times(ledger: "Ledger", name: str, clock: "Clock", by: str | None, choice: LogChoice) -> "Times":
    """Answer with the times."""
    from mining.performance.activity_times import times
    from mining.performance.spans import ALL

    return times(choice.prepared(ledger, name, lifecycles=ALL), by=by, clock=clock)


@mine.command("bottlenecks", help="Rank the activities by the time that is lost before them.")
@click.argument("name", metavar="LOG")
@clock_option
@by_attribute
@answers
@filter_options
@with_ledger
def mine_bottlenecks(
    ledger: "Ledger", name: str, clock: "Clock", by: str | None, choice: LogChoice
) -> "Bottlenecks":
    """Answer with the ranking."""
    from mining.performance.activity_times import bottlenecks
    from mining.performance.spans import ALL

    return bottlenecks(choice.prepared(ledger, name, lifecycles=ALL), by=by, clock=clock)


@mine.command("rework", help="Tell what is done again in the same case, and the time it costs.")
@click.argument("name", metavar="LOG")
@by_attribute
@answers
@filter_options
@with_ledger
def mine_rework(ledger: "Ledger", name: str, by: str | None, choice: LogChoice) -> "Rework":
    """Answer with the rework."""
    from mining.performance.rework import rework

    return rework(choice.prepared(ledger, name), by=by)


@mine.command("handover", help="Tell who hands cases over to whom, roles or persons.")
@click.argument("name", metavar="LOG")
@option(
    "--between",
    type=click.Choice(["role", "person"]),
    default="role",
    show_default=True,
    help="Look at roles, or at the persons who acted.",
)
@option("--same", is_flag=True, help="Count it too when the same one goes on.")
@by_attribute
@answers
@filter_options
@with_ledger
def mine_handover(
    ledger: "Ledger", name: str, between: "Between", same: bool, by: str | None, choice: LogChoice
) -> "Handovers":
    """Answer with the handovers."""
    from mining.performance.handover import handovers

    return handovers(choice.prepared(ledger, name), between, same=same, by=by)


@mine.command("waiting", help="Tell why work waits: by recorded holds, and by what can be inferred.")
@click.argument("name", metavar="LOG")
@by_attribute
@answers
@filter_options
@with_ledger
def mine_waiting(ledger: "Ledger", name: str, by: str | None, choice: LogChoice) -> "WaitingCauses":
    """Answer with the causes."""
    from mining.performance.spans import ALL
    from mining.performance.waiting_causes import waiting_causes

    return waiting_causes(choice.prepared(ledger, name, lifecycles=ALL), by=by)
