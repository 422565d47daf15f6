from hypothesis import given, settings
from hypothesis import strategies as st

from eventlogs.layout import cell_width, padded, table, wrapped

letters = st.text(alphabet="加装电梯，。（）lift up 7é", max_size=60)


@settings(max_examples=200)
@given(letters, st.integers(20, 40))
def test_wrapping_keeps_every_sign_and_the_width(text: str, width: int) -> None:
    lines = wrapped(text, width).splitlines()
    assert "".join("".join(lines).split()) == "".join(text.split())
    longest_word = max(map(cell_width, text.split()), default=0)
    assert all(cell_width(line) <= max(width, longest_word) for line in lines)


def test_a_chinese_sentence_breaks_between_characters_but_not_before_a_comma() -> None:
    assert wrapped("推进老旧小区改造项目，看清项目", 20) == "推进老旧小区改造项\n目，看清项目"


def test_an_english_sentence_breaks_between_words() -> None:
    assert wrapped("where data lives, or else", 12, "  ", "  ") == "  where data\n  lives, or\n  else"


def test_columns_align_by_cells() -> None:
    rows = [("意见领袖", "3"), ("vote", "12")]
    lines = table(("角色", "n"), rows, right=[1]).splitlines()
    assert [cell_width(line) for line in lines] == [12, 12, 12, 12]
    assert lines[2] == "意见领袖   3"


def test_an_empty_table_is_its_head() -> None:
    assert table(("a", "bb"), []) == "a  bb\n-  --"


@given(letters, st.integers(0, 80))
def test_padding_fills_up_to_the_width_and_never_cuts(text: str, width: int) -> None:
    assert cell_width(padded(text, width)) == max(width, cell_width(text))
    assert padded(text, width, right=True).endswith(text)
