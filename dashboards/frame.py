"""What stands around every page: who looks at it, in which language, where the reader can go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.requests import Request

from dashboards.engine import Engine
from dashboards.navigation import Place, places_for
from dashboards.told import Told, taken_from
from eventlogs.language import Language, current_language

if TYPE_CHECKING:
    from dashboards.access.visitor import Visitor


@dataclass(frozen=True)
class Frame:
    """The frame of one page; `told` is what the reader's last deed brought about.

    `colleagues` are the staff that a form may name; `seen` is the last event that the page may hold.
    """

    visitor: "Visitor | None"
    language: Language
    path: str
    address: str
    places: tuple[Place, ...]
    simulated: bool
    read_only: bool
    told: Told | None
    csrf: str
    seen: int
    colleagues: Callable[[], tuple[str, ...]]

    def here(self, place: Place) -> bool:
        """Tell whether the reader is at a place of the navigation or below it."""
        return self.path == place.href or self.path.startswith(f"{place.href}/")


def frame_of(request: Request, visitor: "Visitor | None") -> Frame:
    """Return the frame for a request."""
    engine: Engine = request.app.state.engine
    return Frame(
        visitor=visitor,
        language=current_language(),
        path=request.url.path,
        address=same_page(request),
        places=places_for(visitor),
        simulated=engine.simulated,
        read_only=engine.read_only,
        told=taken_from(request),
        csrf=str(getattr(request.state, "csrf", "")),
        seen=int(getattr(request.state, "seen", 0)),
        colleagues=lambda: request.app.state.access.users.staff(),
    )


def same_page(request: Request, **changes: str | None) -> str:
    """Return the address of this page with some parameters changed, None taking one away."""
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in changes and name not in {"lang", "format", "table", "picture"}
    ]
    kept += [(name, value) for name, value in changes.items() if value is not None]
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path
