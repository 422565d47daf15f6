"""The small faults of an SQL statement: a comparison, a condition, a join, an order that is not meant."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*)|(?P<string>'(?:[^']|'')*')|(?P<value>\$\w+)|(?P<number>\b\d+(?:\.\d+)?\b)
    |(?P<word>[A-Za-z_]\w*)|(?P<sign><>|<=|>=|\|\||->>?|::|:=|=>|[^\s\w])""",
    re.VERBOSE,
)
_SIGNS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "=", "+": "-", "-": "+", "*": "/"}
_WORDS = {"AND": "OR", "OR": "AND", "ANTI": "SEMI", "SEMI": "ANTI"}
_PAIRS = (
    ("min", "max"), ("arg_min", "arg_max"), ("bool_or", "bool_and"), ("lag", "lead"), ("greatest", "least"),
)  # fmt: skip
_CALLS = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])} | {"sum": "max"}
_JOINED = {"LEFT", "CROSS", "ANTI", "SEMI", "RIGHT", "FULL", "INNER", "ASOF", "POSITIONAL"}
_CONDITION = {
    "WHERE": "true",
    "HAVING": "true",
    "QUALIFY": "true",
    "ON": "true",
    "AND": "true",
    "OR": "false",
}
_CLAUSE_ENDS = {
    "AND", "OR", "THEN", "ELSE", "END", "GROUP", "ORDER", "WINDOW", "QUALIFY", "HAVING", "LIMIT", "UNION",
    "EXCEPT", "JOIN", "LEFT", "CROSS", "ANTI", "SEMI", "RETURNING", "WHERE", "DESC", "ASC", "NULLS", "ROWS",
    "RANGE", "WHEN",
}  # fmt: skip


class Edit(NamedTuple):
    """A part of a text and what stands there instead; `scope` is what part of the program it belongs to."""

    start: int
    end: int
    replacement: str
    scope: str = ""


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return self.text.upper() if self.kind == "word" else self.text


def is_sql(text: str) -> bool:
    """Tell whether a text is an SQL statement rather than a sentence."""
    return (
        re.match(r"\s*(--|(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|WITH|FROM|JOIN)\s)", text) is not None
    )


def sql_edits(text: str) -> Iterator[Edit]:
    """Yield the changes of a statement or several."""
    tokens = [
        _Token(found.lastgroup or "", found[0], found.start(), found.end())
        for found in _TOKEN.finditer(text)
        if found.lastgroup != "comment"
    ]
    for place, token in enumerate(tokens):
        for edits in _KINDS:
            yield from edits(tokens, place, token)


def parsing(text: str, edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits after which DuckDB still understands the text, if it understood it before."""
    if not _parses(text):
        return list(edits)
    return [one for one in edits if _parses(text[: one.start] + one.replacement + text[one.end :])]


def _parses(text: str) -> bool:
    import duckdb

    try:
        return bool(duckdb.extract_statements(text))
    except duckdb.Error:
        return False


def _before(tokens: Sequence[_Token], place: int, n: int = 1) -> str:
    return tokens[place - n].word if place >= n else ""


def _after(tokens: Sequence[_Token], place: int, n: int = 1) -> str:
    return tokens[place + n].word if place + n < len(tokens) else ""


def _end(tokens: Sequence[_Token], place: int, ends: set[str]) -> int:
    """Return the place of the first of `ends`, or of the closing bracket, in the same bracket."""
    depth, between = 0, False
    for at in range(place, len(tokens)):
        word = tokens[at].word
        if depth == 0 and between and word == "AND":
            between = False
        elif depth == 0 and (word in ends or word in {")", "]", ";"}):
            return at
        depth += (word in {"(", "["}) - (word in {")", "]"})
        between |= depth == 0 and word == "BETWEEN"
    return len(tokens)


def _comparison(tokens: Sequence[_Token], place: int, token: _Token) -> Iterator[Edit]:
    if token.kind == "sign" and token.text in _SIGNS:
        if token.text == "*" and (_before(tokens, place) in {"(", "SELECT", ".", ","}):
            return
        yield Edit(token.start, token.end, _SIGNS[token.text])
    if token.kind == "number":
        yield Edit(token.start, token.end, str((float if "." in token.text else int)(token.text) + 1))
    if token.kind == "string" and re.fullmatch(r"'[a-z_]+'", token.text):
        yield Edit(token.start, token.end, f"{token.text[:-1]}~'")


def _connective(tokens: Sequence[_Token], place: int, token: _Token) -> Iterator[Edit]:
    if token.word in _WORDS:
        yield Edit(token.start, token.end, _WORDS[token.word])
    if token.text.lower() in _CALLS and _after(tokens, place) == "(":
        yield Edit(token.start, token.end, _CALLS[token.text.lower()])


def _negation(tokens: Sequence[_Token], place: int, token: _Token) -> Iterator[Edit]:
    if token.word == "NOT":
        yield Edit(token.start, tokens[place + 1].start, "")
    elif token.word == "IS" and _after(tokens, place) != "NOT":
        yield Edit(token.end, token.end, " NOT")
    elif token.word in {"EXISTS", "IN"} and _before(tokens, place) not in {"NOT", "IF"}:
        yield Edit(token.start, token.start, "NOT ")
    elif token.word == "DISTINCT" and _before(tokens, place) not in {"IS", "NOT"}:
        yield Edit(token.start, tokens[place + 1].start, "")


def _dropped_condition(tokens: Sequence[_Token], place: int, token: _Token) -> Iterator[Edit]:
    word = token.word
    if word == "(" and _before(tokens, place) == "FILTER":
        instead, ends = "true", {"AND", "OR"}
    elif word == "WHEN":
        instead, ends = "false", {"THEN"}
    elif word in _CONDITION:
        instead, ends = _CONDITION[word], _CLAUSE_ENDS | {","}
    else:
        return
    first, last = place + 1, _end(tokens, place + 1, ends) - 1
    if first <= last:
        yield Edit(tokens[first].start, tokens[last].end, instead)


def _join(tokens: Sequence[_Token], place: int, token: _Token) -> Iterator[Edit]:
    if token.word == "LEFT" and _after(tokens, place) == "JOIN":
        yield Edit(token.start, tokens[place + 1].start, "")
    if token.word == "JOIN" and _before(tokens, place) not in _JOINED:
        yield Edit(token.start, token.start, "LEFT ")
    if token.word == "UNION":
        if _after(tokens, place) == "ALL":
            yield Edit(token.end, tokens[place + 1].end, "")
        else:
            yield Edit(token.end, token.end, " ALL")


def _order(tokens: Sequence[_Token], place: int, token: _Token) -> Iterator[Edit]:
    if token.word == "LIMIT":
        yield Edit(token.start, tokens[place + 1].end, "")
    if token.word != "BY":
        return
    if _before(tokens, place) == "PARTITION":
        yield Edit(tokens[place - 1].start, tokens[_end(tokens, place, _CLAUSE_ENDS)].start, "")
    if _before(tokens, place) != "ORDER":
        return
    at = place
    while at < len(tokens) and (at == place or tokens[at].text == ","):
        at = _end(tokens, at + 1, _CLAUSE_ENDS | {","})
        if at < len(tokens) and tokens[at].word == "DESC":
            yield Edit(tokens[at].start, tokens[at].end, "")
            at += 1
        else:
            yield Edit(tokens[at - 1].end, tokens[at - 1].end, " DESC")


def _default(tokens: Sequence[_Token], place: int, token: _Token) -> Iterator[Edit]:
    if token.word != "COALESCE" or _after(tokens, place) != "(":
        return
    comma = _end(tokens, place + 2, {","})
    close = _end(tokens, comma + 1, set())
    if close < len(tokens):
        yield Edit(tokens[comma].start, tokens[close].start, "")


_KINDS: tuple[Callable[[Sequence[_Token], int, _Token], Iterator[Edit]], ...] = (
    _comparison, _connective, _negation, _dropped_condition, _join, _order, _default,
)  # fmt: skip
