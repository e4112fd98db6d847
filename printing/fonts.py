"""The faces of the house, Noto Sans SC and Noto Serif SC (OFL), for reportlab.

A third, `mono`, is the sans with its own half-width figures and Latin letters, each half an em wide: for fingerprints,
digests, codes and dice, whose characters are compared one by one.

reportlab embeds only TrueType outlines (`glyf`); these faces carry cubic ones (`CFF`).  So a face here answers
reportlab's questions about widths from the whole font, and makes the small TrueType font that a page embeds at the
moment the document is saved, from the used characters alone: their curves become quadratic, at most one unit of the em
of 1,000 beside the original.  Both faces are opened once a process (about 0.2 s) and their outlines read on demand.
A subset font depends on nothing but its characters and their order: no time and no machine stands in it.

A character that neither face has is refused by its code; nothing is ever printed as an empty box.
"""

import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from weakref import WeakKeyDictionary

import pylopdf_fonts_zh_cn
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont as OpenTypeFont
from fontTools.ttLib import newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTEncoding, TTFNameBytes, TTFont, TTFontFace

from printing.errors import MissingGlyphError

Face = Literal["sans", "serif", "mono"]

_NAMES: dict[Face, str] = {"sans": "FengqianSans", "serif": "FengqianSerif", "mono": "FengqianMono"}
_IN_TURN: dict[Face, tuple[Face, ...]] = {
    "sans": ("sans", "serif"),
    "serif": ("serif", "sans"),
    "mono": ("mono", "sans", "serif"),
}
_FIXED_PITCH_FLAG, _SERIF_FLAG, _SYMBOLIC_FLAG = 1, 2, 4
_CURVE_ERROR = 1.0


class _CubicFace(TTFontFace):
    """A typeface with cubic outlines that hands out TrueType subsets."""

    def __init__(self, name: str, font: OpenTypeFont, flags: int) -> None:
        pdfmetrics.TypeFace.__init__(self, TTFNameBytes(name.encode("ascii")))
        self._font = font
        self._metrics: dict[str, tuple[int, int]] = self._font["hmtx"].metrics
        self.charToGlyph: dict[int, str] = self._characters()
        self.charWidths: dict[int, int] = {code: self._metrics[glyph][0] for code, glyph in self.charToGlyph.items()}
        self._outlines = self._font.getGlyphSet()
        self._glyphs: dict[str, Any] = {}
        head, hhea, os2 = self._font["head"], self._font["hhea"], self._font["OS/2"]
        self.filename, self.subfontNameX = name, b""
        self.flags, self.italicAngle, self.stemV = flags, 0, 87
        self.ascent, self.descent, self.capHeight = hhea.ascent, hhea.descent, os2.sCapHeight
        self.bbox = [head.xMin, head.yMin, head.xMax, head.yMax]
        self.unitsPerEm, self.defaultWidth = head.unitsPerEm, self._metrics[".notdef"][0]

    def _characters(self) -> dict[int, str]:
        """Return which glyph stands for which code."""
        return dict(self._font.getBestCmap())

    def makeSubset(self, subset: Sequence[int]) -> bytes:
        """Return a TrueType font whose character n (Macintosh cmap) is the code `subset[n]`, with what a PDF needs."""
        names = [self.charToGlyph.get(code, ".notdef") for code in subset]
        order = [".notdef", *dict.fromkeys(name for name in names if name != ".notdef")]
        builder = FontBuilder(self.unitsPerEm, isTTF=True)
        builder.setupGlyphOrder(order)
        builder.setupGlyf({name: self._quadratic(name) for name in order})
        builder.setupHorizontalMetrics({name: self._metrics[name] for name in order})
        builder.setupHorizontalHeader(ascent=self.ascent, descent=self.descent)
        builder.font["cmap"] = _byte_cmap(names)
        builder.font["head"].created = builder.font["head"].modified = 0
        builder.font.recalcTimestamp = False
        stream = io.BytesIO()
        builder.font.save(stream, reorderTables=False)
        return stream.getvalue()

    def _quadratic(self, name: str) -> Any:
        if name not in self._glyphs:
            pen = TTGlyphPen(None)
            self._outlines[name].draw(Cu2QuPen(pen, _CURVE_ERROR, reverse_direction=True))
            self._glyphs[name] = pen.glyph()
        return self._glyphs[name]


class _HalfWidthFace(_CubicFace):
    """The same typeface with the half-width forms that it has for what is narrower than an em (OpenType `hwid`)."""

    def _characters(self) -> dict[int, str]:
        table = self._font["GSUB"].table
        wanted = {
            place
            for record in table.FeatureList.FeatureRecord
            if record.FeatureTag == "hwid"
            for place in record.Feature.LookupListIndex
        }
        halved: dict[str, str] = {}
        for place in sorted(wanted):
            for found in table.LookupList.Lookup[place].SubTable:
                halved.update(getattr(found, "ExtSubTable", found).mapping)
        plain = super()._characters()
        return {code: halved[plain[code]] for code in range(0x20, 0x7F) if plain[code] in halved}


def _to_unicode(name: str, subset: Sequence[int]) -> str:
    """Write the map from bytes to text (PDF 32000-1 §9.10.3) in UTF-16, at most 100 characters a block."""
    lines = [f"<{byte:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for byte, code in enumerate(subset)]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def\n"
        f"/CMapName /{name} def\n/CMapType 2 def\n1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        f"{body}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


def _byte_cmap(names: Sequence[str]) -> Any:
    table = CmapSubtable.newSubtable(6)
    table.platformID, table.platEncID, table.language = 1, 0, 0
    table.cmap = dict(enumerate(names))
    cmap = newTable("cmap")
    cmap.tableVersion, cmap.tables = 0, [table]
    return cmap


class _CubicFont(TTFont):
    """reportlab's dynamic font over a `_CubicFace`; its subsets hold no character that isn't used."""

    def __init__(self, face: _CubicFace) -> None:
        self.fontName = face.filename
        self.face = face
        self.encoding = TTEncoding()
        self.state: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
        self._asciiReadable = False
        self.shapable = False

    def addObjects(self, doc: Any) -> None:
        """Put the used subsets into the document, as reportlab does, with text that can be read out beyond U+FFFF."""
        subsets = [list(subset) for subset in self.state[doc].subsets]
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            base = (SUBSETN(number) + b"+" + self.face.name).decode("ascii")
            doc.idToObject[f"toUnicodeCMap:{base}"].content = _to_unicode(base, subset)


class Fonts:
    """The faces, registered with reportlab, and what a line of text needs to know of them."""

    def __init__(self) -> None:
        sans, serif = (_opened(path) for path in (pylopdf_fonts_zh_cn.sans_path(), pylopdf_fonts_zh_cn.serif_path()))
        self._faces: dict[Face, _CubicFace] = {
            "sans": _CubicFace(_NAMES["sans"], sans, _SYMBOLIC_FLAG),
            "serif": _CubicFace(_NAMES["serif"], serif, _SYMBOLIC_FLAG | _SERIF_FLAG),
            "mono": _HalfWidthFace(_NAMES["mono"], sans, _SYMBOLIC_FLAG | _FIXED_PITCH_FLAG),
        }
        for face in self._faces.values():
            pdfmetrics.registerFont(_CubicFont(face))

    def missing(self, text: str) -> tuple[str, ...]:
        """Return the characters of `text` that can't be set, as `U+2B6A9`, each once, in their order.

        Whoever takes names in may ask before anything is sealed.
        """
        known = self._faces["sans"].charWidths, self._faces["serif"].charWidths
        absent = [char for char in text if not any(ord(char) in widths for widths in known)]
        return tuple(f"U+{ord(char):04X}" for char in dict.fromkeys(absent))

    def width(self, text: str, face: Face, size: float) -> float:
        """Return the width in points of `text` set in `face` at `size` points."""
        in_turn = self._in_turn(face)
        return size / 1000 * sum(_holder_of(char, in_turn).charWidths[ord(char)] for char in text)

    def runs(self, text: str, face: Face) -> list[tuple[str, str]]:
        """Split `text` into runs of (reportlab's font name, characters): `face` first, else another one.

        Raises:
            MissingGlyphError: where no face has a character.
        """
        in_turn = self._in_turn(face)
        runs: list[tuple[str, str]] = []
        for char in text:
            holder = _holder_of(char, in_turn)
            if runs and runs[-1][0] == holder.filename:
                runs[-1] = (holder.filename, runs[-1][1] + char)
            else:
                runs.append((holder.filename, char))
        return runs

    def _in_turn(self, face: Face) -> tuple[_CubicFace, ...]:
        return tuple(self._faces[name] for name in _IN_TURN[face])


def _holder_of(char: str, faces: Sequence[_CubicFace]) -> _CubicFace:
    for face in faces:
        if ord(char) in face.charWidths:
            return face
    raise MissingGlyphError(character=f"U+{ord(char):04X}")


def _opened(path: Path) -> OpenTypeFont:
    return OpenTypeFont(io.BytesIO(path.read_bytes()), lazy=True)


@lru_cache(maxsize=1)
def house_fonts() -> Fonts:
    """Return the faces of the house, opened once a process."""
    return Fonts()
