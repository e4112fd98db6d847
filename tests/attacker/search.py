"""Looks for words in bytes of any kind: unpacks what is packed, as deep as it goes, and knows a word in many spellings.

Unpacked are zip, gzip, zlib wherever it begins (so PNG and PDF streams too), ASCII85, base64, hex, and the text of PDF
pages.  A word is known in UTF-8, UTF-16 and UTF-32 of both orders, GB18030, escaped as in JSON and in addresses, and
with its characters apart.
"""

import base64
import binascii
import io
import json
import re
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256

import pypdfium2  # type: ignore[import-untyped]

DEEPEST = 5
_LARGEST = 64 * 1024 * 1024
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}(?:[\r\n]+[A-Za-z0-9+/_-]+)*={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}[ :\r\n]?){6,}")
_ASCII85 = re.compile(rb"[!-uz\s]{16,}~>")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_GZIP = re.compile(rb"\x1f\x8b\x08")
_SPACE = re.compile(r"[\s\-‐–·]+")


def spellings(word: str) -> set[bytes]:
    """A word as bytes, in every way that is looked for."""
    escaped = json.dumps(word)[1:-1]
    texts = {word, escaped, escaped.upper().replace("\\U", "\\u"), urllib.parse.quote(word)}
    found = {text.encode("utf-8") for text in texts}
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gb18030"):
        found.add(word.encode(encoding))
    return found


def unpacked(data: bytes, depth: int = DEEPEST) -> Iterator[bytes]:
    """The bytes themselves and all that can be unpacked from them."""
    seen: set[bytes] = set()
    waiting = [(data, depth)]
    while waiting:
        piece, left = waiting.pop()
        name = sha256(piece).digest()
        if name in seen or len(piece) > _LARGEST:
            continue
        seen.add(name)
        yield piece
        if left:
            waiting += [(inner, left - 1) for inner in _inside(piece) if len(inner) >= 6]


def _inside(piece: bytes) -> Iterator[bytes]:
    if piece[:5] == b"%PDF-":
        yield from _pdf_texts(piece)
    if b"PK\x03\x04" in piece:
        yield from _zipped(piece[piece.index(b"PK\x03\x04") :])
    yield from _inflated(piece)
    for match in _BASE64.finditer(piece):
        yield from _from_base64(match[0])
    for match in _HEX.finditer(piece):
        digits = re.sub(rb"[^0-9a-fA-F]", b"", match[0])
        yield bytes.fromhex(digits.decode("ascii"))
    for match in _ASCII85.finditer(piece):
        yield from _from_ascii85(match[0])


def _pdf_texts(piece: bytes) -> Iterator[bytes]:
    document = pypdfium2.PdfDocument(piece)
    try:
        for page in document:
            text = page.get_textpage().get_text_range()
            yield text.encode("utf-8")
            yield _SPACE.sub("", text).encode("utf-8")
    finally:
        document.close()


def _zipped(piece: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(piece)) as archive:
            for name in archive.namelist():
                yield name.encode("utf-8")
                yield archive.read(name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error):
        return


def _inflated(piece: bytes) -> Iterator[bytes]:
    for pattern, window in ((_ZLIB, 15), (_GZIP, 31)):
        for match in pattern.finditer(piece):
            try:
                yield zlib.decompressobj(window).decompress(piece[match.start() :], _LARGEST)
            except zlib.error:
                continue


def _from_base64(run: bytes) -> Iterator[bytes]:
    plain = re.sub(rb"[\r\n=]", b"", run).translate(bytes.maketrans(b"-_", b"+/"))
    try:
        yield base64.b64decode(plain[: len(plain) - (len(plain) % 4 == 1)] + b"=" * (-len(plain) % 4 % 3))
    except binascii.Error:
        return


def _from_ascii85(run: bytes) -> Iterator[bytes]:
    try:
        yield base64.a85decode(run.strip(), adobe=False) if not run.endswith(b"~>") else base64.a85decode(run[:-2])
    except ValueError:
        return


def found_in(data: bytes, words: Iterable[str]) -> set[str]:
    """Which of the words stand in the bytes, in whatever spelling and packing."""
    wanted = {word: spellings(word) for word in words}
    found: set[str] = set()
    for piece in unpacked(data):
        close = _closed_up(piece)
        for word, forms in wanted.items():
            if word not in found and any(form in piece or form in close for form in forms):
                found.add(word)
    return found


def _closed_up(piece: bytes) -> bytes:
    """The same without what may stand between the digits of a number."""
    return re.sub(rb"[\s\-]", b"", piece)
