"""How process maps become pictures: `graphviz` builds the source, a Graphviz program lays it out.

A program installed on the machine is preferred; otherwise the one that the package `graphviz-pure` brings.
Neither knows how wide a Chinese character is, so every box has its size from its text.
"""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path as FilePath

import graphviz

from eventlogs.errors import EventLogError
from mining.discovery.map_layout import END, START
from mining.discovery.map_plan import TIMES, Box, Path, Plan
from mining.discovery.map_routes import NO_WAYS, Ends, MapRoutes
from mining.discovery.map_svg import finished
from mining.fonts import FONTS

_TIME_LIMIT = 120  # seconds
_INK = "#1f2d3d"
_BOXES = ("#f2f7fc", "#84b6dc")  # blues, apart in lightness for colour-blind readers
_PATHS = (("#a9bccf", "#1d3f63"), ("#f3c89b", "#8a2c02"))  # of counts, of times


_ATTEMPTS: tuple[Mapping[str, str], ...] = (
    {"splines": "true", "esep": "+4"},
    {"splines": "true", "esep": "+7"},  # where Graphviz led a line astray
    {"splines": "line"},
)

ROUTES = MapRoutes()


class DrawingError(EventLogError):
    """A picture cannot be drawn."""


def source(plan: Plan) -> str:
    """Return a plan as Graphviz source, labels included."""
    return str(_graph(plan, labelled=True).source)


def svg(plan: Plan, *, prefix: str = "map") -> bytes:
    """Draw a plan as SVG; every `id` in it starts with `prefix`, so that a page can hold several."""
    if plan.layout is None:
        drawn = _run([_program(), "-Kdot", "-Tsvg"], _graph(plan, labelled=False).source)
    else:
        drawn = _drawn_in_place(plan)
    return finished(drawn, plan, prefix, FONTS)


def _drawn_in_place(plan: Plan) -> bytes:
    """Draw a plan whose boxes stand still; ways that were found before are not looked for again."""
    command = [_program(), "-Kneato", "-n2"]
    for attempt in _ATTEMPTS:
        ways = ROUTES.known(plan)
        if all((path.source, path.target) in ways for path in plan.paths):
            break
        graph = _graph(plan, labelled=False, ways=ways, leading=attempt)
        ROUTES.learn(plan, _run([*command, "-Tdot"], graph.source).decode())
    return _run([*command, "-Tsvg"], _graph(plan, labelled=False, ways=ROUTES.known(plan)).source)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where boxes and the lines between them stand, in points, downwards from the top left."""

    middles: Mapping[str, tuple[float, float]]
    lines: tuple[tuple[str, str, tuple[tuple[float, float], ...]], ...]
    width: float
    height: float


def placed(sizes: Mapping[str, tuple[float, float]], lines: Sequence[tuple[str, str]]) -> Placement:
    """Place boxes of `sizes` (points) from left to right, with lines of right angles; names are words."""
    graph = graphviz.Digraph(
        graph_attr={"rankdir": "LR", "splines": "ortho", "nodesep": "0.3", "ranksep": "0.45"},
        node_attr={"shape": "box", "fixedsize": "true", "label": ""},
    )
    for name, (width, height) in sizes.items():
        graph.node(name, width=f"{width / 72:.3f}", height=f"{height / 72:.3f}")
    for source_name, target in lines:
        graph.edge(source_name, target)
    plain = _run([_program(), "-Kdot", "-Tplain"], str(graph.source)).decode()
    return _placement([line.split() for line in plain.splitlines()])


def _placement(rows: Sequence[Sequence[str]]) -> Placement:
    """Read Graphviz's plain output, whose unit is the inch and whose ordinate goes upwards."""
    width, height = (float(number) for number in rows[0][2:4])
    middles = {
        row[1]: (72 * float(row[2]), 72 * (height - float(row[3]))) for row in rows if row[0] == "node"
    }
    lines = []
    for row in rows:
        if row[0] == "edge":
            numbers = [float(number) for number in row[4 : 4 + 2 * int(row[3])]]
            points = [(72 * x, 72 * (height - y)) for x, y in zip(numbers[0::2], numbers[1::2], strict=True)]
            lines.append((row[1], row[2], tuple(points[::3])))
    return Placement(middles, tuple(lines), 72 * width, 72 * height)


def _graph(
    plan: Plan,
    *,
    labelled: bool,
    ways: Mapping[Ends, str] = NO_WAYS,
    leading: Mapping[str, str] = _ATTEMPTS[0],
) -> graphviz.Digraph:
    graph = graphviz.Digraph(
        graph_attr={
            "rankdir": "LR",
            "outputorder": "edgesfirst",
            "nodesep": "0.45",
            "ranksep": "0.75",
            "pad": "0.4",
            "bgcolor": "white",
            **leading,
        },
        node_attr={"shape": "box", "style": "rounded,filled", "fontname": FONTS, "fontsize": "11"},
        edge_attr={"arrowsize": "0.55", "fontname": FONTS, "fontsize": "10"},
    )
    numbers = {box.name: f"n{number}" for number, box in enumerate(plan.boxes)} | {START: "start", END: "end"}
    _add_terminal(graph, plan, START, numbers[START])  # first: from here the layout looks for ways forward
    for box in plan.boxes:
        _add_box(graph, plan, box, numbers[box.name])
    _add_terminal(graph, plan, END, numbers[END])
    heaviest = max((path.weight for path in plan.paths), default=1)
    for path in sorted(plan.paths, key=lambda path: path.source != START):
        label = path.text if labelled else ""
        _add_path(graph, plan, path, numbers, heaviest, label, ways.get((path.source, path.target)))
    return graph


def _add_box(graph: graphviz.Digraph, plan: Plan, box: Box, number: str) -> None:
    graph.node(
        number,
        graphviz.escape(box.text),
        width=f"{box.width / 72:.3f}",
        height=f"{box.height / 72:.3f}",
        fixedsize="true",
        fillcolor="#f4f4f2" if plan.measure in TIMES else blended(*_BOXES, box.strength),
        color="#4f6d8a",
        fontcolor=_INK,
        **_position(plan, box.name),
    )


def _add_terminal(graph: graphviz.Digraph, plan: Plan, name: str, number: str) -> None:
    graph.node(
        number,
        "",
        shape="circle" if name == START else "doublecircle",
        width="0.22" if name == START else "0.16",
        fixedsize="true",
        fillcolor=_INK,
        color=_INK,
        **_position(plan, name),
    )


def _position(plan: Plan, name: str) -> dict[str, str]:
    if plan.layout is None:
        return {}
    place = plan.layout.places[name]
    return {"pos": f"{place.x:.1f},{place.y:.1f}!"}


def _add_path(
    graph: graphviz.Digraph,
    plan: Plan,
    path: Path,
    numbers: dict[str, str],
    heaviest: int,
    label: str,
    way: str | None,
) -> None:
    outside = path.source == START or path.target == END
    strength = min(1.0, path.strength)
    graph.edge(
        numbers[path.source],
        numbers[path.target],
        label=graphviz.escape(label),
        penwidth=f"{0.9 + (0.6 if outside else 3.6) * strength**0.6:.2f}",
        color="#7d8b99" if outside else blended(*_PATHS[plan.measure in TIMES], strength**0.6),
        style="dashed" if outside else "solid",
        weight=str(1 + round(30 * path.weight / heaviest)),
        **({} if way is None else {"pos": way}),
    )


def blended(light: str, dark: str, strength: float) -> str:
    """Return the colour that lies `strength` (0 to 1) of the way from one colour to another.

    >>> blended("#000000", "#ffffff", 0.5)
    '#808080'
    """
    ways = [(int(light[place : place + 2], 16), int(dark[place : place + 2], 16)) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(first + (last - first) * strength + 1e-9):02x}" for first, last in ways)


@cache
def _program() -> str:
    """Return the Graphviz program to use."""
    if installed := shutil.which("dot"):
        return installed
    try:
        files = distribution("graphviz-pure").files or []
    except PackageNotFoundError:
        files = []
    for file in files:
        if file.stem == "graphviz-pure" and (found := FilePath(str(file.locate()))).is_file():
            return str(found)
    raise DrawingError(
        "there is no program to draw with; run `make install`, or install Graphviz so that `dot` is found"
    )


def _run(command: list[str], text: str) -> bytes:
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=_TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DrawingError(
            "drawing took longer than {n} seconds and was stopped; draw fewer paths with --paths",
            n=_TIME_LIMIT,
        ) from error
    if done.returncode or not done.stdout:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        raise DrawingError(
            "the picture could not be drawn: {reason}", reason=reason[-1] if reason else done.returncode
        )
    return done.stdout
