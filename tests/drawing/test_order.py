import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import order
from drawing.errors import DrawingError
from vault.errors import FengqianError
from vault.suite import hkdf_expand, hkdf_extract

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "order.json").read_text("utf-8"))
CODE = bytes(range(32))
KEY = order.prk(CODE, "5:12345,")

labels = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), unique=True, max_size=40)


@pytest.mark.parametrize("vector", VECTORS["hkdf"], ids=lambda vector: vector["source"])
def test_hkdf_is_that_of_rfc_5869(vector: dict[str, Any]) -> None:
    prk = hkdf_extract(bytes.fromhex(vector["salt"]), bytes.fromhex(vector["ikm"]))
    assert prk.hex() == vector["prk"]
    assert hkdf_expand(prk, bytes.fromhex(vector["info"]), vector["length"]).hex() == vector["okm"]


@pytest.mark.parametrize("vector", VECTORS["chain"])
def test_chain_vectors(vector: dict[str, Any]) -> None:
    assert order.chain(order.secret_bytes(vector["secret"]), vector["length"]).hex() == vector["end"]


@pytest.mark.parametrize("vector", VECTORS["randomness"])
def test_randomness_vectors(vector: dict[str, Any]) -> None:
    assert order.randomness_text(vector["values"]) == vector["text"]


@pytest.mark.parametrize("vector", VECTORS["order"], ids=lambda vector: vector["source"])
def test_order_vectors(vector: dict[str, Any]) -> None:
    key = order.prk(order.parse_code(vector["code"]), vector["randomness"])
    read = order.parse_labels("".join(label + "\n" for label in vector["labels"]).encode())
    assert read == vector["labels"]
    assert list(order.order_lines(key, read)) == vector["lines"]


def test_the_draft_names_its_first_colours() -> None:
    """The example of draft-thomson-elegy-vrs as printed there: truncated positions, and the colours in their order."""
    printed = ["002ed527ae0a44a86c205d1cdba", "03f710be2b61a6f9c3f89aa5ab5", "08bab81380d7f0769cecf9969a8"]
    code = order.chain(b"totally not a bikeshed", 9)
    key = order.prk(code, "1.2.3.4.5.6./1.2.3.4.5.6./1.2.3.4.5.6./")
    found = order.Order(key, ["blue", "darkgoldenrod", "lavenderblush"]).first(3)
    assert [label for _, label in found] == ["lavenderblush", "blue", "darkgoldenrod"]
    assert [place.hex()[:27] for place, _ in found] == printed


def test_codes_are_the_chain_backwards_and_check_against_its_end() -> None:
    end = order.chain(b"secret", order.CHAIN_LENGTH)
    codes = [order.code_of(b"secret", number) for number in range(1, 256)]
    for number, code in enumerate(codes, 1):
        order.verify_code(code, number, end)
    assert len({*codes, end}) == 256
    assert codes[-1] == order.chain(b"secret", 1)
    assert order.code_of(b"secret", 2, length=5) == order.chain(b"secret", 3)


@pytest.mark.parametrize("number", [0, 256, -1])
def test_the_end_and_the_secret_are_no_codes(number: int) -> None:
    with pytest.raises(order.ChainLengthError):
        order.code_of(b"secret", number)


@pytest.mark.parametrize(
    ("code", "number"),
    [(order.code_of(b"s", 2), 1), (order.code_of(b"s", 2), 3), (b"", 1), (order.chain(b"s", 256), 0)],
)
def test_a_code_at_another_place_is_refused(code: bytes, number: int) -> None:
    with pytest.raises(order.CodeMismatchError):
        order.verify_code(code, number, order.chain(b"s", 256))


def test_a_chain_has_a_length() -> None:
    with pytest.raises(order.ChainLengthError):
        order.chain(b"secret", 0)


@pytest.mark.parametrize(
    "text", ["", "00" * 31, "00" * 33, "0x" + "00" * 31, "gg" * 32, " " + "00" * 31 + "0", "٠" * 64]
)
def test_a_code_is_64_hex_digits(text: str) -> None:
    with pytest.raises(order.CodeRefusedError):
        order.parse_code(text)


def test_a_code_may_be_typed_in_either_case() -> None:
    assert order.parse_code("AB" * 32) == order.parse_code("ab" * 32) == b"\xab" * 32


@pytest.mark.parametrize("code", [b"", bytes(31), bytes(33)])
def test_a_key_needs_a_code_of_32_bytes(code: bytes) -> None:
    with pytest.raises(order.CodeRefusedError):
        order.prk(code, "1:1,")


@pytest.mark.parametrize("text", ["", "a\n", "\n", "专家", "a\tb", "\x7f", "é"])
def test_randomness_is_printable_ascii(text: str) -> None:
    with pytest.raises(order.RandomnessRefusedError):
        order.prk(CODE, text)
    with pytest.raises(order.RandomnessRefusedError):
        order.randomness_text(["fine", text])


def test_randomness_needs_a_source() -> None:
    with pytest.raises(order.RandomnessRefusedError):
        order.randomness_text([])


@pytest.mark.parametrize(
    ("raw", "secret"),
    [(b"abc", b"abc"), (b"abc\n", b"abc"), (b"abc\r\n", b"abc"), (b"abc\r", b"abc\r"), (b" a b \n", b" a b ")],
)
def test_a_secret_is_one_line(raw: bytes, secret: bytes) -> None:
    assert order.parse_secret(raw) == secret


@pytest.mark.parametrize("raw", [b"", b"\n", b"\r\n", b"a\nb", b"a\n\n", b"\xff"])
def test_a_secret_that_is_no_line_is_refused(raw: bytes) -> None:
    with pytest.raises(order.SecretRefusedError):
        order.parse_secret(raw)


def test_a_secret_argument_that_is_no_text_is_refused() -> None:
    with pytest.raises(order.SecretRefusedError):
        order.secret_bytes("\udcff")


@pytest.mark.parametrize(
    ("raw", "read"),
    [(b"", []), (b"a", ["a"]), (b"a\n", ["a"]), (b"a\r\n b\n", ["a\r", " b"]), (b"\xef\xbb\xbfa", ["\ufeffa"])],
)
def test_only_lf_ends_a_label(raw: bytes, read: list[str]) -> None:
    assert order.parse_labels(raw) == read


@pytest.mark.parametrize(
    ("raw", "number"), [(b"\n", 1), (b"a\n\nb\n", 2), (b"a\nb\n\n", 3), (b"a\n\xff\n", 2), (b"\xed\xa0\x80", 1)]
)
def test_a_line_that_is_no_label_is_refused_by_its_number(raw: bytes, number: int) -> None:
    with pytest.raises(order.LabelRefusedError) as refused:
        order.parse_labels(raw)
    assert refused.value.details["number"] == number


@pytest.mark.parametrize(("refused", "number"), [(["a", "b", "a"], 3), (["a", ""], 2), ([""], 1), (["\udc80"], "?")])
def test_an_order_refuses_empty_doubled_and_unwritable_labels(refused: list[str], number: object) -> None:
    with pytest.raises(order.LabelRefusedError) as error:
        order.Order(KEY, refused)
    assert error.value.details["number"] == number


def test_nfc_and_nfd_are_two_labels() -> None:
    assert len({place for place, _ in order.ordered(KEY, ["\u00e9", "e\u0301"])}) == 2


@given(
    labels=labels, code=st.binary(min_size=32, max_size=32), randomness=st.from_regex(r"[ -~]{1,30}", fullmatch=True)
)
@settings(max_examples=60, deadline=None)
def test_the_order_is_plain_hkdf_sorted(labels: list[str], code: bytes, randomness: str) -> None:
    key = hkdf_extract(code, randomness.encode())
    assert order.prk(code, randomness) == key
    plain = sorted((hkdf_expand(key, label.encode(), 32), label) for label in labels)
    assert order.ordered(key, labels) == plain
    assert all(order.position(key, label) == place for place, label in plain)
    assert list(order.Order(key, reversed(labels)).labels()) == [label for _, label in plain]


@given(key=st.binary(max_size=64), messages=st.lists(st.binary(max_size=200), max_size=5))
@settings(max_examples=60, deadline=None)
def test_keyed_digests_are_hmac(key: bytes, messages: list[bytes]) -> None:
    assert order.keyed_digests(key, messages) == [hmac.digest(key, message, "sha256") for message in messages]


def test_keyed_digests_refuse_a_key_that_would_need_hashing() -> None:
    with pytest.raises(ValueError, match="64"):
        order.keyed_digests(bytes(65), [])


def test_a_large_order_is_sorted_bit_by_bit_and_comes_out_whole() -> None:
    many = [f"label {number}" for number in range(5000)]
    lazily = order.Order(KEY, many)
    plain = sorted((order.position(KEY, label), label) for label in many)
    assert len(lazily) == 5000
    assert lazily.first(0) == []
    assert lazily.first(7) == plain[:7]
    assert lazily.first(7) == plain[:7]
    assert lazily.first(700) == plain[:700]
    assert list(lazily) == plain
    assert lazily.first(9999) == plain


def test_positions_on_a_bound_come_out_once_and_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 512 labels the first half is sorted first: the bound is 2**255, here somebody's own position."""
    places = [number << 247 for number in range(511)] + [2**256 - 1]
    positions = [place.to_bytes(32, "big") for place in places]
    assert (2**255).to_bytes(32, "big") in positions
    monkeypatch.setattr(order, "keyed_digests", lambda key, messages: positions[::-1])
    assert [place for place, _ in order.Order(KEY, map(str, range(512)))] == positions


def test_two_readers_of_one_order_do_not_disturb_each_other() -> None:
    lazily = order.Order(KEY, (str(number) for number in range(2000)))
    one, two = iter(lazily), iter(lazily)
    first = [next(one) for _ in range(1000)]
    assert [next(two) for _ in range(1500)][:1000] == first


def test_a_position_does_not_depend_on_the_other_labels() -> None:
    many = order.ordered(KEY, "abcdefgh")
    assert order.ordered(KEY, "abc") == [(place, label) for place, label in many if label in "abc"]


def test_refusals_are_of_the_drawing_room() -> None:
    assert issubclass(order.OrderError, DrawingError)
    assert issubclass(DrawingError, FengqianError)
