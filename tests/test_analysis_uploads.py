"""A log brought to the pages: tried out, its columns named, its faults told, then imported."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from analysis_stage import analysing
from page_stage import Browser

from dashboards.access.visitor import Scope
from dashboards.analysis.uploads import Uploads

ROWS = """Vorgang,Schritt,wann,wer,Ort
1,apply,2024-01-01 09:00,ann,harbin
1,pay,2024-01-05 09:00,bob,harbin
2,apply,2024-02-01 09:00,ann,dalian
2,pay,2024-02-04 09:00,bob,dalian
"""
WORDS = {"case": "Vorgang", "activity": "Schritt", "time": "wann", "resource": "wer", "city": "Ort"}


@pytest.fixture
def analyst(tmp_path: Path) -> Iterator[Browser]:
    with analysing(tmp_path) as reader:
        yield reader


def bring(analyst: Browser, text: str, name: str = "vorgaenge.csv") -> str:
    answer = analyst.client.post(
        "/analysis/logs", data={"csrf": analyst.csrf}, files={"file": (name, text.encode())}
    )
    assert answer.status_code == 303, answer.text
    address: str = answer.headers["location"]
    return address


def test_a_file_is_shown_as_it_would_be_read_and_nothing_is_recorded(analyst: Browser) -> None:
    page = analyst.get(f"{bring(analyst, ROWS)}?{urlencode(WORDS)}")
    assert "It would become 2 cases with 4 events of 2 activities." in page
    assert "2024-01-05 09:00" in page
    assert analyst.told("/analysis/logs")["logs"] == []


def test_columns_are_guessed_or_asked_for_and_can_be_set(analyst: Browser) -> None:
    address = bring(analyst, ROWS.replace("Vorgang,Schritt", "case_id,activity").replace("wann", "time"))
    guessed = {one[0]: one[2] for one in analyst.told(address)["fields"]}  # type: ignore[attr-defined]
    assert (guessed["case"], guessed["activity"], guessed["time"]) == ("case_id", "activity", "time")
    fields = analyst.told(address, city="Ort")["fields"]
    assert ["city", "City", "Ort"] in fields or ["city", "城市", "Ort"] in fields  # type: ignore[operator]


def test_faulty_rows_can_be_left_out_and_are_shown_with_the_reasons(analyst: Browser) -> None:
    asked = WORDS | {"skip": "1"}
    address = bring(analyst, ROWS.replace("2024-02-01 09:00", "some day"))
    page = analyst.get(f"{address}?{urlencode(asked)}")
    assert "It would become 2 cases with 3 events of 2 activities." in page
    taken = analyst.client.get(f"{address}?{urlencode(asked)}&format=csv&table=faulty").text
    assert "some day" in taken
    assert "uploads" not in taken
    columns = [f"{name}={value}" for name, value in asked.items()]
    sent = {"csrf": analyst.csrf, "name": "visits", "columns": columns}
    answer = analyst.client.post(address, data=sent)
    told = analyst.get(answer.headers["location"])
    assert "1 row was faulty and left out." in told
    assert "rejects" not in told


def test_a_fault_is_one_sentence_that_names_its_place_and_no_folder(analyst: Browser) -> None:
    broken = ROWS.replace("2024-02-01 09:00", "some day")
    page = analyst.get(f"{bring(analyst, broken)}?{urlencode(WORDS)}")
    assert "vorgaenge.csv, row 4" in page
    assert "some day" in page
    assert "uploads" not in page.replace("/analysis/logs", "")
    assert "Import it" not in page


def test_a_log_is_imported_as_it_was_shown_and_can_be_studied_at_once(
    analyst: Browser, tmp_path: Path
) -> None:
    address = bring(analyst, ROWS)
    typed = {
        "csrf": analyst.csrf,
        "name": "mine",
        "columns": [f"{name}={value}" for name, value in WORDS.items()],
    }
    done = analyst.client.post(address, data=typed)
    assert done.status_code == 303
    assert "2 of 2 cases" in analyst.get(done.headers["location"])
    assert (
        analyst.client.get("/analysis/cases?log=mine&where=city%3Dharbin&format=json").json()["fitting"] == 1
    )
    assert list((tmp_path / "uploads").iterdir()) == []
    assert analyst.client.get(address).status_code == 409


def test_what_is_no_log_is_refused_in_a_sentence(analyst: Browser) -> None:
    assert "no event log" in analyst.get(bring(analyst, "\0\1\2" * 3000, "picture.png"))
    empty = analyst.client.post("/analysis/logs", data={"csrf": analyst.csrf})
    assert empty.status_code == 422


def test_a_file_is_its_bringers_alone_and_keeps_to_its_folder(analyst: Browser, tmp_path: Path) -> None:
    address = bring(analyst, ROWS, "../../../evil.csv")
    (kept,) = (tmp_path / "uploads").rglob("evil.csv")
    assert kept.is_relative_to(tmp_path / "uploads")
    with analysing(tmp_path, "another") as other:
        assert other.client.get(address).status_code == 409
    with pytest.raises(Exception, match="no longer here"):
        Uploads(tmp_path).file("analyst", "../uploads")


@pytest.mark.parametrize(
    "name", ["长" * 500 + ".csv", "é" * 300, "a" * 4000 + ".xes.gz", "长" * 66 + "." * 50 + ".csv"]
)
def test_a_name_as_long_as_can_be_is_kept_with_its_ending(tmp_path: Path, name: str) -> None:
    uploads = Uploads(tmp_path)
    kept = uploads.file("王敏", uploads.take("王敏", name, BytesIO(b"case,activity,time\n")))
    assert kept.suffix == Path(name).suffix
    assert kept.read_bytes() == b"case,activity,time\n"


def test_who_sees_some_places_only_brings_no_log(tmp_path: Path) -> None:
    with analysing(tmp_path, "harbin analyst", Scope.of("harbin")) as reader:
        assert reader.told("/analysis/logs")["may_bring"] is False
        answer = reader.client.post(
            "/analysis/logs", data={"csrf": reader.csrf}, files={"file": ("a.csv", b"x")}
        )
        assert answer.status_code == 409
