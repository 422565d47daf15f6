import json
import re
from pathlib import Path
from typing import get_args

import pytest
from running import ran, told

from eventlogs.errors import UnknownTermError, VocabularyError
from eventlogs.events import Lifecycle
from eventlogs.language import LANGUAGES, speaking
from eventlogs.vocabulary import (
    KINDS,
    Role,
    Tool,
    activities,
    activity,
    label,
    read_vocabulary,
    term,
    terms,
    tool_of,
    vocabulary,
)

FOLDER = Path(__file__).parent.parent / "eventlogs/vocabulary"


def test_every_term_has_its_label_and_basis_in_both_languages() -> None:
    for kind in KINDS:
        for key, found in terms(kind).items():
            assert re.fullmatch(r"[a-z0-9_]+|[A-C]-?", key), f"{kind}: {key}"
            for language in LANGUAGES:
                assert found.label(language).strip(), f"{kind}: {key} {language}"
            assert re.search(r"[\u4e00-\u9fff]|^[ABC]-?$", found.zh), f"{kind}: {key}"
            assert not re.search(r"[\u4e00-\u9fff]", found.en), f"{kind}: {key}"
            for basis in found.basis:
                assert basis.zh.strip(), f"{kind}: {key}"
                assert not re.search(r"[\u4e00-\u9fff]", basis.en), f"{kind}: {key}"


def test_labels_of_a_kind_are_distinct() -> None:
    for kind in KINDS:
        for language in LANGUAGES:
            labels = [found.label(language) for found in terms(kind).values()]
            assert len(set(labels)) == len(labels), f"{kind} {language}"


def test_counts_are_those_of_the_paper() -> None:
    leading = [role for role in terms("roles").values() if isinstance(role, Role)]
    assert len(terms("activities")) == 45
    assert len(terms("tools")) == 12
    assert sum(role.chain in {"formal", "informal"} for role in leading) == 6
    assert len(terms("cities")) == 4


def test_abbreviations_are_two_chinese_characters_and_distinct() -> None:
    shorts = [found.short for found in activities()]
    assert all(re.fullmatch(r"[\u4e00-\u9fff]{2}", short) for short in shorts)
    assert len(set(shorts)) == len(shorts) == 45


def test_every_activity_and_every_word_of_the_paper_has_a_basis() -> None:
    for kind in ("activities", "roles", "leadings", "tools", "outcomes", "hold_causes"):
        assert [key for key, found in terms(kind).items() if not found.basis] == [], kind


def test_every_leading_role_has_its_two_tools_and_each_is_used() -> None:
    used = {(done.role, done.tool) for found in activities() for done in found.by if done.tool}
    for tool in terms("tools").values():
        assert isinstance(tool, Tool)
        assert (tool.role, tool.key) in used
    owners = [tool.role for tool in terms("tools").values() if isinstance(tool, Tool)]
    assert all(owners.count(role) == 2 for role in owners)


def test_one_activity_may_have_several_tools_by_role() -> None:
    assert tool_of("convene_joint_meeting", "deliberation_organiser") == "rule_making"
    assert tool_of("convene_joint_meeting", "action_leader") == "joint_decision"
    assert tool_of("convene_joint_meeting", "party_branch") is None
    assert tool_of("negotiate_low_floor_subsidy", "coordinator") == "emotional_governance"
    assert tool_of("vote_on_installation", "household") is None


def test_a_role_does_an_activity_with_one_tool_only() -> None:
    for found in activities():
        roles = [done.role for done in found.by]
        assert len(set(roles)) == len(roles), found.key


def test_lifecycle_transitions_are_those_an_event_can_have() -> None:
    assert tuple(terms("lifecycle")) == get_args(Lifecycle)


def test_an_unknown_term_is_refused_with_its_neighbours() -> None:
    with pytest.raises(UnknownTermError, match="hold_owners_assembly") as refused:
        term("activities", "hold_owner_assembly")
    assert "相近的有" in refused.value.in_language("zh")


@pytest.mark.parametrize("typed", ["上门动员住户", "visit hesitant household", "persuade"])
def test_an_unknown_term_is_refused_with_what_it_is_near_to_in_either_language(typed: str) -> None:
    with pytest.raises(UnknownTermError, match="near it are: persuade_hesitant_households"):
        term("activities", typed)


def test_a_label_follows_the_language_and_leaves_foreign_words_alone() -> None:
    with speaking("zh"):
        assert label("roles", "opinion_leader") == "意见领袖"
        assert label("activities", "Triage Patient") == "Triage Patient"
    with speaking("en"):
        assert label("roles", "opinion_leader") == "Opinion leader"
        assert activity("hold_owners_assembly").label() == "Hold an owners' assembly"


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("phases.toml", "", "activities.toml: 'establish_party_lift_group' names the phase 'initiation'"),
        ("roles.toml", "[mayor]\nzh = '市长'\nen = 'Mayor'\n", "roles.toml: 'mayor' must have the fields"),
        ("cities.toml", "[x]\nzh = '某'\nen = 'X'\nfloor = 3\n", "cities.toml: 'x'.*look at: floor"),
        ("tools.toml", "[empowerment\n", "tools.toml: not readable as TOML"),
    ],
)
def test_a_fault_is_told_with_file_and_key(tmp_path: Path, file: str, text: str, sentence: str) -> None:
    for each in FOLDER.glob("*.toml"):
        (tmp_path / each.name).write_bytes(each.read_bytes())
    (tmp_path / file).write_text(text, "utf-8")
    with pytest.raises(VocabularyError, match=sentence):
        read_vocabulary(tmp_path)


def test_the_vocabulary_is_read_once() -> None:
    assert vocabulary() is vocabulary()


@pytest.mark.parametrize("language", LANGUAGES)
def test_retrofit_vocabulary_prints_every_kind_aligned(language: str) -> None:
    for kind in KINDS:
        shown = told(f"vocabulary {kind.replace('_', '-')} --lang {language}")
        for found in terms(kind).values():
            assert found.label("zh" if language == "zh" else "en") in shown
    assert "活动" in told("vocabulary --lang zh")


def test_retrofit_vocabulary_answers_in_json() -> None:
    status, out, err = ran("vocabulary activities --json")
    answer = json.loads(out)
    assert (status, err, len(answer["terms"])) == (0, "", 45)
    assert answer["terms"][0]["by"][0]["role"] == "party_branch"


def test_one_term_is_found_by_key_label_or_abbreviation() -> None:
    by_key = told("vocabulary activities lobby_opposing_household --lang zh")
    assert by_key == told("vocabulary activities 游说 --lang zh")
    assert by_key == told("vocabulary activities 'Lobby an opposing household' --lang zh")
    assert "行动领袖 · 沟通游说" in by_key
    assert "10-TD-2" in by_key


def test_an_unknown_term_exits_with_one() -> None:
    status, out, err = ran("vocabulary tools lobbyng")
    assert (status, out) == (1, "")
    assert "lobbying" in err
