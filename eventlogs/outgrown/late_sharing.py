"""Logs that were imported before the move to PostgreSQL, shared without their files: as they stand here.

What is exported from here is read back as the same log, so each goes to the others as an OCEL 2.0 file.
"""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from eventlogs.attributes import decode, encode
from eventlogs.console import Console
from eventlogs.errors import EventLogError
from eventlogs.events import Attribute
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.exporting import export_log
from eventlogs.exchange.formats import FileFormat
from eventlogs.language import say
from eventlogs.outgrown.shared_files import SHARED_AS
from eventlogs.storage import Ledger

_FORMAT = FileFormat("ocel-json", compressed=True)
_SOURCE = "SELECT source::VARCHAR FROM log WHERE name = $name"
_NOTE = "UPDATE log SET source = $source WHERE name = $name"


@dataclass(frozen=True, slots=True)
class SharedLate:
    """What was shared; `kept` are logs whose name others have already, with the reason."""

    shared: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def exit_status(self) -> int:
        """1 where a log could not be shared."""
        return 1 if self.kept else 0

    def as_text(self) -> str:
        """Return a line per log."""
        lines = [say("{log} is now there for all who follow the database", log=log) for log in self.shared]
        return "\n".join([*lines, *self.kept]) or say("every imported log is shared already")


def share_late(ledger: Ledger, console: Console) -> SharedLate:
    """Share every imported log that the others cannot see yet."""
    from eventlogs.outgrown.storage_state import draining

    outgrown = draining(ledger)
    shared: list[str] = []
    kept: list[str] = []
    for log in outgrown.unshared_imports():
        with tempfile.TemporaryDirectory(prefix="retrofit-") as directory:
            file = Path(directory) / "log.jsonocel.gz"
            export_log(ledger, log, file, _FORMAT, console)
            known_as = _known_as(file)
            _note(ledger, log, known_as)  # first: what is shared and not known here would be imported again
            try:
                outgrown.share_import(file, log, known_as, skips_bad=False)
            except EventLogError as refusal:
                kept.append(str(refusal))
                continue
        shared.append(log)
    return SharedLate(tuple(shared), tuple(kept))


def _note(ledger: Ledger, log: str, known_as: dict[str, Attribute]) -> None:
    with ledger.writing() as connection:
        text = connection.execute(_SOURCE, {"name": log}).fetchall()[0][0]
        noted = encode({**(decode(text) if text else {}), SHARED_AS: known_as})
        connection.execute(_NOTE, {"name": log, "source": noted})


def _known_as(file: Path) -> dict[str, Attribute]:
    """Return by what the others know a log of such a file."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return {"sha256": digest, "mapping": ImportChoices().as_attribute()}
