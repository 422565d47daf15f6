"""The words of the pages explained: the glossary, and the short note that hovers over a term."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.guards import allowed
from dashboards.access.visitor import Visitor
from dashboards.explained_words import SHOWN
from dashboards.page import Page, show
from eventlogs.language import current_language, say
from eventlogs.vocabulary import Explained, Term, terms

router = APIRouter()


@dataclass(frozen=True)
class Word:
    """One term: its label, that in the other language, and the sentence it rests on."""

    kind: str
    key: str
    label: str
    other: str
    meaning: str | None
    source: str | None


@dataclass(frozen=True)
class Chapter:
    """The terms of one kind."""

    kind: str
    title: str
    words: list[Word]


@dataclass(frozen=True)
class GlossaryPage(Page):
    """Every word that the pages use, with what it rests on."""

    template: ClassVar[str] = "glossary.html"

    chapters: list[Chapter]


@dataclass(frozen=True)
class WordPage(Page):
    """One word, as it hovers over a page."""

    template: ClassVar[str] = "word.html"

    word: Word


@router.get("/glossary")
def glossary(request: Request, visitor: Annotated[Visitor, Depends(allowed())]) -> Response:
    """Show all words."""
    chapters = [
        Chapter(kind, say(title), [_word(kind, term) for term in terms(kind).values()])
        for kind, title in SHOWN.items()
    ]
    return show(request, GlossaryPage(chapters), visitor)


@router.get("/glossary/{kind}/{key}")
def word(request: Request, kind: str, key: str, visitor: Annotated[Visitor, Depends(allowed())]) -> Response:
    """Show one word."""
    known = next((one for one in SHOWN if one == kind), None)
    if known is None or key not in terms(known):
        raise HTTPException(404)
    return show(request, WordPage(_word(kind, terms(known)[key])), visitor)


def _word(kind: str, term: Term) -> Word:
    language = current_language()
    basis = term.basis[0] if term.basis else None
    meaning = (basis.zh if language == "zh" else basis.en) if basis else None
    if isinstance(term, Explained):
        meaning = term.note()
    other = term.label("en" if language == "zh" else "zh")
    return Word(kind, term.key, term.label(), other, meaning, (basis.source or None) if basis else None)
