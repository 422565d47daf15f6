"""Renaming and deleting logs in a ledger of either size."""

from eventlogs.ledger.log_deletion import LogDeleted, delete
from eventlogs.ledger.logs import LogRenamed, rename, unused_name
from eventlogs.outgrown.postgres_ledger import PostgresLedger
from eventlogs.owner.lent_ledger import behind
from eventlogs.storage import Ledger

_KIND = "SELECT kind FROM log WHERE name = $log"


def rename_log(ledger: Ledger, log: str, name: str) -> LogRenamed:
    """Give a log another name; a live one in PostgreSQL for all who follow it."""
    shared = behind(ledger)
    if isinstance(shared, PostgresLedger) and _is_live(ledger, log):
        with ledger.reading() as connection:
            unused_name(connection, name)
        shared.rename_log(log, name)
        return LogRenamed(name, log)
    with ledger.writing() as connection:
        if isinstance(shared, PostgresLedger):
            unused_name(connection, name)
            shared.rename_import(log, name)
        return rename(connection, log, name)


def delete_log(ledger: Ledger, log: str) -> LogDeleted:
    """Delete an imported or simulated log; a live one in PostgreSQL for all who follow it."""
    shared = behind(ledger)
    if isinstance(shared, PostgresLedger) and _is_live(ledger, log):
        shared.delete_log(log)
        return LogDeleted(log)
    with ledger.writing() as connection:
        if isinstance(shared, PostgresLedger):
            shared.delete_import(log)
        return delete(connection, log)


def _is_live(ledger: Ledger, log: str) -> bool:
    with ledger.reading() as connection:
        return connection.execute(_KIND, {"log": log}).fetchone() == ("live",)
