"""The words of the scoreboard in Chinese, by a table whose names in braces stand for what varies."""

import re
import tomllib
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("texts.zh.toml")
_NAME = re.compile(r"\\{(\w+)\\}")


@cache
def chinese(text: str) -> str:
    """Return a text in Chinese; a number, a name or what the table does not know stays as it is."""
    for pattern, wording in _patterns():
        if found := pattern.fullmatch(text):
            return wording.format(**{name: chinese(inner) for name, inner in found.groupdict().items()})
    return text


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return the table, first what leaves the least open."""
    texts: dict[str, str] = tomllib.loads(TABLE.read_text("utf-8"))
    said_most = sorted(texts, key=lambda text: -len(re.sub(r"\{\w+\}", "", text)))
    return [(re.compile(_NAME.sub(_any, re.escape(text))), texts[text]) for text in said_most]


def _any(name: re.Match[str]) -> str:
    """Return what `{n}` stands for, a number, or any other name, some words."""
    return f"(?P<{name[1]}>{'[0-9.,]+' if name[1] == 'n' else '.+?'})"
