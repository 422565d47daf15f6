"""Verifying a ledger of either size; live logs in PostgreSQL are read there afresh.

The file that follows is a witness besides: what it once had and PostgreSQL no longer has is missing.
"""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.log_names import log_number
from eventlogs.ledger.verification import SHOWN, Fault, LogVerification, Verification, verification
from eventlogs.outgrown.postgres_ledger import PostgresLedger
from eventlogs.owner.lent_ledger import behind
from eventlogs.storage import Ledger

_MISSING = """
    SELECT case_id, event_key, seq FROM event ANTI JOIN afresh.event AS there USING (seq, chain_hash)
    WHERE log_id = $log_id ORDER BY seq
"""


def ledger_verification(ledger: Ledger, log: str | None = None) -> Verification:
    """Verify the log named `log`, or all of them; raise `UnknownLogError` if there is none."""
    shared = behind(ledger)
    with ledger.reading() as connection:
        if log is not None:
            log_number(connection, log)
        here = verification(connection, log)
        if not isinstance(shared, PostgresLedger):
            return here
        with TemporaryDirectory(prefix="retrofit-") as folder:
            file = Path(folder) / "afresh.duckdb"
            with closing(DuckDBLedger(file)) as afresh:
                shared.follow(afresh)
                with afresh.reading() as there:
                    live = {it.log: it for it in verification(there, log).logs}
            _attach(connection, file)
            try:
                logs = tuple(
                    _witnessed(connection, live[it.log]) if it.log in live else it for it in here.logs
                )
            finally:
                connection.rollback()  # which undoes the attachment too
    return Verification(logs, all(it.intact for it in logs))


def _attach(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    quoted = str(file).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS afresh (READ_ONLY)")


def _witnessed(connection: duckdb.DuckDBPyConnection, it: LogVerification) -> LogVerification:
    """Add what the file has followed and PostgreSQL lacks to the faults found there."""
    log_id = log_number(connection, it.log)
    missing = connection.execute(_MISSING, {"log_id": log_id}).fetchmany(SHOWN)
    faults = it.faults + tuple(Fault(it.log, case, key, seq, "missing") for case, key, seq in missing)
    return LogVerification(it.log, not faults, it.cases, it.events, it.digest, faults[:SHOWN])
