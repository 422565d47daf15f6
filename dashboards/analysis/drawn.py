"""The analysts' charts as pictures to take away: SVG that stands by itself, with title and legend."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from dashboards.report.pictures import FONT, INK, MUTED, is_dark, line_mark, text_mark, text_width
from dashboards.tables import Picture
from eventlogs.amounts import number_text
from mining.fonts import FONTS

if TYPE_CHECKING:
    from dashboards.analysis.time_axis import Tick

TONES = {
    "started": "#0072b2",
    "completed": "#009e73",
    "failed": "#d55e00",
    "halted": "#e69f00",
    "ended": "#7f8c98",
    "silent": "#c3cbd2",
    "running": "#56b4e9",
}
GROUND = "#eef2f5"
_HEAD, _ROW, _BAR, _EDGE = 30, 26, 360, 12
_LEGEND_ROW, _IN_A_ROW = 22, 3

Legend = Sequence[tuple[str, str]]  # colour and word


@dataclass(frozen=True, slots=True)
class BarRow:
    """A labelled bar: its parts as colour, start and width in hundredths, and what is said of it."""

    label: str
    parts: Sequence[tuple[str, float, float]]
    said: str
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Strip:
    """A drawing over a time axis: paths with their colours, and what stands above it."""

    label: str
    paths: Sequence[tuple[str, str]]


def bars(name: str, title: str, rows: Sequence[BarRow], legend: Legend = ()) -> Picture:
    """Draw bars under one another."""
    labels = max((text_width(row.label) for row in rows), default=0.0) + 2 * _EDGE
    words = max((text_width(row.said) for row in rows), default=0.0)

    def marks() -> Iterator[str]:
        top = _HEAD + _EDGE
        if legend:
            yield from _legend(legend, top)
            top += _LEGEND_ROW
        for place, row in enumerate(rows):
            y = top + _ROW * place
            yield text_mark(labels - _EDGE, y + 9, row.label, anchor="end")
            yield _rect(labels, y, _BAR, 18, GROUND)
            for colour, start, width in row.parts:
                yield _rect(labels + start * _BAR / 100, y, width * _BAR / 100, 18, colour)
            if row.interval:
                low, high = (labels + bound * _BAR / 100 for bound in row.interval)
                yield line_mark(low, y + 9, high, y + 9, INK, 2)
            yield text_mark(labels + _BAR + _EDGE, y + 9, row.said, colour=MUTED)

    height = _HEAD + _EDGE + (_LEGEND_ROW if legend else 0) + _ROW * len(rows) + _EDGE
    return _framed(name, title, labels + _BAR + 2 * _EDGE + words, height, marks())


def over_time(
    name: str,
    title: str,
    strips: Sequence[Strip],
    size: tuple[int, int],
    ticks: Sequence["Tick"],
    legend: Legend,
    line: tuple[float, str] = (1, "butt"),
) -> Picture:
    """Draw strips of paths under one another over one calendar; `line` is the width and end of the lines."""
    width, height = size
    rows = -(-len(legend) // _IN_A_ROW)
    top = _HEAD + _EDGE + rows * _LEGEND_ROW

    def marks() -> Iterator[str]:
        for row in range(rows):
            yield from _legend(
                legend[_IN_A_ROW * row : _IN_A_ROW * (row + 1)], _HEAD + _EDGE + row * _LEGEND_ROW
            )
        for place, strip in enumerate(strips):
            y = top + place * (height + 48) + 20
            yield text_mark(_EDGE, y - 10, strip.label)
            for tick in ticks:
                yield line_mark(_EDGE + tick.x, y, _EDGE + tick.x, y + height, "#d5dbe1", 1)
                yield text_mark(_EDGE + tick.x, y + height + 14, tick.text, anchor="middle", colour=MUTED)
            yield f'<g transform="translate({_EDGE} {y})" fill="none" stroke-width="{line[0]}"'
            yield f' stroke-linecap="{line[1]}">'
            for colour, path in strip.paths:
                yield f'<path d="{path}" stroke="{colour}"/>'
            yield "</g>"

    return _framed(name, title, width + 2 * _EDGE, top + len(strips) * (height + 48), marks())


def matrix(
    name: str, title: str, names: Sequence[str], cells: Sequence[Sequence[tuple[int, str]]]
) -> Picture:
    """Draw a square of counts, each with its colour; names stand at the left and, as numbers, above."""
    numbered = [f"{place}  {one}" for place, one in enumerate(names, 1)]
    labels = max((text_width(one) for one in numbered), default=0.0) + 2 * _EDGE
    side = 44

    def marks() -> Iterator[str]:
        for row, (label, line) in enumerate(zip(numbered, cells, strict=True)):
            y = _HEAD + 2 * _EDGE + _ROW * row + 10
            yield text_mark(_EDGE, y + _ROW / 2, label)
            yield text_mark(labels + side * (row + 0.5), _HEAD + 16, str(row + 1), anchor="middle")
            for column, (n, colour) in enumerate(line):
                x = labels + side * column
                yield _rect(x, y, side - 2, _ROW - 2, colour)
                if n:
                    dark = is_dark(colour)
                    ink = "#ffffff" if dark else INK
                    yield text_mark(
                        x + side / 2 - 1, y + _ROW / 2 - 1, number_text(n), anchor="middle", colour=ink
                    )

    height = _HEAD + 2 * _EDGE + 10 + _ROW * len(names) + _EDGE
    return _framed(name, title, labels + side * len(names) + _EDGE, height, marks())


def _legend(legend: Legend, y: float) -> Iterator[str]:
    x = float(_EDGE)
    for colour, word in legend:
        yield _rect(x, y, 12, 12, colour)
        yield text_mark(x + 17, y + 6, word, colour=MUTED)
        x += 36 + text_width(word)


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height}" fill="{colour}"/>'


def _framed(name: str, title: str, width: float, height: float, marks: Iterator[str]) -> Picture:
    wide = max(width, text_width(title) * 1.2 + 2 * _EDGE)
    look = f'font-size="{FONT + 2}" font-weight="600" fill="{INK}"'
    head = f'<text x="{_EDGE}" y="22" {look}>{escape(title)}</text>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {height:.0f}" width="{wide:.0f}"'
        f' height="{height:.0f}" font-size="{FONT}" font-family="{FONTS}"><title>{escape(title)}</title>'
        f'<rect width="{wide:.0f}" height="{height:.0f}" fill="#ffffff"/>{head}{"".join(marks)}</svg>'
    )
    return Picture(name, title, svg)
