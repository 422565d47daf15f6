"""The `.sql` files of the floors, each one statement or a few that belong together."""

from functools import cache
from importlib.resources import files


@cache
def sql(name: str, floor: str = "eventlogs") -> str:
    """Return the text of `sql/{name}.sql` of a floor."""
    return (files(floor) / "sql" / f"{name}.sql").read_text("utf-8")
