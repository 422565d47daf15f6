"""`retrofit policy`: show and check."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventlogs.commands import FileName, answers, option
from eventlogs.told_times import DayText
from flows.cli import policy

if TYPE_CHECKING:
    from flows.policies.policy_answers import PolicyCard, PolicyChecked


@policy.command("show", help="Show a city's policy: every value, its source, and whether it is confirmed.")
@click.argument("city", metavar="CITY")
@option("--on", type=DayText(), help="The policy in force on a day; otherwise today.")
@option(
    "-o",
    "--output",
    type=FileName(),
    help="Write the policy's file here too, to be changed into one of your own.",
)
@answers
def show(city: str, on: date | None, output: Path | None) -> "PolicyCard":
    """Answer with a policy."""
    from flows.policies.policies import city_key, policy_in_force, write_policy
    from flows.policies.policy_answers import PolicyCard
    from flows.process.history import day_of
    from flows.worklist.listing import utc_now

    found = policy_in_force(city, on or day_of(utc_now()))
    if output is not None:
        write_policy(found, output)
    return PolicyCard.of(found, None if city_key(city) == found.city else city)


@policy.command("check", help="Check a policy file and name every fault.")
@click.argument("file", metavar="FILE", type=FileName())
@answers
def check(file: Path) -> "PolicyChecked":
    """Answer that a file is a policy, or refuse it."""
    from flows.policies.policies import read_policy
    from flows.policies.policy_answers import PolicyChecked

    found = read_policy(file)
    settings = list(found.settings())
    unconfirmed = [place for place, one in settings if not one.confirmed]
    return PolicyChecked(str(file), found.key, len(settings), unconfirmed)
