"""Options and arguments that several mining commands take, each told in one place."""

from collections.abc import Callable
from typing import Any

import click

from eventlogs.commands import option

Decorator = Callable[[Any], Any]

log_argument = click.argument("log", metavar="LOG")
deviations_option = option(
    "--deviations",
    "n_deviations",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Name so many deviating events of each rule.",
)


def time_limit_option(text: str, seconds: float = 600.0) -> Decorator:
    """Return the option of how many seconds something may take; `text` says what is given up."""
    return option(
        "--time-limit",
        type=click.FloatRange(min=0, min_open=True),
        default=seconds,
        show_default=True,
        metavar="SECONDS",
        help=text,
    )


def min_cases_option(text: str, least: int = 1) -> Decorator:
    """Return the option of how many cases a figure needs; `text` says what becomes of fewer."""
    return option("--min-cases", type=click.IntRange(min=least), default=5, show_default=True, help=text)
