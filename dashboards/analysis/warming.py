"""What is made ready once the pages are served: the map of the live log, and the ways of all its lines.

Finding the ways takes a second of a processor for each language. Once they are known, a map of any cases
takes less than a tenth of that, so that not even the first reader waits for it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, get_args

from dashboards.access.visitor import Visitor
from dashboards.analysis.choice import Choice
from dashboards.analysis.map_picture import MapView, drawn_map
from dashboards.analysis.study import Study
from eventlogs.errors import EventLogError
from eventlogs.language import Language, speaking
from mining.discovery.process_map import process_map

if TYPE_CHECKING:
    from dashboards.analysis.kept_answers import KeptAnswers
    from dashboards.engine import Engine

logger = logging.getLogger(__name__)
_NOBODY = Visitor("", frozenset())  # who sees everything, as most analysts do
AFTER = 10.0  # seconds, in which those who wait for the start have the processors to themselves
_VIEWS = (MapView(paths=100), MapView())  # the ways of all lines first, then what is opened first


@contextmanager
def made_ready(engine: "Engine", answers: "KeptAnswers", *, after: float = AFTER) -> Iterator[None]:
    """Make the map ready beside the block, from so many seconds on; what is not ready at its end is left."""
    over = Event()
    thread = Thread(target=_make_ready, args=(engine, answers, over, after), name="warming", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _make_ready(engine: "Engine", answers: "KeptAnswers", over: Event, after: float) -> None:
    over.wait(after)
    try:
        for language in get_args(Language):
            for view in _VIEWS:
                if over.is_set():
                    return
                with speaking(language):
                    _draw(Study(engine.ledger, answers, _NOBODY, Choice(engine.log)), view)
    except EventLogError as error:
        logger.debug("no map is made ready: %s", error)  # such as of a log without a case


def _draw(study: Study, view: MapView) -> None:
    found = study.kept("map", process_map)
    drawn_map(study, found, view)
