"""What the flows refuse, each in one sentence that says what would be right."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from eventlogs.errors import EventLogError
from eventlogs.language import Language, current_language, say, say_in
from eventlogs.vocabulary import Term


@dataclass(frozen=True)
class Named:
    """A key that people may have to type, beside its name in the language of the sentence it stands in."""

    key: str
    name: Term

    def __str__(self) -> str:
        """Return key and name."""
        return say("{key} ({name})", key=self.key, name=self.name)


@dataclass(frozen=True)
class Choice:
    """A choice of a form: the key that programs and files give, beside the words that people read."""

    key: str
    words: str

    def __str__(self) -> str:
        """Return key and words."""
        return say("{key} ({name})", key=self.key, name=say(self.words))


@dataclass(frozen=True)
class Listed:
    """Several words in one sentence."""

    words: Sequence[object]

    def __str__(self) -> str:
        """Return them one after the other."""
        return say(", ").join(map(str, self.words))


@dataclass(frozen=True)
class Fault:
    """One thing wrong in what was entered: the field, and a sentence that says what would be right.

    `place` is the field as programs name it, `ballots.11.choice`; `told` is how people call it, where they
    call it otherwise.
    """

    place: str
    text: str
    values: dict[str, object] = field(default_factory=dict)
    told: object = None

    def in_language(self, language: Language) -> str:
        """Return the sentence in `language`, after the name of the field."""
        sentence = self.sentence(language)
        if not self.place:
            return sentence
        return say_in(language, "{field}: {fault}", field=self.told or self.place, fault=sentence)

    @property
    def said(self) -> "SaidFault":
        """The sentence alone, as a value of another sentence."""
        return SaidFault(self)

    def sentence(self, language: Language) -> str:
        """Return the sentence alone."""
        return say_in(language, self.text, **self.values)


@dataclass(frozen=True)
class SaidFault:
    """The sentence of a fault inside another one."""

    fault: Fault

    def __str__(self) -> str:
        """Return it in the language of the sentence around it."""
        return self.fault.sentence(current_language())


class WrongValueError(ValueError):
    """A value that a validator refuses, as an English sentence with `{placeholders}`."""

    def __init__(self, text: str, **values: object) -> None:
        self.text = text
        self.values = values
        super().__init__(text)


class FaultsError(EventLogError):
    """Something entered or written in a file is wrong in one or more places."""

    def __init__(self, text: str, faults: Sequence[Fault], **values: object) -> None:
        self.faults = tuple(faults)
        super().__init__(text, **values)
        self.args = (self.in_language("en"),)

    def in_language(self, language: Language) -> str:
        """Return the sentence and one line for each fault."""
        lines = [super().in_language(language)]
        return "\n".join([*lines, *(f"  {fault.in_language(language)}" for fault in self.faults)])


class PolicyFaultError(FaultsError):
    """A policy file is not a policy."""


class NoPolicyError(EventLogError):
    """No policy was in force for that city on that day."""


class StepRefusedError(FaultsError):
    """What was entered for a step is wrong."""


class GateClosedError(EventLogError):
    """The legal order does not allow this step yet."""


class OrderWarningError(FaultsError):
    """The act breaks the order of the model; it goes on only with a reason."""


class RowSheetError(EventLogError):
    """A file holds no rows that a form could take."""


class WorkItemError(EventLogError):
    """A work item is not there, is done, or is somebody else's."""


class ProjectError(EventLogError):
    """A project is not there, is over, or is not in the state that the command needs."""


class ProjectExistsError(ProjectError):
    """There is a project of that name already."""
