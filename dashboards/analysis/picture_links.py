"""Pictures whose numbers lead to the cases that they count."""

from collections.abc import Callable, Mapping

from lxml import etree

_TOLD = "data-"
_NAMESPACE = "http://www.w3.org/2000/svg"


def leading(svg: str, address_of: Callable[[Mapping[str, str]], str | None], *, by_tab: bool = True) -> str:
    """Return a drawing in which each part with data leads to the address that `address_of` has for its data.

    Without `by_tab` the links are for the pointer alone: where there are hundreds, and the same is reached
    by a link beside the drawing.
    """
    root = etree.fromstring(svg.encode(), etree.XMLParser(resolve_entities=False))
    for part in [one for one in root.iter(f"{{{_NAMESPACE}}}*") if _data_of(one)]:
        if address := address_of(_data_of(part)):
            link = etree.Element(f"{{{_NAMESPACE}}}a", {"href": address})
            if not by_tab:
                link.set("tabindex", "-1")
            part.addprevious(link)
            link.append(part)
    root.set("role", "group")  # a picture as a whole would hide its links from a screen reader
    return etree.tostring(root, encoding="unicode")


def _data_of(part: etree._Element) -> dict[str, str]:
    return {
        str(name).removeprefix(_TOLD): str(value)
        for name, value in part.attrib.items()
        if str(name).startswith(_TOLD)
    }
