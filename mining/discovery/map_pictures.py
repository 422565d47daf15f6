"""A process map written as pictures: one file, and one more for each group of cases, all on one scale."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from unicodedata import normalize

from eventlogs.errors import EventLogError
from eventlogs.language import say
from eventlogs.words import attribute_label
from mining.cases.case_groups import value_text
from mining.discovery.drawing import DrawingError, source, svg
from mining.discovery.map_layout import phase_layout
from mining.discovery.map_plan import DEFAULT_PATHS, Measure, Plan, plan, scale_of
from mining.discovery.process_map import ProcessMap

_WRITERS: dict[str, Callable[[Plan], bytes]] = {".svg": svg, ".dot": lambda plan: source(plan).encode()}


def checked_name(file: Path) -> Path:
    """Return a file name whose ending says how to draw; refuse any other."""
    if file.suffix.lower() not in _WRITERS:
        raise DrawingError(
            "{file}: a map is drawn as .svg, which every browser shows and prints, or .dot", file=file.name
        )
    return file


def write_pictures(
    process_map: ProcessMap,
    file: Path,
    *,
    measure: Measure = "frequency",
    paths: float = DEFAULT_PATHS,
    title: str | None = None,
) -> list[Path]:
    """Draw a map into `file`, and each group's beside it under its value; return the files written.

    The title is otherwise that of the map.
    Activities of our vocabulary stand at the same place in all of them, and colours and widths mean the same.
    """
    writer = _WRITERS[checked_name(file).suffix.lower()]
    drawn = [
        (name, writer(chosen))
        for name, chosen in _plans(
            process_map, file, measure=measure, paths=paths, title=title or map_title(process_map)
        )
    ]
    for name, picture in drawn:
        _write(name, picture)
    return [name for name, _ in drawn]


def map_title(process_map: ProcessMap) -> str:
    """Return the name of the log, and that it is simulated if it is."""
    return say("{log} (simulated)", log=process_map.log) if process_map.simulated else process_map.log


def _plans(
    process_map: ProcessMap, file: Path, *, measure: Measure, paths: float, title: str
) -> Iterator[tuple[Path, Plan]]:
    layout = phase_layout(node.activity for node in process_map.nodes)
    yield file, plan(process_map.whole, title, measure=measure, paths=paths, layout=layout)
    scale, by = scale_of(process_map.groups, measure), process_map.by or ""
    taken = {file.name}
    for group in process_map.groups:
        value = value_text(by, group.value)
        name = free_name(file, value if group.value is None else str(group.value), taken)
        heading = say("{log}, {by} {value}", log=title, by=attribute_label(by), value=value)
        chosen = plan(group, heading, measure=measure, paths=paths, scale=scale, layout=layout)
        yield file.with_name(name), chosen


def free_name(file: Path, value: str, taken: set[str]) -> str:
    """Return a name for a group's file; values that differ only in signs no file name holds get numbers."""
    plain = re.sub(r"[^\w.-]+", "-", normalize("NFC", value)).strip("-.")[:80] or "-"
    stem, dot, ending = file.name.partition(".")
    name, number = f"{stem}-{plain}{dot}{ending}", 2
    while name in taken:
        name, number = f"{stem}-{plain}-{number}{dot}{ending}", number + 1
    taken.add(name)
    return name


def _write(file: Path, picture: bytes) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_bytes(picture)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise EventLogError("{file} cannot be written: {reason}", file=file, reason=error) from error
