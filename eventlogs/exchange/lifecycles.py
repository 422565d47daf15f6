"""Lifecycle transitions as other tools spell them, in the spelling of the standard."""

from collections.abc import Mapping
from typing import get_args

import pyarrow as pa

from eventlogs.events import Lifecycle

_STANDARD = frozenset(get_args(Lifecycle))


def our_lifecycle(text: str) -> str:
    """Return a transition of the standard in its own spelling, another one as it is, "" as `complete`.

    >>> our_lifecycle("COMPLETE"), our_lifecycle("Awaiting Assignment")
    ('complete', 'Awaiting Assignment')
    """
    small = text.strip().lower()
    return small if small in _STANDARD else text if small else "complete"


def our_lifecycles(texts: pa.StringArray) -> pa.StringArray:
    """Return a column of transitions in our spelling."""
    words = texts.unique().to_pylist()
    return translated(texts, {word: our_lifecycle(word) for word in words if word is not None})


def translated(texts: pa.StringArray, words: Mapping[str, str]) -> pa.StringArray:
    """Return a column with every text that is in `words` translated."""
    coded = texts.dictionary_encode()
    return pa.array([words.get(word, word) for word in coded.dictionary.to_pylist()], pa.string()).take(
        coded.indices
    )
