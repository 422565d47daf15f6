"""XES files that we write keep the rules and speak the words of IEEE 1849-2016."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from exchanged_logs import MadeEvent, events_of, exported, imported, ledger_in, make_log
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from made_logs import CASES, SOME, events, same

from eventlogs.exchange.xes.text import plain_name, xml_name
from eventlogs.ledger.duckdb_ledger import DuckDBLedger

XES_RULES = Path(__file__).parent / "data" / "xes-1849-2016.rng"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckDBLedger, Path]]:
    folder = tmp_path_factory.mktemp("laws")
    with ledger_in(folder) as opened:
        yield opened, folder


@given(name=st.text())
def test_every_name_becomes_an_xml_name_and_back(name: str) -> None:
    assert plain_name(xml_name(name)) == name
    etree.Element("a").set("key", xml_name(name))
    assert " " not in xml_name(name)


number = iter(range(1_000_000))


@given(made=st.lists(events, min_size=1, max_size=4))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_xes_keeps_the_rules_of_the_standard(
    shared: tuple[DuckDBLedger, Path], made: list[MadeEvent]
) -> None:
    ledger, folder = shared
    name = f"made {next(number)}"
    make_log(ledger, made, {made[0].case_id: {"total items": {"deep inside": [1, None]}}}, name=name)
    exported(ledger, folder / "valid.xes", name)
    rules = etree.RelaxNG(file=str(XES_RULES))
    rules.assertValid(etree.parse(folder / "valid.xes"))


def test_xes_speaks_the_language_of_the_standard(ledger: DuckDBLedger, tmp_path: Path) -> None:
    make_log(ledger, SOME, CASES)
    exported(ledger, tmp_path / "log.xes")
    log = etree.parse(tmp_path / "log.xes").getroot()
    prefixes = {extension.get("prefix") for extension in log.iter("extension")}
    assert prefixes >= {"concept", "time", "lifecycle", "org", "identity"}
    assert [scope.get("scope") for scope in log.iter("global")] == ["trace", "event"]
    trace = log.find("trace")
    assert trace is not None
    assert {(it.tag, it.get("key"), it.get("value")) for it in trace if it.tag != "event"} == {
        ("string", "concept:name", "SH-01"),
        ("string", "district", "静安"),
        ("int", "total_x0020_households", "24"),
    }
    first = trace.findall("event")[0]
    assert {(it.tag, it.get("key"), it.get("value")) for it in first} >= {
        ("date", "time:timestamp", "2024-03-04T17:30:15.123456+08:00"),
        ("int", "楼层", "6"),
        ("float", "cost", "12.5"),
    }


def test_classifiers_and_log_attributes_of_an_imported_file_are_kept(
    ledger: DuckDBLedger, tmp_path: Path
) -> None:
    (tmp_path / "in.xes").write_text(
        '<log xes.version="1.0"><extension name="Cost" prefix="cost" uri="urn:cost"/>'
        '<global scope="event"><string key="concept:name" value="?"/></global>'
        '<classifier name="MXML Legacy Classifier" keys="concept:name lifecycle:transition"/>'
        '<string key="source"  value="电梯办"><int key="pages" value="3"/></string>'
        '<trace><string key="concept:name" value="1"/><event><string key="concept:name" value="a"/>'
        '<date key="time:timestamp" value="2024-05-01T10:00:00+08:00"/></event></trace></log>'
    )
    imported(ledger, tmp_path / "in.xes", "made")
    exported(ledger, tmp_path / "out.xes")
    written = (tmp_path / "out.xes").read_text()
    assert (
        '<classifier name="MXML_x0020_Legacy_x0020_Classifier" keys="concept:name lifecycle:transition"/>'
        in written
    )
    assert 'prefix="cost"' in written
    assert '<string key="source" value="电梯办"><int key="pages" value="3"/></string>' in written
    imported(ledger, tmp_path / "out.xes")
    assert same(events_of(ledger, "back")) == same(events_of(ledger, "made"))
