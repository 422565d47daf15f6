"""The settings of notices, `notices.toml` in the data directory: who is told of what, and how."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eventlogs.errors import EventLogError
from eventlogs.language import Language
from flows.forms.forms import fault_of_file

FILE = "notices.toml"
Kind = Literal["overdue", "stalled", "failed"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]


class Part(BaseModel):
    """A table of the file; a key it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Channel(Part):
    """What all ways of telling have in common: whom it concerns, and the language."""

    name: Name
    about: tuple[Kind, ...] = ("overdue", "stalled")
    cities: tuple[str, ...] = ()  # none named: every city
    roles: tuple[str, ...] = ()  # none named: whichever role the work is told to
    language: Language = "zh"


class Mail(Channel):
    """E-mail through a server of the office."""

    kind: Literal["mail"]
    host: str
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = None
    sender: str
    to: tuple[str, ...] = Field(min_length=1)


class Robot(Channel):
    """The group robot of WeCom or DingTalk; DingTalk may ask for signed messages, by `secret`."""

    kind: Literal["wecom", "dingtalk"]
    url: str = Field(pattern=r"^https?://")
    secret: str | None = None


class Folder(Channel):
    """A folder into which each message is written as a file."""

    kind: Literal["file"]
    folder: Path


class NoticeSettings(Part):
    """All of the file. `pages` is the address at which people open the pages."""

    pages: str | None = Field(default=None, pattern=r"^https?://")
    stalled_after_days: int = Field(default=30, ge=1)
    channel: tuple[Annotated[Mail | Robot | Folder, Field(discriminator="kind")], ...] = ()


def notice_settings(data: Path) -> NoticeSettings:
    """Return the settings of a data directory; without the file nobody is told anything."""
    file = data / FILE
    try:
        found = NoticeSettings.model_validate(tomllib.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        return NoticeSettings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise EventLogError("{file} cannot be read: {reason}", file=file, reason=error) from error
    except ValidationError as error:
        wrong = fault_of_file(error.errors()[0])
        raise EventLogError(
            "{file}: {place} is wrong: {reason}", file=file, place=wrong.place, reason=wrong.said
        ) from error
    names = [channel.name for channel in found.channel]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise EventLogError(
            "{file}: two channels are named {name}; give each a name of its own", file=file, name=twice[0]
        )
    return found
