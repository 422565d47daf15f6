"""The language a person reads, Chinese or English, chosen once per command or request.

Texts are written in English where they are used, `say("{n} events", n=3)`, and each floor keeps the
Chinese for its own in `texts.zh.toml` and `texts.zh.d/*.toml`, English sentence to Chinese sentence.
"""

import locale
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from typing import Literal

from eventlogs.floors import FLOORS
from eventlogs.singular import agreeing

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

_language: ContextVar[Language] = ContextVar("language", default="en")


def say(text: str, /, **values: object) -> str:
    """Return an English `text` in the current language with `values` filled in.

    >>> with speaking("en"):
    ...     say("{n} events", n=3)
    '3 events'
    """
    return say_in(_language.get(), text, **values)


def sayable(text: str) -> str:
    """Return `text`, an English one that is said elsewhere, unchanged; marks that it needs its Chinese."""
    return text


def say_in(language: Language, text: str, /, **values: object) -> str:
    """Return an English `text` in `language`; a sentence without a translation stays English.

    English is written for several and says "1 case" where there is one. Values that are terms of the
    vocabulary, or faults of the system, are said in `language` too.
    """
    sentence = chinese_texts().get(text, text) if language == "zh" else agreeing(text, values)
    if not values:
        return sentence
    token = _language.set(language)
    try:
        return sentence.format(**{name: _without_number(value) for name, value in values.items()})
    finally:
        _language.reset(token)


def _without_number(value: object) -> object:
    """Return what the system says went wrong in words; any other value as it is."""
    if not isinstance(value, OSError | ValueError):
        return value
    from eventlogs.system_faults import told_fault

    return told_fault(value)


def current_language() -> Language:
    """Return the language of the command or request being answered."""
    return _language.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Answer in `language` inside the block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def language_of_the_locale() -> Language:
    """Return the language that the environment asks for: Chinese for any `zh` locale, else English."""
    asked = (
        os.environ.get("LC_ALL")
        or os.environ.get("LC_MESSAGES")
        or os.environ.get("LANG")
        or (locale.getlocale()[0] or "")
    )
    return "zh" if asked.lower().startswith(("zh", "chinese")) else "en"


@cache
def chinese_texts() -> dict[str, str]:
    """Return every floor's Chinese sentences by their English ones."""
    texts: dict[str, str] = {}
    for catalogue in chinese_catalogues():
        texts |= tomllib.loads(catalogue.read_text("utf-8"))
    return texts


def chinese_catalogues() -> Iterator[Traversable]:
    """Yield the files that hold the floors' Chinese sentences."""
    for floor in FLOORS:
        if find_spec(floor) is None:
            continue
        whole, parts = files(floor) / "texts.zh.toml", files(floor) / "texts.zh.d"
        if whole.is_file():
            yield whole
        if parts.is_dir():
            yield from sorted(
                (part for part in parts.iterdir() if part.name.endswith(".toml")), key=lambda part: part.name
            )
