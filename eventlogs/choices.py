"""What of a log is looked at: its cases by an object type, and which transitions make a trace."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a log is prepared: by which object type, with which lifecycle transitions (None for all)."""

    log_id: int
    object_type: str
    case_type: str
    lifecycles: tuple[str, ...] | None

    def parameters(self) -> dict[str, Any]:
        """Return the choice as the statements take it."""
        chosen = None if self.lifecycles is None else list(self.lifecycles)
        return {"log_id": self.log_id, "object_type": self.object_type, "lifecycles": chosen}
