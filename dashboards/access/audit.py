"""The audit: who signed in, who was let in, who saw which resident's identity, when and from where."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboards.access.access_file import AccessFile, moment_text
from eventlogs.language import say, sayable

DEEDS: Mapping[str, str] = {
    "sign_in": sayable("signed in"),
    "sign_in_refused": sayable("could not sign in"),
    "sign_out": sayable("signed out"),
    "password_changed": sayable("changed the password"),
    "password_reset": sayable("gave a one-time password"),
    "user_added": sayable("added a user"),
    "user_changed": sayable("changed a user"),
    "user_disabled": sayable("disabled a user"),
    "user_enabled": sayable("let a user in again"),
    "token_made": sayable("made a token"),
    "token_revoked": sayable("revoked a token"),
    "identities_seen": sayable("saw residents' identities"),
    "identities_exported": sayable("exported residents' identities"),
    "document_taken": sayable("took a document"),
    "identity_given": sayable("gave a resident a pseudonym"),
}
_ADD = "INSERT INTO audit (at, who, what, about, address, details) VALUES (?, ?, ?, ?, ?, ?)"
_LIST = """
    SELECT audit_id, at, who, what, about, address, details FROM audit
    WHERE (:who IS NULL OR who = :who) AND (:what IS NULL OR what = :what)
        AND (:before IS NULL OR audit_id < :before)
    ORDER BY audit_id DESC LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One deed: who did what, concerning whom, when and from where."""

    number: int
    at: datetime
    who: str
    what: str
    about: str
    address: str
    details: Mapping[str, Any]

    @property
    def deed(self) -> str:
        """What was done, in the current language."""
        return say(DEEDS[self.what])


class Audit:
    """The record of what concerns people and access; lines are added and never changed."""

    def __init__(self, file: AccessFile) -> None:
        self._file = file

    def add(self, who: str, what: str, about: str, address: str, **details: object) -> None:
        """Record a deed, durably, before its result is shown."""
        if what not in DEEDS:
            raise KeyError(what)
        line = (moment_text(self._file.now()), who, what, about, address, _json(details))
        with self._file.writing() as connection:
            connection.execute(_ADD, line)

    def lines(
        self,
        *,
        who: str | None = None,
        what: str | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> Sequence[AuditLine]:
        """Return the latest lines first; `before` a number for the page that follows it."""
        asked = {"who": who, "what": what, "before": before, "limit": limit}
        with self._file.reading() as connection:
            rows = connection.execute(_LIST, asked).fetchall()
        return [
            AuditLine(
                row["audit_id"],
                datetime.fromisoformat(row["at"]),
                row["who"],
                row["what"],
                row["about"],
                row["address"],
                json.loads(row["details"]),
            )
            for row in rows
        ]


def _json(details: Mapping[str, object]) -> str:
    return json.dumps(details, ensure_ascii=False, default=str)
