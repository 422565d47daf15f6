"""A copy of a file that this process holds open and locked."""

import os
import subprocess
import sys
from pathlib import Path

_COPY = """
import shutil, sys
try:
    shutil.copyfile(sys.argv[1], sys.argv[2])
except OSError as error:
    sys.exit(error.errno)
"""


def copy_held(source: Path, target: Path) -> None:
    """Copy `source`, which this process may hold locked, to `target`; raise `OSError`.

    Another process copies: the system gives up all of a process's locks on a file as soon as it closes that
    file once, so that after a copy made here any process could open DuckDB's file and spoil it.
    """
    copied = subprocess.run([sys.executable, "-I", "-S", "-c", _COPY, source, target], check=False)
    if copied.returncode:
        raise OSError(copied.returncode, os.strerror(copied.returncode), str(target))
