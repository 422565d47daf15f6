"""What every human step has: its fields for a form, the checks of what was entered, what it leaves behind."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from eventlogs.events import Attribute, ObjectChange, ObjectLink
from eventlogs.vocabulary import terms
from flows.errors import Fault
from flows.policies.policy_model import Policy

Mark = Annotated[str, Field(min_length=1, max_length=40)]
Yuan = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Count = Annotated[int, Field(ge=0, le=100_000)]
Floor = Annotated[int, Field(ge=-3, le=60)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


class Entry(BaseModel):
    """A row or form that people fill in; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Household(Entry):
    """One household of the voting unit."""

    household: Mark = Field(title="Household", description="The household's mark, not a name or room number.")
    floor: Floor = Field(title="Floor")
    area: Decimal = Field(title="Exclusive area", description="Square metres.", gt=0, max_digits=8)


class Document(Entry):
    """A document that proves a step."""

    name: Text = Field(title="Document")
    number: str | None = Field(default=None, title="Number")
    where: str | None = Field(default=None, title="Where it is kept")


@dataclass(frozen=True)
class Circumstances:
    """What a step is checked against: the case's policy, its register, and the days around it.

    `follows` maps an activity that must lie before this step to the day it happened.
    """

    case_id: str
    policy: Policy
    floors: int
    households: Mapping[str, Household]
    occurred_on: date
    today: date
    occurrence: int = 1
    follows: Mapping[str, date] = field(default_factory=dict)
    open_objections: frozenset[str] = frozenset()
    cost: Decimal | None = None


class Step(Entry):
    """What is entered when a step is completed."""

    activity: ClassVar[str]
    past: ClassVar[tuple[str, ...]] = ()  # date fields that cannot lie in the future
    span: ClassVar[tuple[str, str] | None] = None  # the fields of its first and last day, both of them past

    explanation: str | None = Field(
        default=None,
        title="Explanation",
        description="Why a date lies in the future or before what it follows.",
    )
    note: str | None = Field(default=None, title="Note")
    documents: list[Document] = Field(default=[], title="Documents")

    def faults(self, at: Circumstances) -> Iterator[Fault]:
        """Yield what is wrong, given the circumstances."""
        if self.explanation:
            return
        for name in self.past:
            day = getattr(self, name)
            if day is not None and day > at.today:
                yield Fault(
                    name,
                    "{day} lies in the future; enter a day up to {today}, or an explanation",
                    {"day": day, "today": at.today},
                )
        if at.occurred_on > at.today:
            yield Fault(
                "occurred",
                "{day} lies in the future; enter a day up to {today}, or an explanation",
                {"day": at.occurred_on, "today": at.today},
            )
        for activity, day in at.follows.items():
            if at.occurred_on < day:
                yield Fault(
                    "occurred",
                    "{day} lies before “{activity}” on {before}; enter that day or later, or an explanation",
                    {
                        "day": at.occurred_on,
                        "activity": terms("activities").get(activity, activity),
                        "before": day,
                    },
                )
        if self.span is not None:
            yield from self._span_faults(at, *self.span)

    def _span_faults(self, at: Circumstances, first: str, last: str) -> Iterator[Fault]:
        """Yield a beginning before what the step follows, and an end before it or after the step was done."""
        start, end = getattr(self, first), getattr(self, last)
        yield from _too_early(first, start, at)
        if end < start:
            yield Fault(last, "{end} lies before {start}; enter a later day", {"end": end, "start": start})
        elif at.occurred_on < end <= at.today:
            yield Fault(
                last,
                "{end} lies after the day on which the step was done, {day}; mend one of them, or explain",
                {"end": end, "day": at.occurred_on},
            )

    def succeeded(self, at: Circumstances) -> bool:
        """Tell whether what the step was for is reached: a vote carried, a review passed."""
        return True

    def results(self, at: Circumstances) -> dict[str, Attribute]:
        """Return what follows from what was entered, such as the count of a vote, for the event to keep."""
        return {}

    def objects(self, at: Circumstances) -> Iterator[ObjectLink]:
        """Yield the objects that the event belongs to besides the case and the work item."""
        return iter(())

    def changes(self, at: Circumstances) -> Iterator[ObjectChange]:
        """Yield the attribute values that objects take."""
        return iter(())


def _too_early(place: str, day: date, at: Circumstances) -> Iterator[Fault]:
    """Yield a fault for each step that lies before this one by law and happened later."""
    for activity, before in at.follows.items():
        if day < before:
            yield Fault(
                place,
                "{day} lies before “{activity}” on {before}; enter that day or later, or an explanation",
                {"day": day, "activity": terms("activities").get(activity, activity), "before": before},
            )


def household_link(at: Circumstances, mark: str, qualifier: str = "household") -> ObjectLink:
    """Return the link to a household of the case."""
    return ObjectLink(f"{at.case_id}/household/{mark}", "household", qualifier)


def unknown_households(at: Circumstances, marks: Mapping[str, str]) -> Iterator[Fault]:
    """Yield a fault for each mark, given by its place in the form, that is not in the register."""
    for place, mark in marks.items():
        if at.households and mark not in at.households:
            yield Fault(
                place,
                "{mark} is not a household of this project; they are {known}",
                {"mark": mark, "known": ", ".join(sorted(at.households))},
            )


def repeated(marks: list[str], place: str) -> Iterator[Fault]:
    """Yield a fault for each mark that stands there more than once."""
    for mark in sorted({mark for mark in marks if marks.count(mark) > 1}):
        yield Fault(place, "{mark} stands there more than once; enter it once", {"mark": mark})


def labels(**texts: str) -> dict[str, Any]:
    """Return the words a form shows for the choices of a field."""
    return {"labels": texts}
