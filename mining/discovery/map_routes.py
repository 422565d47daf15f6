"""The ways of a map's lines around its boxes, remembered: finding them is nine tenths of drawing.

With a layout the boxes stand still, so a line between two of them goes the same way whatever is measured or
filtered. Graphviz takes a way that it is given, and tells those that it finds.
"""

import re
from collections import ChainMap, OrderedDict
from collections.abc import Mapping
from threading import Lock
from types import MappingProxyType

from mining.discovery.map_layout import END, START
from mining.discovery.map_plan import Plan

Ends = tuple[str, str]
NO_WAYS: Mapping[Ends, str] = MappingProxyType({})
_KEPT = 64  # sets of boxes
_OUTSIDE = 250.0  # points beyond the middles of the outermost boxes
_EDGE = re.compile(r"(\w+) -> (\w+)\s*\[(.*?)\];", re.DOTALL)
_NODE = re.compile(r'^\s*start\s*\[[^]]*?pos="([^"]+)"', re.MULTILINE)
_WAY = re.compile(r'pos="([^"]+)"')


class MapRoutes:
    """The ways found so far, by where the boxes stand and how large they are.

    A way found among more boxes is good among fewer of them, so that it stays when a filter takes a box away.
    """

    def __init__(self) -> None:
        self._found: OrderedDict[frozenset[object], dict[Ends, str]] = OrderedDict()
        self._turn = Lock()

    def known(self, plan: Plan) -> Mapping[Ends, str]:
        """Return the ways known among the boxes of a plan, those found among just these before others."""
        boxes = _standing(plan)
        with self._turn:
            among = [ways for others, ways in self._found.items() if boxes < others]
            return ChainMap(dict(self._found.get(boxes, {})), *map(dict, among))

    def learn(self, plan: Plan, told: str) -> None:
        """Keep the ways that Graphviz tells of a plan, in the plan's own coordinates, save those astray."""
        moved = _moved(plan, told)
        names = {f"n{number}": box.name for number, box in enumerate(plan.boxes)}
        names |= {"start": START, "end": END}
        ways = {
            (names[source], names[target]): _shifted(way[1].replace("\\\n", ""), moved)
            for source, target, attributes in _EDGE.findall(told)
            if (way := _WAY.search(attributes))
        }
        found = {ends: way for ends, way in ways.items() if not _is_astray(plan, way)}
        with self._turn:
            self._found.setdefault(_standing(plan), {}).update(found)
            self._found.move_to_end(_standing(plan))
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)


def _standing(plan: Plan) -> frozenset[object]:
    assert plan.layout is not None
    places = plan.layout.places
    boxes = {(box.name, places[box.name], box.width, box.height) for box in plan.boxes}
    return frozenset({*boxes, (START, places[START]), (END, places[END])})


def _moved(plan: Plan, told: str) -> tuple[float, float]:
    """Return by how much Graphviz has moved everything."""
    assert plan.layout is not None
    found = _NODE.search(told)
    assert found is not None
    x, y = (float(number) for number in found[1].split(","))
    start = plan.layout.places[START]
    return x - start.x, y - start.y


def _is_astray(plan: Plan, way: str) -> bool:
    """Tell whether a way leaves the picture, as a few do that Graphviz finds, by thousands of points."""
    assert plan.layout is not None
    places = plan.layout.places.values()
    xs, ys = [place.x for place in places], [place.y for place in places]
    points = [[float(number) for number in point.split(",")[-2:]] for point in way.split()]
    return any(
        not (min(xs) - _OUTSIDE <= x <= max(xs) + _OUTSIDE and min(ys) - _OUTSIDE <= y <= max(ys) + _OUTSIDE)
        for x, y in points
    )


def _shifted(way: str, moved: tuple[float, float]) -> str:
    """Return a way back where the plan has it; a word before a point, such as `e,`, stays."""
    points = []
    for point in way.split():
        *mark, x, y = point.split(",")
        points.append(",".join([*mark, f"{float(x) - moved[0]:.2f}", f"{float(y) - moved[1]:.2f}"]))
    return " ".join(points)
