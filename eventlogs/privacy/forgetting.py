"""Forgetting a resident: the identity goes, the events stay."""

from dataclasses import dataclass
from pathlib import Path

from eventlogs.language import say
from eventlogs.privacy.identity import People
from eventlogs.storage import Ledger

_WRITTEN = """
    SELECT count(*) FROM event
    WHERE contains(concat_ws(chr(10), CAST(attributes AS VARCHAR), CAST(evidence AS VARCHAR), actor), $name)
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
    with ledger.reading() as connection:
        named = connection.execute(_WRITTEN, {"name": gone.name}).fetchall()[0][0]
    return Forgotten(gone.pseudonym, named)
