"""English sentences that speak of one: written for several, as "{n} cases are", and said as "1 case is"."""

import re
from collections.abc import Mapping

_REGULAR = (
    "arc case cell chain comparison correction day difference dot event floor group hold household item link",
    "log matter number object objection one passage path place project relation repetition resident resource",
    "row rule run setting step test text time trace value variant view wait waiver",
)
_NOUNS = {f"{noun}s": noun for line in _REGULAR for noun in line.split()}
_NOUNS |= {"activities": "activity", "entries": "entry"}
_VERBS = {"are": "is", "were": "was", "have": "has", "do": "does"}
_VERBS |= {
    f"{verb}": f"{verb}s" for verb in ("belong", "fit", "hold", "name", "need", "repeat", "stand", "survive")
}
_BETWEEN = "earlier|flow|later|live|more|other|running|smaller|strict|work|working"
_COUNTED = re.compile(
    rf"\{{(\w+)\}}((?: (?:{_BETWEEN}))*) ({'|'.join(_NOUNS)})\b"
    rf"(?:( that| without events)? ({'|'.join(_VERBS)})\b)?"
)
_LINKED_ONE = "\ue0011\ue002"  # how a page marks a 1 that leads to what it counts


def agreeing(sentence: str, values: Mapping[str, object]) -> str:
    """Return an English sentence in which what a value of 1 counts, and the verb after it, are singular.

    >>> agreeing("{n} of {all} cases are done", {"n": 1, "all": 1}).format(n=1, all=1)
    '1 of 1 case is done'
    """
    ones = {name for name, value in values.items() if _is_one(value)}
    if not ones:
        return sentence
    return _COUNTED.sub(lambda found: _single(found) if found[1] in ones else found[0], sentence)


def _is_one(value: object) -> bool:
    if isinstance(value, str):
        return value == "1" or value.endswith(_LINKED_ONE)
    return isinstance(value, int) and not isinstance(value, bool) and value == 1


def _single(found: re.Match[str]) -> str:
    name, between, noun, that, verb = found.groups()
    return f"{{{name}}}{between} {_NOUNS[noun]}{that or ''}" + (f" {_VERBS[verb]}" if verb else "")
