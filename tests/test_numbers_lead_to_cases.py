"""Every number of cases on the analysts' pages leads to these cases; every chart can be taken away."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
from analysis_stage import FOREIGN, LOG
from bare_numbers import bare_numbers
from lxml import etree, html
from page_stage import Browser

from eventlogs.vocabulary import terms

pytestmark = pytest.mark.xdist_group("analysis")
pytest_plugins = ("analysed_cohort",)
PAGES = (
    "",
    "/map?tables=1",
    "/variants",
    "/conformance",
    "/stalls",
    "/bottlenecks",
    "/handover",
    "/outlook",
    "/dots",
    "/spectrum",
    "/model?level=role",
    "/compare",
    "/report",
    "/completeness",
    "/logs",
    "/cases",
    "/cases?that=acts&who=administration",
    "/cases/one?case=shanghai-001",
    "/filter",
    "/views",
    "/map?pick=vote_on_installation",
    "/dots?colour=role",
    "/compare?by=firm_willingness",
)
ALONE = {"/completeness", "/logs", "/cases", "/cases?that=acts&who=administration", "/views"}
OURS = ("case=", "level=role", "who=", "pick=", "by=")
SHOWN = [
    (page, log)
    for page in PAGES
    for log in (LOG, FOREIGN)
    if log == LOG or not any(one in page for one in OURS)
]
SENTENCES = "//main//*[contains(@class, 'answer') or @class='facts-list']//a[@class='cases']"
COUNTS_TIMES = {
    "/handover",
    "/map?tables=1",
    "/dots",
    "/dots?colour=role",
}  # several of which may be in one case
TIMES = {"Holds", "Still open", "Times", "Events", "Repetitions", "Drawn here"}
KINDS = {"Seen"}  # of steps, roles, rules, which lead to where they are shown
OF_NO_CASES = {
    "Seen once",
    "All there is, estimated",
    "Further cases until it is enough",
    "Most in one case",
}
COUNTS = {
    "Cases",
    "Starts",
    "Ends",
    "Running",
    "completed",
    "failed or shelved",
    "kept",
    "broken",
    "not tested",
    "in order",
    "began",
    "projects",
}


@cache
def opened(analyst: Browser, page: str, log: str, lang: str = "en") -> Any:
    """Return a page, asked for once for all tests."""
    join = "&" if "?" in page else "?"
    return html.fromstring(analyst.get(f"/analysis{page}{join}{urlencode({'log': log})}", lang))


def columns(page: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield each column of each table with its title."""
    for table in page.iter("table"):
        for place, head in enumerate(table.findall("./thead/tr/th")):
            cells = [row[place] for row in table.findall("./tbody/tr") if len(row) > place]
            yield " ".join(head.text_content().split()), cells


def number(cell: Any) -> int | None:
    text = cell.text_content().strip().replace(",", "")
    return int(text) if text.isdecimal() else None


def told(analyst: Browser, address: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(analyst.get(f"{address}&format=json"))
    return found


def n_cases(analyst: Browser, address: str) -> int:
    found = told(analyst, address)
    if "fitting" in found:
        return int(found["fitting"])
    if "/stalls" in address:
        return len(found["cases"])
    if "/cases/one" in address:
        return len(found["story"]["events"])
    cases: int = found["head"]["cases"]
    return cases


@pytest.mark.parametrize(("page", "log"), SHOWN)
def test_a_number_of_cases_leads_to_so_many_cases(analyst: Browser, page: str, log: str) -> None:
    seen = opened(analyst, page, log)
    amiss = []
    for title, cells in columns(seen):
        counting = [cell for cell in cells if number(cell)]
        if title in COUNTS and any(cell.find(".//a") is None for cell in counting):
            amiss.append(f"{title}: a number leads nowhere")
        linked = [cell for cell in counting if cell.find(".//a[@class='cases']") is not None]
        for cell in dict.fromkeys(linked[:1] + linked[-1:]):
            address = cell.find(".//a").get("href")
            if title in KINDS:
                analyst.get(address)
                continue
            n, told_n = n_cases(analyst, address), number(cell) or 0
            several = title in TIMES or (page in COUNTS_TIMES and title not in COUNTS)
            if not (0 < n <= told_n if several else n == told_n):
                amiss.append(f"{title}: {number(cell)}, but {n} at {address}")
    for link in seen.xpath("//main//ol//a[contains(@class, 'number')]")[:4]:
        if (n := n_cases(analyst, link.get("href"))) != number(link):
            amiss.append(f"bar: {number(link)}, but {n} at {link.get('href')}")
    assert amiss == []


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ALONE])
def test_a_number_in_a_sentence_leads_to_what_it_counts(analyst: Browser, page: str) -> None:
    links = opened(analyst, page, LOG).xpath(SENTENCES)
    assert links
    for link in links:
        n = number(link)
        if n is None or "#" in link.get("href"):
            analyst.get(link.get("href"))
        elif page in COUNTS_TIMES:
            assert 0 < n_cases(analyst, link.get("href")) <= n
        else:
            assert n_cases(analyst, link.get("href")) == n, link.get("href")


@pytest.mark.parametrize(("page", "log"), SHOWN)
def test_no_number_of_anything_stands_without_a_way_to_it(analyst: Browser, page: str, log: str) -> None:
    main = deepcopy(opened(analyst, page, log).xpath("//main")[0])
    for title, cells in columns(main):
        for cell in cells if title in OF_NO_CASES else ():
            cell.text = ""
    assert bare_numbers(main) == []


@pytest.mark.parametrize("page", PAGES)
def test_the_same_numbers_lead_to_the_same_cases_in_chinese(analyst: Browser, page: str) -> None:
    links = [opened(analyst, page, LOG, lang).xpath("//main//a/@href") for lang in ("zh", "en")]
    found, expected = (Counter(one for one in some if "lang=" not in one) for some in links)
    assert found == expected


def test_a_group_of_a_difference_leads_to_the_cases_asked(analyst: Browser) -> None:
    cells = [
        cell
        for title, cells in columns(opened(analyst, "/compare?by=firm_willingness", LOG))
        for cell in (cells if title.endswith("group") else ())
    ]
    links = [link for cell in cells for link in cell.iter("a")]
    assert len(links) > 6
    for link in links:
        assert n_cases(analyst, link.get("href")) == number(link)


def test_the_head_and_the_titles_of_variants_lead_to_their_cases(analyst: Browser) -> None:
    seen = opened(analyst, "/variants", LOG)
    (head,) = seen.xpath("//*[contains(@class, 'study-count')]/a")
    assert n_cases(analyst, head.get("href")) == int(head.text_content().split()[0])
    titles = seen.xpath("//main//h2/a[@class='cases']")
    assert [n_cases(analyst, one.get("href")) for one in titles] == [number(one) for one in titles]


def test_broken_and_tested_rules_of_a_group_lead_to_its_cases(analyst: Browser) -> None:
    broken: list[tuple[int | None, int]] = []
    for title, cells in columns(opened(analyst, "/report", LOG)):
        if title.startswith("broken in "):
            links = [link for cell in cells for link in cell.iter("a")]
            broken += [(number(one), n_cases(analyst, one.get("href"))) for one in (links[0], links[-1])]
    assert len(broken) >= 12
    assert all(told == n for told, n in broken)


def test_the_numbers_in_the_drawn_model_lead_to_their_cases(analyst: Browser) -> None:
    drawn = opened(analyst, "/conformance", LOG).xpath("//main//*[contains(@class, 'model-drawn')]")[0]
    links = drawn.xpath(".//a[not(@data-term)]")
    assert len(links) > 6
    for link in links:
        last = re.findall(r"\d+", link.text_content())[-1]
        assert n_cases(analyst, link.get("href")) == int(last)


@pytest.mark.parametrize("page", ["/cases", "/compare", "/handover", "/model", "/conformance"])
def test_every_step_and_role_in_a_table_or_model_explains_itself_or_leads_to_its_cases(
    analyst: Browser, page: str
) -> None:
    words = {term.label("en") for kind in ("activities", "roles") for term in terms(kind).values()}
    main = opened(analyst, page, LOG).xpath("//main")[0]
    cells = main.xpath(
        ".//td | .//tbody//th | .//*[contains(@class, 'model-')]//*[name()='g' or name()='text']"
    )
    told = [cell for cell in cells if " ".join(cell.text_content().split()) in words]
    assert told
    assert all(cell.xpath(".//a | ancestor::a") for cell in told)
    assert main.xpath(".//table//a[@data-term] | .//a[@data-term]/*[name()='g' or name()='text']")


def test_the_numbers_in_the_reports_pictures_lead_to_their_cases(analyst: Browser) -> None:
    figures = opened(analyst, "/report", LOG).xpath("//article//figure")
    links = [figure.xpath(".//a") for figure in figures]
    shares, completed, failed, chains = links
    assert all(links)
    for link in (completed[0], failed[-1], *chains):
        told = re.findall(r"\d+", link.text_content())[-1]
        assert n_cases(analyst, link.get("href")) == int(told)
    share = float(shares[0].text_content().partition(" %")[0]) / 100
    done = n_cases(analyst, shares[0].get("href"))
    ended = n_cases(
        analyst, shares[0].get("href").replace("completed.ended", "completed.ended.failed.halted")
    )
    assert share == pytest.approx(done / ended, abs=0.001)
    drawn = analyst.get("/analysis/report?format=svg&picture=shares")
    assert "<a " not in drawn


def test_the_columns_of_a_chart_lead_to_their_cases(analyst: Browser) -> None:
    (told_data,) = opened(analyst, "", LOG).xpath("//main//@data-chart")
    for series in json.loads(told_data)["series"]:
        columns = [one for one in zip(series["values"], series["addresses"], strict=True) if one[0]]
        for value, address in (columns[0], columns[-1]):
            assert n_cases(analyst, address) == value


def test_the_steps_and_paths_of_compared_maps_lead_to_their_figures(analyst: Browser) -> None:
    maps = opened(analyst, "/compare", LOG).xpath("//main//*[@class='leaders-map-scroll']")
    assert len(maps) > 1
    for one in maps:
        steps, paths = (one.xpath(f".//a[*/@data-{name}]/@href") for name in ("activity", "target"))
        for address in (steps[0], steps[-1], paths[0]):
            assert told(analyst, address)["picked"]["facts"]


@pytest.mark.parametrize("page", PAGES)
def test_every_table_can_be_taken_away(analyst: Browser, page: str) -> None:
    main = opened(analyst, page, LOG).xpath("//main")[0]
    tables = main.xpath(".//table[not(contains(@class, 'matrix'))]")  # a drawing, with a table below it
    for ending in ("csv", "xlsx"):
        files = main.xpath(f".//a[@download][contains(@href, 'format={ending}')]/@href")
        assert len(files) >= len(tables)
        assert all(analyst.client.get(one).content for one in files[:1])


@pytest.mark.parametrize("page", PAGES)
def test_every_drawing_can_be_taken_away(analyst: Browser, page: str) -> None:
    seen = opened(analyst, page, LOG)
    drawn = seen.xpath("//main//*[local-name()='svg'][@viewBox]|//main//*[@data-chart]")
    files = [link.get("href") for link in seen.xpath("//main//a[@download][contains(@href, 'format=svg')]")]
    paints = seen.xpath("//main//button[@data-svg-png]|//main//button[@data-picture='png']")
    if [one for one in drawn if "chevron" not in (one.get("class") or "")]:
        assert paints
        assert files or seen.xpath("//main//button[@data-picture='svg']")
    for address in files:
        text = analyst.get(address)
        svg = etree.fromstring(text.encode())
        assert svg.tag == "{http://www.w3.org/2000/svg}svg"
        assert float((svg.get("viewBox") or "0 0 0").split()[2]) > 0
        assert "class=" not in text or any(
            word in page for word in ("map", "compare", "conformance", "model")
        )


def test_a_step_done_again_and_a_handover_are_told_in_words(analyst: Browser) -> None:
    asked = {"log": FOREIGN, "that": "repeats", "step": "check"}
    found = told(analyst, "/analysis/cases?" + urlencode(asked))
    assert found["selection"] == "does “check” again"
    assert [line["case_id"] for line in found["lines"]] == ["2"]


def test_persons_of_our_own_projects_are_not_searched_for_by_name(analyst: Browser) -> None:
    asked = {"log": LOG, "that": "hands_over_in_person", "source": "a", "target": "b"}
    found = told(analyst, "/analysis/cases?" + urlencode(asked))
    assert found["selection"] == ""


def test_factors_and_their_degrees_are_told_in_the_readers_language(analyst: Browser) -> None:
    text = opened(analyst, "/compare?by=firm_willingness", LOG, "zh").xpath("//main")[0].text_content()
    assert "按企业合作意愿比较" in text
    assert "firm_willingness" not in text
    assert "middling" not in text
