"""Odd values, and trees of lists and maps, bytes and texts made odd by dice that follow a seed."""

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

LONG = "长" * 3000
DEEP = 300  # levels of nesting that a value is sometimes wrapped in
ODD_TEXTS = (
    *("", " ", "\0", "a\0b", "\n", "\r\n\t", "\ufeff", "\u202e", "\ud7ff", "𠮷", LONG, "null", "true", "NaN"),
    *(
        "=1+1",
        "+1",
        "-1",
        "@x",
        "\t=1",
        "'; DROP TABLE event; --",
        '"',
        "'",
        "{file}",
        "{",
        "%s",
        "$log",
        "?",
    ),
    *("../../etc/passwd", "/dev/zero", "C:\\x", "<b>", "<![CDATA[", "]]>", "&lt;", "&", "-->", "{}", "[]"),
    *(
        "0000-00-00",
        "2024-02-30",
        "2024-13-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        "0001-01-01",
        "24:00",
    ),
    *("2024-05-01T09:00:00+99:99", "2024-05-01T09:00:00-25:00", "+999999-01-01T00:00:00Z", "294247-01-10"),
    *("1e400", "-1e400", "inf", "9" * 40, "0x1f", "1_000", "1,5", "٣", "concept:name", "case", "complete"),
)
ODD_VALUES: tuple[Any, ...] = (
    *ODD_TEXTS,
    *(None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**40, 0.1, -0.0, 1e308, 1e-320),
    *([], {}, [[]], [None], {"": None}, {"name": {}}, [1, "a"], {"type": "string"}),
)
TOKENS = (
    *(text.encode("utf-8", "surrogatepass") for text in ODD_TEXTS if len(text) < 60),
    *(b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"\x80"),
    *(bytes((sign,)) for sign in b"<>{}[],:\"'=#\\"),
    *(b"/>", b"</", b"\\u0000"),
)


def odd_value(dice: Random) -> Any:
    """Return an odd value; now and then one that is nested absurdly deep."""
    value = deepcopy(dice.choice(ODD_VALUES))
    if dice.random() < 0.02:
        for _ in range(DEEP):
            value = [value] if dice.random() < 0.5 else {"a": value}
    return value


def odd_tree(tree: Any, dice: Random) -> Any:
    """Return a tree of lists and maps with one to four of its places made odd."""
    changed = deepcopy(tree)
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        places = list(_places(changed))
        if not places:
            return odd_value(dice)
        at, key = dice.choice(places)
        _make_odd(at, key, places, dice)
    return changed


def odd_bytes(data: bytes, dice: Random) -> bytes:
    """Return bytes with some of them flipped, lost, doubled, or put in between."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        if not changed:
            return dice.randbytes(40)
        start = dice.randrange(len(changed))
        end = min(len(changed), start + dice.choice((1, 1, 2, 8, 64, 512)))
        dice.choice(_BYTE_DEEDS)(changed, start, end, dice)
    return bytes(changed)


def _flip(data: bytearray, start: int, end: int, dice: Random) -> None:
    data[start] ^= 1 << dice.randrange(8)


def _scramble(data: bytearray, start: int, end: int, dice: Random) -> None:
    data[start:end] = dice.randbytes(end - start)


def _lose(data: bytearray, start: int, end: int, dice: Random) -> None:
    del data[start:end]


def _lose_the_rest(data: bytearray, start: int, end: int, dice: Random) -> None:
    if dice.random() < 0.4:
        del data[start:]


def _put_between(data: bytearray, start: int, end: int, dice: Random) -> None:
    data[start:start] = dice.choice(TOKENS)


def _double(data: bytearray, start: int, end: int, dice: Random) -> None:
    data[start:start] = data[start:end] * dice.choice((1, 2, 9))


def _replace(data: bytearray, start: int, end: int, dice: Random) -> None:
    data[start:end] = dice.choice(TOKENS)


_BYTE_DEEDS = (_flip, _scramble, _lose, _lose_the_rest, _put_between, _double, _replace)


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container of a tree with each of its keys."""
    waiting = [tree]
    while waiting:
        at = waiting.pop()
        items = at.items() if isinstance(at, dict) else enumerate(at) if isinstance(at, list) else ()
        for key, value in items:
            yield at, key
            waiting.append(value)


def _make_odd(at: Any, key: Any, places: list[tuple[Any, Any]], dice: Random) -> None:
    deed = dice.randrange(8)
    if deed <= 3:
        at[key] = odd_value(dice)
    elif deed == 4:
        del at[key]
    elif deed == 5:
        other, its_key = dice.choice(places)
        found = other.get(its_key) if isinstance(other, dict) else other[its_key : its_key + 1]
        at[key] = deepcopy(found)
    elif deed == 6 and isinstance(at, list):
        at.insert(key, deepcopy(at[key]))
    elif isinstance(at, dict):
        at[str(odd_value(dice))[:400]] = at.pop(key)
    else:
        at[key] = [at[key]]
