"""The specialties of the sample centre: a tree in the shape of the national classification, with names of its own.

A (works), B (goods), C (services), then pairs of digits for each level below.
"""

import json
from functools import cache
from importlib.resources import files


@cache
def specialties() -> dict[str, str]:
    """Return code → Chinese name, by ascending code; every code's parent is in it."""
    text = files(__package__).joinpath("specialties.json").read_text("utf-8")
    return {str(code): str(name) for code, name in json.loads(text).items()}


def specialties_bytes() -> bytes:
    """Return the same as the bytes of a JSON object."""
    return files(__package__).joinpath("specialties.json").read_bytes()
