"""Classifiers: the keys whose values, joined, name an event's activity."""

from collections.abc import Collection

JOINED_BY = "+"


def keys_of(text: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Return the keys that a classifier joins by spaces; one with a space inside is `known` or in quotes.

    >>> keys_of("'resource country' concept:name")
    ('resource country', 'concept:name')
    """
    keys: list[str] = []
    rest = text.strip()
    longest_first = sorted(known, key=len, reverse=True)
    while rest:
        if rest[0] in "'\"" and rest[0] in rest[1:]:
            key = rest[1 : rest.index(rest[0], 1)]
            rest = rest[len(key) + 2 :].strip()
        else:
            key = next((it for it in longest_first if f"{rest} ".startswith(f"{it} ")), rest.split()[0])
            rest = rest[len(key) :].strip()
        keys.append(key)
    return tuple(keys)
