"""Text that was read in a wrong encoding at some time: how it is recognised.

UTF-8 read as Latin-1 or Windows-1252 (`æ¡ˆä»¶`), UTF-8 read as GBK (`妗堜欢`), and what cannot be undone
any more: replacement characters, alone or read as GBK (`锟斤拷`), and uninitialised memory (`烫烫烫`).
"""

import re

_WINDOWS = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"  # what Windows-1252 has where Latin-1 has control characters
_LOST = "\ufffd|锟斤拷|烫烫烫|屯屯屯"
_C1 = "[\u0080-\u009f]"
_LATIN_RUN = re.compile(f"[\u0080-\u00ff{_WINDOWS}]{{2,}}")
_HAN = "[\u3400-\u9fff\ue000-\uf8ff]"
_HAN_RUN = re.compile(f"{_HAN}{{3,}}")
_UNDOABLE = re.compile(f"{_LOST}|{_C1}")


def _misread_leads() -> str:
    """Return the characters that the first two bytes of a Han character in UTF-8 are in GBK."""
    pairs = (bytes((lead, second)) for lead in range(0xE4, 0xEA) for second in range(0x80, 0xC0))
    return "".join(pair.decode("gbk", "ignore") for pair in pairs)


SUSPICIOUS = f"{_LOST}|{_C1}|[\u00c2-\u00f4][\u0080-\u00bf{_WINDOWS}]|[{_misread_leads()}]{_HAN}{{2,}}"


def is_damaged(text: str) -> bool:
    """Tell whether a text was read in a wrong encoding.

    >>> [is_damaged(text) for text in ("案件", "æ¡ˆä»¶", "妗堜欢鍙", "锟斤拷", "Café’s “Œuvre”")]
    [False, True, True, True, False]
    """
    if _UNDOABLE.search(text):
        return True
    if any(_is_utf8(_as_windows_bytes(run)) for run in _LATIN_RUN.findall(text)):
        return True
    return any(_is_han_in_utf8(run) for run in _HAN_RUN.findall(text))


def _as_windows_bytes(run: str) -> bytes:
    return b"".join(sign.encode("cp1252") if sign in _WINDOWS else sign.encode("latin-1") for sign in run)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_han_in_utf8(run: str) -> bool:
    """Tell whether a run of Han characters are the bytes of Han characters in UTF-8, but for a cut end."""
    data = run.encode("gb18030", "ignore")
    for end in range(len(data), len(data) - 3, -1):
        try:
            meant = data[:end].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return len(meant) >= 2 and re.fullmatch(f"{_HAN}+", meant) is not None
    return False
