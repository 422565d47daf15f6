"""Faults of the system told in the reader's language, wherever a sentence holds one."""

import errno
import os
import socket
from pathlib import Path

import pytest
from imported_logs import stored, written

from eventlogs.data_directory import open_ledger
from eventlogs.errors import EventLogError
from eventlogs.language import LANGUAGES, chinese_texts, say_in, speaking
from eventlogs.system_faults import KNOWN, LibraryFault, told_fault
from flows.simulation.planting import read_plants


@pytest.mark.parametrize("number", sorted(KNOWN))
def test_every_known_fault_is_named_as_the_system_names_it_and_has_its_chinese(number: int) -> None:
    assert KNOWN[number] == os.strerror(number)
    assert KNOWN[number] in chinese_texts()


def test_a_sentence_holds_the_fault_without_number_and_file_in_its_own_language() -> None:
    fault = PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/a/b")
    told = {
        language: say_in(language, "{file} cannot be read: {reason}", file="/a/b", reason=fault)
        for language in LANGUAGES
    }
    assert told == {"en": "/a/b cannot be read: Permission denied", "zh": "/a/b 无法读取：没有权限"}


def test_what_really_happens_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(EventLogError) as unreadable:
        read_plants(tmp_path)
    assert unreadable.value.in_language("zh").endswith("：这是一个目录，不是文件")
    (tmp_path / "in the way").touch()
    with pytest.raises(EventLogError) as unmade:
        open_ledger(tmp_path / "in the way" / "data")
    assert "这不是目录" in unmade.value.in_language("zh")
    assert "Not a directory" in str(unmade.value)


def test_connections_that_fail_are_told_with_and_without_a_number() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(OSError, match="refused") as refused:
            socket.create_connection(free.getsockname(), timeout=5)
    with speaking("zh"):
        assert told_fault(refused.value) == "连接被拒绝"
        assert told_fault(TimeoutError("timed out")) == "超时"
        library = LibraryFault('connection to server at "127.0.0.1", port 9 failed: Connection refused')
        assert str(library) == "连接被拒绝"
        assert told_fault("something new") == "原文：something new"
        assert told_fault("没有权限") == "没有权限"
    with speaking("en"):
        assert str(library).startswith("connection to server")
        assert told_fault(OSError()) == "OSError"


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("[[stall]\n", "Expected ']]'", "：第 1 行第 8 列写法有误"),
        ("a = 1\nb = [", "end of document", "：结尾处写法有误"),
        (
            "[[stal]]\n",
            "is not known here; remove it or mend its name",
            "：stal 有误：这里没有这一项；请删去或改正名称",
        ),
        (
            '[[stall]]\nstep = "raise_fund"\ncause = "money"\n',
            "near it are raise_funds (Raise the owners' funds)",
            "相近的步骤有 raise_funds（筹集自筹资金）",
        ),
    ],
)
def test_a_file_that_is_written_wrong_is_refused_wholly_in_the_readers_language(
    tmp_path: Path, text: str, english: str, chinese: str
) -> None:
    (tmp_path / "plants.toml").write_text(text, "utf-8")
    with pytest.raises(EventLogError) as refused:
        read_plants(tmp_path / "plants.toml")
    assert english in str(refused.value)
    assert chinese in refused.value.in_language("zh")


@pytest.mark.parametrize(
    ("name", "content", "chinese"),
    [
        ("a.xes", b"<log><trace></log>", "（开始与结束标签不一致）"),
        ("a.xmlocel", b"<log><events><event></events></log>", "：开始与结束标签不一致；"),
        ("a.json", b'{"eventTypes": [] "events": []}', "：键值对之后应为逗号或右花括号；"),
        ("a.sqlite", b"SQLite format 3\0" + b"x" * 200, "：文件不是数据库；"),
        ("a.parquet", b"PAR1" + b"x" * 200, "：结尾没有 Parquet 标记；"),
    ],
)
def test_what_a_library_says_of_a_broken_file_is_said_in_chinese(
    tmp_path: Path, name: str, content: bytes, chinese: str
) -> None:
    with pytest.raises(EventLogError) as refused:
        stored(written(tmp_path / name, content))
    assert chinese in refused.value.in_language("zh")
    assert "原文" not in refused.value.in_language("zh")
