"""A prepared log made from another: its chosen cases, or its events seen at another level."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from eventlogs.choices import Choice
from eventlogs.derived_logs import Derived, Whole, derive, derived
from eventlogs.preparation import Preparation
from eventlogs.prepared import Connection, LogEntry, PreparedLog
from eventlogs.storage import Ledger


@dataclass(frozen=True, slots=True)
class DerivedLog(PreparedLog):
    """A log with the same case numbers and attributes as `whole`, from which it was made."""

    whole: PreparedLog

    def attribute(self, name: str) -> int:
        """Return the number of an attribute; it is coded for the whole log."""
        return self.whole.attribute(name)


def kept_or_made(prepared: PreparedLog, asked: str, make: Callable[[Connection, str], None]) -> Derived:
    """Return what is kept under `asked`, else let `make` fill the schema it is given."""
    whole = Whole(prepared.choice.log_id, prepared.state.schema_name, prepared.state.compiled_at)
    with prepared.ledger.reading() as connection:
        if known := derived(connection, whole, asked):
            return known
    with prepared.ledger.preparing() as connection:
        if known := derived(connection, whole, asked):
            return known
        return derive(connection, whole, asked, lambda schema: make(connection, schema))


def derived_fields(
    whole: PreparedLog, made: Derived
) -> tuple[Ledger, LogEntry, Choice, Preparation, PreparedLog]:
    """Return the fields of the `DerivedLog`."""
    state = replace(whole.state, schema_name=made.schema_name, n_events=made.n_events)
    return whole.ledger, whole.log, whole.choice, state, whole
