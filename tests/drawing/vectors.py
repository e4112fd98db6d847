"""Reads the vectors that were worked out from the format pages."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parents[1] / "vectors"


@cache
def vectors(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return value
