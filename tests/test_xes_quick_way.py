"""XES is read by columns where it is plain, and by elements where it is not: what comes of it is the same."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xes_texts import attribute, event, string, trace

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.faults import Faults
from eventlogs.exchange.xes.batches import Piece, plain_piece
from eventlogs.exchange.xes.head_reader import XesPlan
from eventlogs.exchange.xes.parser import XesParser
from eventlogs.exchange.xes.rows import raw_piece

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)
KEYS = st.sampled_from(["floor", "成本", "a & b", 'q"uote', "back\\slash", "org:group"])


def by_columns(piece: str) -> Any:
    return plain(plain_piece(piece.encode(), PLAN))


def by_elements(piece: str) -> Any:
    parser = XesParser(Path("it.xes"), PLAN.timezone)
    parser.feed(f"<log>{piece}</log>".encode(), last=True)
    return plain(raw_piece(parser.take(), PLAN, Faults(Path("it.xes"), "line")))


def plain(piece: Piece | None) -> Any:
    if piece is None:
        return None
    events = [
        {name: value for name, value in row.items() if value is not None} for row in piece.events.to_pylist()
    ]
    return piece.names.to_pylist(), piece.attributes.to_pylist(), events, piece.trace_of_event.tolist()


PLAN = XesPlan(
    "Asia/Shanghai", event_defaults={"floor": 6, "org:role": "居民"}, trace_defaults={"city": "上海"}
)
VALUES = st.one_of(
    st.builds(attribute, st.sampled_from(["string", "id"]), KEYS, TEXTS),
    st.builds(attribute, st.just("int"), KEYS, st.integers(-(2**63), 2**63 - 1).map(str)),
    st.builds(attribute, st.just("float"), KEYS, st.floats(allow_nan=False, allow_infinity=False).map(str)),
    st.builds(attribute, st.just("boolean"), KEYS, st.sampled_from(["true", "false"])),
    st.builds(
        attribute,
        st.just("date"),
        st.sampled_from(["time:timestamp", "seen"]),
        st.datetimes().filter(lambda it: 1900 < it.year < 2100).map(lambda it: f"{it.isoformat()}+08:00"),
    ),
    st.builds(string, TEXTS, st.sampled_from(["lifecycle:transition", "org:resource", "org:role"])),
)
SPACES = st.sampled_from(["", "\n", "\n\t\t"])


@st.composite
def pieces(draw: st.DrawFn) -> str:
    space = draw(SPACES)
    traces = []
    for number in range(draw(st.integers(1, 3))):
        events = [
            event(draw(TEXTS), *draw(st.lists(VALUES, max_size=4))) for _ in range(draw(st.integers(1, 3)))
        ]
        after = draw(st.lists(VALUES, max_size=1))
        traces.append(trace(f"case {number}", *draw(st.lists(VALUES, max_size=2)), *events, *after))
    return space.join(traces).replace("><", f">{space}<")


@settings(max_examples=150, deadline=None)
@given(pieces())
def test_both_ways_of_reading_give_the_same(piece: str) -> None:
    quick = by_columns(piece)
    if quick is not None:  # a key twice in one element is left to the thorough way
        assert quick == by_elements(piece)


def test_plain_pieces_go_the_quick_way() -> None:
    piece = trace("a", event("登记", attribute("int", "floor", "6")), event("审核 & 公示")) + trace("empty")
    assert by_columns(piece) == by_elements(piece)
    assert by_columns(piece)[2][1]["activity"] == "审核 & 公示"


@pytest.mark.parametrize(
    "piece",
    [
        trace("a", event("b", attribute("string", "k", "v", attribute("int", "inside", "1")))),
        trace("a", "<!-- " + event("gone").replace('"', "'") + " -->", event("b")),
        "<!-- " + trace("gone", event("b")) + " -->" + trace("a", event("b")),
        trace("a", event("b", string("1", "k"), string("2", "k"))),
        trace("a", event("b", "<string key='k' value='v'/>")),
        trace("a", event("b", attribute("int", "n", str(2**70)))),
        trace("a", event("b", attribute("float", "n", "NaN"))),
        trace("a", "<event/>").replace("<event/>", event("b") + '<list key="l"><values/></list>'),
        "<trace/>" + trace("a", event("b")),
    ],
)
def test_what_is_not_plain_is_left_to_the_thorough_way(piece: str) -> None:
    assert by_columns(piece) is None
    by_elements(piece)


@pytest.mark.parametrize(
    "piece",
    [
        trace("a", event("b"), event("c")).replace("</event>", "", 1),
        trace("a", event("b")) + trace("c", event("d")).replace("<trace>", "", 1),
        trace("a", event("b")).replace("<event>", "", 1),
        trace("a", event("b")).replace("</trace>", "", 1) + trace("c", event("d")),
        trace("a", event("b")).replace("/>", "", 1),
    ],
)
def test_a_mark_too_few_is_left_to_the_thorough_way_which_refuses_it(piece: str) -> None:
    assert by_columns(piece) is None
    with pytest.raises(ImportRefusedError):
        by_elements(piece)


TOKENS = [
    "<event>",
    "</event>",
    "<trace>",
    "</trace>",
    '"',
    "<",
    ">",
    "/>",
    "&",
    "&amp;",
    "&#10;",
    "&#0;",
    "<!--",
]
TOKENS += [
    "-->",
    "'",
    " ",
    "\t",
    'key="k"',
    "\\",
    'value="v"',
    string("v", "k"),
    "\x01",
    "]]>",
    "é",
    "\ufffe",
]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    piece = draw(pieces())
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.integers(0, len(piece)))
        gone = draw(st.integers(0, 12))
        piece = piece[:place] + draw(st.sampled_from(["", *TOKENS])) + piece[place + gone :]
    return piece


@settings(max_examples=400, deadline=None)
@given(damaged())
def test_no_damage_slips_through_the_quick_way(piece: str) -> None:
    quick = by_columns(piece)
    if quick is not None:
        assert quick == by_elements(piece)
