import gzip
import random
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from imported_logs import stored, written
from xes_texts import attribute, event, log, string, trace

from eventlogs.attributes import Identifier
from eventlogs.errors import ImportRefusedError


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
    assert "1 trace has the name of an earlier one" in found.notes


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
