"""Every human step as one parameter: which step, and its form; the schema of a run that records an act."""

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, create_model

from flows.process.processes import all_versions
from flows.steps.base import Entry, Step


class StepEntry(Entry):
    """A step by its name, with what is entered for it."""

    step: str
    entered: Step


def _entry_class(activity: str, step: type[Step]) -> type[StepEntry]:
    """Return the class of a parameter that names a step and holds its form."""
    name = "".join(word.capitalize() for word in activity.split("_"))
    fields: dict[str, Any] = {"step": (Literal[activity], ...), "entered": (step, Field(title="Form"))}
    return create_model(f"{name}Entry", __base__=StepEntry, **fields)


def entry_classes() -> dict[str, type[StepEntry]]:
    """Return the class of each step that any type of retrofit asks for, by activity."""
    found: dict[str, type[Step]] = {}
    for versions in all_versions().values():
        for process in versions.values():
            found |= {name: step for name, step in process.steps.items() if name not in found}
    return {activity: _entry_class(activity, step) for activity, step in sorted(found.items())}


if TYPE_CHECKING:
    AnyStep = StepEntry
else:
    AnyStep = Annotated[reduce(or_, entry_classes().values()), Field(discriminator="step")]
