"""The locks hold hashes and no address; no other lock lies about; what is shipped has a lawful licence."""

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
_FORBIDDEN = ("uv.lock", "pylock.toml")
_GPL = re.compile(r"\bA?GPL", re.IGNORECASE)
_LGPL = re.compile(r"LGPL|Lesser", re.IGNORECASE)


def findings() -> Iterator[str]:
    """Name what is wrong with the locks."""
    for name in LOCKS:
        text = (ROOT / name).read_text("utf-8")
        if re.search(r"https?://|--(extra-)?index-url|--find-links", text):
            yield f"{name}: holds an address"
        for line in re.findall(r"^[A-Za-z0-9][^\n]*", text, re.MULTILINE):
            if "==" not in line or not line.endswith("\\"):
                yield f"{name}: not pinned by a hash: {line[:60]}"
    yield from (f"{name}: must not be in the project" for name in _FORBIDDEN if (ROOT / name).exists())
    yield from _licences()


def _licences() -> Iterator[str]:
    text = (ROOT / LOCKS[0]).read_text("utf-8")
    for name in re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE):
        try:
            found = metadata(name)
        except PackageNotFoundError:
            continue
        classifiers = " ".join(value for value in found.get_all("Classifier") or () if value.startswith("License"))
        licence = f"{' '.join(found.get_all('License-Expression') or ())} {classifiers}"
        if _GPL.search(licence) and not _LGPL.search(licence):
            yield f"{LOCKS[0]}: {name} is under {licence.strip()}"
