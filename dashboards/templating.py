"""The templates: strict about what they name, always escaping, and speaking the reader's language."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dashboards.analysis.picture_links import explaining
from dashboards.explained_words import term_called
from dashboards.static_files import asset
from dashboards.tables import Kind
from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.cities import city_label
from eventlogs.console import json_text
from eventlogs.language import current_language, say
from eventlogs.vocabulary import label
from eventlogs.working_calendar import OFFICE_ZONE
from flows.words import name_of

NOTHING = "–"


@cache
def templates() -> Environment:
    """Return the environment that all pages are drawn in."""
    environment = Environment(
        loader=PackageLoader("dashboards"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "say": say,
        "label": label,
        "city_label": city_label,
        "name_of": name_of,
        "asset": asset,
    }
    environment.globals |= {"current_language": current_language, "term_called": term_called}
    environment.filters |= {
        "number": number_text,
        "share": share_text,
        "span": span_text,
        "day": day_text,
        "moment": moment_text,
        "written": written,
        "coded": coded,
        "json": json_text,
        "explaining": explaining,
    }
    return environment


def day_text(value: date | datetime | None) -> str:
    """Return a day, that of the offices' zone."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = value.astimezone(OFFICE_ZONE).date()
    return value.isoformat()


def moment_text(value: datetime | None) -> str:
    """Return a moment to the minute in the offices' zone."""
    return NOTHING if value is None else f"{value.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"


def coded(text: str) -> Markup:
    """Return a sentence with what stands between backticks as code.

    >>> coded("`next` & more")
    Markup('<code>next</code> &amp; more')
    """
    parts = (Markup("<code>{}</code>") if n % 2 else Markup("{}") for n in range(text.count("`") + 1))
    return Markup("").join(shape.format(part) for shape, part in zip(parts, text.split("`"), strict=True))


def _decimal(value: Any) -> str:
    return f"{value:,.2f}"


_WRITTEN: dict[Kind, Callable[[Any], str]] = {
    "number": number_text,
    "cases": number_text,
    "decimal": _decimal,
    "share": share_text,
    "span": span_text,
    "day": day_text,
    "moment": moment_text,
}


def written(value: Any, kind: Kind) -> str:
    """Return a table's value as people read it."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if kind in _WRITTEN:
        return _WRITTEN[kind](value)
    return value if isinstance(value, str) else str(value)  # a sentence keeps its links
