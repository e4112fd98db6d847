import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.base32 import FINGERPRINT_LENGTH, decode, encode, fingerprint, groups, squeeze


@pytest.mark.parametrize(
    ("value", "text"),
    [(b"", ""), (b"f", "MY"), (b"fo", "MZXQ"), (b"foo", "MZXW6"), (b"foob", "MZXW6YQ"), (b"foobar", "MZXW6YTBOI")],
)
def test_rfc_4648_without_padding(value, text):
    assert encode(value) == text
    assert decode(text) == value


@given(st.binary(max_size=80))
def test_round_trip_as_a_person_types_it(value):
    text = encode(value)
    assert decode(text) == value
    typed = groups(text).lower().replace(" ", " - ").replace("o", "0").replace("i", "1") + "\n"
    assert decode(typed) == value
    assert squeeze(typed) == text


@pytest.mark.parametrize(
    "text",
    ["M", "MYY", "MZ", "MZXW6=", "MY======", "M8", "M9", "M!", "МY", "MZXW6ſ", "ıMZXW6YT", "MZXW6YTBO\u0130", "MZ=Q"],
    ids=ascii,
)
def test_other_text_is_refused(text):
    with pytest.raises(ValueError, match="base32"):
        decode(text)


def test_fingerprint_and_groups():
    assert fingerprint(bytes(32)) == "A" * FINGERPRINT_LENGTH
    assert fingerprint(b"\xff" * 32) == "7" * 26
    assert groups("ABCDEFGHIJ") == "ABCD EFGH IJ"
    assert groups("ABCDEF", 3) == "ABC DEF"
    assert groups("") == ""
