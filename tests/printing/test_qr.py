import pypdfium2
import pytest
import segno

from printing.errors import UnprintableValueError
from printing.fonts import house_fonts
from printing.qr import QUIET_ZONE, box_text, ceremony_text, code_text, dark_runs, modules
from printing.sheet import A4, Sheet
from vault import base32, suite

DIGEST = suite.sha256(b"box")


def test_texts_are_short_and_alphanumeric() -> None:
    for text in (box_text(DIGEST), ceremony_text(DIGEST), code_text(255, base32.encode(DIGEST))):
        assert segno.make(text, micro=False).mode == "alphanumeric"
        assert text.endswith(base32.encode(DIGEST))
    with pytest.raises(UnprintableValueError):
        box_text(b"short")


def test_dark_runs_cover_the_dark_modules_and_no_others() -> None:
    rows = modules(box_text(DIGEST))
    covered = {(row, column + n) for row, column, length in dark_runs(rows) for n in range(length)}
    assert covered == {(y, x) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark}


def test_the_printed_symbol_is_the_symbol() -> None:
    rows, size, scale = modules(box_text(DIGEST)), 120.0, 4
    sheet = Sheet(house_fonts(), A4, language="zh")
    sheet.qr(50, 60, size, box_text(DIGEST))
    with pypdfium2.PdfDocument(sheet.finish()) as pdf:
        image = pdf[0].render(scale=scale).to_pil().convert("L")
    unit = size / (len(rows) + 2 * QUIET_ZONE)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            point = ((50 + (QUIET_ZONE + x + 0.5) * unit) * scale, (60 + (QUIET_ZONE + y + 0.5) * unit) * scale)
            assert (image.getpixel((int(point[0]), int(point[1]))) < 128) is dark
