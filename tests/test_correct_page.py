"""The page on which one event is put right, as staff use it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lift_play import LOG, Play, ballots
from lxml import html
from page_stage import Browser, browsing

from dashboards.staff.recorded_words import recorded_words
from eventlogs.language import speaking
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.project.acts import By
from flows.project.correcting import Correction, correct
from flows.worklist.worklist import comment

EVENT = "/projects/p-1/correct?event=convene_joint_meeting/1/complete"


@pytest.fixture
def play(ledger: DuckDBLedger) -> Play:
    begun = Play(ledger)
    begun.start()
    begun.now += timedelta(seconds=37)  # of which the form shows the minute
    begun.act("convene_joint_meeting", reason="the street called it")
    return begun


@pytest.fixture
def browser(play: Play, tmp_path: Path) -> Iterator[Browser]:
    with browsing(tmp_path, ledger=play.ledger, log=LOG) as found:
        yield found


def sent(browser: Browser, **fields: str) -> tuple[int, str]:
    """Send the page's form as it is filled in, but for some fields."""
    page: Any = html.fromstring(browser.get(EVENT))
    form = next(form for form in page.forms if form.action == EVENT)
    answer = browser.client.post(EVENT, data={**dict(form.form_values()), **fields})
    return answer.status_code, answer.text


def test_the_form_comes_filled_in_and_what_is_changed_is_recorded_beside_it(
    browser: Browser, play: Play
) -> None:
    right = play.now - timedelta(days=1)
    status, text = sent(
        browser, attended="7", occurred=f"{right:%Y-%m-%dT10:00}", done_by="陈静", because="签到表为七人"
    )
    assert status == 303, text
    after = play.history.latest("convene_joint_meeting")
    assert after is not None
    assert (after.entered["attended"], after.entered["agreed"], after.actor) == (7, True, "陈静")
    assert after.occurred_at.date() == right.date()
    page = browser.get("/projects/p-1", "zh")
    assert "更正：签到表为七人" in page
    assert "已不计" in page


def test_a_page_sent_twice_is_recorded_once(browser: Browser, play: Play) -> None:
    for _ in range(2):
        assert sent(browser, attended="7", because="miscounted")[0] == 303
    assert sum(event.corrects is not None for event in play.history.events) == 1


def test_a_moment_left_as_the_form_shows_it_keeps_its_seconds(browser: Browser, play: Play) -> None:
    before = play.history.latest("convene_joint_meeting")
    assert before is not None
    assert before.occurred_at.second == 37
    assert sent(browser, because="looked at again")[0] == 303
    assert not any(event.corrects for event in play.history.events)
    assert sent(browser, attended="7", because="miscounted")[0] == 303
    after = play.history.latest("convene_joint_meeting")
    assert after is not None
    assert (after.entered["attended"], after.occurred_at) == (7, before.occurred_at)


def test_it_tells_what_was_corrected_and_what_is_no_longer_to_be_done(play: Play) -> None:
    play.until("publicise_result")
    by, vote = By("li", play.now, reason="recounted"), "vote_on_installation/1"
    lost = Correction(data={"ballots": ballots(**{row["household"]: "against" for row in ballots()})})
    told = recorded_words(correct(play.ledger, LOG, "p-1", vote, lost, by)).splitlines()
    assert told[0] == "“Owners vote on the lift” is put right."
    assert "No longer to be done: Publicise the result and the plan." in told
    assert any(line.startswith("Now to be done: Owners vote on the lift") for line in told)
    with speaking("zh"):
        out = recorded_words(correct(play.ledger, LOG, "p-1", vote, Correction(void=True), by)).splitlines()
    assert out[0] == "“业主表决”已作废。"
    assert not any("不再需要办理" in line and "业主表决" in line for line in out)  # one offer of it stays


def test_an_answer_left_empty_is_taken_away_and_one_that_is_needed_is_asked_for(
    browser: Browser, play: Play
) -> None:
    status, text = sent(browser, attended="", because="unknown")
    assert status == 422
    assert "Is required." in text
    status, text = sent(browser, attended="many", because="unknown")
    assert (status, "not a whole number" in text, 'value="many"' in text) == (422, True, True)
    assert not any(event.corrects for event in play.history.events)


def test_without_a_reason_nothing_is_recorded_and_what_was_typed_stays(browser: Browser, play: Play) -> None:
    status, text = sent(browser, attended="5")
    assert status == 422
    assert "give a reason" in text
    assert 'value="5"' in text


def test_taken_out_it_is_gone_from_what_happened_and_can_be_put_back(browser: Browser, play: Play) -> None:
    answer = browser.client.post(EVENT, data={"csrf": browser.csrf, "void": "yes", "because": "of no. 8"})
    assert answer.status_code == 303
    assert not play.history.reached("convene_joint_meeting")
    assert "It has been taken out" in browser.get(EVENT)
    assert sent(browser, because="it did take place")[0] == 303
    assert play.history.reached("convene_joint_meeting")


def test_a_project_s_page_leads_to_the_correction_of_what_somebody_did_alone(browser: Browser) -> None:
    page: Any = html.fromstring(browser.get("/projects/p-1"))
    addresses = page.xpath("//ol[@class='timeline']//a/@href")
    links = [unquote(address) for address in addresses if "correct" in address]
    assert links == [EVENT]


def test_a_remark_taken_out_is_no_longer_beside_its_step(browser: Browser, play: Play) -> None:
    item = f"p-1/{next(iter(play.open()))}/1"
    comment(play.ledger, LOG, item, "of another house", play.by())
    assert "of another house" in browser.get(f"/todo/{item}")
    by = By("li", play.now, reason="told wrongly")
    correct(play.ledger, LOG, "p-1", play.history.events[-1].key, Correction(void=True), by)
    assert "of another house" not in browser.get(f"/todo/{item}")


def test_who_only_reads_cannot_correct(play: Play, tmp_path: Path) -> None:
    with browsing(tmp_path, "审计", "auditor", ledger=play.ledger, log=LOG) as auditor:
        assert auditor.client.get(EVENT).status_code == 403
        assert "correct?event" not in auditor.get("/projects/p-1")


def test_an_event_that_is_not_there_is_told_in_a_sentence(browser: Browser) -> None:
    answer = browser.client.get("/projects/p-1/correct?event=nothing/1/complete")
    assert 400 <= answer.status_code < 500
    assert "is no event of p-1" in answer.text
