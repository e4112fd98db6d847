from hypothesis import given, settings
from hypothesis import strategies as st

from printing.fonts import house_fonts
from printing.lines import Style, elided, tidy, wrapped

STYLE = Style("sans", 10, 14)
FONTS = house_fonts()
CHARS = st.sampled_from(list("临州市公共资源交易中心，。）》（《abcXYZ019 -·…\u3000\n\t喆𬀩"))
TEXTS = st.text(CHARS, max_size=120)


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.integers(12, 200))
def test_nothing_is_wider_than_its_measure_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, STYLE, width, FONTS)
    assert all(FONTS.width(line, "sans", 10) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("临州市，。）（《"), max_size=60).map(lambda text: text.replace("，。", "，")))
def test_closing_marks_never_begin_a_line_where_they_can_be_held(text: str) -> None:
    lines = wrapped("甲" + text, STYLE, 400, FONTS)
    assert not any(line and line[0] in "，。）" for line in lines[1:])
    assert not any(line and line[-1] in "（《" for line in lines[:-1])


def test_a_latin_word_holds_together_and_an_endless_one_is_broken() -> None:
    assert wrapped("编号 LZ20260417", STYLE, 75, FONTS) == ["编号", "LZ20260417"]
    lines = wrapped("x" * 90, STYLE, 60, FONTS)
    assert len(lines) > 5
    assert "".join(lines) == "x" * 90


def test_chinese_breaks_anywhere_and_keeps_its_comma() -> None:
    assert wrapped("一二三四，五六", STYLE, 40, FONTS) == ["一二三", "四，五六"]


def test_white_space_becomes_one_space_but_the_peers_gap_stays() -> None:
    assert tidy("a \n\t b\u3000c ") == "a b\u3000c"
    assert wrapped("", STYLE, 50, FONTS) == [""]


def test_what_is_left_out_is_shown() -> None:
    lines = elided("临州市公共资源交易中心" * 5, STYLE, 60, FONTS, most=2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert FONTS.width(lines[1], "sans", 10) <= 60
    assert elided("短", STYLE, 60, FONTS, most=2) == ["短"]
    assert elided("临州", STYLE, 5, FONTS, most=1) == ["…"]
