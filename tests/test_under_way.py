"""Who opens a page that takes long is told so within seconds, and shown the page once it is there."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread, Timer

import pytest
from analysis_stage import analysing
from fastapi import FastAPI
from page_stage import Browser

from dashboards.analysis.kept_answers import KeptAnswers
from dashboards.analysis.studied import ASKED_WHETHER_OVER
from dashboards.analysis.under_way import StillUnderWayError, UnderWay

pytestmark = pytest.mark.xdist_group("analysis")
pytest_plugins = ("analysed_cohort",)
PAGE = "/analysis/variants"
LONG = 60.0  # seconds


@pytest.fixture
def held() -> Event:
    """Lend what an answer waits for."""
    return Event()


def after(held: Event, answer: object = "found") -> Callable[[], object]:
    def find() -> object:
        assert held.wait(LONG)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return find


def test_an_answer_is_handed_out_once_it_is_found_and_found_once(held: Event) -> None:
    under_way = UnderWay(patience=0.01)
    with pytest.raises(StillUnderWayError) as told:
        under_way.answer("a", after(held))
    assert told.value.seconds > 0
    assert not under_way.is_over("a")
    held.set()
    under_way.close()
    assert under_way.is_over("a")
    assert under_way.answer("a", lambda: "found again") == "found"
    assert under_way.answer("a", lambda: "found anew") == "found anew"


def test_what_goes_wrong_is_told_to_who_asked(held: Event) -> None:
    under_way = UnderWay(patience=0.01)
    with pytest.raises(StillUnderWayError):
        under_way.answer("a", after(held, ValueError("wrong")))
    held.set()
    under_way.close()
    with pytest.raises(ValueError, match="wrong"):
        under_way.answer("a", lambda: "never asked")


def test_where_very_much_is_under_way_the_next_waits(held: Event) -> None:
    under_way = UnderWay(patience=0, most=1)
    with pytest.raises(StillUnderWayError):
        under_way.answer("a", after(held))
    assert under_way.answer("b", lambda: "found") == "found"
    held.set()
    under_way.close()


def slow(reader: Browser, held: Event) -> UnderWay:
    """Let nothing be found before `held`, and the reader's pages not be waited for."""
    assert isinstance(reader.client.app, FastAPI)
    kept, under_way, busy = KeptAnswers(at_a_time=1), UnderWay(patience=0.05), Event()
    state = reader.client.app.state
    state.under_way, state.kept_answers = under_way, kept

    def find() -> None:
        busy.set()
        assert held.wait(LONG)

    Thread(target=kept.get, args=("busy", find), daemon=True).start()
    assert busy.wait(LONG)
    return under_way


@pytest.mark.parametrize(("lang", "told"), [("en", "being worked out"), ("zh", "完成后会自动显示")])
def test_a_reader_is_told_what_is_waited_for(data: Path, held: Event, lang: str, told: str) -> None:
    asking = {"accept": "text/html,*/*", "accept-language": lang}
    with analysing(data) as reader:
        under_way = slow(reader, held)
        waiting = reader.client.get(PAGE, headers=asking)
        assert waiting.status_code == 202
        assert told in waiting.text
        assert reader.client.get(PAGE, headers=asking | {ASKED_WHETHER_OVER: "ask"}).status_code == 202
        held.set()
        under_way.close()
        assert reader.client.get(PAGE, headers=asking | {ASKED_WHETHER_OVER: "ask"}).status_code == 204
        assert reader.client.get(PAGE, headers=asking).status_code == 200


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        (f"{PAGE}?format=csv", {"accept": "text/html"}),
        (PAGE, {"accept": "application/json"}),
        (PAGE, {"accept": "text/html", "hx-request": "true"}),
    ],
    ids=["a file", "a program", "a part of a page"],
)
def test_what_is_no_page_to_look_at_comes_when_it_is_there(
    data: Path, held: Event, address: str, headers: dict[str, str]
) -> None:
    with analysing(data) as reader:
        slow(reader, held)
        Timer(0.3, held.set).start()
        assert reader.client.get(address, headers=headers).status_code == 200
