"""Folders for drafts of the event log's file, beside the file that one is to become.

A process that is killed leaves its draft behind, as large as the log; the next one sweeps it away.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

DRAFT = "events.duckdb"
LEFT_OVER = 3600.0  # seconds without a write after which nobody can be at work on a draft
_PREFIX = ".retrofit-draft-"


@contextmanager
def drafted(file: Path) -> Iterator[Path]:
    """Lend the path of a draft in a folder beside `file`; what is there at the end is removed."""
    sweep(file.parent)
    with TemporaryDirectory(prefix=_PREFIX, dir=file.parent) as folder:
        yield Path(folder) / DRAFT


def sweep(place: Path) -> None:
    """Remove the drafts that processes now dead have left in a folder."""
    for folder in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another may be removing it too
            if time.time() - max(it.stat().st_mtime for it in (folder, *folder.iterdir())) > LEFT_OVER:
                shutil.rmtree(folder)
