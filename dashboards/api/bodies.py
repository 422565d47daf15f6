"""What machines send: one typed body for each kind of act."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from eventlogs.language import sayable
from eventlogs.vocabulary import term
from flows.errors import WrongValueError
from flows.project.acts import By
from flows.project.correcting import Correction
from flows.worklist.worklist import Hold


def _with_zone(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise WrongValueError("{value} lacks its offset from UTC, such as +08:00", value=moment.isoformat())
    return moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_with_zone)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Act(BaseModel):
    """What every act may tell: when it happened, as what its actor acted, and why."""

    model_config = ConfigDict(extra="forbid")

    occurred_at: Moment | None = Field(
        default=None, description=sayable("When it happened, with its offset from UTC; otherwise now.")
    )
    role: Name | None = Field(
        default=None, description=sayable("As what its actor acted; otherwise the usual role of the step.")
    )
    reason: Words | None = Field(
        default=None, description=sayable("Why; passes over a warning of order, and is kept with the act.")
    )

    def by(self, actor: str) -> By:
        """Return who acts, as what, when and why."""
        if self.role is not None:
            term("roles", self.role)
        return By(actor, datetime.now(UTC), self.occurred_at, self.role, self.reason)


class DataAct(Act):
    """An act with what was entered in its form."""

    data: dict[str, Any] = Field(
        default={}, description=sayable("The fields of the step's form; `form` of the work item tells them.")
    )


class Start(DataAct):
    """The beginning of a project."""

    id: Name | None = Field(
        default=None, description=sayable("The project's number; otherwise the next of its city.")
    )
    retrofit: Name = Field(default="lift", description=sayable("The type of retrofit."))


class Passing(Act):
    """The passing of a work item to somebody."""

    to: Name = Field(description=sayable("To whom: a user's name."))


class Holding(Act):
    """A hold, with its coded cause and what ends it."""

    cause: Name = Field(description=sayable("The cause, one of the vocabulary's hold causes."))
    until: date | None = Field(default=None, description=sayable("The day that ends the hold."))
    when: Name | None = Field(
        default=None, description=sayable("A step, or `objections_settled`, that ends the hold.")
    )

    def hold(self) -> Hold:
        """Return the hold."""
        return Hold(self.cause, self.until, self.when, self.reason)


class Ending(Act):
    """The end of a project that fails."""

    cause: Name | None = Field(
        default=None, description=sayable("The outcome; otherwise the trouble that the project is in.")
    )


class TakingBack(Act):
    """The undoing of a step that had gone well."""

    activity: Name = Field(description=sayable("The step that is taken back."))


class Correcting(DataAct):
    """The correction of one event: what is not told stays as it was recorded."""

    occurred_at: Moment | None = Field(
        default=None, description=sayable("When it really happened, with its offset from UTC.")
    )
    role: Name | None = Field(default=None, description=sayable("As what it was really done."))
    reason: Words = Field(description=sayable("Why it is corrected."))
    event: Name = Field(description=sayable("The event's key, or a work item that is done."))
    done_by: Name | None = Field(default=None, description=sayable("Who really did it."))
    void: bool = Field(default=False, description=sayable("Whether it is taken out, as it did not happen."))

    def by(self, actor: str) -> By:
        """Return who corrects, and why."""
        return By(actor, datetime.now(UTC), reason=self.reason)

    def right(self) -> Correction:
        """Return what is to be different."""
        return Correction(self.occurred_at, self.done_by, self.role, self.data, self.void)


class Waiving(Act):
    """Leave to break a rule of order until a day."""

    rule: Name = Field(description=sayable("The rule of order."))
    until: date = Field(description=sayable("The day until which it is waived."))


class Remark(Act):
    """A remark beside a work item."""

    text: Words = Field(description=sayable("What is remarked."))
