"""What stands on the papers."""

from pathlib import Path

import pypdfium2


def text_of(path: Path) -> str:
    """Return the text of every page of a PDF, without white space."""
    document = pypdfium2.PdfDocument(path)
    try:
        pages = [document[number] for number in range(len(document))]
        return "".join("".join(page.get_textpage().get_text_range() for page in pages).split())
    finally:
        document.close()
