"""The environments that the peers run in, made from locks of their own so that they cannot touch ours."""

import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Environment:
    """A Python of its own: its directory and the lock it is made from; None for the engine's."""

    directory: str
    lock: str | None = None

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return Path(sys.executable) if self.lock is None else ROOT / self.directory / "bin" / "python"

    def make(self) -> None:
        """Make the environment where it is not, or not of this lock."""
        if self.lock is None:
            return
        pinned = (ROOT / "benchmarks" / self.lock).read_text("utf-8")
        made = ROOT / self.directory / "made-from.lock"
        if made.is_file() and made.read_text("utf-8") == pinned:
            return
        sys.stderr.write(f"Setting up {self.directory} from benchmarks/{self.lock}; this takes a minute\n")
        venv.create(ROOT / self.directory, with_pip=True, clear=True, symlinks=True)
        command = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*command, "-r", str(ROOT / "benchmarks" / self.lock)], check=True)
        made.write_text(pinned, "utf-8")


OURS = Environment(".venv")
PEERS = Environment(".venv-bench", "requirements.lock")
R4PM = Environment(".venv-bench-r4pm", "requirements-r4pm.lock")
