"""The pages as people see them: served over the simulated neighbourhood, looked at in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from found_browser import PATIENCE
from neighbourhood import neighbourhood
from page_stage import OTHER, STAFF
from playwright.sync_api import Browser, BrowserContext, Page

from dashboards.access.access import Access, open_access
from dashboards.access.guards import COOKIE
from dashboards.engine import Engine
from dashboards.serving import pages_served
from eventlogs.ledger.duckdb_ledger import DuckDBLedger

WIDTHS = (360, 1280, 2560)
USERS = {STAFF: ["staff"], OTHER: ["staff"], "admin": ["administrator"]}


@dataclass
class Seen:
    """What a browser saw while it looked: errors, and requests to other hosts."""

    faults: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


@dataclass
class Site:
    """A running application and the browser that looks at it; `shots` is where pictures go."""

    address: str
    ledger: DuckDBLedger
    access: Access
    browser: Browser
    shots: Path

    @contextmanager
    def reader(
        self, name: str = STAFF, lang: str = "zh", width: int = 1280, *, touch: bool = False
    ) -> Iterator[tuple[Page, Seen]]:
        """Lend a window of somebody signed in; it must see no error and ask no other host."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            has_touch=touch,
            locale="zh-CN" if lang == "zh" else "en-GB",
        )
        context.set_default_timeout(PATIENCE)
        self.sign_in(context, name, lang)
        page, seen = context.new_page(), Seen()
        page.on("console", lambda told: seen.faults.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: seen.faults.append(str(error)))
        page.on("request", lambda asked: self._note(asked.url, seen))
        try:
            yield page, seen
        finally:
            context.close()
        assert seen.elsewhere == []

    def sign_in(self, context: BrowserContext, name: str, lang: str) -> None:
        """Give a window the cookies of somebody signed in."""
        key = self.access.begin(name, "127.0.0.1", by="password")
        context.add_cookies(
            [
                {"name": COOKIE, "value": key, "url": self.address},
                {"name": "lang", "value": lang, "url": self.address},
            ]
        )

    def _note(self, url: str, seen: Seen) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            seen.elsewhere.append(url)


@contextmanager
def running_site(data: Path, browser: Browser) -> Iterator[Site]:
    """Lend the site over a neighbourhood of its own in `data`."""
    ledger = DuckDBLedger(data / "events.duckdb")
    neighbourhood(ledger)
    access = open_access(data)
    for name, roles in USERS.items():
        access.users.add(name, roles, with_password=False)
    try:
        with pages_served(Engine(ledger, data), access, port=0) as served:
            shots = data / "shots"
            shots.mkdir()
            yield Site(served.address, ledger, access, browser, shots)
    finally:
        ledger.close()
