"""Strips: written and read as the vectors say, and most slips of the pen found."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.codestrip import LENGTH, StripRefusedError, parse_strip, strip_text
from tests.drawing.vectors import vectors
from vault import base32

STRIPS = vectors("strip")["strips"]


@pytest.mark.parametrize("strip", STRIPS)
def test_vectors(strip: dict[str, str]) -> None:
    assert strip_text(bytes.fromhex(strip["code"])) == strip["text"]
    assert parse_strip(strip["text"]).hex() == strip["code"]


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_a_code_comes_back_however_it_is_typed(code: bytes) -> None:
    text = strip_text(code)
    assert len(text) == LENGTH
    assert parse_strip(base32.groups(text).lower().replace(" ", " - ").replace("O", "0")) == code
    assert parse_strip(text.replace("O", "0").replace("I", "1")) == code


def test_most_single_slips_are_found() -> None:
    """Four bits of check: of all single wrong characters one in sixteen passes, and never as the right code."""
    text = STRIPS[2]["text"]
    tried = passed = 0
    for place in range(LENGTH):
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567":
            if letter == text[place]:
                continue
            tried += 1
            try:
                assert parse_strip(text[:place] + letter + text[place + 1 :]).hex() != STRIPS[2]["code"]
                passed += 1
            except StripRefusedError:
                pass
    assert 1 / 24 < passed / tried < 1 / 11


@pytest.mark.parametrize(
    "text",
    ["", "A" * 51, "A" * 53, STRIPS[2]["text"][:-1] + "8", STRIPS[2]["text"][:-1] + "=", "封" * 52, "ı" + "A" * 51],
)
def test_what_is_no_strip_is_refused(text: str) -> None:
    with pytest.raises(StripRefusedError) as refusal:
        parse_strip(text)
    assert not text or text not in str(refusal.value)
