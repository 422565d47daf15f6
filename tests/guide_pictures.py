"""The pictures of the guides: `make screenshots` plays projects, serves the pages and photographs them.

Staff see a neighbourhood of projects at every stage; analysts and leaders see 120 projects of four cities,
played in memory with stalls and deviations planted. All of it is simulated, and the pages say so.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from found_browser import PATIENCE, running_browser
from page_site import Site, running_site
from page_stage import STAFF
from PIL import Image

from flows.simulation.cohort import scripts
from flows.simulation.in_bulk import play_in_bulk
from flows.simulation.planting import read_plants

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs/guides/pictures"
CITIES = ("上海", "天津", "大连", "哈尔滨")
LOG = "cities"
WIDTH, HEIGHT = 1200, 860
COLOURS = 128
SHOTS = {
    "worklist": (STAFF, "/todo?stand=all"),
    "vote": (STAFF, "/todo/harbin-001/vote_on_installation/1"),
    "correct": (STAFF, "/projects/dalian-001/correct?event=hold_owners_assembly/1"),
    "project": (STAFF, "/projects/shanghai-002"),
    "new_project": (STAFF, "/projects/new"),
    "at_risk": (STAFF, "/risks"),
    "overview": ("analyst", f"/analysis?log={LOG}"),
    "map": ("analyst", f"/analysis/map?log={LOG}"),
    "variants": ("analyst", f"/analysis/variants?log={LOG}"),
    "conformance": ("analyst", f"/analysis/conformance?log={LOG}"),
    "stalls": ("analyst", f"/analysis/stalls?log={LOG}"),
    "bottlenecks": ("analyst", f"/analysis/bottlenecks?log={LOG}"),
    "compare": ("leader", f"/analysis/compare?log={LOG}"),
    "report": ("leader", f"/analysis/report?log={LOG}"),
}


def photograph(names: list[str]) -> None:
    """Take the pictures named, or all, in both languages."""
    with (
        tempfile.TemporaryDirectory() as place,
        running_browser() as browser,
        running_site(Path(place), browser) as site,
    ):
        plants = read_plants(ROOT / "tools/demo_plants.toml")
        play_in_bulk(site.ledger, LOG, scripts(CITIES, 120, 7, plants))
        for role in ("analyst", "leader"):
            site.access.users.add(role, [role], with_password=False)
        for lang in ("zh", "en"):
            for name, (reader, address) in SHOTS.items():
                if not names or name in names:
                    _take(site, name, reader, address, lang)


def _take(site: Site, name: str, reader: str, address: str, lang: str) -> None:
    with site.reader(reader, lang=lang, width=WIDTH) as (page, _):
        page.set_default_timeout(PATIENCE)
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        answer = page.goto(site.address + address, wait_until="load")
        assert answer is not None
        assert answer.status == 200, f"{address}: {answer.status}"
        if name == "vote":
            for choice in page.locator('input[value="for"]').all()[:9]:
                choice.check()
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(400)  # for pictures that draw themselves in
        file = PICTURES / lang / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=file)
    with Image.open(file) as taken:
        taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    if not sys.argv[1:]:
        shutil.rmtree(PICTURES, ignore_errors=True)
    photograph(sys.argv[1:])
