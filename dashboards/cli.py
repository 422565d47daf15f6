"""The one command, `retrofit`, composed of the floors' own command groups."""

import sys
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from dashboards.cli_report import write_report
from dashboards.cli_serve import serve
from dashboards.cli_up import up
from dashboards.cli_user import user
from eventlogs.cities import use_policies_of
from eventlogs.cli import log
from eventlogs.cli_storage import storage
from eventlogs.cli_vocabulary import vocabulary
from eventlogs.commands import Command, FileName, Group, Session, option, run_here, with_console
from eventlogs.console import Console
from eventlogs.language import LANGUAGES, say
from flows.cli import notice, policy, project, work
from flows.cli_simulation import simulate
from mining.cli import mine


def show_version(ctx: click.Context, param: click.Parameter, asked: bool) -> None:
    """Say version and licence, and leave."""
    if asked:
        from importlib.metadata import version

        ctx.find_object(Session).console.data(  # type: ignore[union-attr]
            say(
                "retrofit {version}, free software under the GNU AGPL 3 or later",
                version=version("retrofit-engine"),
            )
        )
        ctx.exit()


@click.group(cls=Group, help="Carry neighbourhood retrofit projects through, and see where they stall.")
@option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=show_version,
    help="Show the version and exit.",
)
@option(
    "--data",
    type=FileName(),
    metavar="DIR",
    help="Where data lives; otherwise RETROFIT_DATA, or the user's data directory.",
)
@option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="The language of all that people read; otherwise the locale's.",
)
@option(
    "--debug", is_flag=True, expose_value=False, help="Show where in its code the engine fails, if it does."
)
@click.pass_obj
def retrofit(session: Session, data: Path | None, lang: str | None) -> None:
    """Set the data directory; `--lang` is read before, so that help and refusals speak it too."""
    if data is not None:
        session.data = data
    use_policies_of(session.data)


retrofit.add_command(log)
retrofit.add_command(vocabulary)
retrofit.add_command(mine)
retrofit.add_command(project)
retrofit.add_command(work)
retrofit.add_command(policy)
retrofit.add_command(notice)
retrofit.add_command(simulate)
retrofit.add_command(storage)
retrofit.add_command(up)
retrofit.add_command(serve)
retrofit.add_command(write_report)
retrofit.add_command(user)


@retrofit.command(
    "completion", cls=Command, help="Print the script that teaches a shell to complete `retrofit`."
)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@with_console
def completion(console: Console, shell: str) -> None:
    """Print click's own script for the shell."""
    script = get_completion_class(shell)
    assert script is not None
    console.data(script(retrofit, {}, "retrofit", "_RETROFIT_COMPLETE").source())


def main() -> None:
    """Run the command line."""
    sys.exit(run_here(retrofit))
