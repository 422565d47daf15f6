"""Sentences whose numbers lead to what they count: written with marks, read as text, shown as links."""

from collections.abc import Iterator

from markupsafe import Markup, escape

from eventlogs.amounts import number_text

_OPEN, _BETWEEN, _CLOSE = "\ue000", "\ue001", "\ue002"  # of Unicode's private use
_LINK = Markup('<a class="cases" href="{}">{}</a>')


class Sentence(str):
    """Text that shows its links on a page; everywhere else it is what a person reads and no more."""

    __slots__ = ("_parts",)

    _parts: tuple[tuple[str, str | None], ...]

    def __new__(cls, marked: str) -> "Sentence":
        """Return the sentence of a text in which `leading` has marked what leads somewhere."""
        parts = tuple(_parted(marked))
        made = super().__new__(cls, "".join(text for text, _ in parts))
        made._parts = parts
        return made

    def __html__(self) -> Markup:
        """Return the text with its links, as templates show it."""
        return Markup("").join(
            escape(text) if address is None else _LINK.format(address, text) for text, address in self._parts
        )

    @property
    def plain(self) -> str:
        """The text without its links, for an attribute of an element."""
        return str(self)

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """What leads somewhere, and where."""
        return tuple((text, address) for text, address in self._parts if address is not None)


def leading(text: str, address: str | None) -> str:
    """Return a part of a sentence that leads to a page of ours, marked so that `say` may place it.

    >>> Sentence("Of " + leading("3 cases", "/cases?log=a&did=b") + " none.").__html__()
    Markup('Of <a class="cases" href="/cases?log=a&amp;did=b">3 cases</a> none.')
    """
    return f"{_OPEN}{address}{_BETWEEN}{text}{_CLOSE}" if address else text


def counted(number: int, address: str | None) -> str:
    """Return a number that leads to what it counts, unless it counts nothing."""
    return leading(number_text(number), address if number else None)


def _parted(marked: str) -> Iterator[tuple[str, str | None]]:
    for part in marked.split(_OPEN):
        address, between, rest = part.partition(_BETWEEN)
        if not between:
            yield part, None
            continue
        text, _, after = rest.partition(_CLOSE)
        ours = address.startswith("/") and not address.startswith("//")  # a log may bring such marks
        yield text, address if ours else None
        yield after, None
