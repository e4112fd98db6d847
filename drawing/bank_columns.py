"""The checks of one column at a time, over the cells of a chunk.

Each check looks at all cells of a chunk at once (joined, a few passes in C) and goes through them one by one only
where that finds something, so a clean bank of a million rows costs little more than reading it.  A check returns the
cells as they are to be kept; what it finds goes to `Findings` with its line.
"""

import functools
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from drawing.bank_report import Findings

LONGEST: Final = {"id": 64, "name": 64, "phone": 32, "employer": 200, "region": 64}
_EXPONENT = re.compile(r"[0-9]+(?:\.[0-9]*)?[eE]\+?[0-9]{1,3}|[0-9]+\.0+")
_MOBILES = re.compile(r"(?:1[3-9][0-9]{9},)*")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})[2-9][0-9]{6,7}")
_PHONE_MARKS = str.maketrans("", "", " -()")

Cells = Sequence[str]
Lines = Sequence[int]


def is_plain(cells: Cells, longest: int) -> bool:
    """Say whether no cell holds anything that `clean_text` would change or refuse."""
    joined = "".join(cells)
    return (
        joined.isprintable()
        and " " not in joined
        and "=" not in joined
        and (joined.isascii() or unicodedata.is_normalized("NFC", joined))
        and max(map(len, cells), default=0) <= longest
    )


def check_texts(cells: Cells, lines: Lines, field: str, findings: Findings) -> Cells:
    """Check names, employers and regions: printable, NFC, not over the field's limit."""
    if is_plain(cells, LONGEST[field]):
        return cells
    return [clean_text(cell, line, field, LONGEST[field], findings) for cell, line in zip(cells, lines, strict=True)]


def clean_text(cell: str, line: int, field: str, longest: int, findings: Findings) -> str:
    """Return one cell without white space around it and in NFC; note what may not stand."""
    text = cell.strip()
    if text.isascii() and text.isprintable() and not text.startswith("=") and len(text) <= longest:
        return text
    if text.startswith("="):
        findings.problem(line, field, "formula")
    odd = [char for char in text if not char.isprintable() and unicodedata.category(char) != "Zs"]
    if any(unicodedata.category(char) == "Co" for char in odd):
        findings.warning(line, field, "private_character")
    hidden = [char for char in odd if not _may_be_new_or_private(char)]
    if hidden:
        findings.problem(line, field, "control", value=hidden[0])
    normal = unicodedata.normalize("NFC", text)
    if normal != text:
        findings.warning(line, field, "text_rewritten")
    if len(normal) > longest:
        findings.problem(line, field, "too_long", limit=longest)
    return normal


def _may_be_new_or_private(char: str) -> bool:
    """Say whether a character is private, or an ideograph newer than the Unicode data at hand."""
    category = unicodedata.category(char)
    return category == "Co" or (category == "Cn" and 0x20000 <= ord(char) < 0x3FFF0)


def check_present(cells: Cells, lines: Lines, field: str, findings: Findings) -> None:
    """Note every empty cell as `FIELD_missing`."""
    if not all(cells):
        for cell, line in zip(cells, lines, strict=True):
            if not cell:
                findings.problem(line, field, f"{field}_missing")


def check_ids(cells: Cells, lines: Lines, findings: Findings) -> Cells:
    """Check ids: present, NFC, no white space, no lookalikes of ASCII characters, not turned into numbers."""
    joined = "".join(cells)
    if joined.isascii() and is_plain(cells, LONGEST["id"]) and all(cells) and "." not in joined:
        return cells
    return [_clean_id(cell, line, findings) for cell, line in zip(cells, lines, strict=True)]


def _clean_id(cell: str, line: int, findings: Findings) -> str:
    text = cell.strip()
    if not text:
        findings.problem(line, "id", "id_missing")
    elif not unicodedata.is_normalized("NFC", text):
        findings.problem(line, "id", "id_normal_form", value=text)
    elif not text.isprintable() or " " in text or text.startswith("="):
        findings.problem(line, "id", "id_form", value=text)
    elif len(text) > LONGEST["id"]:
        findings.problem(line, "id", "too_long", limit=LONGEST["id"])
    elif _EXPONENT.fullmatch(text):
        findings.problem(line, "id", "id_number", value=text)
    elif has_lookalike(text):
        findings.problem(line, "id", "id_lookalike", value=text)
    return text


def has_lookalike(text: str) -> bool:
    """Say whether a character isn't ASCII and looks like one that is, or is a wide or styled form of another."""
    return not text.isascii() and skeleton(text) != text


def skeleton(text: str) -> str:
    """Return `text` with every character that looks like an ASCII letter or digit replaced by that one."""
    return "".join(char if char.isascii() else _plain(char) for char in unicodedata.normalize("NFKC", text))


@functools.lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    # the table behind it takes a tenth of a second to load, and ids are nearly always ASCII
    from confusable_homoglyphs import confusables

    found = confusables.is_confusable(char, greedy=True) or []
    shapes = [shape["c"] for entry in found for shape in entry["homoglyphs"]]
    ascii_shapes = sorted(shape for shape in shapes if len(shape) == 1 and shape.isascii() and shape.isalnum())
    return ascii_shapes[0] if ascii_shapes else char


def check_phones(cells: Cells, lines: Lines, findings: Findings) -> Cells:
    """Check telephone numbers of the mainland and bring them to plain digits."""
    if _MOBILES.fullmatch(",".join(cells) + ","):
        return cells
    return [_clean_phone(cell, line, findings) for cell, line in zip(cells, lines, strict=True)]


def _clean_phone(cell: str, line: int, findings: Findings) -> str:
    text = cell.strip()
    if _MOBILE.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFKC", text).replace("－", "-").replace("—", "-").translate(_PHONE_MARKS)
    plain = re.sub(r"^(?:\+|00)?86(?=1[3-9][0-9]{9}$|0)", "", plain)
    if not text:
        findings.problem(line, "phone", "phone_missing")
    elif _EXPONENT.fullmatch(plain):
        findings.problem(line, "phone", "phone_number")
    elif not (_MOBILE.fullmatch(plain) or _LANDLINE.fullmatch(plain)) or not plain.isascii():
        findings.problem(line, "phone", "phone_form")
    elif plain != text.replace("-", ""):
        findings.warning(line, "phone", "phone_rewritten")
    return plain
