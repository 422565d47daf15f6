"""click's own sentences ("Usage:", "Missing argument"), said in the current language and wrapped by cells.

click looks its sentences up through `_` and `ngettext` in its modules, and measures by characters.
"""

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.shell_completion
import click.types

from eventlogs.language import say, sayable
from eventlogs.layout import cell_width, wrapped

MODULES = (
    click.core,
    click.decorators,
    click.exceptions,
    click.formatting,
    click.parser,
    click.shell_completion,
    click.types,
)


def say_number(one: str, many: str, n: int) -> str:
    """Return the sentence that fits the number `n`, in the current language."""
    return say(one if n == 1 else many)


class _Sentence(str):
    """A sentence of click's in which the kind of a number is said too, in a word that people use."""

    def format(self, *args: object, **values: object) -> str:
        """Return the sentence filled in."""
        if (kind := values.get("number_type")) is not None:
            values["number_type"] = say(_KINDS_OF_NUMBER.get(str(kind), str(kind)))
        return super().format(*args, **values)


def say_sentence(text: str) -> _Sentence:
    """Return an English sentence of click's in the current language, to be filled in."""
    return _Sentence(say(text))


def say_missing(refusal: click.MissingParameter) -> str:
    """Return what is missing, with the full stop of the current language; click itself knows but one."""
    missing, end, more = _say_missing(refusal).partition("'.")
    return say("{sentence}.", sentence=f"{missing}'") + more if end else missing


def wrap_text(
    text: str,
    width: int = 78,
    initial_indent: str = "",
    subsequent_indent: str = "",
    preserve_paragraphs: bool = False,
) -> str:
    """Return `text` wrapped by terminal cells, each paragraph by itself."""
    paragraphs = text.split("\n\n") if preserve_paragraphs else [text]
    return "\n\n".join(wrapped(part, width, initial_indent, subsequent_indent) for part in paragraphs)


def teach_click() -> None:
    """Put our speech and measure in the place of click's."""
    for module in MODULES:
        names = vars(module)
        names.update({name: ours for name, ours in _OURS.items() if name in names})
    setattr(click.MissingParameter, "format_message", say_missing)  # noqa: B010 (mypy allows no assignment here)


_say_missing = click.MissingParameter.format_message
_KINDS_OF_NUMBER = {
    "integer": sayable("whole number"),
    "integer range": sayable("whole number"),
    "float": sayable("decimal number"),
    "float range": sayable("decimal number"),
}
_OURS = {"_": say_sentence, "ngettext": say_number, "term_len": cell_width, "wrap_text": wrap_text}
