"""The report's pictures as SVG that stands by itself: intervals, curves of time, and stacked counts.

Colours are those of the pages, safe for colour-blind readers; every picture also says its numbers as text.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

Scale = Callable[[float], float]
Data = tuple[tuple[str, str], ...]  # of what a text tells, by which a page finds where it leads

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7f8c98", "#b8a800")
INK, MUTED, LINE = "#16222d", "#566472", "#d8dfe6"
WIDTH, LABELS, ROW, FONT = 720, 190, 26, 13


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """A value with its bounds, all on the picture's scale; `text` says it in words, `data` of whom it is."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    text: str
    data: Data = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """A step curve: from `times[n]` on it has `values[n]`; `data` says of whom."""

    label: str
    times: Sequence[float]
    values: Sequence[float]
    data: Data = ()


@dataclass(frozen=True, slots=True)
class StackedRow:
    """Counts side by side, in the order of the picture's legend, with data for each."""

    label: str
    counts: Sequence[int]
    data: Sequence[Data]


def interval_picture(title: str, rows: Sequence[IntervalRow], ticks: Sequence[tuple[float, str]]) -> str:
    """Draw a point and its interval for each row over a scale from the first tick to the last."""
    low, high = ticks[0][0], ticks[-1][0]
    right = WIDTH - 170

    def across(value: float) -> float:
        part = (min(max(value, low), high) - low) / ((high - low) or 1)
        return LABELS + part * (right - LABELS)

    def marks() -> Iterator[str]:
        bottom = 8 + ROW * len(rows)
        yield from _grid(((across(value), text) for value, text in ticks), 8, bottom)
        for place, row in enumerate(rows):
            y = 8 + ROW * (place + 0.5)
            yield text_mark(LABELS - 10, y, row.label, anchor="end")
            yield text_mark(right + 14, y, row.text, colour=MUTED, data=row.data)
            if row.value is None:
                continue
            if row.low is not None:
                end = across(high if row.high is None else row.high)
                yield line_mark(across(row.low), y, end, y, COLOURS[0], 3)
            yield f'<circle cx="{across(row.value):.1f}" cy="{y:.1f}" r="5" fill="{COLOURS[0]}"/>'

    return _picture(title, 8 + ROW * len(rows) + 26, marks())


def curve_picture(
    title: str, curves: Sequence[Curve], until: float, ticks: Sequence[tuple[float, str]]
) -> str:
    """Draw step curves of shares from 0 to 1 over a time from 0 to `until`."""
    left, right, top, bottom = 52, WIDTH - 180, 10, 250

    def across(time: float) -> float:
        return left + min(time, until) / (until or 1) * (right - left)

    def up(share: float) -> float:
        return bottom - share * (bottom - top)

    def marks() -> Iterator[str]:
        yield from _grid(((across(value), text) for value, text in ticks), top, bottom)
        for share in (0, 0.25, 0.5, 0.75, 1):
            yield line_mark(left, up(share), right, up(share), LINE, 1)
            yield text_mark(left - 8, up(share), f"{100 * share:.0f} %", anchor="end", colour=MUTED)
        for place, curve in enumerate(curves):
            y = 20 + 20 * place
            colour, dashes = COLOURS[place % len(COLOURS)], ("", "7 4", "2 3", "10 3 2 3")[place % 4]
            points = " ".join(_steps(curve, until, across, up))
            yield (
                f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.2"'
                + (f' stroke-dasharray="{dashes}"/>' if dashes else "/>")
            )
            yield line_mark(right + 8, y, right + 30, y, colour, 2.2, dashes)
            yield text_mark(right + 36, y, curve.label, data=curve.data)

    return _picture(title, bottom + 28, marks())


def stacked_picture(
    title: str, legend: Sequence[str], rows: Sequence[StackedRow], colours: Sequence[str]
) -> str:
    """Draw each row's counts as shares of its total, with the counts written in."""
    right = WIDTH - 60

    def marks() -> Iterator[str]:
        x = float(LABELS)
        for text, colour in zip(legend, colours, strict=True):
            yield f'<rect x="{x:.1f}" y="4" width="12" height="12" fill="{colour}"/>'
            yield text_mark(x + 17, 10, text, colour=MUTED)
            x += 34 + text_width(text)
        for place, row in enumerate(rows):
            y, at, total = 26 + ROW * place, float(LABELS), sum(row.counts)
            yield text_mark(LABELS - 10, y + ROW / 2 - 2, row.label, anchor="end")
            yield text_mark(right + 8, y + ROW / 2 - 2, str(total), colour=MUTED)
            for count, colour, data in zip(row.counts, colours, row.data, strict=True):
                width = count / (total or 1) * (right - LABELS)
                yield f'<rect x="{at:.1f}" y="{y}" width="{width:.1f}" height="{ROW - 6}" fill="{colour}"/>'
                if width > 9 * len(str(count)) + 4:
                    dark = is_dark(colour)
                    yield text_mark(
                        at + width / 2,
                        y + ROW / 2 - 2,
                        str(count),
                        anchor="middle",
                        colour="#fff" if dark else INK,
                        data=data,
                    )
                at += width

    return _picture(title, 26 + ROW * len(rows) + 2, marks())


def _steps(curve: Curve, until: float, across: Scale, up: Scale) -> Iterator[str]:
    last = 0.0
    yield f"{across(0):.1f},{up(0):.1f}"
    for time, value in zip(curve.times, curve.values, strict=True):
        if time > until:
            break
        yield f"{across(time):.1f},{up(last):.1f}"
        yield f"{across(time):.1f},{up(value):.1f}"
        last = value
    yield f"{across(until):.1f},{up(last):.1f}"


def _grid(ticks: Iterator[tuple[float, str]], top: float, bottom: float) -> Iterator[str]:
    for x, text in ticks:
        yield line_mark(x, top, x, bottom, LINE, 1)
        yield text_mark(x, bottom + 14, text, anchor="middle", colour=MUTED)


def _picture(title: str, height: float, marks: Iterator[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img"'
        f' aria-label="{escape(title, quote=True)}" font-size="{FONT}">{"".join(marks)}</svg>'
    )


def line_mark(
    x: float, y: float, to_x: float, to_y: float, colour: str, width: float, dashes: str = ""
) -> str:
    """Return a straight line."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{colour}"'
        f' stroke-width="{width}"{dashed}/>'
    )


def text_mark(
    x: float, y: float, text: str, *, anchor: str = "start", colour: str = INK, data: Data = ()
) -> str:
    """Return a text whose middle stands at `y`."""
    place = f'x="{x:.1f}" y="{y:.1f}" dy=".35em" text-anchor="{anchor}"'
    told = "".join(f' data-{name}="{escape(value, quote=True)}"' for name, value in data)
    return f'<text {place} fill="{colour}"{told}>{escape(text)}</text>'


def text_width(text: str) -> float:
    """Return about how wide a text is drawn; Chinese signs are twice as wide as letters."""
    return sum(FONT if ord(sign) > 0x2E7F else FONT * 0.56 for sign in text)


def is_dark(colour: str) -> bool:
    """Tell whether white is read better on a colour than black."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140
