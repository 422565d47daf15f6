"""Where a data directory's live logs are kept, and how far the lake has followed."""

from dataclasses import dataclass
from pathlib import Path

from eventlogs.errors import EventLogError
from eventlogs.language import say
from eventlogs.outgrown.postgres_ledger import PostgresLedger
from eventlogs.owner.lent_ledger import behind
from eventlogs.storage import Ledger


@dataclass(frozen=True, slots=True)
class StorageState:
    """The size of storage in use; `undrained` events are not in the lake yet."""

    data: Path
    size: str
    address: str | None = None
    lake: str | None = None
    undrained: int | None = None

    def as_text(self) -> str:
        """Return it as sentences."""
        if self.address is None:
            return say("all logs are in {data}", data=self.data)
        lines = [say("live logs are in PostgreSQL ({address}), followed in {data}",
                     address=self.address, data=self.data)]  # fmt: skip
        if self.lake is not None:
            lines.append(
                say("the lake is {lake}; {n} events are not in it yet", lake=self.lake, n=self.undrained)
            )
        lines.append(
            say("imported logs are kept in PostgreSQL as well, for every data directory that follows it")
        )
        return "\n".join(lines)


def storage_state(data: Path, ledger: Ledger) -> StorageState:
    """Return the storage that `ledger` stands for."""
    shared = behind(ledger)
    if not isinstance(shared, PostgresLedger):
        return StorageState(data, "one machine")
    lake = shared.lake
    undrained = None if lake is None else shared.undrained()
    return StorageState(data, "outgrown", shared.address, lake.directory if lake else None, undrained)


def draining(ledger: Ledger) -> PostgresLedger:
    """Return the ledger as one that can be drained; refuse where all logs are in one file."""
    shared = behind(ledger)
    if not isinstance(shared, PostgresLedger):
        raise EventLogError("all logs are in one file here, so that there is nothing to drain")
    return shared
