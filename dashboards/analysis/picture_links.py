"""Pictures whose numbers lead to the cases that they count, and whose words explain themselves."""

from collections.abc import Callable, Mapping

from lxml import etree
from markupsafe import Markup

from dashboards.explained_words import term_called

_TOLD = "data-"
_NAMESPACE = "http://www.w3.org/2000/svg"
_TEXT, _BOX, _TITLE = (f"{{{_NAMESPACE}}}{name}" for name in ("text", "g", "title"))


def leading(svg: str, address_of: Callable[[Mapping[str, str]], str | None], *, by_tab: bool = True) -> str:
    """Return a drawing in which each part with data leads to the address that `address_of` has for its data.

    Without `by_tab` the links are for the pointer alone: where there are hundreds, and the same is reached
    by a link beside the drawing.
    """
    root = _parsed(svg)
    for part in [one for one in root.iter(f"{{{_NAMESPACE}}}*") if _data_of(one)]:
        if address := address_of(_data_of(part)):
            _wrap(part, {"href": address} | ({} if by_tab else {"tabindex": "-1"}))
    return _written(root)


def explaining(svg: str) -> Markup:
    """Return a drawing in which each text, or titled box, that is the label of a word explains it.

    >>> drawn = f'<svg xmlns="{_NAMESPACE}"><text>Coordinator</text><text>12</text></svg>'
    >>> explaining(drawn).count("data-term")
    1
    """
    root = _parsed(svg)
    texts = [(one, one.text) for one in root.iter(_TEXT) if not len(one)]
    boxes = [(one, one[0].text) for one in root.iter(_BOX) if len(one) and one[0].tag == _TITLE]
    for part, words in [*texts, *boxes]:
        if term := term_called(words or ""):
            kind, key = term
            _wrap(part, {"href": f"/glossary#{kind}-{key}", "data-term": f"/glossary/{kind}/{key}"})
            if part.tag == _BOX:
                part.remove(part[0])  # the explanation says it too
    return Markup(_written(root))


def _parsed(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode(), etree.XMLParser(resolve_entities=False))


def _wrap(part: etree._Element, attributes: dict[str, str]) -> None:
    link = etree.Element(f"{{{_NAMESPACE}}}a", attributes)
    part.addprevious(link)
    link.append(part)


def _written(root: etree._Element) -> str:
    root.set("role", "group")  # a picture as a whole would hide its links from a screen reader
    return etree.tostring(root, encoding="unicode")


def _data_of(part: etree._Element) -> dict[str, str]:
    return {
        str(name).removeprefix(_TOLD): str(value)
        for name, value in part.attrib.items()
        if str(name).startswith(_TOLD)
    }
