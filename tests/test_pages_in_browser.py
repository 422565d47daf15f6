"""The pages of staff in a real browser: both languages, three widths, by keyboard, live, printed."""

import re
from collections.abc import Iterator

import pytest
from browser import axe_findings
from counted import Count
from found_browser import running_browser
from lift_play import LOG, Play
from page_site import WIDTHS, Seen, Site, running_site
from page_stage import OTHER, STAFF
from playwright.sync_api import FilePayload, Page, expect

from flows.project.acts import By
from flows.worklist import worklist
from flows.worklist.listing import utc_now

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(240)]

PAGES = {
    "worklist": "/todo?stand=all",
    "vote": "/todo/harbin-001/vote_on_installation/1",
    "publicity": "/todo/tianjin-001/publicise_result/1",
    "shares": "/todo/shanghai-001/set_cost_sharing/1",
    "project": "/projects/shanghai-002",
    "correct": "/projects/dalian-001/correct?event=vote_on_installation/1",
    "projects": "/projects?outcome=all",
    "new": "/projects/new",
    "risks": "/risks",
    "leave": "/leave",
    "holds": "/holds",
    "bulk": "/todo/bulk?item=tianjin-001/publicise_result/1&item=dalian-001/install_lift/1",
    "glossary": "/glossary",
    "api": "/api",
}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CHINESE = r"[\u4e00-\u9fff]"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_browser() as browser, running_site(tmp_path_factory.mktemp("site"), browser) as site:
        yield site


@pytest.fixture(scope="module", params=["zh", "en"])
def looking(site: Site, request: pytest.FixtureRequest) -> Iterator[tuple[Page, Seen, str]]:
    """Lend one window for all pages of a language, so that scripts and letters are loaded once."""
    with site.reader(lang=request.param) as (page, seen):
        yield page, seen, request.param


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_at_every_width_without_a_fault(
    site: Site, looking: tuple[Page, Seen, str], name: str, count: Count
) -> None:
    page, seen, lang = looking
    seen.faults.clear()
    page.goto(site.address + PAGES[name])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(
            path=site.shots / f"{name}-{lang}-{width}.jpg", type="jpeg", quality=60, full_page=True
        )
        assert page.evaluate(WIDER) <= 0, f"{name} is wider than {width}"
    page.set_viewport_size({"width": 1280 if lang == "en" else 360, "height": 900})
    found = axe_findings(page)
    count(axe=PAGES[name], lang=lang, findings=len(found))
    assert found == []
    assert page.locator("main h1").count() == 1
    assert bool(re.search(CHINESE, page.title())) == (
        lang == "zh" or name in {"vote", "publicity", "shares", "project", "correct"}
    )
    assert seen.faults == []


def test_the_language_switch_is_on_every_page_and_remembered(site: Site) -> None:
    with site.reader(lang="zh") as (page, _):
        page.goto(f"{site.address}/projects?outcome=all")
        page.get_by_role("link", name="English").click()
        expect(page.locator("h1")).to_have_text("Projects")
        page.goto(f"{site.address}/leave")
        expect(page.locator("h1")).to_have_text("Leave and deputies")


def test_chinese_is_drawn_and_not_shown_as_boxes(site: Site) -> None:
    with site.reader() as (page, _):
        page.goto(f"{site.address}/glossary")
        drawn = set()
        for word in "梯区项":
            page.evaluate(
                "word => { const h = document.querySelector('h1');"
                " h.textContent = word; h.style.fontFamily = 'Noto Sans SC Variable'; }",
                word,
            )
            page.evaluate("document.fonts.ready")
            drawn.add(page.locator("h1").screenshot())
        assert len(drawn) == 3


def test_chinese_in_an_english_page_is_laid_out_anew_when_its_font_has_come(site: Site) -> None:
    with site.reader(lang="en") as (page, _):
        for address in ("/todo", "/glossary", "/leave", "/holds", "/projects"):  # the font then is at hand
            page.goto(site.address + address)
            page.evaluate("document.fonts.ready")
            expect(page.locator(".language")).to_have_text("中文")
            page.wait_for_function(
                "place => { const text = document.createRange();"
                " text.selectNodeContents(document.querySelector(place));"
                " return text.getBoundingClientRect().width > 26; }",  # boxes are as narrow as Latin letters
                arg=".language",
            )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_answers_of_households_stay_inside_their_form(site: Site, lang: str) -> None:
    with site.reader(lang=lang) as (page, _):
        page.goto(f"{site.address}{PAGES['vote']}")
        for width in range(360, 1500, 60):
            page.set_viewport_size({"width": width, "height": 900})
            beyond = page.evaluate(
                "[...document.querySelectorAll('.row .choices')]"
                ".filter(it => it.scrollWidth > it.clientWidth).length"
            )
            assert beyond == 0, f"{beyond} rows run over at {width}"


def test_the_worklist_is_used_by_keyboard_alone(site: Site) -> None:
    Play(site.ledger, "keys-1").start(name="键盘里1号楼")
    with site.reader(lang="en") as (page, seen):
        page.goto(f"{site.address}/todo?search=keys-1")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.get_by_label(re.compile("Claim Raise the wish")).focus()
        page.keyboard.press("Enter")
        expect(page.locator("#told")).to_contain_text("is yours now")
        expect(page.locator("#work a:focus")).to_be_in_viewport()
        page.get_by_role("link", name=re.compile("In hand")).focus()
        page.keyboard.press("Enter")
        expect(page.locator("#list")).to_contain_text("Raise the wish for a lift")
        assert seen.faults == []


def test_the_button_that_chooses_files_speaks_the_readers_language_and_names_them(site: Site) -> None:
    with site.reader(lang="zh") as (page, seen):
        page.goto(site.address + PAGES["publicity"])
        chooser = page.locator("#file")
        chooser.focus()
        expect(page.locator("#file-names")).to_have_text("未选择文件。")
        with page.expect_file_chooser() as asked:
            page.locator("label.file-button").click()
        asked.value.set_files(FilePayload(name="纪要.pdf", mimeType="application/pdf", buffer=b"%PDF"))
        expect(page.locator("#file-names")).to_have_text("纪要.pdf")
        chooser.set_input_files(
            FilePayload(name="图.pdf", mimeType="application/pdf", buffer=b"0" * 21 * 2**20)
        )
        expect(page.locator("#file-names")).to_have_text("图.pdf: 文件过大；最大 20 MiB")
        assert not chooser.evaluate("field => field.checkValidity()")
        assert seen.faults == []


def test_filters_chosen_without_a_reload_are_those_that_are_kept(site: Site) -> None:
    with site.reader(lang="en") as (page, seen):
        page.goto(f"{site.address}/todo")
        page.locator("#city").select_option("tianjin")
        expect(page).to_have_url(re.compile("city=tianjin"))
        page.get_by_text("Keep these filters").click()
        page.locator("#view-name").fill("red bridge")
        page.locator("#keep button").click()
        expect(page.get_by_role("link", name="red bridge")).to_have_attribute(
            "href", re.compile("city=tianjin")
        )
        expect(page).to_have_url(re.compile("city=tianjin"))
        assert seen.faults == []


def test_what_has_the_focus_is_wholly_in_sight_on_a_phone(site: Site) -> None:
    with site.reader(lang="en", width=360) as (page, _):
        page.goto(f"{site.address}/todo")
        seen = []
        for _n in range(13):  # across the places, which are wider than a phone, and the tabs below
            page.keyboard.press("Tab")
            box = page.evaluate("() => document.activeElement.getBoundingClientRect().toJSON()")
            seen.append(box["left"] >= -1 and box["right"] <= 361)
        assert all(seen)


def test_a_vote_is_counted_while_it_is_filled_in_and_then_recorded(site: Site) -> None:
    play = Play(site.ledger, "vote-1", reason="simulated")
    play.start(name="计票里1号楼")
    play.until("vote_on_installation")
    with site.reader(lang="en") as (page, seen):
        page.goto(f"{site.address}/todo/vote-1/vote_on_installation/1")
        expect(page.locator(".so-far-verdict")).to_have_text("not carried as it stands")
        for choice in page.locator('input[value="for"]').all():
            choice.check()
        expect(page.locator(".so-far-verdict")).to_have_text("carried, if it stays like this")
        page.get_by_role("button", name="Record that it is done").click()
        expect(page).to_have_url(re.compile("/projects/vote-1"))
        expect(page.locator("#told")).to_contain_text("carried")
        assert seen.faults == []


def test_the_count_of_a_vote_is_one_line_on_a_phone_until_it_is_unfolded(site: Site) -> None:
    with site.reader(lang="zh", width=360, touch=True) as (page, _):
        page.goto(f"{site.address}{PAGES['vote']}")
        page.locator('input[value="for"]').last.scroll_into_view_if_needed()
        count = page.locator(".so-far-place")
        slim = count.bounding_box()
        assert slim is not None
        assert slim["height"] < 64
        assert 0 <= slim["y"] < 8
        page.get_by_role("button", name="怎样计算").tap()
        expect(page.locator(".measures")).to_be_visible()
        page.get_by_role("button", name="怎样计算").tap()
        expect(page.locator(".measures")).to_be_hidden()


def test_a_wrong_entry_has_the_focus_and_its_sentence(site: Site) -> None:
    with site.reader(lang="en") as (page, _):
        page.goto(f"{site.address}{PAGES['shares']}")
        first = page.get_by_label("Share in per cent").first
        first.fill("９")
        expect(page.locator(".so-far-verdict")).to_contain_text("% are too much")
        page.get_by_label("Share in per cent").nth(1).fill("x")
        page.get_by_role("button", name="Record that it is done").click()
        wrong = page.locator("[aria-invalid=true]").first
        expect(wrong).to_be_focused()
        expect(wrong).to_have_value("x")
        expect(page.locator(".field-fault").first).to_contain_text("is not a number")
        assert first.input_value() == "9"


def test_words_being_composed_do_not_search(site: Site) -> None:
    with site.reader() as (page, seen):
        page.goto(f"{site.address}/todo?stand=all")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "search=" in request.url else None)
        page.locator("#search").focus()
        keyboard = page.context.new_cdp_session(page)
        for typed in ("h", "ho", "hong"):
            keyboard.send(
                "Input.imeSetComposition",
                {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)},
            )
            page.wait_for_timeout(250)
        assert asked == []
        keyboard.send("Input.insertText", {"text": "红桥"})
        expect(page.locator("#list")).not_to_contain_text("和平小区")
        expect(page.locator("#list")).to_contain_text("红桥里5号楼1单元")
        expect(page).to_have_url(re.compile("search=%E7%BA%A2%E6%A1%A5"))
        assert len(asked) == 1
        assert seen.faults == []


def test_what_another_person_does_appears_without_reload(site: Site) -> None:
    Play(site.ledger, "live-1").start(name="同步里1号楼")
    item = "live-1/raise_lift_wish/1"
    with site.reader(lang="en") as (page, _), site.reader(lang="en") as (form, _):
        page.goto(f"{site.address}/todo?stand=all&search=live-1")
        form.goto(f"{site.address}/todo/{item}")
        form.get_by_label("Floor").fill("5")
        expect(page.locator("#list")).to_contain_text("nobody's yet")
        worklist.claim(site.ledger, LOG, item, By(OTHER, utc_now()))
        expect(page.locator("#list")).to_contain_text(OTHER)
        expect(form.locator("#changed")).to_contain_text("Somebody else has just been here.")
        expect(form.locator("#changed")).to_contain_text(OTHER)
        assert form.get_by_label("Floor").input_value() == "5"


def test_typed_text_survives_a_closed_window_a_lost_connection_and_an_ended_session(site: Site) -> None:
    Play(site.ledger, "draft-1").start()
    address = f"{site.address}/todo/draft-1/publicise_policy/1"
    with site.reader(lang="en") as (page, _):
        page.goto(address)
        page.get_by_label("Households reached").fill("11")
        page.get_by_text("Note, documents, explanation").click()
        page.get_by_label("Note", exact=True).fill("已贴海报，等居民回复")
        page.reload()
        assert page.get_by_label("Households reached").input_value() == "11"
        expect(page.get_by_text("What you had typed here before is filled in again.")).to_be_visible()
        page.context.set_offline(True)
        page.get_by_role("button", name="Record that it is done").click()
        expect(page.get_by_text("The connection is lost.")).to_be_in_viewport()
        page.context.set_offline(False)
        expect(page.get_by_text("The connection is lost.")).to_have_count(0)
        page.context.clear_cookies(name="retrofit_session")
        page.get_by_role("button", name="Record that it is done").click()
        expect(page.get_by_text("Your session has ended")).to_be_visible()
        site.sign_in(page.context, STAFF, "en")
        page.goto(address)
        assert page.locator("#f-note").input_value() == "已贴海报，等居民回复"
        page.get_by_label("poster", exact=True).check()
        page.get_by_role("button", name="Record that it is done").click()
        expect(page).to_have_url(re.compile("/projects/draft-1"))
        page.wait_for_load_state()  # the page that says what was recorded ends the draft
        page.goto(address)
        expect(page.locator("main")).to_contain_text("已贴海报，等居民回复")
        assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_step_out_of_order_asks_in_a_dialog(site: Site) -> None:
    Play(site.ledger, "order-1").start()
    with site.reader(lang="en") as (page, _):
        page.goto(f"{site.address}/projects/order-1/acts/hold_owners_assembly")
        page.get_by_label(re.compile("People who attended")).fill("8")
        page.get_by_role("button", name="Record that it is done").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("This is out of the model's order")
        reason = dialog.get_by_label(re.compile("Why it is done now"))
        expect(reason).to_be_focused()
        reason.fill("居民自发召集")
        dialog.get_by_role("button", name="Record with this reason").click()
        expect(page).to_have_url(re.compile("/projects/order-1"))
        expect(page.locator(".timeline")).to_contain_text("居民自发召集")


def test_a_term_explains_itself_by_keyboard_and_by_tap(site: Site) -> None:
    with site.reader(lang="en") as (page, _):
        page.goto(site.address + PAGES["project"])
        page.locator("[data-term='/glossary/roles/coordinator']").first.focus()
        expect(page.get_by_role("tooltip")).to_contain_text("多方关系协调者")
        page.keyboard.press("Escape")
        expect(page.get_by_role("tooltip")).to_have_count(0)
    with site.reader(lang="en", width=360, touch=True) as (page, _):
        page.goto(site.address + PAGES["project"])
        page.locator("[data-term='/glossary/roles/coordinator']").first.tap()
        expect(page.get_by_role("tooltip")).to_contain_text("多方关系协调者")
        assert "/projects/" in page.url


def test_a_project_is_printed_without_what_belongs_to_the_screen(site: Site) -> None:
    with site.reader() as (page, _):
        page.goto(site.address + PAGES["project"])
        printed = page.pdf(format="A4")
        assert printed.startswith(b"%PDF")
        assert 2 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 8
        page.emulate_media(media="print")
        for hidden in (".masthead-row", ".take-away", "#deeds-title"):
            expect(page.locator(hidden).first).to_be_hidden()
        for shown in ("h1", ".ribbon-simulated", ".timeline", ".stepper"):
            expect(page.locator(shown).first).to_be_visible()
