"""How far the log was followed, kept in a file beside Prefect's data."""

from dataclasses import dataclass
from pathlib import Path

from eventlogs.storage import Ledger

_LAST = "SELECT coalesce(max(seq), 0) FROM event"


@dataclass(frozen=True)
class Mark:
    """The last event that was followed. Lost, it costs nothing: what is followed twice is asked for once."""

    file: Path

    def begin(self, ledger: Ledger) -> None:
        """Where a log was never followed, follow it from now on."""
        if self.file.exists():
            return
        with ledger.reading() as connection:
            (last,) = connection.execute(_LAST).fetchall()[0]
        self.set(last)

    def get(self) -> int:
        """Return up to where the log was followed; from the beginning where that is not readable."""
        try:
            return int(self.file.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return 0

    def set(self, seq: int) -> None:
        """Note that the log was followed up to `seq`."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        draft = self.file.with_suffix(".draft")
        draft.write_text(str(seq), "utf-8")
        draft.replace(self.file)
