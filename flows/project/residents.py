"""The residents that a project's events tell of, found by their pseudonyms."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eventlogs.privacy.identity import PSEUDONYM, Identity
from flows.process.history import CaseHistory


def residents_of(history: CaseHistory, known: Mapping[str, Identity]) -> Sequence[Identity]:
    """Return those `known` by pseudonym whom a project's events name, as actor or in what was entered."""
    told: set[str] = set()
    for event in history.events:
        told.update(_pseudonyms((event.actor, event.attributes, event.evidence)))
        told.update(_pseudonyms([link.object_id for link in event.objects]))
        told.update(_pseudonyms([change.value for change in event.changes]))
    return [known[pseudonym] for pseudonym in sorted(told & known.keys())]


def _pseudonyms(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from PSEUDONYM.findall(value)
    elif isinstance(value, Mapping):
        yield from _pseudonyms(list(value.values()))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _pseudonyms(inner)
