"""`retrofit` run inside the test's own process."""

import io
import shlex
from contextlib import redirect_stdout
from pathlib import Path

from dashboards.cli import retrofit
from eventlogs.commands import Session, run
from eventlogs.console import TerminalConsole


def ran(line: str, data: Path = Path("/nowhere")) -> tuple[int, str, str]:
    """Return exit status, stdout and stderr of one command line."""
    argv = tuple(shlex.split(line))
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out):  # click prints --help itself
        status = run(retrofit, argv, Session(TerminalConsole(out, err), data, argv))
    return status, out.getvalue(), err.getvalue()


def told(line: str) -> str:
    """Return all that a command line tells."""
    _, out, err = ran(line)
    return out + err
