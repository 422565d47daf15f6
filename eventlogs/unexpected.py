"""What a person is told when the engine itself is at fault: one sentence, and a file with the rest.

The file holds no words of the command line and no values, among which may be residents' names.
"""

import os
import platform
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from eventlogs.language import Language, say_in

FAULT_OF_THE_ENGINE = 70  # exit status, as BSD's sysexits has it
_FOLDER = "faults"


def told(error: BaseException, root: click.Group, argv: Sequence[str], data: Path, language: Language) -> str:
    """Keep what is known of `error` in a file and return the sentence that says so."""
    text = _report(error, root, argv)
    kind = type(error).__name__
    for folder in (data / _FOLDER, Path(tempfile.gettempdir())):
        file = folder / f"retrofit-fault-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file.touch(0o600)
            file.write_text(text, "utf-8")
        except OSError:
            continue
        return say_in(
            language,
            "the engine met a fault of its own ({kind}) and the command was not completed; {file} says "
            "where: pass it on to who maintains the engine, or run the command again with --debug",
            kind=kind,
            file=file,
        )
    return say_in(
        language,
        "the engine met a fault of its own ({kind}) and the command was not completed; run it again with "
        "--debug to see where, and pass that on to who maintains the engine",
        kind=kind,
    )


def _report(error: BaseException, root: click.Group, argv: Sequence[str]) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join(
        [
            f"retrofit {version('retrofit-engine')}, Python {platform.python_version()}",
            platform.platform(),
            f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC, process {os.getpid()}",
            f"command: {' '.join(('retrofit', *_commands(root, argv)))}",
            "",
            *(line.rstrip() for line in traceback.format_list(frames)),
            ": ".join(_kinds(error)),
            "",
        ]
    )


def _kinds(error: BaseException) -> list[str]:
    """Return the names of an exception's class and of those it came of, the last first."""
    names = [f"{type(error).__module__}.{type(error).__qualname__}"]
    cause = error.__cause__ or error.__context__
    return names + (_kinds(cause) if cause is not None else [])


def _commands(root: click.Group, argv: Sequence[str]) -> list[str]:
    """Return those words of a command line that name commands."""
    found: list[str] = []
    at: click.Command = root
    for word in argv:
        if isinstance(at, click.Group) and word in at.commands:
            found.append(word)
            at = at.commands[word]
    return found
