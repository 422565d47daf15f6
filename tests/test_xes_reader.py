import gzip
import random
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imported_logs import stored, written

from eventlogs.attributes import Identifier
from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.faults import Faults
from eventlogs.exchange.xes.batches import Piece, plain_piece
from eventlogs.exchange.xes.head_reader import XesPlan
from eventlogs.exchange.xes.parser import XesParser
from eventlogs.exchange.xes.rows import raw_piece

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)
KEYS = st.sampled_from(["floor", "成本", "a & b", 'q"uote', "back\\slash", "org:group"])


def attribute(tag: str, key: str, value: str, inside: str = "") -> str:
    marks = f"key={quoteattr(key)} value={quoteattr(value)}"
    return f"<{tag} {marks}>{inside}</{tag}>" if inside else f"<{tag} {marks}/>"


def string(value: str, key: str = "concept:name") -> str:
    return attribute("string", key, value)


def event(name: str, *attributes: str) -> str:
    return f"<event>{string(name)}{''.join(attributes)}</event>"


def trace(name: str, *inside: str) -> str:
    return f"<trace>{string(name)}{''.join(inside)}</trace>"


def log(*inside: str, head: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">{head}{"".join(inside)}</log>'


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


def test_every_type_and_depth_of_attribute_is_kept(tmp_path: Path) -> None:
    deep = "".join(
        [
            attribute("id", "uuid", "c3b5"),
            attribute("string", "doc", "A1", attribute("int", "pages", "3")),
            '<list key="floors"><values>'
            + attribute("int", "item", "1")
            + attribute("int", "item", "2")
            + "</values></list>",
            '<list key="votes"><values><string key="401" value="yes"/></values></list>',
            '<container key="house"><boolean key="lift" value="true"/></container>',
        ]
    )
    path = written(tmp_path / "deep.xes", log(trace("c", deep, event("a", deep))))
    kept = {
        "uuid": Identifier("c3b5"),
        "doc": {"value": "A1", "children": {"pages": 3}},
        "floors": [1, 2],
        "votes": [{"401": "yes"}],
        "house": {"lift": True},
    }
    found = stored(path)
    assert found.events[0]["attributes"] == kept
    assert found.cases == {"c": kept}
    assert isinstance(found.cases["c"]["uuid"], Identifier)


def test_file_order_is_kept_and_a_missing_time_stays_missing(tmp_path: Path) -> None:
    time = attribute("date", "time:timestamp", "2024-05-01T09:00:00.000+08:00")
    path = written(tmp_path / "ties.xes", log(trace("c", event("z", time), event("a", time), event("m"))))
    found = stored(path).events
    assert [it["activity"] for it in found] == ["z", "a", "m"]
    assert [it["key"] for it in found] == ["1", "2", "3"]
    assert [it["time"] for it in found] == [datetime(2024, 5, 1, 1, tzinfo=UTC)] * 2 + [None]


def test_times_without_a_zone_are_in_the_zone_asked_for(tmp_path: Path) -> None:
    time = attribute("date", "time:timestamp", "2024-05-01T09:00:00")
    path = written(tmp_path / "naive.xes", log(trace("c", event("a", time)), trace("d", event("a", time))))
    found = stored(path)
    assert {it["time"].astimezone(UTC).hour for it in found.events} == {1}
    assert "times without a zone are read as those of Asia/Shanghai" in found.notes
    assert {it["time"].astimezone(UTC).hour for it in stored(path, timezone="Europe/Amsterdam").events} == {7}


def test_globals_fill_in_what_is_missing_but_never_a_time_or_a_name(tmp_path: Path) -> None:
    head = (
        '<global scope="event"><string key="org:group" value="?"/>'
        '<date key="time:timestamp" value="1970-01-01T00:00:00Z"/></global>'
        '<global scope="trace"><string key="concept:name" value="?"/><string key="city" value="?"/></global>'
    )
    nameless = f"<trace>{event('a')}</trace>"
    found = stored(written(tmp_path / "globals.xes", log(nameless, nameless, head=head)))
    assert [(it["attributes"], it["time"]) for it in found.events] == [({"org:group": "?"}, None)] * 2
    assert found.cases == {"trace 1": {"city": "?"}, "trace 2": {"city": "?"}}
    assert "2 traces have no name" in found.notes


def test_a_classifier_names_the_activities_if_asked_for_or_if_nothing_else_does(tmp_path: Path) -> None:
    head = '<classifier name="by code" keys="code lifecycle:transition"/>'
    coded = string("X1", "code") + string("start", "lifecycle:transition")
    named = written(tmp_path / "named.xes", log(trace("c", event("登记", coded)), head=head))
    assert stored(named).events[0]["activity"] == "登记"
    chosen = stored(named, classifier="by code").events[0]
    assert (chosen["activity"], chosen["attributes"]["name"]) == ("X1+start", "登记")
    assert stored(named, classifier="code").events[0]["activity"] == "X1"
    unnamed = written(tmp_path / "unnamed.xes", log(f"<trace><event>{coded}</event></trace>", head=head))
    found = stored(unnamed)
    assert found.events[0]["activity"] == "X1+start"
    assert "by code" in found.notes
    with pytest.raises(ImportRefusedError, match="no classifier nothing; it has by code"):
        stored(named, classifier="nothing")


def test_traces_of_one_name_are_one_case(tmp_path: Path) -> None:
    first, second = (
        trace("c", string("1", "x"), event("a")),
        trace("c", string("2", "x"), string("3", "y"), event("b")),
    )
    found = stored(written(tmp_path / "twice.xes", log(first, second)))
    assert found.cases == {"c": {"x": "1", "y": "3"}}
    assert "1 traces have the name of an earlier one" in found.notes


@pytest.mark.parametrize(
    ("encoding", "prefix"),
    [("utf-8", b"\xef\xbb\xbf"), ("utf-8", b"\n"), ("gb18030", b""), ("utf-16", b""), ("latin-1", b"")],
)
def test_any_encoding_and_namespace_is_read(tmp_path: Path, encoding: str, prefix: bytes) -> None:
    name = "café" if encoding == "latin-1" else "登记"
    text = log(trace("c", event(name)), trace("d", event(name))).replace("UTF-8", encoding)
    text = text.replace("<log ", '<log xmlns="http://www.xes-standard.org/" ')
    if prefix == b"\n":
        text, prefix = text.partition("\n")[2], b""
    path = tmp_path / "encoded.xes.gz"
    path.write_bytes(gzip.compress(prefix + text.encode(encoding)))
    assert [it["activity"] for it in stored(path).events] == [name, name]


OBJECT_OF_NO_TYPE = """
<list key="retrofit:other_objects"><values key="values">
<list key="item"><boolean key="retrofit:map" value="true"/><values key="values">
<string key="object_id" value="h1"/>
<string key="object_type" value="household"><boolean key="done" value="true"/></string>
</values></list></values></list>"""
BOMB = '<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
TIME = attribute("date", "time:timestamp", "2024-13-45")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            log(trace("c", event("a"))).replace("<log", BOMB + "<log", 1),
            "line 2: the file declares or calls the entity a",
        ),
        (log(trace("c", event("a")))[:-20], "breaks off in line 2, before </log>"),
        (log(trace("c", event("a"))) + "\n<again/>", "line 3, column 1: this is not well-formed XML"),
        (
            log("\n", trace("c", event("a")), "\n", trace("d", event("a", TIME))),
            "line 4: '2024-13-45' in time:timestamp",
        ),
        (log(trace("c", event("a", attribute("int", "n", "six")))), "'six' in n is no whole number"),
        (log(trace("c", event("a", attribute("float", "n", "1,5")))), "'1,5' in n is no number"),
        (log(trace("c", event("a", attribute("boolean", "n", "maybe")))), "neither true nor false"),
        (log(trace("c", "\n<event>", string("x", "y"), "</event>")), "line 3: the event has no concept:name"),
        (log(trace("c", event("a"), "<step/>")), "<step> stands where XES has no such element"),
        (log(trace("c", event("a", '<string key="k"/>'))), "<string> has no value"),
        (
            log(trace("c", event("a")), head=OBJECT_OF_NO_TYPE),
            "object_type of item 1 in the list retrofit:other_objects is no text",
        ),
        (log(), "has no events"),
        (
            log(trace("c", event("登记"))).encode("gb18030"),
            "line 2: the bytes are not UTF-8 as the file says",
        ),
    ],
)
def test_a_fault_refuses_the_file_in_one_sentence(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    path = written(tmp_path / "bad.xes", text)
    with pytest.raises(ImportRefusedError, match=re.escape(sentence)):
        stored(path)


def test_a_broken_off_archive_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(log(*(trace(f"c{n}", event("a")) for n in range(2000))).encode())
    path = written(tmp_path / "half.xes.gz", packed[: len(packed) // 2])
    with pytest.raises(ImportRefusedError, match="its compressed stream is damaged or ends early"):
        stored(path)


def test_bad_events_can_be_set_aside_with_reasons(tmp_path: Path) -> None:
    path = written(tmp_path / "some.xes", log(trace("c", event("a"), "\n", event("b", TIME))))
    found = stored(path, rejects=tmp_path / "rejects.csv")
    assert [it["activity"] for it in found.events] == ["a"]
    assert found.answer.rejected == 1
    line = (tmp_path / "rejects.csv").read_text("utf-8-sig").splitlines()[1]
    assert line.startswith("3,time:timestamp,2024-13-45,")


MEASURE = """
import resource, sys
from pathlib import Path
from eventlogs.console import TerminalConsole
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.importing import import_log
path = Path(sys.argv[1])
import_log(DuckDBLedger(path.with_suffix(".duckdb")), path, "it", ImportChoices(), TerminalConsole())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def peak_memory(path: Path) -> int:
    """Return the most memory in MB that importing a file took."""
    run = [sys.executable, "-c", MEASURE, str(path)]
    answer = subprocess.run(run, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    return int(answer.stdout)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    random.seed(7)
    peaks = []
    for n_cases in (3_000, 30_000):
        path = tmp_path / f"{n_cases}.xes"
        with path.open("w", encoding="utf-8") as file:
            file.write(log().removesuffix("</log>"))
            for case in range(n_cases):
                time = attribute("date", "time:timestamp", f"2024-05-{case % 28 + 1:02}T09:00:00+08:00")
                who = string(f"member {random.randrange(40)}", "org:resource")
                file.write(
                    trace(f"c{case}", *[event(f"step {step}", time, who) for step in range(10)]) + "\n"
                )
            file.write("</log>")
        peaks.append(peak_memory(path))
    assert peaks[1] < peaks[0] + 250, peaks  # for a file ten times as long


def test_chosen_keys_become_ours_and_must_exist(tmp_path: Path) -> None:
    who = string("张三", "handler")
    path = written(
        tmp_path / "own.xes", log(trace("c", string("建成", "end"), string("沪", "place"), event("a", who)))
    )
    found = stored(
        path, resource="handler", outcome="end", city="place", outcome_labels={"建成": "completed"}
    )
    assert found.events[0]["actor"] == "张三"
    assert found.events[0]["attributes"] == {}
    assert found.cases == {"c": {"outcome": "completed", "city": "沪"}}
    with pytest.raises(ImportRefusedError, match="has no attribute nobody in any trace or event"):
        stored(path, resource="nobody")
    with pytest.raises(ImportRefusedError, match="has no attribute nowhere in any trace or event"):
        stored(path, city="nowhere")


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
