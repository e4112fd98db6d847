"""The texts of a call as the house ships them, one file a language; a centre may keep its own instead."""

from importlib.resources import files

LANGUAGES = ("zh", "en")


def load(language: str) -> bytes:
    """Return the template of one of `LANGUAGES`, as UTF-8.

    Raises:
        KeyError: for another language.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    return files(__name__).joinpath(f"{language}.txt").read_bytes()
