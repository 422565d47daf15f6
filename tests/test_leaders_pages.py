"""What leaders look at: cities side by side and the report, of the cases they may see."""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from analysis_stage import N_PROJECTS, fill
from lxml import etree
from page_stage import Browser, browsing, pages, signed_in

from dashboards.access.access import open_access
from dashboards.access.visitor import Scope
from eventlogs.console import TerminalConsole
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.importing import import_log
from eventlogs.ledger.duckdb_ledger import DuckDBLedger

pytestmark = pytest.mark.xdist_group("leaders_pages")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("leaders")
    fill(directory)
    return directory


@pytest.fixture(scope="module")
def leader(data: Path) -> Iterator[Browser]:
    with browsing(data, "leader", "leader") as reader:
        yield reader


def test_the_cities_maps_have_each_step_at_one_place_and_no_mark_twice(leader: Browser) -> None:
    page = leader.get("/analysis/compare")
    marks = re.findall(r'\bid="([^"]+)"', page)
    assert len(marks) == len(set(marks))
    assert page.count('class="leaders-map"') == 4
    told = leader.told("/analysis/compare")
    maps = told["maps"]
    assert isinstance(maps, list)
    assert sum(one["cases"] for one in maps) == N_PROJECTS
    places: dict[str, set[str]] = {}
    for one in maps:
        drawing = etree.fromstring(one["svg"].encode())
        for box in drawing.iter("{*}g"):
            if name := box.get("data-activity"):
                shape = next(box.iter("{*}path", "{*}polygon"), None)
                start = "" if shape is None else (shape.get("d") or shape.get("points") or "")
                places.setdefault(name, set()).add(" ".join(re.findall(r"-?[\d.]+", start)[:2]))
    assert places
    assert all(len(found) == 1 for found in places.values())


def test_the_answer_stands_first_and_is_that_of_the_report(leader: Browser) -> None:
    compared, reported = leader.told("/analysis/compare"), leader.told("/analysis/report")
    assert compared["made"] == reported["made"]
    page = leader.get("/analysis/compare", "zh")
    assert page.index('class="answers"') < page.index('class="leaders-map"')
    assert re.search(rf"共 <a [^>]*>{N_PROJECTS}</a> 个项目", page)


def test_the_report_is_taken_away_whole_in_both_forms(leader: Browser) -> None:
    for ending, first in (("html", b"<!doctype html>"), ("pdf", b"%PDF")):
        answer = leader.client.get(f"/analysis/report/file.{ending}", headers={"accept-language": "zh"})
        assert answer.status_code == 200
        assert answer.content.startswith(first)
        assert f'filename="report.{ending}"' in answer.headers["content-disposition"]
    table = leader.client.get("/analysis/report?format=csv&table=figures")
    assert table.text.count("\n") == 5


def test_cases_are_compared_by_whatever_parts_them(leader: Browser) -> None:
    told = leader.told("/analysis/compare", by="floors")
    names = {one["name"] for one in told["maps"]}  # type: ignore[attr-defined]
    assert names <= {"5", "6", "7"}
    assert len(names) > 1


def test_cases_that_only_their_events_tell_of_are_compared_by_those(leader: Browser, data: Path) -> None:
    file = data / "visits.csv"
    rows = [
        f"{n},{step},2024-01-{n:02} {9 + n % 3}:0{at}" for n in range(1, 25) for at, step in enumerate("ab")
    ]
    offices = (("north", "south"), ("south", "north"))
    told = [f"{row},{offices[place // 2 % 2][place % 2]}" for place, row in enumerate(rows)]
    file.write_text("\n".join(["case,activity,time,office", *told]), "utf-8")
    ledger = DuckDBLedger(data / "events.duckdb")
    try:
        import_log(ledger, file, "visits", ImportChoices(), TerminalConsole(StringIO(), StringIO()))
    finally:
        ledger.close()
    compared = leader.told("/analysis/compare", log="visits")
    assert [one["attribute"] for one in compared["groups"]] == ["office"]  # type: ignore[attr-defined]
    assert {one["name"] for one in compared["maps"]} == {"north", "south"}  # type: ignore[attr-defined]


def test_a_leader_of_one_city_is_told_of_that_city_alone(data: Path) -> None:
    access = open_access(data)
    with pages(data) as client:
        client.cookies.update(signed_in(access, "one-city", "leader", scope=Scope.of("harbin")))
        page = client.get("/analysis/report", headers={"accept-language": "en"}).text
    assert "harbin-" in page
    assert not re.search(r"(?:shanghai|tianjin|dalian)-\d", page)
