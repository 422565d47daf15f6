"""The words that forms show for coded values, for pages that tell what was entered."""

from functools import cache

from pydantic import BaseModel

from dashboards.staff.form_fields import Known, fields_of
from eventlogs.language import Language, current_language
from flows.forms.forms import form


def said(model: type[BaseModel], field: str, value: object) -> str:
    """Return what a form shows for a value of one of its fields; the value itself if it is no choice."""
    return _words(model, field, current_language()).get(str(value), str(value))


@cache
def _words(model: type[BaseModel], field: str, language: Language) -> dict[str, str]:
    found = fields_of(form(model, language), {}, {}, Known())
    return {choice.value: choice.title for one in found if one.name == field for choice in one.choices}
