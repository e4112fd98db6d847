"""The pictures in the documents are what the program sets now."""

import io
from pathlib import Path

import pytest
from PIL import Image

from installer import pictures


def test_no_picture_is_out_of_date() -> None:
    assert list(pictures.stale()) == [], "run: python -m installer.pictures"


def test_another_page_is_told_apart() -> None:
    english, chinese = pictures.picture("en"), pictures.picture("zh")
    assert pictures.difference(english, english) == 0
    assert pictures.difference(english, chinese) > pictures._ALIKE


def test_a_picture_that_is_missing_or_of_another_size_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "ROOT", tmp_path)
    monkeypatch.setattr(pictures, "FOLDER", tmp_path / "pictures")
    assert list(pictures.stale()) == [f"pictures/certificate-{language}.png" for language in pictures.LANGUAGES]
    assert pictures.difference(_blank(10), _blank(11)) == 255


def _blank(side: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (side, side)).save(out, "PNG")
    return out.getvalue()
