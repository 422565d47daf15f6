"""`retrofit vocabulary`: the words of a lift project, all of a kind or one of them."""

from dataclasses import dataclass
from typing import cast

import click

from eventlogs.commands import Command, answers
from eventlogs.language import current_language, say, sayable
from eventlogs.layout import cell_width, padded, table, wrapped
from eventlogs.vocabulary import (
    KINDS,
    Activity,
    Explained,
    Kind,
    Outcome,
    Role,
    Term,
    Tool,
    label,
    term,
    terms,
)


@dataclass(frozen=True, slots=True)
class KindOfTerm:
    """A kind of terms and how many there are."""

    kind: str
    terms: int


@dataclass(frozen=True, slots=True)
class Kinds:
    """What the vocabulary holds."""

    kinds: tuple[KindOfTerm, ...]

    def as_text(self) -> str:
        """Return a table of the kinds and how to see one."""
        rows = [(each.kind, str(each.terms), say(_KIND_NAMES[each.kind])) for each in self.kinds]
        shown = table((say("Kind"), say("Terms"), say("What")), rows, right=[1])
        return shown + "\n\n" + say("`retrofit vocabulary KIND` lists a kind, `… KIND KEY` shows one term.")


@dataclass(frozen=True, slots=True)
class TermsOfKind:
    """All terms of a kind."""

    kind: str
    terms: tuple[Term, ...]

    def as_text(self) -> str:
        """Return an aligned table, one row a term and one more for each further role of an activity."""
        heads = [say("Key"), say("Label"), *(say(head) for head in _HEADS.get(self.kind, ()))]
        return table(heads, [row for found in self.terms for row in _rows(found)])


@dataclass(frozen=True, slots=True)
class OneTerm:
    """One term with its basis."""

    kind: str
    term: Term

    def as_text(self) -> str:
        """Return all there is to know about the term, in both languages where it quotes."""
        found = self.term
        facts = [(say("Label"), f"{found.zh} / {found.en}")]
        if isinstance(found, Activity):
            facts.append((say("Abbreviation"), found.short))
            facts.append((say("Phase"), label("phases", found.phase)))
            facts += [(say("Done by"), _told(number, found)) for number in range(len(found.by))]
            facts.append((say("Confidence"), label("confidence", found.confidence)))
        elif heads := _HEADS.get(self.kind):
            facts += [(say(head), cell) for head, cell in zip(heads, _rows(found)[0][2:], strict=True)]
        for basis in found.basis:
            facts.append((say("Basis"), f"{label('sources', basis.kind)}  {basis.source}".rstrip()))
            facts.append(("", basis.zh))
            if current_language() == "en":
                facts.append(("", basis.en))
        width = max(cell_width(name) for name, _ in facts) + 2
        lines = [wrapped(fact, 100, padded(name, width), " " * width) for name, fact in facts]
        return "\n".join([found.key, *lines])


@click.command("vocabulary", cls=Command, help="Print the vocabulary: activities, roles, tools and the rest.")
@click.argument("kind", required=False, type=click.Choice([kind.replace("_", "-") for kind in KINDS]))
@click.argument("key", required=False)
@answers
def vocabulary(kind: str | None, key: str | None) -> Kinds | TermsOfKind | OneTerm:
    """Answer with the kinds, with all terms of one, or with one term."""
    if kind is None:
        return Kinds(tuple(KindOfTerm(each.replace("_", "-"), len(terms(each))) for each in KINDS))
    chosen = cast("Kind", kind.replace("-", "_"))
    if key is not None:
        return OneTerm(kind, term(chosen, _key_of(chosen, key)))
    return TermsOfKind(kind, tuple(terms(chosen).values()))


_KIND_NAMES = {
    "activities": sayable("what happens in a project"),
    "phases": sayable("the phases of a project"),
    "chains": sayable("the two chains of leadership and what stands beside them"),
    "roles": sayable("as what people act"),
    "leadings": sayable("how the party branch leads"),
    "tools": sayable("the twelve tools of leadership"),
    "outcomes": sayable("how a project ends"),
    "hold-causes": sayable("what a work item on hold waits for"),
    "lifecycle": sayable("the transitions of a work item"),
    "object-types": sayable("what events belong to"),
    "cities": sayable("the cities of the paper"),
    "confidence": sayable("how sure a basis is"),
    "sources": sayable("where the vocabulary comes from"),
}
_HEADS = {
    "activities": (
        sayable("Abbreviation"),
        sayable("Phase"),
        sayable("Role"),
        sayable("Tool"),
        sayable("Confidence"),
    ),
    "roles": (sayable("Chain"),),
    "tools": (sayable("Role"),),
    "outcomes": (sayable("Ending"), sayable("Confidence")),
    "confidence": (sayable("Meaning"),),
    "sources": (sayable("Citation"),),
}
_ENDINGS = (sayable("success"), sayable("failure"), sayable("halt"))


def _key_of(kind: Kind, word: str) -> str:
    """Return the key that a word means: the key itself, a label in either language, or an abbreviation."""
    for key, found in terms(kind).items():
        if word.lower() in (key, found.zh.lower(), found.en.lower(), getattr(found, "short", None)):
            return key
    return word


def _rows(found: Term) -> list[tuple[str, ...]]:
    first = (found.key, found.label())
    match found:
        case Activity():
            return _activity_rows(found)
        case Role():
            return [(*first, label("chains", found.chain))]
        case Tool():
            return [(*first, label("roles", found.role))]
        case Outcome():
            return [(*first, say(found.ending), label("confidence", found.confidence))]
        case Explained():
            return [(*first, found.note())]
        case _:
            return [first]


def _activity_rows(found: Activity) -> list[tuple[str, ...]]:
    lead = (found.key, found.label(), found.short, label("phases", found.phase))
    rows: list[tuple[str, ...]] = []
    for number, done in enumerate(found.by):
        means = label("tools", done.tool) if done.tool else label("leadings", done.leading or "")
        sure = label("confidence", done.confidence or found.confidence)
        rows.append((*(lead if not number else ("",) * 4), label("roles", done.role), means, sure))
    return rows


def _told(number: int, found: Activity) -> str:
    done = found.by[number]
    means = label("tools", done.tool) if done.tool else label("leadings", done.leading or "")
    who = done.zh if current_language() == "zh" else done.en
    told = label("roles", done.role) + (f" · {means}" if means else "")
    unsure = f" [{label('confidence', done.confidence)}]" if done.confidence else ""
    return say("{role}: {actor}", role=told, actor=who) + unsure
