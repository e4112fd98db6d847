"""Wording: gettext catalogues, `zh.po` as people edit it and `zh.mo` as the program reads it; light to load."""

from importlib.resources import files


def read(name: str) -> bytes:
    """Return a catalogue's file."""
    return files(__name__).joinpath(name).read_bytes()
