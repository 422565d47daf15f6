"""Commands that a part of the scoreboard runs, told as they go."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.environments import ROOT

ONLY_READ = "ONLY_READ"  # in the environment: take the results of the last runs as they lie under build/


class PartFailedError(RuntimeError):
    """A part whose command failed: it has no figures."""


def ran(command: Sequence[str]) -> None:
    """Run a command in the project's directory; it tells on stderr what it does.

    With `ONLY_READ` nothing is run.
    """
    if os.environ.get(ONLY_READ):
        return
    sys.stderr.write(" ".join(Path(word).name if word == sys.executable else word for word in command) + "\n")
    Path(ROOT, "build").mkdir(parents=True, exist_ok=True)
    status = subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode
    if status:
        raise PartFailedError(f"`{' '.join(command)}` ended with {status}")
