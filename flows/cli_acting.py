"""What every command that records something shares: who, when, why, and the data of a form."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventlogs.commands import FileName, answers, option, with_ledger
from eventlogs.errors import EventLogError
from eventlogs.told_times import MomentText

if TYPE_CHECKING:
    from eventlogs.console import Answer
    from flows.project.acts import By
    from flows.project.advance import Advance

DEFAULT_LOG = "projects"
rows_option = option(
    "--rows",
    type=FileName(),
    help="The rows of the form's list, a household or floor each: CSV or Excel with the form's column names.",
)
log_option = option("--log", default=DEFAULT_LOG, show_default=True, help="The live log of the projects.")


def acting(callback: Callable[..., Any], *, always: bool = True) -> Callable[..., Any]:
    """Give a command the options that say who acts, as what, when and why; it gets them as `by`.

    Without `always` nobody needs to be named, and `by` is then None: the command may only tell something.
    """

    @log_option
    @option("--actor", required=always, help="Who did it: a pseudonym or staff name.")
    @option("--role", help="As what; otherwise the usual role.")
    @option(
        "--at",
        type=MomentText(),
        help="When it happened, such as 2024-05-01 or 2024-05-01T14:30; otherwise now.",
    )
    @option("--reason", help="Why; passes over a warning.")
    @wraps(callback)
    def command(
        *args: Any,
        actor: str | None,
        role: str | None,
        at: datetime | None,
        reason: str | None,
        **settings: Any,
    ) -> Any:
        return callback(*args, by=actor and by_from(actor, role, at, reason), **settings)

    return command


def recording(callback: "Callable[..., Advance | Answer]") -> Callable[..., Any]:
    """Make a deed a command: it gets the ledger, `log` and `by`, and answers with what was recorded."""

    @acting
    @answers
    @with_ledger
    @wraps(callback)
    def command(*args: Any, **settings: Any) -> "Answer":
        from flows.project.advance import Advance
        from flows.project.answers import Recorded

        made = callback(*args, **settings)
        return Recorded.of(made) if isinstance(made, Advance) else made

    return command


def with_data(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options for a form's data; it gets them as `data`."""

    @option("--data-file", type=FileName(), help="The form's fields as a JSON file.")
    @option(
        "--set",
        "fields",
        multiple=True,
        metavar="FIELD=VALUE",
        help="One field, such as passed=true or grounds='[\"light\"]'; repeat for more.",
    )
    @wraps(callback)
    def command(*args: Any, data_file: Path | None, fields: Sequence[str], **settings: Any) -> Any:
        return callback(*args, data=entered_data(data_file, fields), **settings)

    return command


def by_from(actor: str, role: str | None, at: datetime | None, reason: str | None) -> "By":
    """Return who acts, from the options."""
    from eventlogs.vocabulary import term
    from eventlogs.working_calendar import office_moment
    from flows.project.acts import By

    if role is not None:
        term("roles", role)
    return By(actor, datetime.now(UTC), at and office_moment(at), role, reason)


def entered_data(data_file: Path | None, fields: Sequence[str]) -> Mapping[str, Any]:
    """Return a form's data from a JSON file and single fields, the fields winning."""
    data = {} if data_file is None else _from_file(data_file)
    for field in fields:
        name, equals, value = field.partition("=")
        if not equals or not name:
            raise EventLogError("{field} is not a field; right is FIELD=VALUE", field=field)
        _put(data, name.split("."), _value(value))
    return data


def _from_file(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text("utf-8"), parse_float=str)
    except (OSError, ValueError) as error:
        raise EventLogError("{file} is not readable as JSON: {reason}", file=file, reason=error) from error
    if not isinstance(data, dict):
        raise EventLogError('{file} must hold one object of fields, such as {{"passed": true}}', file=file)
    return data


def _put(data: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for part in path[:-1]:
        inner = data.setdefault(part, {})
        if not isinstance(inner, dict):
            raise EventLogError("{field} cannot have parts; set it whole", field=part)
        data = inner
    data[path[-1]] = value


def _value(text: str) -> Any:
    """Return a value written as JSON, or the text itself."""
    try:
        value = json.loads(text, parse_float=str)
    except ValueError:
        return text
    return value if value is None or isinstance(value, bool | list | dict) else text
