"""A real browser for tests of pages: an installed Chromium, Chrome or Edge, without a window.

`window` opens pages for somebody signed in and notes whatever a page must not do: write errors to the
console, ask another host, or run wider than the window. `violations` asks axe-core.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from found_browser import PATIENCE
from playwright.sync_api import Browser, Page

HEIGHT = 900
WIDTHS = (360, 1280, 2560)
_LOCALES = {"zh": "zh-CN", "en": "en-GB"}


@dataclass
class Window:
    """A window of somebody signed in, and what its pages did that they must not."""

    page: Page
    site: str
    faults: list[str] = field(default_factory=list)

    def go(self, address: str) -> Page:
        """Open a page of the site, which must be there."""
        answer = self.page.goto(self.site + address)
        assert answer is not None
        assert answer.status == 200, f"{address}: {answer.status}"
        return self.page

    def overflow(self, width: int) -> int:
        """Return by how much the page is wider than a window of that width."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        found: int = self.page.evaluate(
            "() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
        )
        return found

    def violations(self) -> list[str]:
        """Return what axe-core finds against the page, a line each."""
        return axe_findings(self.page)


def axe_findings(page: Page) -> list[str]:
    """Return what axe-core finds against a page, a line each."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['target']} {node['html'][:200]}" for one in found for node in one["nodes"]]


@contextmanager
def window(
    browser: Browser, site: str, cookies: dict[str, str], lang: str = "en", width: int = 1280
) -> Iterator[Window]:
    """Lend a window of somebody signed in who reads `lang`."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, locale=_LOCALES[lang], accept_downloads=True
    )
    context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
    context.set_default_timeout(PATIENCE)
    lent = Window(context.new_page(), site)
    ours = urlsplit(site).netloc
    lent.page.on("console", lambda told: lent.faults.append(told.text) if told.type == "error" else None)
    lent.page.on("pageerror", lambda error: lent.faults.append(str(error)))
    lent.page.on(
        "request",
        lambda asked: (
            None
            if urlsplit(asked.url).netloc in {ours, ""}
            else lent.faults.append(f"another host: {asked.url}")
        ),
    )
    try:
        yield lent
    finally:
        context.close()
