import json
from datetime import UTC, datetime
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault.errors import MalformedRecordError
from vault.jsontext import Reader, dumps, loads

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**19) + 1, 10**19 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_what_is_written_is_read_again_in_one_spelling(value):
    text = dumps(value)
    assert loads(text) == value
    assert dumps(loads(text)) == text


def test_the_one_spelling():
    assert dumps({"b": [1, True, None], "a": "中\u2028/"}) == '{"a":"中\u2028/","b":[1,true,null]}'.encode()
    assert dumps((1, 2)) == b"[1,2]"
    assert loads(dumps(nested(32))) == nested(32)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (1.0, TypeError),
        ({"a": [{"b": float("nan")}]}, TypeError),
        ((1, (2.5,)), TypeError),
        ({1: "a"}, TypeError),
        ([{1: "a", "1": "b"}], TypeError),
        ({None: 1}, TypeError),
        ({1.5: 1}, TypeError),
        (b"bytes", TypeError),
        ({"a": {1, 2}}, TypeError),
        (MappingProxyType({}), TypeError),
        (nested(33), ValueError),
        (10**19, ValueError),
        ([-(10**19)], ValueError),
        ("\ud800", ValueError),
        ({"\udfff": 1}, ValueError),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_what_could_not_be_read_again_is_not_written(value, error):
    with pytest.raises(error):
        dumps(value)


def test_a_circle_is_not_written():
    circle = []
    circle.append(circle)
    with pytest.raises(ValueError, match="deep"):
        dumps(circle)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[1] 2",
        b'{"a":1,"a":2}',
        b'[{"a":1,"\\u0061":2}]',
        b"1.0",
        b"1e5",
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"-0",
        b"01",
        b"10000000000000000000",
        b"-10000000000000000000",
        b'"\\ud800"',
        b'{"\\udc00":1}',
        b'"\xff"',
        b'"a\nb"',
        b"\xef\xbb\xbf1",
        '{"a":1}'.encode("utf-16"),
        b"'a'",
        b"[1,]",
        b"[" * 34 + b"]" * 34,
        b"[" * 100_000,
        b'{"a":' * 34 + b"1" + b"}" * 34,
    ],
    ids=lambda text: repr(text[:24]),
)
def test_other_bytes_are_refused(text):
    with pytest.raises(MalformedRecordError):
        loads(text)


def test_the_limit_counts_bytes():
    assert loads(b'"ab"', limit=4) == "ab"
    with pytest.raises(MalformedRecordError, match="longer than 3"):
        loads(b'"ab"', limit=3)
    assert loads(b'"\\ud83d\\ude00"') == "😀"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=40) | TEXT.map(str.encode))
def test_noise_is_read_or_refused(noise):
    try:
        value = loads(noise)
    except MalformedRecordError:
        return
    assert json.loads(noise) == value


RECORD = {
    "text": "abc",
    "empty": None,
    "number": 7,
    "yes": True,
    "hex": "00ff",
    "base64": "AP8=",
    "time": "2026-11-23T08:30:00Z",
    "object": {"inner": 1},
    "list": [1, 2],
    "objects": [{"a": 1}, {"a": 2}],
    "texts": ["a", "b"],
}


def read(text=None, **changes):
    return Reader.of(dumps({**RECORD, **changes})) if text is None else Reader.of(text)


def test_reader_takes_each_field_by_its_type():
    reader = read()
    assert reader.text("text", pattern="[a-c]+", longest=3) == "abc"
    assert reader.has("number")
    assert not reader.has("empty")
    assert not reader.has("nowhere")
    assert reader.optional_text("empty") is None
    assert reader.optional_text("nowhere") is None
    assert reader.optional_integer("nowhere") is None
    assert reader.optional_integer("number") == 7
    assert reader.boolean("yes") is True
    assert reader.hex_bytes("hex", 2) == b"\x00\xff"
    assert reader.base64_bytes("base64") == b"\x00\xff"
    assert reader.time("time") == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    inner = reader.reader("object")
    assert inner.where == "$.object"
    assert inner.integer("inner", 1, 1) == 1
    inner.end()
    assert reader.integers("list") == (1, 2)
    assert [one.integer("a") for one in reader.readers("objects")] == [1, 2]
    assert reader.texts("texts") == ("a", "b")
    reader.end()


def test_reader_takes_what_optional_and_raw_fields_have():
    assert read().optional_text("text", pattern="abc") == "abc"
    assert read().raw("empty") is None
    assert read().choice("text", ["abc", "d"]) == "abc"
    assert read().items("list") == [1, 2]


@pytest.mark.parametrize(
    ("take", "where"),
    [
        (lambda r: r.raw("nowhere"), "$.nowhere"),
        (lambda r: r.text("number"), "$.number"),
        (lambda r: r.text("text", longest=2), "$.text"),
        (lambda r: r.text("text", pattern="ab"), "$.text"),
        (lambda r: r.optional_text("text", pattern="ab"), "$.text"),
        (lambda r: r.choice("text", ["ab", "bc"]), "$.text"),
        (lambda r: r.integer("text"), "$.text"),
        (lambda r: r.integer("yes"), "$.yes"),
        (lambda r: r.integer("number", 8), "$.number"),
        (lambda r: r.integer("number", 0, 6), "$.number"),
        (lambda r: r.optional_integer("number", 8), "$.number"),
        (lambda r: r.boolean("number"), "$.number"),
        (lambda r: r.hex_bytes("hex", 3), "$.hex"),
        (lambda r: r.hex_bytes("base64", 2), "$.base64"),
        (lambda r: r.base64_bytes("time"), "$.time"),
        (lambda r: r.time("text"), "$.text"),
        (lambda r: r.reader("list"), "$.list"),
        (lambda r: r.items("object"), "$.object"),
        (lambda r: r.readers("list"), "$.list[0]"),
        (lambda r: r.texts("list"), "$.list[0]"),
        (lambda r: r.texts("texts", longest=0), "$.texts[0]"),
        (lambda r: r.integers("texts"), "$.texts[0]"),
        (lambda r: r.integers("list", 2), "$.list[0]"),
        (lambda r: r.integers("list", 0, 1), "$.list[1]"),
        (lambda r: r.end(), "$"),
    ],
)
def test_reader_refuses_and_names_the_place(take, where):
    with pytest.raises(MalformedRecordError) as caught:
        take(read())
    assert caught.value.details["where"] == where


@pytest.mark.parametrize("text", ["AP8", "AP9=", "AP8=\n", "AP8 =", "_-8=", "AP8==", "ÄP8="])
def test_base64_has_one_spelling(text):
    with pytest.raises(MalformedRecordError):
        read(base64=text).base64_bytes("base64")


@pytest.mark.parametrize("text", ["00FF", "00ff\n", "0 0f", "00f", "٠٠ff"], ids=ascii)
def test_hex_has_one_spelling(text):
    with pytest.raises(MalformedRecordError):
        read(hex=text).hex_bytes("hex", 2)


def test_reader_refuses_what_is_no_object_and_names_what_nobody_took():
    for text in (b"[]", b"1", b'"a"', b"null"):
        with pytest.raises(MalformedRecordError, match="not an object"):
            read(text)
    with pytest.raises(MalformedRecordError, match="unknown field base64"):
        read().end()
    with pytest.raises(MalformedRecordError, match=r"\$\.objects\[1\]"):
        read().readers("objects")[1].integer("b")
