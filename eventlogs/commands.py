"""What every command shares: bilingual help, `--json`, files, the ledger, exit statuses, and the owner.

Exit status 0 for an answer, 1 for a refused input, 2 for wrong usage, 70 for a fault of the engine itself.
"""

import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from itertools import islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from eventlogs.click_texts import teach_click
from eventlogs.console import Answer, Console, TerminalConsole, json_text
from eventlogs.errors import EventLogError
from eventlogs.language import LANGUAGES, Language, language_of_the_locale, say, speaking

if TYPE_CHECKING:
    from eventlogs.storage import Ledger  # loads DuckDB, which `--help` need not wait for

teach_click()

_ANYWHERE = ("--lang", "--data")
_DEBUG = "--debug"  # stands anywhere too, without a value


@dataclass
class Session:
    """One run of one command: where its data lives and who reads its answer."""

    console: Console
    data: Path
    argv: tuple[str, ...] = ()
    ledger: "Ledger | None" = field(default=None)  # set inside the owner, which lends the one it holds


class _Bilingual:
    """Says a command's or option's English `help` in the current language."""

    _help: str | None = None

    @property
    def help(self) -> str | None:
        return say(self._help) if self._help else self._help

    @help.setter
    def help(self, text: str | None) -> None:
        self._help = text


class Command(_Bilingual, click.Command):
    """A command whose help is said in both languages."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help`, described in the current language each time; click keeps the first."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("Show this message and exit.")
        return option

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the help's first sentence, whole; click cuts it off at `limit` characters."""
        first = (self.help or "").partition("\n\n")[0]
        return re.split(r"(?<=。)|(?<=\.)\s", first)[0].rstrip(".。")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the parts of the usage line in the current language."""
        return [say(piece) for piece in super().collect_usage_pieces(ctx)]


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command


Group.group_class = Group


class Option(_Bilingual, click.Option):
    """An option whose help is said in both languages."""

    def make_metavar(self, ctx: click.Context) -> str:
        """Return N for a number, where click has INTEGER RANGE for every reader of every language."""
        if self.metavar is None and isinstance(
            self.type, click.types.IntParamType | click.types.FloatParamType
        ):
            return "N"
        return super().make_metavar(ctx)


class FileName(click.ParamType[Path]):
    """A file name, made absolute against the reader's working directory."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the absolute path."""
        session = ctx.find_object(Session) if ctx else None
        base = session.console.directory if session else Path.cwd()
        return base / Path(value).expanduser()

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Leave the completing of file names to the shell."""
        return [CompletionItem(incomplete, type="file")]


def option(*names: str, **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an option; as `click.option` with bilingual help."""
    return click.option(*names, cls=Option, **settings)


def answers(callback: Callable[..., Answer | None]) -> Callable[..., None]:
    """Give a command `--json` and show the answer it returns.

    An answer that is bad news, such as a broken chain, says so by an `exit_status` of 1.
    """

    @option("--json", "as_json", is_flag=True, help="Answer as JSON.")
    @wraps(callback)
    def command(*args: Any, as_json: bool, **settings: Any) -> None:
        answer = callback(*args, **settings)
        if answer is not None:
            console = click.get_current_context().find_object(Session).console  # type: ignore[union-attr]
            console.data(json_text(answer) if as_json else answer.as_text())
            if status := getattr(answer, "exit_status", 0):
                raise click.exceptions.Exit(status)

    return command


def with_ledger(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Open the data directory's ledger and hand it to the command as its first argument.

    If another process owns it, the whole command is run there and its output shown here.
    """

    @wraps(callback)
    def command(*args: Any, **settings: Any) -> Any:
        session = click.get_current_context().find_object(Session)
        assert session is not None
        if session.ledger is not None:
            return callback(session.ledger, *args, **settings)
        from eventlogs.data_directory import open_ledger

        ledger = open_ledger(session.data, session.console)
        try:
            return callback(ledger, *args, **settings)
        finally:
            ledger.close()

    return command


def with_console(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Hand the reader's console to the command as its first argument."""

    @wraps(callback)
    def command(*args: Any, **settings: Any) -> Any:
        session = click.get_current_context().find_object(Session)
        assert session is not None
        return callback(session.console, *args, **settings)

    return command


def run(root: click.Group, argv: Sequence[str], session: Session) -> int:
    """Run one command line and return its exit status; refusals become one sentence on stderr."""
    from eventlogs.owner.notice import OwnedElsewhereError

    console = session.console
    try:
        with speaking(language_asked_for(argv)):
            left = root.main(
                args=options_first(argv), prog_name="retrofit", standalone_mode=False, obj=session
            )
    except OwnedElsewhereError as elsewhere:
        from eventlogs.owner.client import run_command

        return run_command(elsewhere.owner, argv, language_asked_for(argv), console)
    except EventLogError as error:
        console.note(error.in_language(language_asked_for(argv)))
        return 1
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        with speaking(language_asked_for(argv)):
            console.note(_told(error))
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    else:
        return left if isinstance(left, int) else 0  # click returns the status of its `Exit`
    return 0


def _told(error: click.ClickException) -> str:
    """Return wrong usage as usage, hint and sentence; a group without a command as its whole help."""
    sentence = error.format_message()
    if isinstance(error, click.UsageError) and error.ctx and sentence == say("Missing command."):
        return error.ctx.get_help()
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return sentence
    sentence = say("Error: {message}", message=sentence)
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return sentence
    hint = say("Try '{command} {option}' for help.", command=error.ctx.command_path, option="--help")
    return "\n".join((error.ctx.get_usage(), hint, "", sentence))


def run_here(root: click.Group) -> int:
    """Run the command line of this process; a fault of the engine becomes a sentence too."""
    argv = tuple(sys.argv[1:])
    session = Session(TerminalConsole(), default_data_directory(), argv)
    try:
        return run(root, argv, session)
    except Exception as error:
        if _DEBUG in takewhile(lambda word: word != "--", argv):
            raise
        from eventlogs.unexpected import FAULT_OF_THE_ENGINE, told

        session.console.note(told(error, root, argv, session.data, language_asked_for(argv)))
        return FAULT_OF_THE_ENGINE


def options_first(argv: Sequence[str]) -> list[str]:
    """Return the words with `--lang`, `--data` and `--debug` moved to the front, if they stand before `--`.

    >>> options_first(["log", "list", "--lang", "zh", "--json"])
    ['--lang', 'zh', 'log', 'list', '--json']
    """
    front: list[str] = []
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        name, given, value = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif word == _DEBUG:
            front.append(word)
        elif name in _ANYWHERE:
            front += [name, value] if given else [name, *islice(words, 1)]
        else:
            rest.append(word)
    return front + rest


def language_asked_for(argv: Sequence[str]) -> Language:
    """Return the language of `--lang`, wherever on the line it stands, else that of the locale.

    >>> language_asked_for(["log", "list", "--lang", "zh"])
    'zh'
    """
    line = [word for word in options_first(argv) if word != _DEBUG]
    asked = dict(takewhile(lambda pair: pair[0] in _ANYWHERE, zip(line[::2], line[1::2], strict=False)))
    for language in LANGUAGES:
        if asked.get("--lang") == language:
            return language
    return language_of_the_locale()


def default_data_directory() -> Path:
    """Return `RETROFIT_DATA`, else the user's own data directory for this engine."""
    if named := os.environ.get("RETROFIT_DATA"):
        return Path(named).expanduser().absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "retrofit"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local/share")) / "retrofit"
