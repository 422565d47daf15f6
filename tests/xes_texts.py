"""Pieces of XES files, written for tests."""

from xml.sax.saxutils import quoteattr


def attribute(tag: str, key: str, value: str, inside: str = "") -> str:
    marks = f"key={quoteattr(key)} value={quoteattr(value)}"
    return f"<{tag} {marks}>{inside}</{tag}>" if inside else f"<{tag} {marks}/>"


def string(value: str, key: str = "concept:name") -> str:
    return attribute("string", key, value)


def event(name: str, *attributes: str) -> str:
    return f"<event>{string(name)}{''.join(attributes)}</event>"


def trace(name: str, *inside: str) -> str:
    return f"<trace>{string(name)}{''.join(inside)}</trace>"


def log(*inside: str, head: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">{head}{"".join(inside)}</log>'
