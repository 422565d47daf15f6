"""Whether a log still is what was recorded: every hash computed again, every key and head accounted for.

The objects of a live log must be what its events say; those of an imported log must still have the digest
that was noted when they were imported.

What this shows is that nobody changed the log by editing it. Who can rewrite a whole case together with
all its hashes leaves no trace inside the file; keep the `digest` elsewhere to notice that too: it changes
with every event and is the same only for the same log.
"""

from dataclasses import dataclass
from hashlib import sha256
from itertools import chain

import duckdb

from eventlogs.amounts import number_text
from eventlogs.language import say, sayable
from eventlogs.ledger.chain import CONTENT_HASH
from eventlogs.sql_files import sql

SHOWN = 10  # faults in an answer
_BATCH = 10_000  # objects

OBJECTS_DIGEST = "objects_sha256"  # in the `source` of an imported log

_LOGS = "SELECT log_id, name, kind, source ->> '$.objects_sha256' FROM log ORDER BY log_id"
_COUNT = "SELECT count(*), count(DISTINCT nullif(case_id, '')) FROM event WHERE log_id = $log_id"
_HEADS = "SELECT case_id, seq, chain_hash FROM case_head WHERE log_id = $log_id ORDER BY case_id"


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where a log is not what was recorded: an event, a case's end, or an object of a live log."""

    log: str
    case_id: str | None
    event_key: str | None
    seq: int | None
    what: str
    object_id: str | None = None

    def as_text(self) -> str:
        """Return the fault in one sentence."""
        return say(
            _SENTENCES[self.what],
            log=self.log,
            case_id=self.case_id,
            key=self.event_key,
            seq=self.seq,
            object_id=self.object_id,
        )


_SENTENCES = {
    "changed": sayable(
        "log {log}, case {case_id}: event {key} (number {seq}), or the place of the event before it, "
        "is not what was recorded"
    ),
    "missing": sayable("log {log}: event {key} (number {seq}) was recorded but is gone"),
    "added": sayable(
        "log {log}, case {case_id}: event {key} (number {seq}) was put in without being recorded"
    ),
    "end missing": sayable(
        "log {log}, case {case_id}: its last event (number {seq}) is not the one recorded last"
    ),
    "object": sayable("log {log}: object {object_id} is not what the events say of it"),
    "objects": sayable("log {log}: its objects, their values or relations are not what was imported"),
    "end added": sayable(
        "log {log}, case {case_id}: the case (up to number {seq}) was put in without being recorded"
    ),
}


@dataclass(frozen=True, slots=True)
class LogVerification:
    """What verifying one log found; `digest` stands for all that was recorded in it."""

    log: str
    intact: bool
    cases: int
    events: int
    digest: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying logs found."""

    logs: tuple[LogVerification, ...]
    intact: bool

    @property
    def exit_status(self) -> int:
        """1 where a log is not what was recorded."""
        return 0 if self.intact else 1

    def as_text(self) -> str:
        """Return a line per log and the faults of each, the first first."""
        lines = [] if self.logs else [say("there is no log yet")]
        for it in self.logs:
            if it.intact:
                lines.append(
                    say(
                        "{log}: all {events} events of {cases} cases are what was recorded (digest {digest})",
                        log=it.log,
                        events=number_text(it.events),
                        cases=number_text(it.cases),
                        digest=it.digest[:16],
                    )
                )
            lines += [fault.as_text() for fault in it.faults]
        return "\n".join(lines)


def verification(connection: duckdb.DuckDBPyConnection, log: str | None = None) -> Verification:
    """Verify the log named `log`, or all of them."""
    connection.execute(CONTENT_HASH)
    found = tuple(
        _verified(connection, log_id, name, kind == "live", objects)
        for log_id, name, kind, objects in connection.execute(_LOGS).fetchall()
        if log in (None, name)
    )
    return Verification(found, all(it.intact for it in found))


def objects_digest(connection: duckdb.DuckDBPyConnection, log_id: int) -> str:
    """Return what stands for all objects of a log, their values and relations: no others have the same."""
    digest = sha256()
    hashes = connection.execute(sql("object_hashes"), {"log_id": log_id})
    while rows := hashes.fetchmany(_BATCH):
        digest.update("".join(chain.from_iterable(rows)).encode())
    return digest.hexdigest()


def _verified(
    connection: duckdb.DuckDBPyConnection, log_id: int, log: str, live: bool, objects: str | None
) -> LogVerification:
    found = connection.execute(sql("broken_links"), {"log_id": log_id, "live": live}).fetchmany(SHOWN)
    faults = tuple(Fault(log, case_id, key, seq, what) for seq, case_id, key, what in found)
    if live and not faults:
        changed = connection.execute(sql("changed_objects"), {"log_id": log_id}).fetchmany(SHOWN)
        faults = tuple(Fault(log, None, None, None, "object", object_id) for (object_id,) in changed)
    if objects and objects != objects_digest(connection, log_id):
        faults += (Fault(log, None, None, None, "objects"),)
    events, cases = connection.execute(_COUNT, {"log_id": log_id}).fetchall()[0]
    digest = sha256((objects or "").encode())
    for case_id, seq, chain_hash in connection.execute(_HEADS, {"log_id": log_id}).fetchall():
        digest.update(f"{len(case_id.encode())}:{case_id},{seq},".encode() + chain_hash)
    return LogVerification(log, not faults, cases, events, digest.hexdigest(), faults)
