"""A POWL model drawn: boxes in boxes, arrows where an order holds, none where none is claimed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from eventlogs.language import say
from eventlogs.layout import cell_width
from mining.discovery.powl import Powl
from mining.fonts import FONTS

_INK, _LINE, _FILLS = "#1f2d3d", "#4f6d8a", ("#ffffff", "#f2f7fc")
_PAD, _GAP, _COLUMN, _HEIGHT, _HEAD = 14.0, 16.0, 44.0, 34.0, 20.0
Label = Callable[[str], str]


@dataclass(frozen=True)
class _Box:
    """A part with its size, and its inner parts with their places in it."""

    part: Powl
    width: float
    height: float
    inner: tuple[tuple[float, float, "_Box"], ...] = ()


def powl_svg(model: Powl, title: str, label: Label) -> str:
    """Return the drawing, its activities named by `label`."""
    box = _laid(model, label)
    width, height = max(box.width + 2 * _PAD, cell_width(title) * 7.6 + 2 * _PAD), box.height + 50
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" font-family="{FONTS}" role="img" aria-label={quoteattr(title)}>',
        '<defs><marker id="powl-arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z" fill="{_INK}"/></marker></defs>',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        _text(_PAD, 24, title, size=14, bold=True),
        *_drawn(box, _PAD, 38, label, depth=0),
        "</svg>",
    ]
    return "\n".join([*lines, ""])


def _laid(part: Powl, label: Label) -> _Box:
    if part.kind == "activity":
        return _Box(part, max(70.0, cell_width(label(part.activity)) * 7.0 + 24), _HEIGHT)
    if part.kind == "silent":
        return _Box(part, 26, 26)
    boxes = [_laid(one, label) for one in part.parts]
    head = _head(part)
    top = _PAD + (_HEAD if head else 0.0)
    columns = _columns(part)
    x, placed, tallest = _PAD, [], 0.0
    for column in range(max(columns, default=0) + 1):
        here = [box for box, at in zip(boxes, columns, strict=True) if at == column]
        wide, y = max(box.width for box in here), top
        for box in here:
            placed.append((x + (wide - box.width) / 2, y, box))
            y += box.height + _GAP
        tallest = max(tallest, y - _GAP)
        x += wide + _COLUMN
    order = {id(box): n for n, box in enumerate(boxes)}
    placed.sort(key=lambda one: order[id(one[2])])
    return _Box(
        part, max(x - _COLUMN + _PAD, cell_width(head) * 6.4 + 2 * _PAD), tallest + _PAD, tuple(placed)
    )


def _head(part: Powl) -> str:
    if part.kind == "choice":
        return say("× one of")
    return say("↻ first, then again after the second") if part.kind == "loop" else ""


def _columns(part: Powl) -> list[int]:
    """Return in which column each inner part stands: one after all that come before it."""
    columns = [0] * len(part.parts)
    for _ in part.parts:
        for before, after in part.order:
            columns[after] = max(columns[after], columns[before] + 1)
    return columns


def _drawn(box: _Box, x: float, y: float, label: Label, *, depth: int) -> Iterator[str]:
    part = box.part
    if part.kind == "silent":
        yield f'<rect x="{x:.1f}" y="{y:.1f}" width="26" height="26" fill="{_INK}">'
        yield f"<title>{escape(say('nothing'))}</title></rect>"
        return
    yield (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="6" '
        f'fill="{_FILLS[depth % 2]}" stroke="{_LINE}"/>'
    )
    if part.kind == "activity":
        yield _text(x + box.width / 2, y + 22, label(part.activity), size=13, middle=True)
        return
    if head := _head(part):
        yield _text(x + _PAD, y + 20, head, size=12)
    for inner_x, inner_y, inner in box.inner:
        yield from _drawn(inner, x + inner_x, y + inner_y, label, depth=depth + 1)
    for before, after in part.direct_order:
        yield _arrow(x, y, box.inner[before], box.inner[after])


def _arrow(x: float, y: float, one: tuple[float, float, _Box], other: tuple[float, float, _Box]) -> str:
    from_x, from_y = x + one[0] + one[2].width, y + one[1] + one[2].height / 2
    to_x, to_y = x + other[0], y + other[1] + other[2].height / 2
    middle = (from_x + to_x) / 2
    curve = (
        f"M{from_x:.1f} {from_y:.1f}C{middle:.1f} {from_y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
    )
    return f'<path d="{curve}" fill="none" stroke="{_INK}" marker-end="url(#powl-arrow)"/>'


def _text(x: float, y: float, words: str, *, size: int, bold: bool = False, middle: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    anchor = ' text-anchor="middle"' if middle else ""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}"'
    return f'<text {place} fill="{_INK}"{weight}{anchor}>{escape(words)}</text>'
