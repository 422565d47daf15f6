"""The types of retrofit as data: what people call each, the model it is held against, words of its own.

A table `retrofits/TYPE.toml` of any floor tells of one; its process, if there is one, is code beside it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from eventlogs.errors import VocabularyError
from eventlogs.floors import tables_of_floors
from eventlogs.language import current_language

HEAD = "retrofit"  # the table about the type itself; every other one is an activity


@dataclass(frozen=True)
class RetrofitType:
    """A type of retrofit; `model` is the key of its normative model, None where nothing is expected of it."""

    key: str
    zh: str
    en: str
    model: str | None
    activities: Mapping[str, Mapping[str, Any]]

    def __str__(self) -> str:
        """Return what it is called in the current language."""
        return self.zh if current_language() == "zh" else self.en


@cache
def retrofit_types() -> Mapping[str, RetrofitType]:
    """Return every type by its key, which is the value of the case attribute `retrofit`."""
    return {
        table.stem: _read(table.stem, tomllib.loads(table.read_text("utf-8")))
        for table in tables_of_floors("retrofits")
    }


def types_without(model: str) -> list[str]:
    """Return the types that a model is not about; a model that no type names is about all of them.

    >>> types_without("lift"), types_without("a model of my own")
    (['pipe_renewal'], [])
    """
    types = retrofit_types().values()
    others = [one.key for one in types if one.model != model]
    return others if len(others) < len(types) else []


def _read(key: str, tables: dict[str, Any]) -> RetrofitType:
    head = tables.pop(HEAD, {})
    if not head.keys() >= {"zh", "en"} or head.keys() - {"zh", "en", "model"}:
        raise VocabularyError(
            "{file}: [{head}] must have `zh` and `en`, and may have `model`", file=f"{key}.toml", head=HEAD
        )
    return RetrofitType(key, head["zh"], head["en"], head.get("model"), tables)
