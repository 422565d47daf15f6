"""To which role overdue work is told next, from `escalation.toml`, where each line has its basis."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Escalation:
    """Whom overdue work of one role is told to, how sure that is, and what it leans on."""

    role: str
    to: str
    confidence: str
    basis: str

    @property
    def confirmed(self) -> bool:
        """Tell whether an office has said that it is done so."""
        return self.confidence != "unconfirmed"


@cache
def escalations() -> dict[str, Escalation]:
    """Return what comes with the engine, by role."""
    found = tomllib.loads((files("flows") / "escalation.toml").read_text("utf-8"))
    return {role: Escalation(role=role, **values) for role, values in found.items()}
