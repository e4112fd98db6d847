"""The pictures in the documents, made by the program itself: `python -m installer.pictures` writes them anew.

Guarantees: a picture is what the present code sets from the values below, so a test can say when one is out of date.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageChops, ImageStat

from app.wording import wording_for
from installer.checks.wording import ROOT
from printing.certificate import CertificateData, HolderLine, make_certificate
from printing.facts import DrawFacts
from printing.phrases import Language
from vault import base32

FOLDER: Final = ROOT / "docs" / "pictures"
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
_SCALE: Final = 1.2
_COLOURS: Final = 32
_SMALL: Final = (120, 170)
_ALIKE: Final = 0.5


def main() -> None:
    """Write every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        path = FOLDER / f"certificate-{language}.png"
        path.write_bytes(picture(language))
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


def stale() -> Iterator[str]:
    """Name each picture that is missing, or shows something else than the code sets now."""
    for language in LANGUAGES:
        path = FOLDER / f"certificate-{language}.png"
        if not path.is_file() or difference(path.read_bytes(), picture(language)) > _ALIKE:
            yield str(path.relative_to(ROOT))


def difference(first: bytes, second: bytes) -> float:
    """Return how far two pictures are apart: the mean over grey pixels, 0 to 255, small enough to pass over edges."""
    pages = [Image.open(io.BytesIO(data)).convert("L") for data in (first, second)]
    if pages[0].size != pages[1].size:
        return 255.0
    small = [page.resize(_SMALL, Image.Resampling.BOX) for page in pages]
    return float(ImageStat.Stat(ImageChops.difference(*small)).mean[0])


def picture(language: Language) -> bytes:
    """Return the certificate of a made-up sealed list as PNG."""
    page = pypdfium2.PdfDocument(make_certificate(_sample(), wording_for(language), language))[0]
    drawn: Image.Image = page.render(scale=_SCALE).to_pil()
    out = io.BytesIO()
    drawn.convert("P", palette=Image.Palette.ADAPTIVE, colors=_COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _sample() -> CertificateData:
    centre, outside = "临州市公共资源交易中心", "临州市发展和改革委员会"
    return CertificateData(
        draw=DrawFacts(centre, "临州市滨江路综合管廊及道路改造工程", "LZ2026-SZ-0117-01", "临抽 2026-0117", "B"),
        copy=1,
        sealed_at=datetime(2026, 11, 25, 8, 2, 7, tzinfo=UTC),
        opens_at=datetime(2026, 11, 26, 0, 0, tzinfo=UTC),
        box_digest=sha256(b"a sealed list").hexdigest(),
        holders=(
            HolderLine("operator", centre, "周敏", _fingerprint("operator")),
            HolderLine("supervisor", outside, "何立群", _fingerprint("supervisor")),
            HolderLine("supervisor", outside, "罗致远", _fingerprint("deputy")),
        ),
        experts=7,
        reserves=2,
        owner_members=2,
        ceremony_fingerprint=_fingerprint("ceremony"),
    )


def _fingerprint(name: str) -> str:
    return base32.fingerprint(sha256(name.encode("ascii")).digest())


if __name__ == "__main__":
    main()
