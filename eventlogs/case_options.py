"""The options by which a person chooses what makes a case and a trace."""

from collections.abc import Callable
from typing import Any, get_args

import click

from eventlogs.commands import option
from eventlogs.events import Lifecycle

_LIFECYCLES = ("all", *get_args(Lifecycle))


def case_options(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--object-type` and `--lifecycle` (handed over as `object_type` and `lifecycles`)."""
    by_type = option(
        "--object-type", metavar="TYPE", help="Make the objects of this type the cases, such as household."
    )
    by_lifecycle = option(
        "--lifecycle",
        "lifecycles",
        multiple=True,
        type=click.Choice(_LIFECYCLES),
        help="Let these transitions make traces; otherwise complete in a live log, all in an imported one.",
    )
    return by_type(by_lifecycle(callback))
