"""Wording: gettext catalogues, `zh.po` as people edit it and `zh.mo` as the program reads it; and how they are made.

English sentences in the code are the message ids.  `catalogue` reads the po file, `compiled` gives the bytes that the
mo file must have; `make check` compares them and looks for a message without a translation.
"""

from importlib.resources import files
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def catalogue(language: str) -> Catalog:
    """Return the catalogue of a language."""
    return read_po(BytesIO(files(__name__).joinpath(f"{language}.po").read_bytes()), locale=language)


def compiled(language: str) -> bytes:
    """Return what the language's mo file must hold."""
    out = BytesIO()
    write_mo(out, catalogue(language))
    return out.getvalue()
