"""Attributes written as XES elements, so that they can be read back exactly.

IEEE 1849-2016 knows no maps, no empty values, whole numbers of 64 bits only, and names without spaces. So a
map is a `<list>` that holds the mark `retrofit:map`; what XES cannot hold at all is a `<list>` that holds
its JSON as `retrofit:json`; and a name that is no XML name is written with `_xHHHH_` for each character
that may not stand there (as SQL/XML does).
"""

import re
from collections.abc import Mapping
from datetime import datetime

from eventlogs.attributes import Identifier, encode_value
from eventlogs.events import Attribute
from eventlogs.exchange.xes.names import CHILDREN, JSON, LIST_ITEM, MAP, VALUE

# Letters that every edition of XML allows in names; validators still go by the older ones.
_START = ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0410-\u044f\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5"
_FORBIDDEN = re.compile(f"(?<=.)[^{_START}.0-9-]|^[^{_START}]", re.DOTALL)
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{2,6}_)")
_ESCAPED = re.compile(r"_x([0-9A-F]{4,6})_")
_EMPTY = "_x00_"  # how the empty name is written
_COLON = re.compile(":")
_MARKUP = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_NEEDS_MARKUP = re.compile(r'[&<>"\t\n\r]')
_UNXML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_name(name: str) -> str:
    """Return a name as an XML name.

    >>> xml_name("total items"), xml_name("楼栋"), xml_name("(case) id")
    ('total_x0020_items', '楼栋', '_x0028_case_x0029__x0020_id')
    """
    if not name:
        return _EMPTY
    return _FORBIDDEN.sub(_escaped, _ESCAPE.sub("_x005F_", name))


def colonless_name(name: str) -> str:
    """Return a name as an XML name without colons, as those of classifiers are."""
    return _COLON.sub(_escaped, xml_name(name))


def plain_name(name: str) -> str:
    """Return the name that `xml_name` or `colonless_name` wrote.

    >>> plain_name("total_x0020_items")
    'total items'
    """
    return "" if name == _EMPTY else _ESCAPED.sub(lambda match: chr(int(match[1], 16)), name)


def marked_up(text: str) -> str:
    """Return a text as it stands between quotation marks in XML; what XML cannot hold becomes U+FFFD."""
    if _NEEDS_MARKUP.search(text):
        text = text.translate(_MARKUP)
    return _UNXML.sub("\ufffd", text)


def unholdable(text: str) -> bool:
    """Tell whether XML cannot hold a text as it is."""
    return _UNXML.search(text) is not None


def element(key: str, value: Attribute) -> str:
    """Return an attribute as XES; `key` is an XML name already."""
    match value:
        case bool():
            return f'<boolean key="{key}" value="{"true" if value else "false"}"/>'
        case str() if not unholdable(value):
            tag = "id" if isinstance(value, Identifier) else "string"
            return f'<{tag} key="{key}" value="{marked_up(value)}"/>'
        case int() if -(2**63) <= value < 2**63:
            return f'<int key="{key}" value="{value}"/>'
        case float():
            return f'<float key="{key}" value="{_double(value)}"/>'
        case datetime():
            return f'<date key="{key}" value="{value.isoformat()}"/>'
        case list():
            return _list(key, "", "".join(element(LIST_ITEM, item) for item in value))
        case dict():
            return _map(key, value)
    json = element(JSON, _ascii(encode_value(value)))
    return _list(key, json, "")


def elements(attributes: Mapping[str, Attribute]) -> str:
    """Return attributes as XES elements by their names."""
    return "".join(element(xml_name(name), value) for name, value in attributes.items())


def _map(key: str, value: dict[str, Attribute]) -> str:
    inner, children = value.get(VALUE), value.get(CHILDREN)
    if value.keys() == {VALUE, CHILDREN} and isinstance(children, dict) and children and _scalar(inner):
        written = element(key, inner)  # an attribute with attributes of its own, as XES has them
        tag = written[1 : written.index(" ")]
        return f"{written[:-2]}>{elements(children)}</{tag}>"
    return _list(key, element(MAP, True), elements(value))


def _scalar(value: Attribute) -> bool:
    if isinstance(value, str):
        return not unholdable(value)
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return isinstance(value, float | datetime)


def _list(key: str, mark: str, values: str) -> str:
    return f'<list key="{key}">{mark}<values key="values">{values}</values></list>'


def _double(value: float) -> str:
    if value != value:
        return "NaN"
    return {float("inf"): "INF", float("-inf"): "-INF"}.get(value, repr(value))


def _ascii(json: str) -> str:
    """Return JSON with every character that XML cannot hold escaped."""
    return _UNXML.sub(lambda match: f"\\u{ord(match[0]):04x}", json)


def _escaped(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):04X}_"
