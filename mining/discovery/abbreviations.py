"""Two signs for each word, all different: the vocabulary's own in Chinese, else letters of the word."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, combinations, product

from eventlogs.language import current_language
from eventlogs.vocabulary import Activity, terms

_SMALL = {
    "a",
    "an",
    "and",
    "as",
    "at",
    "by",
    "for",
    "from",
    "in",
    "into",
    "of",
    "on",
    "or",
    "the",
    "to",
    "with",
}
_DIGITS = "23456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def abbreviations(names: Iterable[str], label: Callable[[str], str]) -> Mapping[str, str]:
    """Return two signs for each name, by its label in the current language; the first to come chooses first.

    >>> abbreviations(["pay invoice", "pay interest", "check"], str)
    {'pay invoice': 'Pi', 'pay interest': 'Pa', 'check': 'Ch'}
    """
    listed = list(dict.fromkeys(names))
    found = {name: short for name in listed if (short := _chosen(name))}
    taken = set(found.values())
    for name in listed:
        if name not in found:
            found[name] = next(signs for signs in _candidates(label(name)) if signs not in taken)
            taken.add(found[name])
    return {name: found[name] for name in listed}


def _chosen(name: str) -> str | None:
    known = terms("activities").get(name)
    return known.short if isinstance(known, Activity) and current_language() == "zh" else None


def _candidates(text: str) -> Iterator[str]:
    """Yield pairs of signs, the most telling first: initials, any two in their order, then numbers."""
    words = ["".join(filter(str.isalnum, word)) for word in text.replace("_", " ").replace("-", " ").split()]
    telling = [word for word in words if word and word.casefold() not in _SMALL] or [w for w in words if w]
    signs = "".join(telling) or "?"
    initials = ((one[0], other[0]) for one, other in combinations(telling, 2)) if signs.isascii() else ()
    pairs: Iterable[tuple[str, str]] = chain(initials, combinations(signs[:24], 2))
    for first, second in chain(pairs, product(signs[0], _DIGITS), product(_DIGITS, _DIGITS)):
        yield f"{first.upper()}{second if second.isdigit() else second.lower()}"
    for number in range(10_000):
        yield f"{signs[0]}{number}"
