"""How the map is drawn on the page: measure, sliders, and a place for each activity that no filter moves."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.analysis.study import Study
from eventlogs.language import say
from eventlogs.prepared import PreparedLog
from mining.discovery.drawing import svg
from mining.discovery.map_layout import Layout, phase_layout
from mining.discovery.map_plan import MEASURES, Measure, plan
from mining.discovery.process_map import ProcessMap

_ACTIVITIES = "SELECT name FROM activity_code"


@dataclass(frozen=True, slots=True)
class MapView:
    """What of the map is drawn: measure, and the shares of events and steps in hundredths."""

    measure: Measure = "cases"
    activities: int = 100
    paths: int = 50

    def pairs(self) -> list[tuple[str, str]]:
        """Return names and values of the address that differ from the usual."""
        usual = MapView()
        found = [("measure", str(self.measure), str(usual.measure))]
        found += [("activities", str(self.activities), str(usual.activities))]
        found += [("paths", str(self.paths), str(usual.paths))]
        return [(name, value) for name, value, ordinary in found if value != ordinary]


def view_of(parameters: Mapping[str, str]) -> MapView:
    """Return the view that an address asks for; what is not understood is as usual."""
    usual = MapView()
    measure = next((one for one in MEASURES if one == parameters.get("measure")), usual.measure)
    return MapView(
        measure,
        _hundredths(parameters.get("activities"), usual.activities),
        _hundredths(parameters.get("paths"), usual.paths),
    )


def drawn_map(study: Study, found: ProcessMap, view: MapView) -> str:
    """Return the drawing as SVG, to stand inside a page."""
    layout = study.kept_of_all("activities", _activities)

    def drawn(_: PreparedLog) -> str:
        title = say("{log} (simulated)", log=found.log) if found.simulated else found.log
        chosen = plan(
            found.whole,
            title,
            measure=view.measure,
            paths=view.paths / 100,
            activities=view.activities / 100,
            layout=_layout(layout),
        )
        return svg(chosen).decode().partition("?>")[2].lstrip()

    return study.kept_in_words(("map drawn", view), drawn)


def _activities(prepared: PreparedLog) -> tuple[str, ...]:
    with prepared.reading() as connection:
        return tuple(name for (name,) in connection.execute(_ACTIVITIES).fetchall())


def _layout(activities: tuple[str, ...]) -> Layout | None:
    return phase_layout(activities)


def _hundredths(written: str | None, usual: int) -> int:
    if written is None or not (written.isascii() and written.isdecimal()):
        return usual
    return min(100, int(written))
