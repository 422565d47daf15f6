"""Residents are known by name only in a file of its own, and nothing is left of whom it forgets."""

import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from running import ran

from eventlogs.data_directory import open_ledger
from eventlogs.errors import EventLogError
from eventlogs.events import Event, ObjectLink
from eventlogs.privacy.identity import Identity, People
from flows.process.history import CaseHistory
from flows.project.residents import residents_of

NAME = "欧阳明月"
MONDAY = datetime(2025, 3, 3, tzinfo=UTC)


def files_naming(text: str, data: Path) -> list[str]:
    """Return the files of a directory that hold `text` in any of the encodings it could be in."""
    forms = [text.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")]
    return [
        str(file)
        for file in data.rglob("*")
        if file.is_file() and any(form in file.read_bytes() for form in forms)
    ]


def test_a_person_keeps_one_pseudonym(tmp_path: Path) -> None:
    people = People(tmp_path)
    pseudonym = people.pseudonym_for(NAME, room="6-601")
    assert re.fullmatch(r"P-[2-9A-HJ-NP-Z]{6}", pseudonym)
    assert people.pseudonym_for(f" {NAME} ", "13800138000", "６-601") == pseudonym
    assert People(tmp_path).pseudonym_for(NAME, room="6-601") == pseudonym
    assert people.identity(pseudonym) == Identity(pseudonym, NAME, "13800138000", "6-601")
    assert people.identities() == {pseudonym: people.identity(pseudonym)}


def test_two_people_of_one_name_are_two(tmp_path: Path) -> None:
    people = People(tmp_path)
    known = [
        people.pseudonym_for(NAME, room="6-601"),
        people.pseudonym_for(NAME, room="6-602"),
        people.pseudonym_for(NAME, phone="13800138000"),
        people.pseudonym_for(NAME, phone="13900139000"),
        people.pseudonym_for(NAME),
    ]
    assert len(set(known)) == 5
    with pytest.raises(EventLogError, match=r"5 people are named .*name one by pseudonym"):
        people.forget(NAME)
    people.forget(known[0])
    assert people.identity(known[0]) is None
    assert people.identity(known[1]) is not None


def test_nobody_is_known_where_nobody_was_named(tmp_path: Path) -> None:
    people = People(tmp_path)
    assert people.identity("P-234567") is None
    assert people.identities() == {}
    with pytest.raises(EventLogError, match="nobody is known as 张三"):
        people.forget("张三")
    with pytest.raises(EventLogError, match="a person needs a name"):
        people.pseudonym_for("  ")
    assert list(tmp_path.iterdir()) == []


def test_only_its_user_may_read_the_names(tmp_path: Path) -> None:
    People(tmp_path).pseudonym_for(NAME)
    assert stat.S_IMODE((tmp_path / "people.sqlite").stat().st_mode) == 0o600


def test_no_byte_of_a_forgotten_person_is_left(tmp_path: Path) -> None:
    people = People(tmp_path)
    neighbours = [
        people.pseudonym_for(f"邻居{number}", f"1390000{number:04}", f"9-{number}") for number in range(80)
    ]
    person = people.pseudonym_for(NAME, "13712345678", "6-601")
    neighbours += [people.pseudonym_for(f"街坊{number}", room=f"8-{number}") for number in range(80)]
    ledger = open_ledger(tmp_path)
    ledger.create_log("live")
    ledger.append("live", [Event("k", "SH-01", "visit", MONDAY, actor=person)])
    ledger.close()
    assert files_naming(NAME, tmp_path) == files_naming("13712345678", tmp_path) != []
    status, out, _ = ran(f"log forget {NAME} --json --lang en", tmp_path)
    assert (status, out) == (0, f'{{"pseudonym":"{person}","events_naming_the_person":0}}\n')
    assert files_naming(NAME, tmp_path) == files_naming("13712345678", tmp_path) == []
    assert files_naming(person, tmp_path) != []
    assert all(people.identity(neighbour) for neighbour in neighbours)
    assert people.pseudonym_for(NAME, "13712345678", "6-601") != person


def test_a_resident_is_found_in_a_sentence_too() -> None:
    named = [Identity(f"P-{letter * 6}", NAME) for letter in "ABCDEFG"]
    known = {it.pseudonym: it for it in named}
    told = [
        Event("1", "c", "visit", MONDAY, actor="P-AAAAAA", evidence={"quote": "P-BBBBBB 说可以"}),
        Event("2", "c", "visit", MONDAY, attributes={"entered": {"note": "由P-CCCCCC提出，P-DDDDDD反对"}}),
        Event("3", "c", "visit", MONDAY, objects=(ObjectLink("P-EEEEEE", "person", "visited"),)),
        Event("4", "c", "visit", MONDAY, attributes={"note": "XP-FFFFFF"}),
    ]
    assert residents_of(CaseHistory.of("c", told), known) == named[:5]


def test_forgetting_tells_where_staff_wrote_the_name_into_events(tmp_path: Path) -> None:
    People(tmp_path).pseudonym_for(NAME)
    ledger = open_ledger(tmp_path)
    ledger.create_log("live")
    quote = {"quote": f"{NAME}说可以"}
    ledger.append("live", [Event("k", "SH-01", "visit", MONDAY, evidence=quote)])
    ledger.close()
    status, out, _ = ran(f"log forget {NAME} --lang en", tmp_path)
    assert status == 0
    assert "but 1 event names the person in their own text" in out
    status, _, err = ran(f"log forget {NAME} --lang en", tmp_path)
    assert (status, err) == (1, f"nobody is known as {NAME}; name a pseudonym or a whole name\n")
