"""The floors of the house, and the tables of data that any of them may hold."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

FLOORS = ("eventlogs", "mining", "flows", "dashboards")


def tables_of_floors(folder: str) -> Iterator[Path]:
    """Yield every TOML file in the folder of that name of any floor, without loading a floor."""
    for floor in FLOORS:
        found = find_spec(floor)
        for place in (found and found.submodule_search_locations) or ():
            yield from sorted((Path(place) / folder).glob("*.toml"))
