"""Forgetting a resident: the identity goes, the events stay."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from eventlogs.language import say
from eventlogs.privacy.identity import Identity, People
from eventlogs.storage import Ledger

_WRITTEN = """
    SELECT count(*) FROM event JOIN log USING (log_id)
    WHERE coalesce(log.name = $log, true)
      AND regexp_matches(
          concat_ws(
              chr(10), actor, CAST(attributes AS VARCHAR), CAST(evidence AS VARCHAR), CAST(changes AS VARCHAR)
          ),
          $people
      )
"""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Whose identity was removed, and how many events name the person in what was written into them."""

    pseudonym: str
    events_naming_the_person: int

    def as_text(self) -> str:
        """Return what was done and what was not."""
        text = say("{pseudonym} is forgotten; the events stay under the pseudonym", pseudonym=self.pseudonym)
        if not self.events_naming_the_person:
            return text
        more = say(
            "but {n} events name the person in their own text, which the log cannot change",
            n=self.events_naming_the_person,
        )
        return f"{text}\n{more}"


def forgotten(ledger: Ledger, data: Path, person: str) -> Forgotten:
    """Remove the identity of `person`, a pseudonym or a name."""
    gone = People(data).forget(person)
    return Forgotten(gone.pseudonym, events_naming(ledger, [gone]))


def events_naming(ledger: Ledger, people: Iterable[Identity], log: str | None = None) -> int:
    """Count the events, of one log or of all, in whose own text stands the name or phone of one of `people`.

    A room is not looked for: `501` stands for too many other things.
    """
    told = sorted({text for it in people for text in (it.name, it.phone) if text})
    if not told:
        return 0
    with ledger.reading() as connection:
        given = {"log": log, "people": "|".join(map(re.escape, told))}
        return int(connection.execute(_WRITTEN, given).fetchall()[0][0])
