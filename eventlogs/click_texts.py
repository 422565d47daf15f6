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

from eventlogs.language import say
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


_OURS = {"_": say, "ngettext": say_number, "term_len": cell_width, "wrap_text": wrap_text}
