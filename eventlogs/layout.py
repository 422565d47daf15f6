"""Text laid out for a terminal, where a Chinese character fills two cells: tables and wrapped lines."""

import re
from collections.abc import Iterator, Sequence
from unicodedata import combining, east_asian_width

_PIECE = re.compile(r"\s+|[!-~À-ɏ]+|.")  # a space, a word, or one character of any other script
_NEVER_FIRST = frozenset("，。、；：？！）》」』】”’…％")


def cell_width(text: str) -> int:
    """Return how many terminal cells `text` fills.

    >>> cell_width("加梯 lift")
    9
    """
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` filled up with spaces to `width` cells, on the left if `right` aligned."""
    space = " " * (width - cell_width(text))
    return space + text if right else text + space


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Return an aligned table with a rule under its head; the columns numbered in `right` are flush right.

    >>> print(table(["梯", "n"], [["加梯", "10"]], right=[1]))
    梯     n
    ----  --
    加梯  10
    """
    widths = [max(map(cell_width, column)) for column in zip(head, *rows, strict=True)]
    lines = (head, ["-" * width for width in widths], *rows)
    return "\n".join(
        "  ".join(
            padded(cell, widths[place], right=place in right) for place, cell in enumerate(line)
        ).rstrip()
        for line in lines
    )


def wrapped(text: str, width: int = 78, first_indent: str = "", indent: str = "") -> str:
    """Return one paragraph broken into lines of at most `width` cells."""
    lines, line = [], first_indent
    empty = True
    for piece in _unbreakable(text):
        if not empty and cell_width(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line, empty = indent, True
        if empty:
            piece = piece.lstrip()
        line += piece
        empty = empty and not piece
    return "\n".join([*lines, line.rstrip()])


def _unbreakable(text: str) -> Iterator[str]:
    """Yield the parts between which a line may break; a closing mark stays with what it closes."""
    pieces = _PIECE.findall(" ".join(text.split()))
    whole = ""
    for piece in pieces:
        if whole and not (piece[0] in _NEVER_FIRST or whole.isspace()):
            yield whole
            whole = ""
        whole += piece
    if whole:
        yield whole
