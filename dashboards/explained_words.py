"""Which words of the vocabulary the pages explain, and the word that a text is the label of."""

from collections.abc import Mapping
from functools import cache

from eventlogs.language import Language, current_language, sayable
from eventlogs.vocabulary import Kind, terms

SHOWN: Mapping[Kind, str] = {
    "roles": sayable("Roles"),
    "chains": sayable("Chains of leadership"),
    "tools": sayable("Tools of leadership"),
    "activities": sayable("Steps"),
    "phases": sayable("Phases"),
    "outcomes": sayable("How projects end"),
    "hold_causes": sayable("Causes of a hold"),
    "lifecycle": sayable("What can happen to a step"),
    "confidence": sayable("How sure a value is"),
}
_IN_TABLES: tuple[Kind, ...] = ("activities", "roles", "chains", "tools", "phases", "outcomes", "hold_causes")


def term_called(text: str) -> tuple[Kind, str] | None:
    """Return the kind and key of the word whose label in the current language a text is, if it is one's."""
    return _called(current_language()).get(text)


@cache
def _called(language: Language) -> Mapping[str, tuple[Kind, str]]:
    known: dict[str, tuple[Kind, str]] = {}
    for kind in _IN_TABLES:
        for key, term in terms(kind).items():
            known.setdefault(term.label(language), (kind, key))
    return known
