import io
import string

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from reportlab.pdfbase import pdfmetrics

from printing.errors import MissingGlyphError
from printing.fonts import house_fonts
from printing.lines import Style
from printing.sheet import A4, Sheet
from tests.printing.pages import text

RARE = "喆堃珺玥㛃𬀩"


def a_page(line: str, face: str = "sans", *, bold: bool = False) -> bytes:
    sheet = Sheet(house_fonts(), A4, language="zh")
    sheet.text(60, 60, line, Style(face, 20, 30, bold=bold))  # type: ignore[arg-type]
    return sheet.finish()


@pytest.mark.parametrize("face", ["sans", "serif"])
@pytest.mark.parametrize("bold", [False, True])
def test_rare_characters_can_be_read_out_of_the_page(face: str, bold: bool) -> None:
    assert text(a_page(RARE + "K7QM", face, bold=bold)) == RARE + "K7QM"


def test_more_than_256_different_characters_stay_themselves() -> None:
    sheet, codes = Sheet(house_fonts(), A4, language="zh"), range(0x4E00, 0x4E00 + 700)
    lines = ["".join(map(chr, codes[start : start + 35])) for start in range(0, 700, 35)]
    for number, line in enumerate(lines):
        sheet.text(40, 60 + 30 * number, line, Style("sans", 12, 20))
    assert text(sheet.finish()) == "".join(lines)


@pytest.mark.parametrize("char", ["\u200b", "\U0001f600", "\ue000", "\x07", "\udc00"])
def test_a_character_that_no_face_has_is_refused_by_its_code(char: str) -> None:
    with pytest.raises(MissingGlyphError) as refusal:
        a_page("王" + char)
    assert refusal.value.details == {"character": f"U+{ord(char):04X}"}
    assert house_fonts().missing("王" + char + "喆" + char) == (f"U+{ord(char):04X}",)


def test_nothing_is_missing_in_ordinary_and_rare_names() -> None:
    assert house_fonts().missing(RARE + "欧阳·Ж Ω é 0123456789（）") == ()


def test_serif_falls_back_to_sans_and_back() -> None:
    fonts = house_fonts()
    sans = fonts._faces["sans"].charWidths
    serif = fonts._faces["serif"].charWidths
    only_sans = next(chr(code) for code in sorted(sans) if code not in serif and code > 0x2000)
    runs = fonts.runs("甲" + only_sans + "乙丙", "serif")
    assert runs == [("FengqianSerif", "甲"), ("FengqianSans", only_sans), ("FengqianSerif", "乙丙")]
    assert text(a_page("甲" + only_sans, "serif")).startswith("甲")


def test_a_subset_holds_its_characters_alone_and_the_curves_of_the_original() -> None:
    face = house_fonts()._faces["sans"]
    data = face.makeSubset([0, ord("喆"), ord("A"), ord("喆")])
    assert data == face.makeSubset([0, ord("喆"), ord("A"), ord("喆")])
    font = TTFont(io.BytesIO(data))
    assert font["maxp"].numGlyphs == 3
    assert font.reader["head"][20:36] == bytes(16)  # created and modified: no time
    glyph = font["cmap"].getcmap(1, 0).cmap[1]
    original = face._font.getGlyphSet()[face.charToGlyph[ord("喆")]]
    assert font["hmtx"].metrics[glyph][0] == original.width == 1000
    bounds = BoundsPen(None)
    original.draw(bounds)
    shape = font["glyf"][glyph]
    assert shape.numberOfContours > 5
    assert (shape.xMin, shape.yMin, shape.xMax, shape.yMax) == pytest.approx(bounds.bounds, abs=2)


def test_a_page_is_small_and_the_same_each_time() -> None:
    page = a_page("评标专家密封名单")
    assert page == a_page("评标专家密封名单")
    assert len(page) < 12_000


def test_figures_and_letters_of_the_mono_face_are_all_half_an_em_wide() -> None:
    fonts = house_fonts()
    for char in string.ascii_letters + string.digits + "-.":
        assert fonts.width(char, "mono", 10) == 5
    assert fonts.width("封", "mono", 10) == 10
    assert text(a_page("QW7M 喆㛃", "mono", bold=True)) == "QW7M喆㛃"


def test_both_faces_are_loaded_once() -> None:
    assert house_fonts() is house_fonts()
    assert pdfmetrics.getFont("FengqianSans").face is house_fonts()._faces["sans"]
