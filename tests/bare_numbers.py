"""The numbers of a page that lead nowhere, less those that count nothing a reader could open."""

import re
from collections.abc import Iterator
from typing import Any

_NOT_TOLD = "script style svg code cite input option select button time output a"
_LISTS = "ancestor::*[self::section or self::main][1]//*[self::ul or self::ol or self::tbody]"
_HEADING = "ancestor-or-self::*[self::h1 or self::h2 or self::h3 or @class='count' or @class='lead']"
_NATURES = (
    r"\[[^\]]*\]",  # an interval
    r"[<≤]? ?[-+]?[\d.,]+ ?%( \[[^\]]*\])?",
    r"\d{4}-\d{2}(-\d{2})?( \d{2}:\d{2})?",
    r"-?[\d.,]+ (second|minute|hour|day|month|year|working day)s?\b",
    r"\d+(\.\d+)+(post\d+)?",  # a statistic, a version
    r"\b[0-9a-f]{16}\b",  # a digest
    r"(?<![\d,.])0(?![\d,.])",
)
_OF_OTHER_THINGS = (
    r"went one of \d+",
    r"\b\d+ floors",  # of a house
    r"floor \d+",
    r"\b\d+[A-Z]\b",  # a household
    r"[\d.]+ m²",
    r"at least \d/\d",
    r"^\d\. ",  # the place of a phase or of something to do
    r"\bNo\. \d+",  # a policy
    r"Objection \d+:",
    r"all \d+ entries",  # in the part that it opens
    r"in [\d,]+ variants",
    r"\bStep \d+:",
    r"model of \d+ steps",
    r"\d+ busiest paths",
    r"\d+ groups are compared",
    r"\d+ of \d+ (pairs of groups|tests|strict rules)",
    r"(tried|took) \d+ times",  # within the case that the line leads to
    r"Inferred from [\d,]+ of",
    r"up to \d+ MiB|at most \d+ MiB",
    r"(at least|fewer than|groups have) \d+ (cases|projects)",
    r"^\d+ to \d+ of [\d,]+$",  # of the list above
    r"^[\d,]+ cases(\.|: )",  # the list below
)
_KNOWN = re.compile("|".join((*_NATURES, *_OF_OTHER_THINGS)))


def bare_numbers(main: Any) -> list[str]:
    """Return each text of a page's main part in which a number stands that leads nowhere."""
    return [
        f"{element.tag}.{element.get('class') or ''}: {text}"
        for element, text in _texts(main)
        if re.search(r"(?<![\w.])\d", _KNOWN.sub("", text)) and not _heads_a_list(element, text)
    ]


def _texts(element: Any) -> Iterator[tuple[Any, str]]:
    if not isinstance(element.tag, str) or element.tag in _NOT_TOLD.split():
        return
    if {"code", "rank"} & set((element.get("class") or "").split()):
        return
    text = " ".join(" ".join([element.text or "", *((one.tail or "") for one in element)]).split())
    if text:
        yield element, text
    for inner in element:
        yield from _texts(inner)


def _heads_a_list(element: Any, text: str) -> bool:
    """Tell whether a heading says how many stand in the list below it."""
    if not element.xpath(_HEADING):
        return False
    sizes = {len(found) for found in element.xpath(_LISTS)}
    numbers = {int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", _KNOWN.sub("", text))}
    return numbers <= sizes
