import re
import tomllib
from collections import defaultdict
from string import Formatter

import click
import pytest
from english_texts import english_texts, sources
from running import told

from dashboards.cli import retrofit
from eventlogs.language import chinese_catalogues, chinese_texts, say, speaking

CJK = r"[\u4e00-\u9fff]"


def fields(text: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_english_sentence_has_its_chinese() -> None:
    missing = {
        said.text: said.place for said in english_texts() if said.text and said.text not in chinese_texts()
    }
    assert not missing, "\n".join(f"{place}: {text!r}" for text, place in missing.items())


def test_no_sentence_is_put_together_by_the_program() -> None:
    assert [said.place for said in english_texts() if said.text is None] == []


def test_both_languages_fill_in_the_same_values() -> None:
    differing = {
        english: chinese for english, chinese in chinese_texts().items() if fields(english) != fields(chinese)
    }
    assert not differing


def test_every_chinese_sentence_is_said_somewhere() -> None:
    import ast

    literals = {
        node.value
        for tree in sources().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    } | {said.text for said in english_texts()}
    ours = {
        english
        for catalogue in chinese_catalogues()
        if catalogue.name != "click.toml"
        for english in tomllib.loads(catalogue.read_text("utf-8"))
    }
    assert sorted(ours - literals) == []


def test_who_must_give_a_reason_on_a_page_is_not_told_of_an_option() -> None:
    reasons = [said.text for said in english_texts() if said.text and "reason" in said.text]
    assert [text for text in reasons if "a reason" in text] != []
    assert [text for text in reasons if "--reason" in text] == []


def test_no_sentence_has_two_different_translations() -> None:
    found = defaultdict(set)
    for catalogue in chinese_catalogues():
        for english, chinese in tomllib.loads(catalogue.read_text("utf-8")).items():
            found[english].add(chinese)
    assert {english: chinese for english, chinese in found.items() if len(chinese) > 1} == {}


def test_chinese_is_chinese_and_set_with_full_width_marks() -> None:
    for chinese in chinese_texts().values():
        assert re.search(r"[\u3000-\u9fff\uff00-\uffef]", chinese), chinese
        assert not re.search(rf"{CJK}[,;?!]|{CJK}:(?!//)|{CJK}\(|\){CJK}", chinese), chinese


def commands(group: click.Group, path: str = "retrofit") -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = [(path, group)]
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, f"{path} {name}")
        else:
            found.append((f"{path} {name}", command))
    return found


@pytest.mark.parametrize(("path", "command"), commands(retrofit))
def test_every_command_and_option_has_help_in_both_languages(path: str, command: click.Command) -> None:
    for language in ("zh", "en"):
        with speaking(language):
            assert command.help, path
            for option in command.params:
                if isinstance(option, click.Option):
                    assert option.help, f"{path} {option.name}"
                    assert bool(re.search(CJK, option.help)) == (language == "zh"), f"{path} {option.name}"
            assert bool(re.search(CJK, command.help)) == (language == "zh"), path


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("vocabulary nothing", "不在可选值"),
        ("nothing", "没有命令 'nothing'"),
        ("--nothing", "没有选项 '--nothing'"),
        ("completion", "缺少参数 '{bash|zsh|fish}'。"),
        ("log import", "缺少参数 'FILE'。"),
        ("mine variants x --top many", "'many' 不是有效的整数。"),
        ("vocabulary a b c d", "不在可选值"),
        ("vocabulary tools empowerment more", "多了一个参数（more）"),
        ("--help", "推进老旧小区改造项目"),
        ("--version", "自由软件"),
        ("log --help", "显示本说明并退出"),
    ],
)
def test_the_command_line_itself_speaks_chinese(line: str, sentence: str) -> None:
    assert sentence in told(f"{line} --lang zh")


def test_language_is_taken_from_anywhere_before_two_dashes() -> None:
    assert "用法" in told("--lang zh log --help")
    assert "用法" in told("log --lang=zh --help")
    assert "Usage" in told("log --help --lang en")


def test_a_sentence_without_translation_stays_english() -> None:
    with speaking("zh"):
        assert say("Nobody has translated {n} of these.", n=2) == "Nobody has translated 2 of these."
