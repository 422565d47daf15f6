"""Where the activities of a process map stand.

Activities of our vocabulary stand in columns, one or two a phase, at the same place in every picture made
with the same layout; those of other logs are left to Graphviz's layered layout.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eventlogs.layout import cell_width, wrapped
from eventlogs.vocabulary import Activity, vocabulary
from eventlogs.words import activity_label

START, END = "\x02", "\x03"  # names no activity has

_ROWS = 9  # activities in a column before a phase takes a second one
_COLUMN, _GAP, _STAGGER = 158.0, 32.0, 14.0  # points
_LINE = 18  # cells of an activity's name in one line
_CELL, _MARGIN, _LINE_HEIGHT = 5.9, 20.0, 14.5  # points of a text of 11 points


@dataclass(frozen=True, slots=True)
class Place:
    """Where the middle of an activity stands, in points, upwards from the first row."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Column:
    """A phase's part of the picture: from `left` to `right`, in points."""

    title: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where activities stand, and the phases' columns."""

    places: Mapping[str, Place]
    columns: tuple[Column, ...]
    height: float


def phase_layout(activities: Iterable[str]) -> Layout | None:
    """Return columns by phase for the activities of a log; None if any is not of our vocabulary."""
    known = vocabulary()["activities"]
    names = set(activities)
    if not names or not names <= known.keys():
        return None
    pitch = max(text_size(box_lines(name))[1] for name in names) + _GAP
    places: dict[str, Place] = {}
    columns: list[Column] = []
    left, height = 0.0, 0.0
    for phase, term in vocabulary()["phases"].items():
        of_phase = [
            name
            for name, activity in known.items()
            if name in names and isinstance(activity, Activity) and activity.phase == phase
        ]
        if not of_phase:
            continue
        n_columns = math.ceil(len(of_phase) / _ROWS)
        rows = math.ceil(len(of_phase) / n_columns)
        for number, name in enumerate(of_phase):
            column, row = divmod(number, rows)
            stagger = _STAGGER if row % 2 else -_STAGGER
            places[name] = Place(left + (column + 0.5) * _COLUMN + stagger, -row * pitch)
        columns.append(Column(term.label(), left, left + n_columns * _COLUMN))
        left += n_columns * _COLUMN
        height = max(height, (rows - 1) * pitch)
    places[START] = Place(-46.0, 0.0)
    places[END] = Place(left + 46.0, -height / 2)
    return Layout(places, tuple(columns), height)


def printable(text: str) -> str:
    """Return a text with a space for every sign that no picture can hold, such as line ends and tabs."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def text_size(lines: Sequence[str]) -> tuple[float, float]:
    """Return the width and height, in points, of a box around lines of text."""
    return max(map(cell_width, lines)) * _CELL + _MARGIN, len(lines) * _LINE_HEIGHT + 10.0


def activity_text(name: str) -> str:
    """Return an activity's label as a picture can hold it."""
    return printable(activity_label(name))


def box_lines(name: str, count: str = "0") -> list[str]:
    """Return an activity's name in lines of about the same length, and its count below."""
    label = activity_text(name)
    n_lines = math.ceil(cell_width(label) / _LINE) or 1
    return [*wrapped(label, max(_LINE // 2, math.ceil(cell_width(label) / n_lines) + 2)).split("\n"), count]
