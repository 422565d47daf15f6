"""The residents that a project's events tell of, found by their pseudonyms."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eventlogs.privacy.identity import Identity
from flows.process.history import CaseHistory


def residents_of(history: CaseHistory, known: Mapping[str, Identity]) -> Sequence[Identity]:
    """Return those `known` by pseudonym whom a project's events name, as actor or in what was entered."""
    told: set[str] = set()
    for event in history.events:
        told.update(_words(event.actor))
        told.update(_words(event.attributes))
        told.update(_words(event.evidence))
        told.update(link.object_id for link in event.objects)
        told.update(word for change in event.changes for word in _words(change.value))
    return [known[pseudonym] for pseudonym in sorted(told & known.keys())]


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _words(inner)
