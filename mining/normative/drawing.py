"""A normative model drawn as SVG: a lane per chain, its roles with their tools, rules and loops as arrows.

Held against a log, each role also shows in how many cases it came in order, out of order or was skipped,
and each arrow in how many its rules are broken. Only rules between roles or tools have a place in
the drawing; those between activities are listed by `mine norm show`. Every arrow carries its sentence as a
tooltip.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from xml.sax.saxutils import escape

from eventlogs.language import say
from eventlogs.vocabulary import Tool, label, terms
from eventlogs.words import role_label
from mining.conformance.counts import GroupConformance, StepCount
from mining.discovery.powl import normative_powl, powl_text
from mining.discovery.powl_drawing import powl_svg
from mining.fonts import FONTS
from mining.normative.bpmn import model_bpmn
from mining.normative.checked_table import NormativeModelError
from mining.normative.model import STRENGTHS, Chain, Loop, Mark, NormativeModel, OrderRule

BOX, BOX_HEIGHT = 210, 116
COLUMN, LANE = 320, 260
LEFT, TOP = 180, 70
INK, QUIET, LOOP_INK = "#1f2d3d", "#5b6f82", "#8a2c02"
LANES = ("#f2f7fc", "#fdf4ea", "#f3f6ee")
DRAWN_VERDICTS = ("in_order", "out_of_order", "skipped")
VERDICT_INKS = ("#009e73", "#e69f00", "#d55e00")
VERDICT_TEXTS = ("#00553d", "#6b4a00", "#9b2500")
DASHED = {"soft": "7 5", "strict": "none", "gate": "none", "regulatory": "2 3"}


def model_svg(model: NormativeModel, counted: GroupConformance | None = None) -> str:
    """Return the drawing in the current language, with what was `counted` of a log."""
    n_columns = max(len(chain.roles) for chain in model.chains)
    width, height = LEFT + n_columns * COLUMN, TOP + len(model.chains) * LANE + 60
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="{FONTS}" '
        f'role="img" aria-label="{_quoted(model.sentence)}">',
        _DEFINITIONS,
        _text(LEFT, 38, model.sentence, size=18, weight="600"),
    ]
    for row, chain in enumerate(model.chains):
        parts += _lane(row, chain, width)
    parts += _verdicts(model, counted.steps if counted else ())
    parts += _rules(model, {one.rule: one.broken for one in counted.rules} if counted else {})
    parts += [_loop(model, loop) for loop in model.loops]
    parts += _legend(height - 24)
    parts += _verdict_legend(height - 24) if counted else ()
    return "\n".join([*parts, "</svg>", ""])


_DEFINITIONS = "".join(
    f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
    f'orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="{ink}"/></marker>'
    for name, ink in (("norm-arrow", INK), ("norm-back", LOOP_INK))
)


def write_drawing(model: NormativeModel, file: Path) -> None:
    """Write the model by the file's ending, whole or not at all."""
    write = next((write for ending, write in _WRITERS.items() if file.name.lower().endswith(ending)), None)
    if write is None:
        raise NormativeModelError(
            "{file}: a model is drawn as .svg, .bpmn, .powl or .powl.svg; give such a name", file=file
        )
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_text(write(model), "utf-8")
        draft.replace(file)
    except OSError as fault:
        draft.unlink(missing_ok=True)
        raise NormativeModelError("{file}: cannot be written: {reason}", file=file, reason=fault) from fault


_WRITERS: Mapping[str, Callable[[NormativeModel], str]] = {
    ".powl": lambda model: powl_text(normative_powl(model)),
    ".powl.svg": lambda model: powl_svg(normative_powl(model), model.sentence, role_label),
    ".svg": model_svg,
    ".bpmn": model_bpmn,
}


def _lane(row: int, chain: Chain, width: int) -> Iterator[str]:
    top = TOP + row * LANE
    yield f'<rect x="0" y="{top}" width="{width}" height="{LANE - 12}" fill="{LANES[row % len(LANES)]}"/>'
    yield _text(16, top + 84, chain.sentence, size=14, weight="600")
    for column, role in enumerate(chain.roles):
        x, y = _corner(row, column)
        yield (
            f'<rect x="{x}" y="{y}" width="{BOX}" height="{BOX_HEIGHT}" rx="8" fill="white" '
            f'stroke="{QUIET}"/>'
        )
        yield _text(x + BOX // 2, y + 30, label("roles", role), size=15, weight="600", anchor="middle")
        for line, tool in enumerate(_tools(role)):
            words = label("tools", tool)
            yield _text(x + BOX // 2, y + 56 + 22 * line, words, size=13, anchor="middle", ink=QUIET)


def _verdicts(model: NormativeModel, steps: Sequence[StepCount]) -> Iterator[str]:
    """Yield a bar in each role's box: its cases by what became of the step."""
    places = _places(model)
    for step in steps:
        x, y = _corner(*places[step.role])
        counts = tuple(int(getattr(step, verdict)) for verdict in DRAWN_VERDICTS)
        whole = sum(counts) + step.not_reached + step.withdrawn
        words = (say("in order"), say("out of order"), say("skipped"))
        told = " · ".join(f"{word} {n}" for word, n in zip(words, counts, strict=True))
        yield f'<rect x="{x + 10}" y="{y + BOX_HEIGHT - 12}" width="{BOX - 20}" height="6" fill="#e3e8ed"/>'
        left = float(x + 10)
        for n, ink in zip(counts, VERDICT_INKS, strict=True):
            wide = (BOX - 20) * n / whole if whole else 0.0
            yield (
                f'<rect x="{left:.1f}" y="{y + BOX_HEIGHT - 12}" width="{wide:.1f}" height="6" fill="{ink}">'
                f"<title>{escape(told)}</title></rect>"
            )
            left += wide
        for place, (n, verdict, ink) in enumerate(zip(counts, DRAWN_VERDICTS, VERDICT_TEXTS, strict=True)):
            counts_what = {"chain": step.chain, "role": step.role, "verdict": verdict} if n else {}
            left_end, low = x + 35 + 70 * place, y + BOX_HEIGHT - 18
            yield _text(left_end, low, str(n), size=12, anchor="middle", ink=ink, data=counts_what)


def _rules(model: NormativeModel, broken: Mapping[str, int]) -> Iterator[str]:
    places = _places(model)
    used: dict[tuple[str, str], list[OrderRule]] = {}
    for rule in model.rules:
        pair = (_role(rule.before), _role(rule.after))
        if pair[0] in places and pair[1] in places and pair[0] != pair[1]:
            used.setdefault((str(pair[0]), str(pair[1])), []).append(rule)
    for (before, after), rules in used.items():
        firmest = min(rules, key=lambda rule: STRENGTHS.index(rule.strength))
        keys = ", ".join(rule.key for rule in rules)
        worst = max(rules, key=lambda rule: broken.get(rule.key, 0)).key
        if n_broken := broken.get(worst, 0):
            keys += say(" ({n} broken)", n=n_broken)
        tooltip = "\n".join(f"{rule.key} {rule.sentence}" for rule in rules)
        told = _Told(keys, tooltip, {"rule": worst} if n_broken else {})
        yield _arrow(places[before], places[after], told, DASHED[firmest.strength])


@dataclass(frozen=True, slots=True)
class _Told:
    """What stands at an arrow, what is shown on hover, and what its number counts."""

    words: str
    tooltip: str
    data: Mapping[str, str]


def _arrow(before: tuple[int, int], after: tuple[int, int], told: _Told, dashes: str) -> str:
    (row, column), (other_row, other_column) = before, after
    x, y = _corner(row, column)
    other_x, other_y = _corner(other_row, other_column)
    if row == other_row and other_column == column + 1:
        start, end = (x + BOX, y + BOX_HEIGHT // 2), (other_x, other_y + BOX_HEIGHT // 2)
        path = f"M{start[0]} {start[1]}L{end[0]} {end[1]}"
        middle = ((start[0] + end[0]) // 2, start[1] - 10)
    elif row == other_row:
        start, end = (x + BOX // 2, y), (other_x + BOX // 2, other_y)
        path = f"M{start[0]} {start[1]}C{start[0]} {y - 52} {end[0]} {y - 52} {end[0]} {end[1]}"
        middle = ((start[0] + end[0]) // 2, y - 45)
    else:
        start, end = (x + BOX // 2 - 50, y + BOX_HEIGHT), (other_x + BOX // 2 - 50, other_y)
        path = f"M{start[0]} {start[1]}L{end[0]} {end[1]}"
        middle = ((start[0] + 2 * end[0]) // 3 + 22, (start[1] + 2 * end[1]) // 3)
    line = f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="1.6" stroke-dasharray="{dashes}" '
    line += f'marker-end="url(#norm-arrow)"><title>{escape(told.tooltip)}</title></path>'
    return line + _text(*middle, told.words, size=12, anchor="middle", on_line=True, data=told.data)


def _loop(model: NormativeModel, loop: Loop) -> str:
    places = _places(model)
    (row, source), (_, target) = places[loop.source], places[loop.target]
    from_x, y = _corner(row, source)
    to_x, _ = _corner(row, target)
    start, end, low = from_x + BOX // 2 + 40, to_x + BOX // 2 + 40, y + BOX_HEIGHT
    path = f"M{start} {low}C{start} {low + 58} {end} {low + 58} {end} {low}"
    line = (
        f'<path d="{path}" fill="none" stroke="{LOOP_INK}" stroke-width="1.6" marker-end="url(#norm-back)">'
    )
    line += f"<title>{escape(loop.sentence)}</title></path>"
    return line + _text((start + end) // 2, low + 60, loop.key, size=12, anchor="middle", ink=LOOP_INK)


def _legend(y: int) -> Iterator[str]:
    entries = (
        (say("strict rules"), "none", INK),
        (say("soft rules"), "7 5", INK),
        (say("loops"), "none", LOOP_INK),
    )
    for number, (words, dashes, ink) in enumerate(entries):
        x = LEFT + number * 190
        yield (
            f'<path d="M{x} {y - 4}h40" fill="none" stroke="{ink}" stroke-width="1.6" '
            f'stroke-dasharray="{dashes}"/>'
        )
        yield _text(x + 50, y, words, size=12, ink=QUIET)


def _verdict_legend(y: int) -> Iterator[str]:
    words = (say("in order"), say("out of order"), say("skipped"))
    for number, (word, ink) in enumerate(zip(words, VERDICT_INKS, strict=True)):
        x = LEFT + 600 + number * 130
        yield f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{ink}"/>'
        yield _text(x + 20, y, word, size=12, ink=QUIET)


def _places(model: NormativeModel) -> dict[str | None, tuple[int, int]]:
    return {
        role: (row, column)
        for row, chain in enumerate(model.chains)
        for column, role in enumerate(chain.roles)
    }


def _role(mark: Mark | None) -> str | None:
    """Return the role that a mark belongs to, if it is a role or a tool of one."""
    if mark is None or mark.layer not in ("role", "tool"):
        return None
    if mark.layer == "role":
        return mark.keys[0]
    tool = terms("tools").get(mark.keys[0])
    return tool.role if isinstance(tool, Tool) else None


def _tools(role: str) -> list[str]:
    return [key for key, tool in terms("tools").items() if isinstance(tool, Tool) and tool.role == role]


def _corner(row: int, column: int) -> tuple[int, int]:
    return LEFT + column * COLUMN, TOP + row * LANE + 52


def _text(
    x: int,
    y: int,
    words: str,
    *,
    size: int,
    weight: str = "400",
    anchor: str = "start",
    ink: str = INK,
    on_line: bool = False,
    data: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return a text; one on a line has paper around its letters; `data` says what a number counts."""
    paper = ' stroke="white" stroke-width="5" stroke-linejoin="round" paint-order="stroke"' if on_line else ""
    counts = "".join(f' data-{name}="{_quoted(value)}"' for name, value in data.items())
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
        f'fill="{ink}"{paper}{counts}>{escape(words)}</text>'
    )


def _quoted(words: str) -> str:
    return escape(words, {'"': "&quot;"})
