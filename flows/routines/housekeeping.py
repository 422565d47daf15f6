"""What is done about whole logs with nobody at a terminal: imports and backups."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from eventlogs.console import Advance
from eventlogs.errors import EventLogError
from eventlogs.storage import Ledger

if TYPE_CHECKING:
    from eventlogs.exchange.importing import Imported
    from eventlogs.ledger.backup import BackedUp

BACKUPS = "backups"

logger = logging.getLogger(__name__)


class LoggingConsole:
    """A console that nobody reads: what is said goes to the log of the process."""

    @property
    def directory(self) -> Path:
        """The process's working directory."""
        return Path.cwd()

    def data(self, text: str) -> None:
        """Log a line of the answer."""
        logger.info("%s", text)

    def note(self, text: str) -> None:
        """Log a sentence of narration."""
        logger.info("%s", text)

    @contextmanager
    def progress(self, label: str, total: int | None = None) -> Iterator[Advance]:
        """Log the label once."""
        self.note(label)
        yield lambda amount: None


def import_file(ledger: Ledger, file: Path, name: str | None) -> "Imported":
    """Import a file as the log `name`, else as one named like the file."""
    from eventlogs.exchange.choices import ImportChoices
    from eventlogs.exchange.importing import import_log, name_of

    if not file.is_file():
        raise EventLogError("there is no file {file}", file=file)
    return import_log(ledger, file, name or name_of(file), ImportChoices(), LoggingConsole())


def back_up(ledger: Ledger, data: Path, now: datetime, *, keep: int) -> "BackedUp":
    """Back all logs up into the data directory's own folder, of which the newest `keep` stay."""
    from eventlogs.ledger.backup import back_up as write_backup

    folder = data / BACKUPS
    folder.mkdir(parents=True, exist_ok=True)
    made = write_backup(ledger, folder / f"events-{now:%Y%m%dT%H%M%SZ}.duckdb")
    for old in sorted(folder.glob("events-*.duckdb"))[:-keep]:
        old.unlink()
    return made
