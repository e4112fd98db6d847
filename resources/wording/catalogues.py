"""Wording: gettext catalogues, `zh.po` as people edit it and `zh.mo` as the program reads it; and how they are made.

English sentences in the code are the message ids.  `catalogue` reads the po file, `compiled` gives the bytes that the
mo file must have; `make check` compares them and looks for a message without a translation.

A message in the context `composed` is a template of texts that are put together before they reach a wording, as
`longer than {0} bytes`: it is found by its form.
"""

from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from resources.wording import read

COMPOSED = "composed"


def catalogue(language: str) -> Catalog:
    """Return the catalogue of a language."""
    return read_po(BytesIO(read(f"{language}.po")), locale=language)


def compiled(language: str) -> bytes:
    """Return what the language's mo file must hold."""
    out = BytesIO()
    write_mo(out, catalogue(language))
    return out.getvalue()


def composed(language: str) -> tuple[tuple[str, str], ...]:
    """Return the templates of composed texts with their translations, from the mo file."""
    held = read_mo(BytesIO(read(f"{language}.mo")))
    # babel leaves the context of a message out of a mo file as bytes
    return tuple((str(one.id), str(one.string)) for one in held if one.context in (COMPOSED, COMPOSED.encode()))
