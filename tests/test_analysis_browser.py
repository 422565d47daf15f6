"""The analysts' pages in a real browser: both languages, three widths, keyboard, pictures, nothing amiss."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from analysis_stage import FOREIGN, fill
from browser import WIDTHS, Window, window
from counted import Count
from found_browser import running_browser
from page_stage import ANALYST, signed_in
from playwright.sync_api import Browser

from dashboards.access.access import open_access
from dashboards.engine import Engine
from dashboards.serving import pages_served
from eventlogs.ledger.duckdb_ledger import DuckDBLedger

pytestmark = pytest.mark.xdist_group("browser")

PAGES = (
    "/analysis",
    "/analysis/map",
    f"/analysis/map?log={FOREIGN}&pick=check",
    "/analysis/variants",
    "/analysis/conformance",
    "/analysis/stalls",
    "/analysis/bottlenecks",
    "/analysis/spectrum",
    "/analysis/dots",
    "/analysis/outlook",
    "/analysis/handover",
    "/analysis/model?level=role",
    "/analysis/views?save=%2Fanalysis%2Fmap",
    "/analysis/logs",
    "/analysis/completeness",
    "/analysis/map?tables=1",
    "/analysis/cases",
    "/analysis/cases/one?case=shanghai-001",
    "/analysis/compare",
    "/analysis/report",
    "/analysis/filter?where=city%3Dharbin",
)


@dataclass(frozen=True)
class Site:
    """Pages being served, a browser to look at them, and the cookies of an analyst."""

    browser: Browser
    address: str
    cookies: dict[str, str]
    data: Path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data = tmp_path_factory.mktemp("analysis-browser")
    fill(data)
    ledger = DuckDBLedger(data / "events.duckdb")
    try:
        with pages_served(Engine(ledger, data), port=0) as served, running_browser() as browser:
            cookies = signed_in(open_access(data), ANALYST, "analyst")
            yield Site(browser, served.address, cookies, data)
    finally:
        ledger.close()


@pytest.fixture
def reader(site: Site) -> Iterator[Window]:
    with window(site.browser, site.address, site.cookies) as lent:
        yield lent
        assert lent.faults == []


@pytest.mark.timeout(900)  # twenty pages, each looked at by axe: minutes on a busy machine
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_whole_at_every_width_and_passes_axe(site: Site, lang: str, count: Count) -> None:
    amiss = []
    with window(site.browser, site.address, site.cookies, lang) as reader:
        for address in PAGES:
            reader.go(address)
            found = reader.violations()
            count(axe=address, lang=lang, findings=len(found))
            amiss += [f"{address}: {fault}" for fault in found]
            amiss += [f"{address}: {width} runs over" for width in WIDTHS if reader.overflow(width) > 0]
        assert "\n".join(amiss + reader.faults) == ""


def test_a_page_that_takes_long_is_told_and_then_shown(site: Site) -> None:
    ledger = DuckDBLedger(site.data / "events.duckdb")
    try:
        with (
            pages_served(Engine(ledger, site.data), port=0, patience=0.01) as served,
            window(site.browser, served.address, site.cookies) as reader,
        ):
            answer = reader.page.goto(f"{served.address}/analysis/stalls")
            assert answer is not None
            assert answer.status == 202
            reader.page.wait_for_selector("p.answer")
            assert reader.faults == []
    finally:
        ledger.close()


def test_steps_and_paths_of_the_map_are_picked_by_keyboard_alone(reader: Window) -> None:
    page = reader.go("/analysis/map")
    page.focus(".map-scroll")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    chosen = page.evaluate("() => document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    page.wait_for_selector("#picked h2")
    assert page.inner_text("#picked h2").split(" → ")[0] in chosen
    assert page.locator(".map-canvas .chosen").count() == 1
    page.click("#picked .button.first")
    assert page.locator(".study-chip").count() == 1


def test_a_click_on_a_step_shows_its_figures(reader: Window) -> None:
    page = reader.go("/analysis/map")
    page.click("[data-activity=vote_on_installation]")
    page.wait_for_selector("#picked h2")
    assert page.inner_text("#picked h2") == "Owners vote on the lift"


def test_sliders_and_measures_redraw_the_map_and_stay_in_the_address(reader: Window) -> None:
    page = reader.go("/analysis/map")
    before = page.locator(".map-canvas .edge").count()
    page.focus("#paths")
    page.keyboard.press("Home")
    page.wait_for_function("n => document.querySelectorAll('.map-canvas .edge').length < n", arg=before)
    page.select_option("#measure", "p90")
    page.wait_for_function("() => location.search.includes('measure=p90')")
    assert "paths=0" in page.url
    assert page.inner_text(".map-controls output[for=paths]") == "0 %"


def test_cases_play_along_the_paths_smoothly(reader: Window) -> None:
    page = reader.go("/analysis/map")
    page.click("[data-map-play]")
    page.wait_for_selector(".map-canvas canvas[data-frames]")
    first = int(page.get_attribute(".map-canvas canvas", "data-frames") or 0)
    page.wait_for_function(
        "first => document.querySelector('.map-canvas canvas').dataset.frames - first > 10", arg=first
    )
    page.click("[data-map-play]")
    assert page.locator(".map-canvas canvas").count() == 0


INKS = """
    (canvas) => {
        const held = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        const seen = new Set();
        for (let at = 0; at < held.length; at += 4) {
            seen.add((held[at] << 16) | (held[at + 1] << 8) | held[at + 2]);
        }
        return seen.size;
    }
"""
GLYPHS = """
    () => {
        const drawn = (sign) => {
            const canvas = document.createElement("canvas");
            const pen = canvas.getContext("2d");
            pen.font = `40px ${getComputedStyle(document.body).fontFamily}`;
            pen.fillText(sign, 10, 60);
            return canvas.toDataURL();
        };
        return new Set(["加", "装", "电", "梯", "流"].map(drawn)).size;
    }
"""


def test_the_map_and_its_chinese_are_really_drawn(site: Site) -> None:
    with window(site.browser, site.address, site.cookies, "zh") as reader:
        page = reader.go("/analysis/map")
        assert page.evaluate(GLYPHS) == 5  # boxes in their place would all look the same
        inks = page.evaluate(
            f"() => ({INKS})(window.retrofitPaint(document.querySelector('.map-canvas svg'), 1))"
        )
        assert inks > 50
        assert reader.faults == []


def test_pictures_can_be_kept(reader: Window, tmp_path: Path) -> None:
    page = reader.go("/analysis/map")
    with page.expect_download() as kept:
        page.click("[data-svg-png]")
    assert Path(kept.value.path()).read_bytes()[:4] == b"\x89PNG"
    page = reader.go("/analysis")
    page.wait_for_selector("[data-picture=svg]")
    with page.expect_download() as kept:
        page.click("[data-picture=svg]")
    assert "<svg" in Path(kept.value.path()).read_text("utf-8")


def test_what_the_server_draws_is_kept_as_png_with_its_colours_and_words(
    reader: Window, tmp_path: Path
) -> None:
    for address in ("dots", "spectrum", "bottlenecks", "outlook", "handover", "stalls", "compare"):
        page = reader.go(f"/analysis/{address}")
        with page.expect_download() as kept:
            page.locator("[data-svg-from]").first.click()
        png = Path(kept.value.path()).read_bytes()
        assert png[:4] == b"\x89PNG", address
        assert len(png) > 8_000, address
        (tmp_path / f"{address}.png").write_bytes(png)


def test_a_printed_page_leaves_out_what_only_a_screen_needs(reader: Window) -> None:
    page = reader.go("/analysis/map")
    page.emulate_media(media="print")
    assert not page.is_visible(".map-controls")
    assert page.is_visible(".map-canvas svg")
