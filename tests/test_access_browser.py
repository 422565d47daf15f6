"""Signing in and the administrator's pages in a real browser: nothing of ours is blocked."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from access_stage import CHEAP, PASSWORD, user_in
from browser import axe_findings
from counted import Count
from found_browser import PATIENCE, running_browser
from playwright.sync_api import Page, expect

from dashboards.access.access import open_access
from dashboards.engine import Engine
from dashboards.serving import pages_served
from eventlogs.ledger.duckdb_ledger import DuckDBLedger

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(240)]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OWN_PAGES = ("/account", "/users", "/audit")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data: Path = tmp_path_factory.mktemp("site")
    access = open_access(data, cost=CHEAP)
    user_in(access, "zhao", "administrator")
    access.tokens.make("zhao", "每夜报告")
    ledger = DuckDBLedger(data / "events.duckdb")
    with pages_served(Engine(ledger, data), access, port=0) as served:
        yield served.address
    ledger.close()


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Page]:
    with running_browser() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 800}, locale="zh-CN")
        page.set_default_timeout(PATIENCE)
        yield page


def test_one_signs_in_by_keyboard_and_no_page_is_blocked_wide_or_hard_to_reach(
    address: str, page: Page, count: Count
) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
    page.on("request", lambda sent: faults.append(sent.url) if not sent.url.startswith(address) else None)
    page.goto(f"{address}/sign-in?goes_on=/users")
    found = axe_findings(page)
    count(axe="/sign-in", lang="zh", findings=len(found))
    page.keyboard.type("zhao")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/users$"))
    for lang in ("zh", "en"):
        for path in OWN_PAGES:
            page.goto(f"{address}{path}?lang={lang}")
            assert page.evaluate(WIDER) <= 0, path
            here = axe_findings(page)
            count(axe=path, lang=lang, findings=len(here))
            found += here
    assert found == []
    assert faults == []


def test_what_the_policy_forbids_is_not_run(address: str, page: Page) -> None:
    page.goto(f"{address}/account")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran === undefined")


def test_a_user_is_let_in_with_the_mouse(address: str, page: Page) -> None:
    page.goto(f"{address}/users?lang=en")
    page.get_by_label("User name").fill("王敏")
    new = page.locator("form", has=page.get_by_label("User name"))
    new.get_by_label("staff").check()
    new.get_by_label("Sees").fill("哈尔滨")
    new.get_by_role("button", name="Add a user").click()
    expect(page.locator(".secret")).to_have_text(re.compile(r"^(\w{4}-){3}\w{4}$"))
    expect(page.get_by_role("row", name="王敏")).to_contain_text("Harbin")
