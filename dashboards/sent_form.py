"""What a page's form sent, for routes that are plain functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.requests import Request


@dataclass(frozen=True)
class SentForm:
    """The fields of a form, each with all its values, and its files."""

    fields: Mapping[str, Sequence[str]]
    files: Sequence[UploadFile] = ()

    def text(self, name: str) -> str:
        """Return the first value of a field without blanks around it, or nothing."""
        return next(iter(self.fields.get(name, ())), "").strip()

    def all(self, name: str) -> list[str]:
        """Return every value of a field that is not empty."""
        return [value for value in self.fields.get(name, ()) if value]


async def sent_form(request: Request) -> SentForm:
    """Return what the form sent; the dependency of routes that take one."""
    form = await request.form()
    fields: dict[str, list[str]] = {}
    files = []
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
        elif value.filename:
            files.append(value)
    return SentForm(fields, files)


def local(address: str) -> str | None:
    """Return an address of this site; nothing for one that leads away."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else None
