"""Who the residents are: names, phones and rooms, kept apart from the events under random pseudonyms.

They stand in a file of their own, `people.sqlite`, whose deleted content SQLite overwrites. The events
know only the pseudonyms, which say nothing and are never given to a second person.
"""

import re
import secrets
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from eventlogs.errors import EventLogError

FILE = "people.sqlite"
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that looks like another

# A pseudonym in a text. Chinese sets no spaces between words, so any sign ends it with which no code goes on.
PSEUDONYM = re.compile(rf"(?<![A-Za-z0-9_])P-[{_LETTERS}]{{6}}(?![A-Za-z0-9_])")

_SETTINGS = "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA journal_mode = DELETE"
_TABLES = """
    CREATE TABLE IF NOT EXISTS person (
        -- One row per resident known by name.
        pseudonym TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT, room TEXT
    );
    CREATE TABLE IF NOT EXISTS used_pseudonym (
        -- One row per pseudonym ever given, those of forgotten people included.
        pseudonym TEXT PRIMARY KEY
    );
    CREATE INDEX IF NOT EXISTS person_by_name ON person (name);
"""
_SAME_PERSON = """
    SELECT pseudonym FROM person
    WHERE name = :name AND room IS :room AND (:room IS NOT NULL OR phone IS :phone)
"""
_ADD = "INSERT INTO person VALUES (:pseudonym, :name, :phone, :room)"
_GIVE = "INSERT OR IGNORE INTO used_pseudonym VALUES (?)"
_NEW_PHONE = "UPDATE person SET phone = :phone WHERE pseudonym = :pseudonym AND phone IS NOT :phone"
_NAMED = "SELECT * FROM person WHERE pseudonym = :it OR name = :it ORDER BY pseudonym"
_ALL = "SELECT * FROM person ORDER BY pseudonym"
_FORGET = "DELETE FROM person WHERE pseudonym = ?"


@dataclass(frozen=True, slots=True)
class Identity:
    """A resident: who stands behind a pseudonym."""

    pseudonym: str
    name: str
    phone: str | None = None
    room: str | None = None


class People:
    """The residents of a data directory."""

    def __init__(self, data: Path) -> None:
        self._file = data / FILE

    def pseudonym_for(self, name: str, phone: str | None = None, room: str | None = None) -> str:
        """Return the pseudonym of a resident, a new one for a person not known yet.

        A person is a name at a room; where no room is known, a name with a phone.
        """
        values = {"name": _plain(name), "phone": _plain(phone) or None, "room": _plain(room) or None}
        if not values["name"]:
            raise EventLogError("a person needs a name")
        with self._open() as people:
            people.execute("BEGIN IMMEDIATE")
            found = people.execute(_SAME_PERSON, values).fetchone()
            pseudonym = found[0] if found else _new_pseudonym(people)
            if not found:
                people.execute(_ADD, values | {"pseudonym": pseudonym})
            elif values["phone"]:
                people.execute(_NEW_PHONE, values | {"pseudonym": pseudonym})
        return str(pseudonym)

    def identity(self, pseudonym: str) -> Identity | None:
        """Return who stands behind a pseudonym; None if nobody does, or no longer."""
        found = self._named(pseudonym)
        return found[0] if found and found[0].pseudonym == pseudonym else None

    def identities(self) -> dict[str, Identity]:
        """Return everybody by pseudonym."""
        if not self._file.exists():
            return {}
        with self._open() as people:
            return {row[0]: Identity(*row) for row in people.execute(_ALL).fetchall()}

    def forget(self, person: str) -> Identity:
        """Remove all that is known of `person`, a pseudonym or a name, and return it for a last time."""
        found = self._named(person)
        if not found:
            raise EventLogError(
                "nobody is known as {person}; name a pseudonym or a whole name", person=person
            )
        if len(found) > 1:
            raise EventLogError(
                "{n} people are named {person}: {pseudonyms}; name one by pseudonym",
                n=len(found),
                person=person,
                pseudonyms=", ".join(f"{it.pseudonym} ({it.room or it.phone or '-'})" for it in found),
            )
        with self._open() as people:
            people.execute(_FORGET, (found[0].pseudonym,))
        with self._open() as people:
            people.execute("VACUUM")  # beyond overwriting: pages that were split may hold older copies
        return found[0]

    def _named(self, person: str) -> list[Identity]:
        if not self._file.exists():
            return []
        with self._open() as people:
            return [Identity(*row) for row in people.execute(_NAMED, {"it": _plain(person)}).fetchall()]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.touch(0o600)
        try:
            with closing(sqlite3.connect(self._file, timeout=30, isolation_level=None)) as people:
                people.executescript(_SETTINGS)
                people.executescript(_TABLES)
                yield people
                if people.in_transaction:
                    people.commit()
        except sqlite3.DatabaseError as error:
            raise EventLogError("{file} cannot be used: {reason}", file=self._file, reason=error) from error


def _plain(text: str | None) -> str:
    """Return text in one form whichever keyboard wrote it, full-width letters and double spaces included."""
    return " ".join(unicodedata.normalize("NFKC", text or "").split())


def _new_pseudonym(people: sqlite3.Connection) -> str:
    while True:
        pseudonym = "P-" + "".join(secrets.choice(_LETTERS) for _ in range(6))
        if people.execute(_GIVE, (pseudonym,)).rowcount:
            return pseudonym
