import pytest
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


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("南屏（鹿泽）公路工程有限公司", 130, ["南屏（鹿泽）公路工程", "有限公司"]),
        ("同济源（澜江）建设工程有限责任公司", 150, ["同济源（澜江）建设工程", "有限责任公司"]),
        ("江南机电设备检测鉴定所", 100, ["江南机电设备检测", "鉴定所"]),
        ("如与录入的人串通，可能左右抽取。", 130, ["如与录入的人串通，可能左", "右抽取。"]),
        ("会期自 2026 年 11 月 25 日起", 80, ["会期自 2026 年", "11 月 25 日起"]),
        ("阿卜杜热西提·穆罕默德艾力", 80, ["阿卜杜热西提·", "穆罕默德艾力"]),
        ("鸿泰咨询（集团）股份有限公司", 60, ["鸿泰咨询", "（集团）", "股份有限公司"]),
        ("监督员\u3000何立群\u3000临州市发展和改革委员会", 130, ["监督员\u3000何立群", "临州市发展和改革委员会"]),
        ("监督员\u3000何立群\u3000临州市发展和改革委员会", 160, ["监督员\u3000何立群", "临州市发展和改革委员会"]),
        ("Supervisor, 何立群, 临州市发展和改革委员会", 130, ["Supervisor, 何立群,", "临州市发展和改革委员会"]),
        ("临州恒泰（集团）第一分公司", 90, ["临州恒泰（集团）", "第一分公司"]),
        ("依《条例》第四十六条", 60, ["依《条例》", "第四十六条"]),
        ("编号 2026-0417 与 2026-0418", 80, ["编号 2026-0417", "与 2026-0418"]),
    ],
)
def test_what_belongs_together_stays_together_and_no_orphan_ends_a_text(
    text: str, width: float, lines: list[str]
) -> None:
    assert wrapped(text, STYLE, width, FONTS) == lines


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("临州市公共资源交易"), min_size=3, max_size=90), st.integers(50, 200))
def test_a_last_line_has_three_characters_where_the_one_before_can_give(text: str, width: int) -> None:
    lines = wrapped(text, STYLE, width, FONTS)
    assert len(lines) == -(-len(text) // (width // 10))
    assert len(lines) == 1 or len(lines[-1]) >= 3


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
